"""A sandbox with WhatsApp in it, and a shop that gets its webhooks and has files, all on real sockets."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from sandbox.meta.chaos import Knobs
from sandbox.meta.settings import MetaSettings
from sandbox.meta.templates import read_template
from sandbox.postman import Rounds
from sandbox.server import build_app
from sandbox.settings import Settings
from tests.sandbox.sandbox_kit import Clock, address_of, listening, serve

PHONE, TOKEN, SECRET, VERIFY = "106540352242922", "token-of-the-sandbox", "app-secret", "verify-me"
OWN, NUMBER = "919876500001", "919812345678"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)

ORDER_UPDATE = {
    "name": "order_update",
    "language": "en",
    "category": "UTILITY",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}"},
        {"type": "BODY", "text": "Hello {{1}}, your order {{2}} is on its way."},
        {"type": "FOOTER", "text": "Haat"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Track it"},
                {"type": "URL", "text": "Open", "url": "https://shop.example/{{1}}"},
            ],
        },
    ],
}
FESTIVAL = {
    "name": "festival",
    "language": "te",
    "category": "MARKETING",
    "components": [{"type": "BODY", "text": "Sweets for {{festival}}!"}],
}


@dataclass(frozen=True)
class Webhook:
    """One webhook as it came in."""

    raw: bytes
    signature: str

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def values(self) -> list[Any]:
        """The values of all changes of all entries."""
        return [change["value"] for entry in self.body["entry"] for change in entry["changes"]]

    def items(self, kind: str) -> list[Any]:
        return [item for value in self.values for item in value.get(kind, [])]

    def is_genuine(self) -> bool:
        expected = hmac.new(SECRET.encode(), self.raw, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"sha256={expected}", self.signature)


@dataclass
class Shop:
    """Takes webhooks; the first answers are those of `answers`, then 200. Proves that it knows `verify`. Has files."""

    url: str = ""
    verify: str = VERIFY
    answers: list[int] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    received: list[Webhook] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        async with self._news:
            self.received.append(Webhook(raw, request.headers["X-Hub-Signature-256"]))
            self._news.notify_all()
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def prove(self, request: web.Request) -> web.Response:
        if request.query["hub.verify_token"] != self.verify:
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    async def file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.fetched.append(name)
        if name not in self.files:
            return web.Response(status=404)
        mime, raw = self.files[name]
        return web.Response(body=raw, content_type=mime)

    async def got(self, count: int) -> list[Webhook]:
        """The webhooks so far, once there are `count` of them."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: len(self.received) >= count)
        return self.received

    async def items(self, kind: str, count: int) -> list[Any]:
        """The messages or statuses that came so far, once there are `count` of them."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: len(self._items(kind)) >= count)
        return self._items(kind)

    async def statuses(self, count: int) -> list[str]:
        return [status["status"] for status in await self.items("statuses", count)]

    def _items(self, kind: str) -> list[Any]:
        return [item for told in self.received for item in told.items(kind)]


@dataclass
class Stand:
    """The sandbox: its address, its shop, its clock, and a session without credentials."""

    url: str
    shop: Shop
    clock: Clock
    http: ClientSession

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of a call to the API."""
        asked = self.http.request(method, self.url + path, json=body, headers=BEARER | headers)
        async with asked as answer:
            return answer.status, await answer.json()

    async def send(self, to: str = NUMBER, **content: Any) -> tuple[int, Any]:
        """Status and JSON of a message sent; without content it is a text."""
        body = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": to, **content}
        if "type" not in body:
            body |= {"type": "text", "text": {"body": "Namaste"}}
        return await self.call("POST", f"/v23.0/{PHONE}/messages", body)

    async def sent(self, to: str = NUMBER, **content: Any) -> str:
        """The id of a message that was taken."""
        status, answer = await self.send(to, **content)
        assert status == 200, answer
        return str(answer["messages"][0]["id"])

    async def refused(self, to: str = NUMBER, **content: Any) -> tuple[int, int, str]:
        """HTTP status, code, and details (or else the message) of a message that is not taken."""
        status, answer = await self.send(to, **content)
        error = answer["error"]
        return status, error["code"], error.get("error_data", {}).get("details") or error["message"]

    async def does(self, deed: str, number: str = NUMBER, **content: Any) -> Any:
        """A customer does something; gives the entry on their telephone."""
        body = {"deed": deed, "name": "Asha", **content}
        async with self.http.post(f"{self.url}/phone/whatsapp/{number}", json=body) as answer:
            return await answer.json()

    async def says(self, text: str, number: str = NUMBER) -> Any:
        return await self.does("text", number, text=text)

    async def control(self, lever: str, body: object = None) -> Any:
        async with self.http.post(f"{self.url}/_sandbox/meta/{lever}", json=body or {}) as answer:
            return await answer.json()

    async def state(self, what: str = "state") -> Any:
        async with self.http.get(f"{self.url}/_sandbox/meta/{what}") as answer:
            return await answer.json()

    async def telephone(self, number: str = NUMBER) -> list[Any]:
        """What a customer's telephone shows."""
        async with self.http.get(f"{self.url}/phone/whatsapp/{number}") as answer:
            entries: list[Any] = (await answer.json())["entries"]
            return entries


