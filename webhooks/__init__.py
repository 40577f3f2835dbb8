"""Edges in: `verify(...)` then `read(...)`, with a few lines of aiohttp around them."""
