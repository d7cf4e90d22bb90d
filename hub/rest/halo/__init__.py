"""The Halo dialect."""
