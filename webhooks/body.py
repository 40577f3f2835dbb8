"""Request bodies, read whole and only so far."""

from aiohttp import web


async def read_body(request: web.Request, most: int) -> bytes:
    """The raw bytes. Raises 413 as soon as there are more than `most`, whatever length the request claims."""
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    raw = bytearray()
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > most:
            raise web.HTTPRequestEntityTooLarge(most, len(raw))
    return bytes(raw)
