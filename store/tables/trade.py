"""Carts, orders, the money around them, their history, and tickets."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String

from model.events import EventKind
from model.order import LinkStatus, OrderStatus, PayBy, RefundStatus, TicketKind
from store.columns import Id, Paise, UtcTime, Word
from store.tables.base import index_only, needs, refers, row_id, table

cart = table(
    "cart",
    refers("customer_id", "customer.id", key=True),
    needs("lines", JSON),
    Column("coupon", String),
)
order = table(
    "order",
    row_id(),
    Column("number", String, nullable=False, unique=True),
    refers("customer_id", "customer.id"),
    needs("status", Word(OrderStatus)),
    needs("pay_by", Word(PayBy)),
    *(needs(name, Paise) for name in ("goods", "discount", "delivery")),
    needs("ship_to", JSON),
    needs("placed_at", UtcTime),
    Column("coupon", String),
    Column("replaced_by", String),
    Column("paid_at", UtcTime),
    Index(None, "customer_id", "id"),
    Index(None, "status", "id"),
)
order_line = table(
    "order_line",
    refers("order_number", "order.number", key=True),
    Column("position", Integer, primary_key=True),
    *(needs(name, String) for name in ("sku", "product_id", "title", "pack")),
    needs("size", Integer),
    needs("packs", Integer),
    needs("price", Paise),
)
hold = table(
    "hold",
    refers("order_number", "order.number", key=True),
    refers("customer_id", "customer.id", unique=True),
    needs("needs", JSON),
    Column("ends_at", UtcTime, nullable=False, index=True),
)
event = table(
    "event",
    row_id(),
    needs("kind", Word(EventKind)),
    needs("at", UtcTime),
    needs("actor", String),
    Column("order_number", String),
    Column("customer_id", Id),
    needs("details", JSON),
    Index(None, "order_number", "id"),
)
payment_link = table(
    "payment_link",
    row_id(),
    Column("reference", String, nullable=False, unique=True),
    refers("order_number", "order.number", index=True),
    needs("amount", Paise),
    needs("status", Word(LinkStatus)),
    needs("expires_at", UtcTime),
    Column("provider_id", String, unique=True),
    Column("url", String),
)
payment = table(
    "payment",
    row_id(),
    Column("provider_id", String, nullable=False, unique=True),
    refers("order_number", "order.number", optional=True, index=True),
    Column("reference", String),
    needs("amount", Paise),
    needs("currency", String),
    needs("method", String),
    needs("at", UtcTime),
    needs("applied", Boolean),
)
UNMATCHED = payment.c.order_number.is_(None)
index_only(UNMATCHED, payment.c.id)
refund = table(
    "refund",
    row_id(),
    Column("key", String, nullable=False, unique=True),
    refers("payment_id", "payment.provider_id"),
    refers("order_number", "order.number", optional=True, index=True),
    needs("amount", Paise),
    needs("reason", String),
    needs("status", Word(RefundStatus)),
    Column("provider_id", String, unique=True),
)
ticket = table(
    "ticket",
    row_id(),
    needs("kind", Word(TicketKind)),
    refers("customer_id", "customer.id", optional=True, index=True),
    refers("conversation_id", "conversation.id", optional=True),
    Column("order_number", String),
    needs("details", String),
    needs("at", UtcTime),
    needs("closed", Boolean),
    Index(None, "closed", "id"),
)
