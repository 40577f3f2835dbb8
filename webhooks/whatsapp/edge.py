"""Where Meta knocks: its handshake, its signature, and the way in.

Facts (Meta's "Webhooks" for the WhatsApp Business Platform): `X-Hub-Signature-256` is `sha256=` and the hex
HMAC-SHA256 of the raw body with the app's secret; the body escapes what is not ASCII, so that JSON written anew has
another signature. A body holds up to 1,000 updates and 3 MB. What is not answered 200 comes again, for up to 7 days.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

import structlog
from aiohttp import web

from model.message import AccountNews, Arrival, Status
from webhooks.body import read_body
from webhooks.door import Door
from webhooks.tame import id_of
from webhooks.whatsapp.batch import read

log = structlog.get_logger()

MAX_BODY = 3 * 1024 * 1024
_PATH = "/webhooks/whatsapp"


def verify(headers: Mapping[str, str], raw: bytes, app_secret: str) -> bool:
    """Whether Meta signed these bytes; compared in constant time, and never where there is no secret.

    The signature counts in the one form that Meta writes: `sha256=` and 64 small hex digits. Upper case is refused.
    """
    given = headers.get("X-Hub-Signature-256", "").encode("utf-8", "surrogatepass")
    expected = "sha256=" + hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()
    return bool(app_secret) and hmac.compare_digest(expected.encode(), given)


def handshake(query: Mapping[str, str], verify_token: str) -> str | None:
    """The challenge, to be echoed to whoever asks to subscribe with our token; None for anybody else."""
    given = query.get("hub.verify_token", "").encode("utf-8", "surrogatepass")
    known = bool(verify_token) and hmac.compare_digest(verify_token.encode(), given)
    challenge = id_of(query.get("hub.challenge"))
    return challenge if known and challenge and query.get("hub.mode") == "subscribe" else None


def add_routes(app: web.Application, door: Door, app_secret: str, verify_token: str, phone_number_id: str) -> None:
    """`GET` and `POST /webhooks/whatsapp`, for the one number of the shop that has this id."""

    async def shake(request: web.Request) -> web.Response:
        challenge = handshake(request.query, verify_token)
        if challenge is None:
            raise web.HTTPForbidden()
        return web.Response(text=challenge)

    async def take(request: web.Request) -> web.Response:
        raw = await read_body(request, MAX_BODY)
        if not verify(request.headers, raw, app_secret):
            raise web.HTTPUnauthorized()
        try:
            ours = _ours(read(raw), phone_number_id)
        except ValueError as error:
            raise web.HTTPBadRequest() from error
        if ours:
            await door.arrive(ours)
        return web.json_response({"ok": True})

    app.router.add_get(_PATH, shake, allow_head=False)
    app.router.add_post(_PATH, take)


def _ours(arrivals: Sequence[Arrival], phone_number_id: str) -> list[Arrival]:
    """Without those for other numbers: several may share an app. News of the whole account name no number."""
    ours = [one for one in arrivals if _account(one) in (phone_number_id, None)]
    if len(ours) < len(arrivals):
        log.warning("whatsapp_for_another_number", arrivals=len(arrivals) - len(ours))
    return ours


def _account(arrival: Arrival) -> str | None:
    if isinstance(arrival, AccountNews):
        return arrival.account or None
    return arrival.account if isinstance(arrival, Status) else arrival.address.account
