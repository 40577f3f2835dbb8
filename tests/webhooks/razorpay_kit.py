"""Razorpay's notices, signed and sent over HTTP, and the order that they tell of."""

import hashlib
import hmac
import json
import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web

from app.web import errors
from model.order import Order, Payment, Refund, Ticket
from shop.work import Work
from store.memory import MemoryStore
from tests.kit import Scene
from tests.webhooks.edge_kit import serving
from webhooks import razorpay

SECRET, OLDER, KEY_SECRET = "current-webhook-secret", "older-webhook-secret", "api-key-secret"
PAYLOADS = Path(__file__).parents[1] / "payloads" / "razorpay"
LINK_ID = "plink_Rk7M2Qx9Lp4TnB"
PAYMENT_ID = "pay_Rk7PwD3sVn8KjC"
_REFERENCE = b"HT-K7M2Q-1"


def payload_files() -> list[Path]:
    """Our own payloads, and those of the folder that HAAT_PAYLOADS names."""
    further = os.environ.get("HAAT_PAYLOADS")
    folders = [PAYLOADS, *([Path(further) / "razorpay"] if further else [])]
    return [file for folder in folders for file in sorted(folder.glob("*.json"))]


def signed(raw: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def signed_return(status: str = "paid", payment: str = PAYMENT_ID, secret: str = KEY_SECRET) -> dict[str, str]:
    """The parameters with which Razorpay sends a customer back."""
    reference = _REFERENCE.decode()
    words = f"{LINK_ID}|{reference}|{status}|{payment}"
    return {
        "razorpay_payment_id": payment,
        "razorpay_payment_link_id": LINK_ID,
        "razorpay_payment_link_reference_id": reference,
        "razorpay_payment_link_status": status,
        "razorpay_signature": signed(words.encode(), secret),
    }


@dataclass(frozen=True)
class EndState:
    """All that notices may change."""

    order: Order
    payments: Mapping[str, Payment]
    refunds: Mapping[str, Refund]
    tickets: Mapping[int, Ticket]
    stock: tuple[int, int]


@dataclass
class Counter:
    """The shop's side: sends notices to it, and looks at what it made of them."""

    scene: Scene
    store: MemoryStore
    url: str
    http: ClientSession
    order: Order | None = None

    async def post(self, raw: bytes | AsyncIterator[bytes], signature: str | bytes | None, event_id: str = "") -> int:
        """The status of the answer."""
        headers: list[tuple[str, Any]] = [("x-razorpay-event-id", event_id)] if event_id else []
        headers += [("X-Razorpay-Signature", signature)] if signature is not None else []
        async with self.http.post(f"{self.url}/webhooks/razorpay", data=raw, headers=headers) as answer:
            assert answer.status == 200 or "error" in await answer.json()
            return answer.status

    async def tell(self, *names: str) -> None:
        """Send these events of our own, each signed and with an id of its own; then act on them."""
        for name in names:
            raw = self.about_order((PAYLOADS / f"{name}.json").read_bytes())
            assert 200 == await self.post(raw, signed(raw), f"evt_{name}")
        await self.scene.settle()

    def about_order(self, raw: bytes) -> bytes:
        """The payload with the reference of the order placed here."""
        return raw.replace(_REFERENCE, f"{self.order.number}-1".encode()) if self.order else raw

    async def come_back(self, query: Mapping[str, str]) -> tuple[int, str]:
        """Status and address of the answer to a customer who comes back."""
        url = f"{self.url}/payments/razorpay/return"
        async with self.http.get(url, params=query, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", "")

    @property
    def notices(self) -> list[dict[str, Any]]:
        """The notices stored."""
        return [dict(accepted.row.notice.body) for accepted in self.store.data.notices.values()]

    async def place(self) -> Order:
        """Order one small jar for ₹160 in all; the link to pay it is the one our payloads tell of."""
        order = await self.scene.order()
        reference = f"{order.number}-1"
        made = self.scene.razorpay.made[reference]
        made.provider_id = LINK_ID
        await self.scene.do(lambda work: _rename(work, reference))
        self.order = order
        return order

    def end(self) -> EndState:
        assert self.order
        data, number = self.store.data, self.order.number
        plain = {number: "HT-K7M2Q", f"{number}-1": _REFERENCE.decode()}
        payments = {
            key: replace(p, order_number=plain.get(p.order_number or ""), reference=plain.get(p.reference or ""))
            for key, p in data.payments.items()
        }
        shelf = data.stock["mango"]
        order = replace(data.orders[number], number="HT-K7M2Q")
        return EndState(order, payments, dict(data.refunds), dict(data.tickets), (shelf.on_hand, shelf.held))


def _rename(work: Work, reference: str) -> None:
    link = work.uow.payments.link(reference)
    assert link
    work.uow.payments.save_link(replace(link, provider_id=LINK_ID))


@asynccontextmanager
async def counter(secrets: Iterable[str] = (SECRET, OLDER)) -> AsyncIterator[Counter]:
    """A shop that takes Razorpay's notices."""
    store = MemoryStore()
    scene = await Scene(store=store).open()
    app = web.Application(middlewares=[errors])
    razorpay.add_routes(app, scene.engine, list(secrets), KEY_SECRET)
    async with serving(app) as url, ClientSession() as http:
        yield Counter(scene, store, url, http)


def parsed(name: str) -> dict[str, Any]:
    """One of our own payloads."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_bytes())
    return found
