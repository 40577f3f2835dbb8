"""What stands around every API call: Razorpay's errors, the key, and whatever is to go wrong."""

import asyncio
import base64
import hmac
import logging

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.razorpay.chaos import Chaos, Way
from sandbox.razorpay.errors import Refusal, too_many, trouble, unauthorised
from sandbox.razorpay.settings import RazorpaySettings

_log = logging.getLogger("sandbox.razorpay")


@web.middleware
async def razorpay_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals and unknown addresses, in Razorpay's words."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return web.json_response(refusal.body, status=refusal.status)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        lost = Refusal("The requested URL was not found on the server.", reason="NA")
        return web.json_response(lost.body, status=error.status)


def key_required(settings: RazorpaySettings) -> Middleware:
    """Basic auth: key id and key secret."""
    expected = b"Basic " + base64.b64encode(f"{settings.key_id}:{settings.key_secret}".encode())

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        shown = request.headers.get("Authorization", "")
        if not hmac.compare_digest(shown.encode(), expected):
            raise unauthorised()
        return await handler(request)

    return check


def troubles(chaos: Chaos) -> Middleware:
    """Calls that go wrong on demand, most of them after their work is done."""

    @web.middleware
    async def meddle(request: web.Request, handler: Handler) -> web.StreamResponse:
        way = chaos.next_failure(f"{request.method} {request.path}")
        if way is None:
            return await handler(request)
        _log.info("failing call=%s way=%s", request.method, way)
        if way == 429:
            raise too_many()
        await handler(request)
        return await _gone_wrong(request, way, chaos)

    return meddle


async def _gone_wrong(request: web.Request, way: Way, chaos: Chaos) -> web.StreamResponse:
    if way == 500:
        raise trouble()
    if isinstance(way, int):
        # A gateway in front answers in HTML, which clients that expect JSON trip over.
        return web.Response(status=way, text=f"<html><h1>{way}</h1></html>", content_type="text/html")
    if way == "timeout":
        await _client_left(request, chaos.knobs.hold_ms / 1000)
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def _client_left(request: web.Request, longest: float) -> None:
    waited = 0.0
    while request.transport is not None and waited < longest:
        await asyncio.sleep(0.05)
        waited += 0.05