@asynccontextmanager
async def meta_stand(answer_within: float = 5.0, keep: int | None = None, **knobs: Any) -> AsyncIterator[Stand]:
    """A sandbox with the knobs given, and its shop. Windows are open and all is delivered at once unless told else."""
    shop, clock, own = Shop(), Clock(), listening()
    turned: dict[str, Any] = {"deliver_ms": 0, "window": "open"} | knobs
    shop.url, shop_runner = await serve(_shop_app(shop))
    settings = MetaSettings(
        phone_number_id=PHONE,
        access_token=TOKEN,
        app_secret=SECRET,
        verify_token=VERIFY,
        shop_url=shop.url,
        templates=(read_template(ORDER_UPDATE), read_template(FESTIVAL)),
        knobs=Knobs(**turned),
        rounds=Rounds(answer_within, retry_first=0.01, retry_for=20.0),
        number=OWN,
    )
    app = build_app(Settings("127.0.0.1", 0, address_of(own), meta=settings, keep=keep), clock)
    address, runner = await serve(app, own)
    try:
        async with ClientSession() as http:
            yield Stand(address, shop, clock, http)
    finally:
        await runner.cleanup()
        await shop_runner.cleanup()


def buttons(*choices: tuple[str, str], body: str = "Which?", **more: Any) -> dict[str, Any]:
    """An interactive message with reply buttons of these ids and titles."""
    made = [{"type": "reply", "reply": {"id": choice, "title": title}} for choice, title in choices]
    return _interactive("button", {"buttons": made}, body, **more)


def rows(*sections: tuple[str, list[dict[str, str]]], button: str = "Choose", body: str = "Which?") -> dict[str, Any]:
    """An interactive message with a list of these sections."""
    made = [({"title": title} if title else {}) | {"rows": listed} for title, listed in sections]
    return _interactive("list", {"button": button, "sections": made}, body)


def link(url: str = "https://shop.example/pay", title: str = "Pay") -> dict[str, Any]:
    """An interactive message with a link button."""
    parameters = {"display_text": title, "url": url}
    return _interactive("cta_url", {"name": "cta_url", "parameters": parameters}, "To pay")


def place_wanted() -> dict[str, Any]:
    """An interactive message that asks for a location."""
    return _interactive("location_request_message", {"name": "send_location"}, "Where to?")


def template(name: str = "order_update", code: str = "en", **parts: list[str]) -> dict[str, Any]:
    """A template message with texts for its header, body and first link (`url`)."""
    components: list[dict[str, Any]] = []
    for part, texts in parts.items():
        made: dict[str, Any] = {"type": part, "parameters": [{"type": "text", "text": text} for text in texts]}
        components.append(made | {"type": "button", "sub_type": "url", "index": "1"} if part == "url" else made)
    language = {"policy": "deterministic", "code": code}
    return {"type": "template", "template": {"name": name, "language": language, "components": components}}


def order_update() -> dict[str, Any]:
    """The registered template, rightly filled."""
    return template(header=["HT-1"], body=["Asha", "HT-1"], url=["o/HT-1"])


def _interactive(kind: str, action: object, body: str, **more: Any) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": body}, "action": action, **more}}


def _shop_app(shop: Shop) -> web.Application:
    app = web.Application()
    app.router.add_post("/webhooks/whatsapp", shop.take)
    app.router.add_get("/webhooks/whatsapp", shop.prove)
    app.router.add_get("/files/{name}", shop.file)
    return app
