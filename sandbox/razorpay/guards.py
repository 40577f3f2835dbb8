"""What stands around every API call: Razorpay's errors and the key."""

import base64
import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.razorpay.errors import Refusal, unauthorised
from sandbox.razorpay.settings import RazorpaySettings


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
