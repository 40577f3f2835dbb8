"""Webhook bodies: what Razorpay tells, and how it words it."""

import json
from typing import Any

from sandbox.postman import Letter
from sandbox.razorpay import shapes
from sandbox.razorpay.entities import Link, Payment, Refund
from sandbox.razorpay.ids import bare_id

ACCOUNT = "acc_SandboxAccount"

Json = dict[str, Any]


def paid(payment: Payment, first: bool, now: int) -> list[Letter]:
    """Four events for one payment; money beyond what the link asked for brings only the first two."""
    link = payment.link
    settled = {"payment": shapes.payment_answer(payment)}
    told = [
        _event("payment.authorized", {"payment": shapes.told_authorised(payment)}, now),
        _event("payment.captured", settled, now),
    ]
    if not first:
        return told
    by_link = {
        "payment_link": shapes.told_link(link),
        "order": shapes.link_order_entity(link, ACCOUNT),
        "payment": shapes.told_with_link(payment),
    }
    told.append(_event("order.paid", settled | {"order": shapes.order_entity(link)}, now))
    told.append(_event("payment_link.paid", by_link, now))
    return told


def failed(payment: Payment, now: int) -> Letter:
    """The bank declined."""
    return _event("payment.failed", {"payment": shapes.told_failure(payment)}, now)


def closed(link: Link, now: int) -> Letter:
    """The link was cancelled or has expired."""
    return _event(f"payment_link.{link.status}", {"payment_link": shapes.told_link(link)}, now)


def refund(refund: Refund, now: int) -> Letter:
    """A refund was created, or has been processed by now."""
    name = "refund.processed" if refund.processed else "refund.created"
    entities = {"refund": shapes.refund_answer(refund), "payment": shapes.payment_answer(refund.payment)}
    return _event(name, entities, now)


def raw_event(raw: bytes) -> Letter:
    """Any bytes at all, sent as they are. The name is for the records."""
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    name = body.get("event") if isinstance(body, dict) else None
    return Letter(bare_id(), str(name or "unknown"), raw)


def _event(name: str, entities: dict[str, Json], now: int) -> Letter:
    body = {
        "entity": "event",
        "account_id": ACCOUNT,
        "event": name,
        "contains": list(entities),
        "payload": {kind: {"entity": entity} for kind, entity in entities.items()},
        "created_at": now,
    }
    return Letter(bare_id(), name, _bytes(body))


def _bytes(body: Json) -> bytes:
    # Escaped slashes and letters: whoever checks the signature over JSON they wrote anew will fail.
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode("ascii")
