"""Hands out the widget, the console and the demo page."""
