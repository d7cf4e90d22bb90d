"""What can be done: one module per noun. Only actions change state, and only actions publish, after the commit."""
