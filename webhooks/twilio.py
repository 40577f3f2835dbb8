"""Twilio's webhooks for SMS and WhatsApp: `verify` the signature, read the form, hand it in, answer; nothing slower.

Facts (Twilio's "Webhooks security"): `X-Twilio-Signature` covers the full public address with its query and every
parameter, blank ones too; parameters are added without notice; an answer is awaited for 15 seconds.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qs, parse_qsl, urlsplit

from aiohttp import web
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from model.message import Arrival, Channel
from webhooks.body import read_body
from webhooks.door import Door
from webhooks.twilio_form import Params, bare, channel_of, read_message, read_status

MAX_BODY = 64 * 1024
SIGNATURE = "X-Twilio-Signature"
_MOST_FIELDS = 1000
_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""Says nothing: what we answer goes out by the API."""


@dataclass(frozen=True, slots=True)
class _Account:
    """Whom we believe, and about which senders of ours: by SMS one may be ours that by WhatsApp is not."""

    sid: str
    auth_token: str = field(repr=False)
    public_url: str
    senders: frozenset[tuple[Channel, str]]

    def service(self, params: Params) -> str:
        """The messaging service of ours that an SMS was written to, if it was to one."""
        named = params.get("MessagingServiceSid", "")
        return named if channel_of(params) is Channel.SMS and (Channel.SMS, named) in self.senders else ""

    def is_ours(self, params: Params) -> bool:
        """Whether a message is for a sender that the shop answers by."""
        to = (channel_of(params), bare(params.get("To", "")))
        return to in self.senders or bool(self.service(params))


def verify(url: str, params: Params | str, headers: Mapping[str, str], auth_token: str) -> bool:
    """Whether Twilio signed this request to `url` (the public address with its query), in constant time.

    `params` is the form (a MultiDict where keys repeat), or a JSON body as it came: of that the address must name the
    SHA-256. With the scheme's own port and without any is the same address.
    """
    given = headers.get(SIGNATURE, "")
    unbound = isinstance(params, str) and "bodySHA256" not in parse_qs(urlsplit(url).query)
    if not given or not auth_token or unbound:
        return False
    return bool(RequestValidator(auth_token).validate(url, params, given))


def _covered(raw: bytes, content_type: str) -> Params | str:
    """What the signature covers: the form with its blank and repeated fields, or a JSON body whole."""
    text = raw.decode("utf-8", "replace")
    if content_type == "application/json":
        return text
    return MultiDict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))


def _params(covered: Params | str) -> Params:
    if not isinstance(covered, str):
        return covered
    told = json.loads(covered)
    if not isinstance(told, dict):
        raise ValueError("the parameters are an object")
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in told.items()}


async def _believed(request: web.Request, account: _Account) -> Params:
    """What Twilio tells of our account. Raises 401 without a signature, 403 where another's, 400 on what is no form."""
    raw = await read_body(request, MAX_BODY)
    if SIGNATURE not in request.headers:
        raise web.HTTPUnauthorized()
    try:
        covered = _covered(raw, request.content_type)
        signed = verify(account.public_url + request.raw_path, covered, request.headers, account.auth_token)
        params = _params(covered) if signed else {}
    except (ValueError, RecursionError) as error:
        raise web.HTTPBadRequest() from error
    if not signed or params.get("AccountSid") != account.sid:
        raise web.HTTPForbidden()
    return params


async def _take(door: Door, read: Callable[[], list[Arrival]]) -> None:
    try:
        arrivals = read()
    except ValueError as error:
        raise web.HTTPBadRequest() from error
    if arrivals:
        await door.arrive(arrivals)


def add_routes(
    app: web.Application, door: Door, account_sid: str, auth_token: str, public_url: str, numbers: frozenset[str]
) -> None:
    """`POST /webhooks/twilio/whatsapp`, `/webhooks/twilio/sms` and `/webhooks/twilio/status`.

    `numbers` are the shop's senders: of SMS numbers in E.164, short codes, messaging services (MG…); of WhatsApp
    numbers that begin with `whatsapp:`. What comes for others, or from another account, is refused: it could not be
    answered. `public_url` is the address that Twilio was given, without the path. A report's address may say in
    `account` whose message it is.
    """
    senders = frozenset((channel_of({"To": number}), bare(number)) for number in numbers if number)
    account = _Account(account_sid, auth_token, public_url.rstrip("/"), senders)

    async def message(request: web.Request) -> web.Response:
        params = await _believed(request, account)
        if not account.is_ours(params):
            raise web.HTTPForbidden()
        await _take(door, partial(read_message, params, account.service(params)))
        return web.Response(text=_TWIML, content_type="text/xml")

    async def status(request: web.Request) -> web.Response:
        params = await _believed(request, account)
        await _take(door, partial(read_status, params, request.query.get("account", "")))
        return web.Response(status=204)

    app.router.add_post("/webhooks/twilio/whatsapp", message)
    app.router.add_post("/webhooks/twilio/sms", message)
    app.router.add_post("/webhooks/twilio/status", status)
