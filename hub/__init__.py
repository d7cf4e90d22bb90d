"""A live-chat hub."""
