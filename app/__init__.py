"""Wiring, settings and the command `haat`."""
