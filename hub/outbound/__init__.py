"""The way out: safe calls to foreign addresses, and the courier that carries deliveries there."""
