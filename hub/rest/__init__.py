"""REST dialects: each a folder of routes, translation and errors."""
