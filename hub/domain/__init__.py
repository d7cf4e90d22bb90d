"""What is true: rules and words of a chat, on the standard library alone. No await, no clock, no chance."""
