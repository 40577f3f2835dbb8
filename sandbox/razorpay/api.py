"""The REST API under /v1: payment links, payments and refunds."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from aiohttp import web

from sandbox.razorpay import fields, shapes
from sandbox.razorpay.desk import Desk
from sandbox.razorpay.entities import Link, Payment, Refund
from sandbox.razorpay.errors import Refusal
from sandbox.razorpay.keys import RefundKeys
from sandbox.razorpay.rules import read_link, read_refund

_PAGE = frozenset({"count", "skip", "from", "to"})

Kept = TypeVar("Kept", Link, Payment, Refund)


class Api:
    """Handlers, one a call."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ledger = desk.ledger
        self._keys = RefundKeys()

    def routes(self) -> list[web.RouteDef]:
        """Relative to /v1."""
        return [
            web.post("/payment_links{_:/?}", self.create_link),
            web.get("/payment_links{_:/?}", self.list_links),
            web.get("/payment_links/{id}", self.get_link),
            web.post("/payment_links/{id}/cancel", self.cancel_link),
            web.get("/payments{_:/?}", self.list_payments),
            web.get("/payments/{id}", self.get_payment),
            web.post("/payments/{id}/refund", self.create_refund),
            web.get("/payments/{id}/refunds", self.list_refunds),
            web.get("/refunds/{id}", self.get_refund),
        ]

    async def create_link(self, request: web.Request) -> web.Response:
        """A new link, ready to be paid."""
        asked = read_link(await _body(request), self._ledger.now())
        await self._desk.chaos.work()
        return web.json_response(shapes.link_answer(self._ledger.add_link(asked)))

    async def get_link(self, request: web.Request) -> web.Response:
        """One link."""
        return web.json_response(shapes.link_answer(self._desk.link(request.match_info["id"])))

    async def list_links(self, request: web.Request) -> web.Response:
        """Links, newest first; `reference_id` and `payment_id` narrow them down."""
        query = fields.known(dict(request.query), _PAGE | {"reference_id", "payment_id"})
        self._desk.expire_due()
        wanted = [link for link in self._ledger.links.values() if _matches(link, query)]
        return web.json_response({"payment_links": [shapes.listed_link(link) for link in _page(wanted, query)]})

    async def cancel_link(self, request: web.Request) -> web.Response:
        """A link that nobody can pay any more."""
        link = self._desk.cancel(request.match_info["id"])
        return web.json_response(shapes.listed_link(link))

    async def get_payment(self, request: web.Request) -> web.Response:
        """One payment."""
        return web.json_response(shapes.payment_answer(self._ledger.payment(request.match_info["id"])))

    async def list_payments(self, request: web.Request) -> web.Response:
        """Payments, newest first."""
        query = fields.known(dict(request.query), _PAGE)
        found = _page(self._ledger.payments.values(), query)
        return web.json_response(shapes.collection([shapes.payment_answer(payment) for payment in found]))

    async def create_refund(self, request: web.Request) -> web.Response:
        """A refund; with an idempotency key, the one refund of that key."""
        payment_id, body = request.match_info["id"], await _body(request)
        key = request.headers.get("X-Refund-Idempotency")
        if key is None:
            refund = await self._refund(payment_id, body)
        else:
            refund = await self._refund_once(key, payment_id, body)
        return web.json_response(shapes.refund_answer(refund))

    async def list_refunds(self, request: web.Request) -> web.Response:
        """The refunds of one payment."""
        payment = self._ledger.payment(request.match_info["id"])
        found = [refund for refund in self._ledger.refunds.values() if refund.payment is payment]
        page = _page(found, fields.known(dict(request.query), _PAGE))
        return web.json_response(shapes.collection([shapes.refund_answer(refund) for refund in page]))

    async def get_refund(self, request: web.Request) -> web.Response:
        """One refund."""
        return web.json_response(shapes.refund_answer(self._ledger.refund(request.match_info["id"])))

    async def _refund(self, payment_id: str, body: object) -> Refund:
        asked = read_refund(body)
        await self._desk.chaos.work()
        return self._desk.refund(payment_id, asked)

    async def _refund_once(self, key: str, payment_id: str, body: object) -> Refund:
        earlier = self._keys.claim(key, (payment_id, body))
        if earlier is not None:
            return earlier
        try:
            refund = await self._refund(payment_id, body)
        except BaseException:
            self._keys.release(key)
            raise
        self._keys.settle(key, refund)
        return refund


async def _body(request: web.Request) -> Any:
    raw = await request.read()
    try:
        return await request.json() if raw else None
    except ValueError:
        raise Refusal("wrong input fields sent.") from None


def _matches(link: Link, query: fields.Json) -> bool:
    if "reference_id" in query and link.asked.reference_id != query["reference_id"]:
        return False
    return "payment_id" not in query or any(paid.id == query["payment_id"] for paid in link.payments)


def _page(kept: Iterable[Kept], query: fields.Json) -> Sequence[Kept]:
    since, until = _number(query, "from", 0), _number(query, "to", 2**40)
    found = [item for item in kept if since <= item.created_at <= until]
    skip, count = _number(query, "skip", 0), min(_number(query, "count", 10), 100)
    return found[::-1][skip : skip + count]


def _number(query: fields.Json, name: str, default: int) -> int:
    value = query.get(name, str(default))
    if not value.isdecimal():
        raise Refusal(f"The {name} must be an integer.", field=name)
    return int(value)
