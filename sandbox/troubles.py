"""API calls that go wrong on demand."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.chaos import Chaos, Way


def troubles(
    chaos: Chaos[Any], too_many: Callable[[], Exception], trouble: Callable[[], Exception], log: logging.Logger
) -> Middleware:
    """Most go wrong after their work is done. `too_many` and `trouble` are what the provider raises for 429 and 500."""

    @web.middleware
    async def meddle(request: web.Request, handler: Handler) -> web.StreamResponse:
        way = chaos.next_failure(f"{request.method} {request.path}")
        if way is None:
            return await handler(request)
        log.info("failing call=%s way=%s", request.method, way)
        if way == 429:
            raise too_many()
        if not chaos.knobs.fail_before:
            await handler(request)
        if way == 500:
            raise trouble()
        return await _gone_wrong(request, way, chaos.knobs.hold_ms / 1000)

    return meddle


async def _gone_wrong(request: web.Request, way: Way, hold: float) -> web.StreamResponse:
    if isinstance(way, int):
        # A gateway in front answers in HTML, which clients that expect JSON trip over.
        return web.Response(status=way, text=f"<html><h1>{way}</h1></html>", content_type="text/html")
    if way == "timeout":
        await _client_left(request, hold)
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def _client_left(request: web.Request, longest: float) -> None:
    waited = 0.0
    while request.transport is not None and waited < longest:
        await asyncio.sleep(0.05)
        waited += 0.05
