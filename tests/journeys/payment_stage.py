"""The bot at work with Razorpay's own SDK, a real sandbox process and real webhooks between them."""

import hashlib
import hmac
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession

from model.order import Order, OrderStatus, PaymentLink
from store.queries import SqlQueries
from tests.kit import ROOT, MovableClock, Scene, eventually

KEY_ID, KEY_SECRET, WEBHOOK_SECRET = "rzp_test_journeys", "key-secret", "webhook-secret"


class RunningClock(MovableClock):
    """The real time, and as much later as it was advanced: the sandbox goes by the real time, too."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, **by: float) -> None:
        self.ahead += timedelta(**by)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Ports:
    """Where the sandbox listens and where it sends its webhooks."""

    sandbox: int
    shop: int


@contextmanager
def sandbox_process() -> Iterator[Ports]:
    """`python -m sandbox`, ready."""
    ports = Ports(free_port(), free_port())
    env = {
        "PATH": os.environ.get("PATH", ""),
        "RAZORPAY_KEY_ID": KEY_ID,
        "RAZORPAY_KEY_SECRET": KEY_SECRET,
        "RAZORPAY_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "SANDBOX_WEBHOOK_URL": f"http://127.0.0.1:{ports.shop}/webhooks/razorpay",
        "SANDBOX_RAZORPAY_CHAOS": '{"refund_ms": 50}',
    }
    command = [sys.executable, "-m", "sandbox", "--port", str(ports.sandbox), "--parent", str(os.getpid())]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(ports.sandbox)
        yield ports
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def signed(raw: bytes) -> str:
    """Razorpay's signature of a webhook's bytes."""
    return hmac.new(WEBHOOK_SECRET.encode(), raw, hashlib.sha256).hexdigest()


@dataclass
class Stage:
    """A running bot, the reads of its pages, and a hold on the sandbox."""

    scene: Scene
    queries: SqlQueries
    http: ClientSession
    ports: Ports

    async def lever(self, path: str, body: object, method: str = "POST") -> Any:
        """A lever of the sandbox; its JSON."""
        url = f"http://127.0.0.1:{self.ports.sandbox}/_sandbox/razorpay/{path}"
        async with self.http.request(method, url, json=body) as answer:
            told = await answer.json()
            assert answer.status < 300, told
            return told

    async def chaos(self, **knobs: object) -> None:
        await self.lever("chaos", knobs)

    async def state(self) -> Any:
        """Everything at Razorpay."""
        async with self.http.get(f"http://127.0.0.1:{self.ports.sandbox}/_sandbox/razorpay/state") as answer:
            return await answer.json()

    async def pay(self, link: PaymentLink, *, late: bool = False) -> str:
        """The customer pays a link, late whatever its state; the payment's id."""
        return str((await self.lever(f"pay/{link.provider_id}", {"late": late}))["id"])

    async def pay_on_page(self, link: PaymentLink) -> str:
        """The customer pays on Razorpay's page; the address they are sent back to."""
        url = f"http://127.0.0.1:{self.ports.sandbox}/pay/{link.provider_id}"
        async with self.http.get(url) as answer:
            token = re.search(r'name="token" value="([^"]+)"', await answer.text())
        assert token is not None
        form = {"choice": "upi", "token": token[1]}
        async with self.http.post(url, data=form, allow_redirects=False) as answer:
            return answer.headers["Location"]

    async def come_back(self, query: Mapping[str, str]) -> int:
        """The customer opens the return page; its status."""
        url = f"http://127.0.0.1:{self.ports.shop}/payments/razorpay/return"
        async with self.http.get(url, params=query, allow_redirects=False) as answer:
            return answer.status

    async def post(self, raw: bytes, signature: str, event_id: str = "evt_test") -> int:
        """Somebody posts a webhook to the shop; its status."""
        headers = {"X-Razorpay-Signature": signature, "x-razorpay-event-id": event_id}
        url = f"http://127.0.0.1:{self.ports.shop}/webhooks/razorpay"
        async with self.http.post(url, data=raw, headers=headers) as answer:
            return answer.status

    async def event(self, name: str, payment_id: str) -> bytes:
        """The exact bytes of an event about a payment, sent or dropped."""
        told = (await self.state())["webhooks"]
        return next(str(w["body"]).encode() for w in told if w["event"] == name and payment_id in w["body"])

    async def order(self, user: str = "asha", sku: str = "mango-250", packs: int = 1) -> tuple[Order, PaymentLink]:
        """An online order with its open link."""
        order = await self.scene.order(user, "online", sku, packs)
        return order, await self.link(order)

    async def link(self, order: Order) -> PaymentLink:
        """The order's newest link, once it is open."""

        async def opened() -> PaymentLink | None:
            newest = (await self.links(order))[-1]
            return newest if newest.url else None

        return await eventually(opened)

    async def links(self, order: Order) -> list[PaymentLink]:
        return await self.scene.do(lambda work: work.uow.payments.links_of(order.number))

    async def becomes(self, order: Order, status: OrderStatus) -> Order:
        """The order, once it stands there."""

        async def there() -> Order | None:
            now = await self.queries.order(order.number)
            return now if now and now.status is status else None

        return await eventually(there)

    async def hears(self, key: str, user: str = "asha") -> int:
        """How often a customer was told something, once that was at least once."""

        async def told() -> int:
            return self.scene.sender.keys(user).count(key)

        return await eventually(told)

    async def quiet(self) -> None:
        """Every webhook was taken and acted on, every effect carried out."""

        async def nothing_waits() -> bool:
            sent = all(w["state"] in ("delivered", "dropped") for w in (await self.state())["webhooks"])
            depths = await self.queries.depths()
            return sent and not (depths.notices or depths.effects or depths.inbox)

        await eventually(nothing_waits)

    async def free(self, product_id: str = "mango") -> int:
        return await self.scene.do(lambda work: work.uow.catalogue.free([product_id])[product_id])

    async def hold_ends(self, order: Order) -> None:
        """Twenty minutes later; the clock is looked at."""
        self.scene.clock.advance(minutes=25)
        await self.scene.engine.watch_clock()
        await self.becomes(order, OrderStatus.EXPIRED)
