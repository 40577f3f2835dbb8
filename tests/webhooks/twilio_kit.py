"""Twilio's side of its webhooks: forms, signed as Twilio's documentation tells, and sent over HTTP."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from model.message import Arrival
from webhooks import twilio

TOKEN = "auth-token-of-the-shop"
ACCOUNT = "AC" + "0" * 32
OTHER_ACCOUNT = "AC" + "1" * 32
SERVICE = "MG" + "5" * 32
PUBLIC = "https://shop.example"
SHOP = "+14155238886"
SENDERS = (f"whatsapp:{SHOP}", SHOP, SERVICE, "")
SID = "SM" + "a1b2c3d4" * 4
MEDIA_SID = "ME" + "7" * 32
WHATSAPP, SMS, STATUS = (f"/webhooks/twilio/{name}" for name in ("whatsapp", "sms", "status"))
FORM = "application/x-www-form-urlencoded"

Fields = Mapping[str, str]


def said(**fields: str) -> dict[str, str]:
    """A WhatsApp message, with these fields besides or instead."""
    usual = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": "mango pickle",
        "From": "whatsapp:+919811122233",
        "MessageSid": SID,
        "MessageType": "text",
        "NumMedia": "0",
        "NumSegments": "1",
        "ProfileName": "Meena",
        "SmsMessageSid": SID,
        "SmsSid": SID,
        "SmsStatus": "received",
        "To": f"whatsapp:{SHOP}",
        "WaId": "919811122233",
    }
    return usual | fields


def texted(**fields: str) -> dict[str, str]:
    """An SMS, with these fields besides or instead."""
    own = said(From="+919811122233", To=SHOP, FromCountry="IN", FromCity="", ToCountry="US")
    return {name: value for name, value in own.items() if name not in ("ProfileName", "WaId", "MessageType")} | fields


def reported(status: str, **fields: str) -> dict[str, str]:
    """A report on a message of ours."""
    usual = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": f"whatsapp:{SHOP}",
        "MessageSid": SID,
        "MessageStatus": status,
        "SmsSid": SID,
        "SmsStatus": status,
        "To": "whatsapp:+919811122233",
    }
    return usual | fields


def media_url(account: str = ACCOUNT, sid: str = MEDIA_SID) -> str:
    return f"https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/{SID}/Media/{sid}"


def signature(url: str, fields: Iterable[tuple[str, str]] = (), token: str = TOKEN) -> str:
    """Twilio's signature: the address, then each name with its values, sorted, without repeats."""
    covered = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), covered.encode(), hashlib.sha1).digest()).decode()


@dataclass
class Hall:
    """The door that arrivals go in by. `trouble` is raised where there is one."""

    came: list[Arrival] = field(default_factory=list)
    trouble: Exception | None = None

    async def arrive(self, arrivals: Sequence[Arrival]) -> None:
        if self.trouble:
            raise self.trouble
        self.came += arrivals


@dataclass
class Caller:
    """Sends webhooks as Twilio does."""

    http: "TestClient[web.Request, web.Application]"
    hall: Hall

    async def post(self, path: str, fields: Fields, **headers: str) -> tuple[int, str]:
        """Status and body of the answer to a form, signed for the public address."""
        return await self.send(path, urlencode(fields), **headers)

    async def send(self, path: str, body: str, **headers: str) -> tuple[int, str]:
        """The same with a body as it is written."""
        signed = signature(PUBLIC + path, parse_qsl(body, keep_blank_values=True))
        return await self.raw(path, body.encode(), {twilio.SIGNATURE: signed, "Content-Type": FORM} | headers)

    async def raw(self, path: str, body: bytes | AsyncIterator[bytes], headers: Mapping[str, str]) -> tuple[int, str]:
        """Anything at all."""
        async with self.http.post(path, data=body, headers=headers) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def calling(hall: Hall | None = None, senders: Iterable[str] = SENDERS) -> AsyncIterator[Caller]:
    """A shop that Twilio calls, and that answers by these senders."""
    app, door = web.Application(), hall or Hall()
    twilio.add_routes(app, door, ACCOUNT, TOKEN, PUBLIC, frozenset(senders))
    async with TestClient(TestServer(app, host="127.0.0.1")) as http:
        yield Caller(http, door)
