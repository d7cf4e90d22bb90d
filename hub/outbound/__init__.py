"""What the hub sends to the outside by itself, and the one safe way to call foreign addresses."""
