"""The widget and the pages, driven in a real browser."""
