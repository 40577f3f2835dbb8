"""What happened to orders and money: written in the same transaction as the change, never altered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """Everything worth telling a customer or an auditor."""

    ORDER_PLACED = "order_placed"
    ORDER_REPLACED = "order_replaced"
    ORDER_EXPIRED = "order_expired"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_MOVED = "order_moved"
    ADDRESS_CHANGED = "address_changed"
    LINK_READY = "link_ready"
    LINK_FAILED = "link_failed"
    LINK_DELAYED = "link_delayed"
    ORDER_PAID = "order_paid"
    PAYMENT_FAILED = "payment_failed"
    PAYMENT_UNMATCHED = "payment_unmatched"
    REFUND_WANTED = "refund_wanted"
    REFUND_SENT = "refund_sent"
    REFUND_PROCESSED = "refund_processed"
    REFUND_FAILED = "refund_failed"
    STOCK_SET = "stock_set"
    PROOF_WANTED = "proof_wanted"
    CODES_USED_UP = "codes_used_up"


@dataclass(frozen=True, slots=True)
class Event:
    """One change: what, of which order and customer, by whom (`customer`, `razorpay`, `timer`, `agent:3`, …).

    `details` holds plain JSON values; money in paise.
    """

    kind: EventKind
    at: datetime
    actor: str
    order_number: str | None = None
    customer_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
