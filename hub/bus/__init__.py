"""Redis: the doorbell between processes and shared rate limits. Never the only copy of anything."""
