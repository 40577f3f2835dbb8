"""What stands around every API call: Twilio's errors, the credentials, and how many calls are answered."""

import base64
import hmac
from collections import Counter
from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.twilio.chaos import Chaos
from sandbox.twilio.errors import Refusal, not_allowed, not_found, unauthorised
from sandbox.twilio.ids import new_sid
from sandbox.twilio.queueing import Calls
from sandbox.twilio.settings import TwilioSettings


def twilio_errors(counts: Counter[str]) -> Middleware:
    """Refusals and unknown addresses, in Twilio's words; counted by code."""

    @web.middleware
    async def put(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as error:
            refusal = error
        except web.HTTPNotFound:
            refusal = not_found(request.path)
        except web.HTTPMethodNotAllowed:
            refusal = not_allowed()
        counts[str(refusal.code)] += 1
        return _refused(refusal)

    return put


def _refused(refusal: Refusal) -> web.Response:
    headers = {"Twilio-Request-Id": new_sid("RQ")}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return web.json_response(refusal.body, status=refusal.status, headers=headers)


def credentials_required(settings: TwilioSettings) -> Middleware:
    """Basic auth: account sid and token, and no other account's addresses."""
    pair = f"{settings.account_sid}:{settings.auth_token}"
    expected = b"Basic " + base64.b64encode(pair.encode())

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        shown = request.headers.get("Authorization", "")
        if not hmac.compare_digest(shown.encode(), expected):
            raise unauthorised()
        if request.match_info.get("account", settings.account_sid) != settings.account_sid:
            raise unauthorised()
        return await handler(request)

    return check


def calls_counted(chaos: Chaos, clock: Callable[[], float]) -> Middleware:
    """Calls beyond the account's rate are refused before anything is done."""
    calls = Calls()

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        calls.count(chaos.knobs.calls_rate, clock())
        return await handler(request)

    return count
