"""What all answers over HTTP have in common: how much of one is read, and how long it tells us to wait."""

import re
from collections.abc import Mapping

import aiohttp

_CHUNK = 64 * 1024
_SECONDS = re.compile(r"\d{1,6}", re.ASCII)
_LONGEST = 3600.0


async def read_body(response: aiohttp.ClientResponse, most: int) -> bytes | None:
    """The body; None where it is longer than so many bytes, whatever its head says. Raises aiohttp's errors."""
    raw = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        raw += chunk
        if len(raw) > most:
            return None
    return bytes(raw)


def named_pause(headers: Mapping[str, str]) -> float:
    """`Retry-After` in seconds, at most an hour; 0 where it names none (a date is as good as none)."""
    named = headers.get("Retry-After", "")
    return min(float(named), _LONGEST) if _SECONDS.fullmatch(named) else 0.0
