"""A sandbox with Twilio in it, a shop that gets its webhooks, and Twilio's own client, all on real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import ClientSession, web
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from sandbox.server import build_app
from sandbox.settings import Settings
from sandbox.telephone.entries import Deed, Entry, Network
from sandbox.telephone.exchange import EXCHANGE, Exchange
from sandbox.twilio.addresses import Address
from sandbox.twilio.chaos import Knobs
from sandbox.twilio.settings import TwilioSettings
from tests.sandbox.sandbox_kit import Clock, address_of, basic, listening, serve

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "token-of-the-sandbox"
LOGIN = {"Authorization": basic(ACCOUNT, TOKEN)}
SMS_FROM, WHATSAPP_FROM = "+911140000001", "+911140000002"
NUMBER = "919999900001"
SMS, WHATSAPP = f"+{NUMBER}", f"whatsapp:+{NUMBER}"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass(frozen=True)
class Webhook:
    """One webhook as it came in."""

    path: str
    fields: dict[str, str]
    signature: str
    token: str

    def is_genuine(self, shop_url: str, token: str = TOKEN) -> bool:
        """What the SDK's own validator says."""
        return bool(RequestValidator(token).validate(shop_url + self.path, self.fields, self.signature))


@dataclass
class Shop:
    """Takes webhooks, answers them with the next of `answers` or else with nothing, and has files to send."""

    url: str = ""
    answers: list[web.Response] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    slowly: float = 0.0
    received: list[Webhook] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        raw, headers = await request.text(), request.headers
        fields = dict(parse_qsl(raw, keep_blank_values=True))
        token = headers["I-Twilio-Idempotency-Token"]
        async with self._news:
            self.received.append(Webhook(request.path_qs, fields, headers["X-Twilio-Signature"], token))
            self._news.notify_all()
        await asyncio.sleep(self.slowly)
        return self.answers.pop(0) if self.answers else web.Response(status=204)

    async def file(self, request: web.Request) -> web.Response:
        mime, raw = self.files[request.match_info["name"]]
        return web.Response(body=raw, content_type=mime)

    async def got(self, count: int) -> list[Webhook]:
        """The webhooks so far, once there are `count` of them."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: len(self.received) >= count)
        return self.received

    async def statuses(self, count: int) -> list[str]:
        return [told.fields["MessageStatus"] for told in await self.got(count)]


class _Detour:
    """What the SDK calls with, led to the sandbox."""

    is_async = True

    def __init__(self, url: str, http: ClientSession) -> None:
        self._url = url
        self._http = http

    async def request(self, method: str, url: str, **call: Any) -> Response:
        sent = {**call["headers"], "Authorization": basic(*call["auth"])}
        here, more = url.replace("https://api.twilio.com", self._url), {"params": call["params"], "data": call["data"]}
        async with self._http.request(method, here, headers=sent, **more) as answer:
            return Response(answer.status, await answer.text(), answer.headers)


@dataclass
class Stand:
    """The sandbox: its address, its clock, its telephones, the SDK's client, and a session without credentials."""

    url: str
    shop: Shop
    clock: Clock
    exchange: Exchange
    sdk: Client
    http: ClientSession

    async def sms(self, body: str = "Namaste", to: str = SMS, **more: Any) -> Any:
        """A message by SMS, over the SDK, told of by status."""
        return await self.message(to=to, from_=SMS_FROM, body=body, **more)

    async def whatsapp(self, body: str = "Namaste", to: str = WHATSAPP, **more: Any) -> Any:
        """A message by WhatsApp, likewise; its window has to be open."""
        return await self.message(to=to, from_=f"whatsapp:{WHATSAPP_FROM}", body=body, **more)

    async def template(self, sid: str, variables: str = "", to: str = WHATSAPP) -> Any:
        """A template by WhatsApp, likewise."""
        more = {"content_variables": variables} if variables else {}
        sender = f"whatsapp:{WHATSAPP_FROM}"
        return await self.message(to=to, from_=sender, content_sid=sid, **more)

    async def message(self, **asked: Any) -> Any:
        callback = {"status_callback": f"{self.shop.url}/webhooks/twilio/status"}
        return await self.sdk.messages.create_async(**(callback | asked))

    async def post(self, **form: str) -> tuple[int, Any]:
        """Status and JSON of Messages.json, asked without the SDK."""
        url = f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        async with self.http.post(url, data=form, headers=LOGIN) as answer:
            return answer.status, await answer.json()

    async def control(self, lever: str, body: object) -> Any:
        async with self.http.post(f"{self.url}/_sandbox/twilio/{lever}", json=body) as answer:
            return await answer.json()

    async def state(self) -> Any:
        async with self.http.get(f"{self.url}/_sandbox/twilio/state") as answer:
            return await answer.json()

    async def known(self, **content: Any) -> str:
        """The sid of a template made known."""
        return str((await self.control("contents", content))["sid"])

    def does(self, network: Network, deed: Deed, number: str = NUMBER, **content: Any) -> Entry | None:
        """A customer does something in the chat with the shop."""
        return self.exchange.write(network, number, "Asha", "", deed, content)

    def says(self, network: Network, text: str, number: str = NUMBER) -> Entry | None:
        return self.does(network, "text", number, text=text)

    def picture(self, network: Network, mime: str = "image/png", name: str = "", text: str = "") -> Entry | None:
        """A customer sends a file."""
        kept = self.exchange.keep_media(mime, PICTURE, name, owner=NUMBER)
        return self.does(network, "picture", media=kept, mime=mime, name=name, text=text)

    def shown(self, sid: str) -> Entry:
        """What the telephone shows of that message."""
        entry = self.exchange.find(sid)
        assert entry is not None
        return entry

    @staticmethod
    def loop_time() -> float:
        return asyncio.get_running_loop().time()

    async def until(self, sid: str, status: str) -> Any:
        """The message over the SDK, once it is in that state."""
        async with asyncio.timeout(10):
            while True:
                message = await self.sdk.messages(sid).fetch_async()
                if message.status == status:
                    return message
                await asyncio.sleep(0.01)


@asynccontextmanager
async def twilio_stand(
    sms_from: str = SMS_FROM,
    service_sid: str = "",
    remember: int = 1000,
    answer_within: float = 10.0,
    **knobs: Any,
) -> AsyncIterator[Stand]:
    """A sandbox with the knobs given, and its shop. Statuses follow each other at once unless a knob says otherwise."""
    shop, clock, own = Shop(), Clock(), listening()
    shop.url, shop_runner = await serve(_shop_app(shop))
    settings = TwilioSettings(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        sms_from=Address("sms", sms_from),
        service_sid=service_sid,
        whatsapp_from=Address("whatsapp", WHATSAPP_FROM),
        shop_url=shop.url,
        knobs=Knobs(**({"status_ms": 0} | knobs)),
        answer_within=answer_within,
        retry_after=0.01,
        remember=remember,
    )
    app = build_app(Settings("127.0.0.1", 0, address_of(own), twilio=settings), clock)
    url, runner = await serve(app, own)
    try:
        async with ClientSession() as http:
            sdk = Client(ACCOUNT, TOKEN, http_client=_Detour(url, http))
            yield Stand(url, shop, clock, app[EXCHANGE], sdk, http)
    finally:
        await runner.cleanup()
        await shop_runner.cleanup()


def _shop_app(shop: Shop) -> web.Application:
    app = web.Application()
    app.router.add_post("/webhooks/twilio/{network}", shop.take)
    app.router.add_get("/files/{name}", shop.file)
    return app
