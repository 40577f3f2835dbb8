"""The socket that tells a page that something changed; the page then asks for it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import WSCloseCode, web

from console.desk import DESK, desk_of
from console.forms import number

_HEARTBEAT = 25.0
_LONGEST = 600.0
"""Seconds a socket lives; the page opens the next one, if it is still signed in."""
_MOST = 1024
"""Bytes of a frame from the page, which has nothing to say."""


async def socket(request: web.Request) -> web.WebSocketResponse:
    """Events of all conversations; with `?conversation=N` also whether that customer is typing."""
    wanted = request.query.get("conversation")
    topics = ["desk", *([f"desk:{number(wanted)}"] if wanted else [])]
    ws = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_MOST)
    await ws.prepare(request)
    desk_of(request).sockets.add(ws)
    async with desk_of(request).engine.parts.live.subscribe(*topics) as events:
        await _serve(ws, events)
    return ws


async def _serve(ws: web.WebSocketResponse, events: AsyncIterator[Mapping[str, Any]]) -> None:
    forwarding = asyncio.create_task(_forward(ws, events))
    try:
        async with asyncio.timeout(_LONGEST):
            async for _ in ws:
                pass
    except TimeoutError:
        await ws.close(code=WSCloseCode.SERVICE_RESTART)
    finally:
        forwarding.cancel()
        await asyncio.gather(forwarding, return_exceptions=True)


async def _forward(ws: web.WebSocketResponse, events: AsyncIterator[Mapping[str, Any]]) -> None:
    """`ready` comes first: from then on nothing is missed."""
    with suppress(ConnectionResetError):
        await ws.send_json({"type": "ready"})
        async for event in events:
            await ws.send_json(event)


async def close_sockets(app: web.Application) -> None:
    """Let no page hold up the end."""
    open_ones = list(app[DESK].sockets)
    await asyncio.gather(*(ws.close(code=WSCloseCode.GOING_AWAY) for ws in open_ones), return_exceptions=True)
