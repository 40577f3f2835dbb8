"""A shop that gets webhooks, a hold on the sandbox, and what serves both on real sockets."""

import asyncio
import base64
import json
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from sandbox.razorpay.chaos import Knobs
from sandbox.razorpay.settings import RazorpaySettings
from sandbox.settings import Settings

KEY_ID, KEY_SECRET = "rzp_test_sandbox", "key-secret"
WEBHOOK_SECRET, OLDER_SECRET = "webhook-secret", "older-webhook-secret"


def basic(key_id: str, secret: str) -> str:
    """The Authorization header of that key."""
    return "Basic " + base64.b64encode(f"{key_id}:{secret}".encode()).decode()


@dataclass
class Received:
    """One webhook as it came in."""

    raw: bytes
    signature: str
    event_id: str

    @property
    def body(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.raw)
        return parsed

    @property
    def event(self) -> str:
        return str(self.body["event"])


@dataclass
class Shop:
    """Takes webhooks. The first answers are those of `answers`, then 200; each may come `slowly`."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    slowly: float = 0.0
    received: list[Received] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        raw, headers = await request.read(), request.headers
        async with self._news:
            signature, event_id = headers["X-Razorpay-Signature"], headers["x-razorpay-event-id"]
            self.received.append(Received(raw, signature, event_id))
            self._news.notify_all()
        await asyncio.sleep(self.slowly)
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def got(self, count: int) -> list[Received]:
        """The webhooks so far, once there are `count` of them."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: len(self.received) >= count)
        return self.received

    async def events(self, count: int) -> list[str]:
        return [received.event for received in await self.got(count)]


@dataclass
class Clock:
    """Unix seconds, moved by hand."""

    now: float = 1_760_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Stand:
    """The sandbox: its address, its clock, and a session with the API's key."""

    url: str
    http: ClientSession
    clock: Clock

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of an API call."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.request(method, self.url + path, json=body, headers=sent) as answer:
            return answer.status, await answer.json()

    async def control(self, path: str, body: object) -> Any:
        """The JSON that a lever of /_sandbox/razorpay gives."""
        _, answer = await self.call("POST", f"/_sandbox/razorpay/{path}", body)
        return answer

    async def state(self) -> Any:
        _, answer = await self.call("GET", "/_sandbox/razorpay/state")
        return answer

    async def link(self, **more: object) -> Any:
        """A new payment link over ₹499."""
        status, link = await self.call("POST", "/v1/payment_links", {"amount": 49900, "currency": "INR"} | more)
        assert status == 200, link
        return link


Starter = Callable[..., Awaitable[Stand]]


def settings(address: str, webhook_url: str, knobs: Knobs) -> Settings:
    part = RazorpaySettings(
        KEY_ID,
        KEY_SECRET,
        (WEBHOOK_SECRET, OLDER_SECRET),
        webhook_url,
        knobs,
        answer_within=0.5,
        retry_first=0.01,
        retry_for=20.0,
    )
    return Settings("127.0.0.1", 0, address, part)


def listening() -> socket.socket:
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    return made


def address_of(own: socket.socket) -> str:
    return f"http://127.0.0.1:{own.getsockname()[1]}"


async def serve(app: web.Application, own: socket.socket | None = None) -> tuple[str, web.AppRunner]:
    own = own or listening()
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, own).start()
    return address_of(own), runner
