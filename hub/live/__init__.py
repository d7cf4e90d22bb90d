"""Live lines: frames, sessions, fan-out and catch-up. The wire is laid down in PROTOCOL.md."""
