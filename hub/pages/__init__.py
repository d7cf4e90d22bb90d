"""Hands out the widget, the console, the demo page and the gallery of the widget's states."""
