"""What people send: forms, and numbers in addresses."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

_BIGGEST = 2**53
"""Ids and line numbers in addresses stay far below; databases refuse what does not fit into 64 bits."""


async def form(request: web.Request) -> Mapping[str, Any]:
    """The fields of a form. Raises HTTPBadRequest where the body is none."""
    try:
        return await request.post()
    except (ValueError, LookupError) as error:
        raise web.HTTPBadRequest(reason="That form could not be read.") from error


def field(fields: Mapping[str, Any], name: str) -> str:
    """A text of a form, "" where it is missing or a file; line ends are \\n, NUL (no database keeps it) is dropped."""
    value = fields.get(name)
    return value.replace("\r\n", "\n").replace("\x00", "") if isinstance(value, str) else ""


def number(text: str) -> int:
    """A whole number from 0 on. Raises HTTPNotFound for anything else: there is no page under such an address."""
    if not (text.isascii() and text.isdigit()) or int(text) > _BIGGEST:
        raise web.HTTPNotFound
    return int(text)
