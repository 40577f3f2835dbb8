"""The first tables: a frozen copy of how `store.tables` began, so that later changes there do not change this."""

from typing import Any

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    literal_column,
)

revision = "0001"
down_revision = None

_ID = BigInteger().with_variant(Integer, "sqlite")
_TIME = DateTime(timezone=True)
_schema = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *parts: Any, reuse_ids: bool = True) -> Table:
    return Table(name, _schema, *parts, sqlite_autoincrement=not reuse_ids)


def _row_id() -> Column[int]:
    return Column("id", _ID, primary_key=True)


def _needs(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _refers(name: str, target: str, *, key: bool = False, optional: bool = False, **more: Any) -> Column[Any]:
    return Column(name, ForeignKey(target), primary_key=key, nullable=optional, **more)


def _index_only(where: ColumnElement[bool], *columns: Column[Any]) -> None:
    Index(None, *columns, sqlite_where=where, postgresql_where=where)


# people, conversations, sign-ins

customer = _table(
    "customer",
    _row_id(),
    Column("name", String),
    Column("phone", String),
    Column("street", String),
    Column("pincode", String),
)
identity = _table(
    "identity",
    _row_id(),
    _refers("customer_id", "customer.id", index=True),
    _needs("channel", String),
    _needs("account", String),
    _needs("user", String),
    UniqueConstraint("channel", "account", "user"),
)
console_user = _table(
    "console_user",
    _row_id(),
    Column("name", String, nullable=False, unique=True),
    _needs("password_hash", String),
    _needs("role", String),
    _needs("demo", Boolean),
)
conversation = _table(
    "conversation",
    _row_id(),
    _refers("identity_id", "identity.id", unique=True),
    _needs("holder", String),
    _refers("agent_id", "console_user.id", optional=True),
    _needs("version", Integer),
    _needs("memory", JSON),
    Column("queued_at", _TIME),
    Column("agent_seen_at", _TIME),
    Column("reason", String),
    Column("lease_owner", String),
    Column("lease_until", _TIME),
    _needs("last_seq", Integer),
    _needs("last_at", _TIME),
    _needs("wrote_at", _TIME),
    Index(None, "holder", "last_at"),
)
message = _table(
    "message",
    _refers("conversation_id", "conversation.id", key=True),
    Column("seq", Integer, primary_key=True),
    _needs("author", String),
    _needs("content", JSON),
    _needs("at", _TIME),
    _needs("client_id", String),
)
webchat_session = _table(
    "webchat_session",
    Column("token_hash", String, primary_key=True),
    _refers("conversation_id", "conversation.id"),
    _needs("at", _TIME),
)
console_session = _table(
    "console_session",
    Column("token_hash", String, primary_key=True),
    _refers("user_id", "console_user.id"),
    _needs("until", _TIME),
)

# work that waits

inbox = _table(
    "inbox",
    _row_id(),
    _refers("conversation_id", "conversation.id"),
    _needs("provider_id", String),
    _needs("text", String),
    _needs("tap", String),
    _needs("file", String),
    _needs("state", String),
    _needs("attempts", Integer),
    Column("received_at", _TIME, nullable=False, index=True),
    Column("deferred_until", _TIME),
    UniqueConstraint("conversation_id", "provider_id"),
    reuse_ids=False,
)
notice = _table(
    "notice",
    _row_id(),
    _needs("source", String),
    _needs("provider_id", String),
    _needs("kind", String),
    _needs("body", JSON),
    _needs("state", String),
    _needs("attempts", Integer),
    Column("received_at", _TIME, nullable=False, index=True),
    UniqueConstraint("source", "provider_id"),
    reuse_ids=False,
)
outbox = _table(
    "outbox",
    _row_id(),
    _needs("conversation_id", _ID),
    _needs("seq", Integer),
    _needs("due_at", _TIME),
    _needs("attempts", Integer),
    Column("failure", String),
    ForeignKeyConstraint(["conversation_id", "seq"], ["message.conversation_id", "message.seq"]),
    reuse_ids=False,
)
effect = _table(
    "effect",
    _row_id(),
    _needs("kind", String),
    _needs("lane", String),
    _needs("body", JSON),
    _needs("due_at", _TIME),
    Column("claimed_until", _TIME),
    _needs("attempts", Integer),
    Column("failure", String),
    reuse_ids=False,
)
WAITING, DONE, PARKED = "waiting", "done", "parked"
INBOX_WAITS = inbox.c.state == literal_column(f"'{WAITING}'")
NOTICE_WAITS = notice.c.state == literal_column(f"'{WAITING}'")
OUTBOX_WAITS = outbox.c.failure.is_(None)
EFFECT_WAITS = effect.c.failure.is_(None)
_index_only(INBOX_WAITS, inbox.c.conversation_id, inbox.c.id)
_index_only(NOTICE_WAITS, notice.c.id)
_index_only(OUTBOX_WAITS, outbox.c.conversation_id, outbox.c.id)
_index_only(OUTBOX_WAITS, outbox.c.id)
_index_only(EFFECT_WAITS, effect.c.lane, effect.c.id)
_index_only(EFFECT_WAITS, effect.c.id)

# catalogue and stock

catalogue = _table(
    "catalogue",
    Column("id", Integer, primary_key=True, autoincrement=False),
    _needs("version", Integer),
    _needs("seeded_at", _TIME),
    CheckConstraint("id = 1", name="only_one"),
)
shop = _table(
    "shop",
    Column("position", Integer, primary_key=True),
    *(_needs(name, JSON) for name in ("tagline", "about", "hours")),
    *(_needs(name, String) for name in ("name", "street", "city", "state", "state_code", "pincode")),
    *(_needs(name, String) for name in ("gstin", "phone", "email", "zone")),
)
category = _table(
    "category",
    Column("id", String, primary_key=True),
    _needs("position", Integer),
    _needs("name", JSON),
    _needs("aliases", JSON),
    _needs("emoji", String),
)
product = _table(
    "product",
    Column("id", String, primary_key=True),
    _needs("position", Integer),
    _refers("category", "category.id"),
    *(_needs(name, JSON) for name in ("name", "description", "taste", "nutrition", "storage", "serving")),
    *(_needs(name, JSON) for name in ("aliases", "ingredients", "allergens")),
    _needs("veg", Boolean),
    _needs("shelf_life_days", Integer),
    _needs("gst_percent", Integer),
    _needs("hsn", String),
    _needs("unit", String),
    Column("picture", String),
)
variant = _table(
    "variant",
    Column("sku", String, primary_key=True),
    _needs("position", Integer),
    _refers("product_id", "product.id"),
    _needs("pack", String),
    _needs("size", Integer),
    _needs("packaging", String),
    _needs("price", BigInteger),
)
coupon = _table(
    "coupon",
    Column("code", String, primary_key=True),
    _needs("position", Integer),
    Column("percent", Integer),
    Column("amount", BigInteger),
    _needs("min_order", BigInteger),
    Column("max_discount", BigInteger),
    _needs("valid_from", Date),
    _needs("valid_until", Date),
    _needs("text", JSON),
)
delivery_area = _table(
    "delivery_area",
    Column("position", Integer, primary_key=True),
    _needs("name", String),
    _needs("state", String),
    *(_needs(name, JSON) for name in ("places", "pincodes", "days")),
    _needs("charge", BigInteger),
    Column("free_above", BigInteger),
    _needs("cash_on_delivery", Boolean),
)
faq = _table(
    "faq",
    Column("id", String, primary_key=True),
    _needs("position", Integer),
    _needs("question", JSON),
    _needs("keywords", JSON),
    _needs("answer", JSON),
)
stock = _table(
    "stock",
    Column("product_id", String, primary_key=True),
    _needs("on_hand", Integer),
    _needs("held", Integer),
    CheckConstraint("on_hand >= 0", name="on_hand"),
    CheckConstraint("held >= 0", name="held"),
    CheckConstraint("held <= on_hand", name="held_is_there"),
)

# orders and money

cart = _table(
    "cart",
    _refers("customer_id", "customer.id", key=True),
    _needs("lines", JSON),
    Column("coupon", String),
)
order = _table(
    "order",
    _row_id(),
    Column("number", String, nullable=False, unique=True),
    _refers("customer_id", "customer.id"),
    _needs("status", String),
    _needs("pay_by", String),
    *(_needs(name, BigInteger) for name in ("goods", "discount", "delivery")),
    _needs("ship_to", JSON),
    _needs("placed_at", _TIME),
    Column("coupon", String),
    Column("replaced_by", String),
    Column("paid_at", _TIME),
    Index(None, "customer_id", "id"),
    Index(None, "status", "id"),
)
order_line = _table(
    "order_line",
    _refers("order_number", "order.number", key=True),
    Column("position", Integer, primary_key=True),
    *(_needs(name, String) for name in ("sku", "product_id", "title", "pack")),
    _needs("size", Integer),
    _needs("packs", Integer),
    _needs("price", BigInteger),
)
hold = _table(
    "hold",
    _refers("order_number", "order.number", key=True),
    _refers("customer_id", "customer.id", unique=True),
    _needs("needs", JSON),
    Column("ends_at", _TIME, nullable=False, index=True),
)
event = _table(
    "event",
    _row_id(),
    _needs("kind", String),
    _needs("at", _TIME),
    _needs("actor", String),
    Column("order_number", String),
    Column("customer_id", _ID),
    _needs("details", JSON),
    Index(None, "order_number", "id"),
)
payment_link = _table(
    "payment_link",
    _row_id(),
    Column("reference", String, nullable=False, unique=True),
    _refers("order_number", "order.number", index=True),
    _needs("amount", BigInteger),
    _needs("status", String),
    _needs("expires_at", _TIME),
    Column("provider_id", String, unique=True),
    Column("url", String),
)
payment = _table(
    "payment",
    _row_id(),
    Column("provider_id", String, nullable=False, unique=True),
    _refers("order_number", "order.number", optional=True, index=True),
    Column("reference", String),
    _needs("amount", BigInteger),
    _needs("currency", String),
    _needs("method", String),
    _needs("at", _TIME),
    _needs("applied", Boolean),
)
UNMATCHED = payment.c.order_number.is_(None)
_index_only(UNMATCHED, payment.c.id)
refund = _table(
    "refund",
    _row_id(),
    Column("key", String, nullable=False, unique=True),
    _refers("payment_id", "payment.provider_id"),
    _refers("order_number", "order.number", optional=True, index=True),
    _needs("amount", BigInteger),
    _needs("reason", String),
    _needs("status", String),
    Column("provider_id", String, unique=True),
)
ticket = _table(
    "ticket",
    _row_id(),
    _needs("kind", String),
    _refers("customer_id", "customer.id", optional=True),
    _refers("conversation_id", "conversation.id", optional=True),
    Column("order_number", String),
    _needs("details", String),
    _needs("at", _TIME),
    _needs("closed", Boolean),
    Index(None, "closed", "id"),
)


def upgrade() -> None:
    """Create everything."""
    _schema.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    """Drop everything."""
    _schema.drop_all(op.get_bind(), checkfirst=False)
