"""Customers, their conversations and transcripts, and who signs in."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, UniqueConstraint

from model.conversation import Holder
from model.message import Author, Channel
from store.columns import Remembered, UtcTime, Word
from store.tables.base import needs, refers, row_id, table

customer = table(
    "customer",
    row_id(),
    Column("name", String),
    Column("phone", String),
    Column("street", String),
    Column("pincode", String),
)
identity = table(
    "identity",
    row_id(),
    refers("customer_id", "customer.id", index=True),
    needs("channel", Word(Channel)),
    needs("account", String),
    needs("user", String),
    UniqueConstraint("channel", "account", "user"),
)
console_user = table(
    "console_user",
    row_id(),
    Column("name", String, nullable=False, unique=True),
    needs("password_hash", String),
    needs("role", String),
    needs("demo", Boolean),
)
conversation = table(
    "conversation",
    row_id(),
    refers("identity_id", "identity.id", unique=True),
    needs("holder", Word(Holder)),
    refers("agent_id", "console_user.id", optional=True),
    needs("version", Integer),
    needs("memory", Remembered),
    Column("queued_at", UtcTime),
    Column("agent_seen_at", UtcTime),
    Column("reason", String),
    Column("lease_owner", String),
    Column("lease_until", UtcTime),
    needs("last_seq", Integer),
    needs("last_at", UtcTime),
    needs("wrote_at", UtcTime),
    Index(None, "holder", "last_at"),
)
message = table(
    "message",
    refers("conversation_id", "conversation.id", key=True),
    Column("seq", Integer, primary_key=True),
    needs("author", Word(Author)),
    needs("content", JSON),
    needs("at", UtcTime),
    needs("client_id", String),
)
webchat_session = table(
    "webchat_session",
    Column("token_hash", String, primary_key=True),
    refers("conversation_id", "conversation.id"),
    needs("at", UtcTime),
)
console_session = table(
    "console_session",
    Column("token_hash", String, primary_key=True),
    refers("user_id", "console_user.id"),
    needs("until", UtcTime),
)
