"""Razorpay's notices: `verify` the raw bytes, `read` the payload, store it, answer; nothing slower in between.

Facts: `X-Razorpay-Signature` is the hex HMAC-SHA256 of the raw body with the webhook secret (an older one for
retries after a rotation); `x-razorpay-event-id` is the same on every repeat; events come at least once, in any order.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.engine import Engine
from model.language import DEFAULT
from model.message import Notice, NoticeKind
from shop.work import Work
from webhooks.body import read_body

MAX_BODY = 256 * 1024
_CAPTURED = frozenset({"payment.captured", "order.paid", "payment_link.paid", "payment_link.partially_paid"})
_REFUNDS = {"refund.created": "pending", "refund.processed": "processed", "refund.failed": "failed"}
_CLOSED = frozenset({"payment_link.cancelled", "payment_link.expired"})
_TEXT = 64
"""Characters kept of an id: Razorpay's are 14 to 30 long."""


def verify(headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
    """Whether one of the webhook secrets signed these bytes; every secret is tried, in constant time each."""
    given = headers.get("X-Razorpay-Signature", "").encode("utf-8", "surrogatepass")
    expected = [hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest().encode() for secret in secrets]
    return any(hmac.compare_digest(one, given) for one in expected)


def verify_return(query: Mapping[str, str], key_secret: str) -> bool:
    """Whether Razorpay sent the customer back with these parameters (signed with the API key's secret)."""
    names = ("payment_link_id", "payment_link_reference_id", "payment_link_status", "payment_id")
    message = "|".join(query.get(f"razorpay_{name}", "") for name in names)
    expected = hmac.new(key_secret.encode(), message.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    given = query.get("razorpay_signature", "").encode("utf-8", "surrogatepass")
    return hmac.compare_digest(expected.encode(), given)


def read(headers: Mapping[str, str], raw: bytes) -> list[Notice]:
    """The notice in a signed body, or none where it is of a kind that does not concern us.

    Raises ValueError on a body that is no such event.
    """
    event = json.loads(raw)
    if not isinstance(event, dict):
        raise ValueError("an event is an object")
    kind = str(event.get("event"))
    event_id = _text(headers.get("x-razorpay-event-id")) or hashlib.sha256(raw).hexdigest()
    read_one = _READERS.get(kind)
    body = read_one(kind, _entities(event)) if read_one else None
    return [Notice("razorpay", event_id, *body)] if body else []


Entities = Mapping[str, Mapping[str, Any]]
Read = tuple[NoticeKind, dict[str, Any]]


def _entities(event: Mapping[str, Any]) -> Entities:
    payload = event.get("payload")
    if not isinstance(payload, dict):
        raise ValueError("an event has a payload")
    found = {name: part.get("entity") for name, part in payload.items() if isinstance(part, dict)}
    return {name: entity for name, entity in found.items() if isinstance(entity, dict)}


def _text(value: Any) -> str | None:
    """An id or a plain word, as Razorpay writes them; None for anything else, which no database need keep."""
    plain = isinstance(value, str) and value.isascii() and value.isprintable()
    return (value[:_TEXT] or None) if plain else None


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise ValueError("not a whole number")
    return value


def _reference(entities: Entities) -> str | None:
    """Ours, from the link, else the order's receipt, else the notes (null, [] or an object)."""
    notes = entities.get("payment", {}).get("notes")
    noted = notes.get("reference") if isinstance(notes, dict) else None
    link, order = entities.get("payment_link", {}), entities.get("order", {})
    return _text(link.get("reference_id")) or _text(order.get("receipt")) or _text(noted)


def _link_id(entities: Entities) -> str | None:
    """The link's id; a payment of a link carries it in its description as "#" and the id without its prefix."""
    told = _text(entities.get("payment_link", {}).get("id"))
    described = _text(entities.get("payment", {}).get("description")) or ""
    return told or (f"plink_{described[1:]}" if described.startswith("#") and described[1:].isalnum() else None)


def _captured(kind: str, entities: Entities) -> Read | None:
    payment = entities.get("payment")
    if payment is None or payment.get("status") != "captured":
        return None
    body = {
        "payment_id": _text(payment.get("id")),
        "amount": _number(payment.get("amount")),
        "currency": _text(payment.get("currency")) or "",
        "method": _text(payment.get("method")) or "",
        "at": _number(payment.get("created_at")),
        "reference": _reference(entities),
        "link_id": _link_id(entities),
    }
    if body["payment_id"] is None:
        raise ValueError("a payment has an id")
    return NoticeKind.PAYMENT, body


def _failed(kind: str, entities: Entities) -> Read | None:
    return NoticeKind.PAYMENT_FAILED, {"reference": _reference(entities)}


def _closed(kind: str, entities: Entities) -> Read | None:
    link_id = _link_id(entities)
    return (NoticeKind.LINK_CLOSED, {"link_id": link_id}) if link_id else None


def _refund(kind: str, entities: Entities) -> Read | None:
    refund = entities.get("refund", {})
    refund_id, payment_id = _text(refund.get("id")), _text(refund.get("payment_id"))
    if refund_id is None or payment_id is None:
        return None
    return NoticeKind.REFUND, {"refund_id": refund_id, "payment_id": payment_id, "status": _REFUNDS[kind]}


_READERS = {
    **dict.fromkeys(_CAPTURED, _captured),
    **dict.fromkeys(_CLOSED, _closed),
    **dict.fromkeys(_REFUNDS, _refund),
    "payment.failed": _failed,
}


def _language(work: Work, link_id: str) -> str:
    """The language in which the customer of a link talks to us."""
    link = work.uow.payments.link_by_provider(link_id)
    order = work.uow.orders.get(link.order_number) if link else None
    conversation = work.uow.conversations.latest_of(order.customer_id) if order else None
    return conversation.memory.language if conversation else DEFAULT


def add_routes(app: web.Application, engine: Engine, secrets: Sequence[str], key_secret: str) -> None:
    """`POST /webhooks/razorpay` and `GET /payments/razorpay/return`."""

    async def webhook(request: web.Request) -> web.Response:
        raw = await read_body(request, MAX_BODY)
        if not verify(request.headers, raw, secrets):
            raise web.HTTPUnauthorized()
        try:
            notices = read(request.headers, raw)
        except (ValueError, RecursionError) as error:
            raise web.HTTPBadRequest() from error
        for notice in notices:
            await engine.accept_notice(notice)
        return web.json_response({"ok": True})

    async def come_back(request: web.Request) -> web.Response:
        """The customer is back: Razorpay is asked; what the address says is not believed."""
        if verify_return(request.query, key_secret):
            link_id = request.query["razorpay_payment_link_id"][:_TEXT]
            payment_id = request.query.get("razorpay_payment_id", "")[:_TEXT]
            asked = Notice("razorpay-return", f"{link_id}:{payment_id}", NoticeKind.ASK, {"link_id": link_id})
            await engine.accept_notice(asked)
            raise web.HTTPSeeOther(f"/?lang={await engine.change('razorpay', lambda work: _language(work, link_id))}")
        raise web.HTTPSeeOther("/")

    app.router.add_post("/webhooks/razorpay", webhook)
    app.router.add_get("/payments/razorpay/return", come_back)
