"""Customers, their conversations and transcripts, and who signs in."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, UniqueConstraint, false, text

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
    needs("silent", Boolean, server_default=false()),
    needs("no_marketing", Boolean, server_default=false()),
)
identity = table(
    "identity",
    row_id(),
    refers("customer_id", "customer.id", index=True),
    needs("channel", Word(Channel)),
    needs("account", String),
    needs("user", String),
    Column("proved_until", UtcTime, index=True),
    UniqueConstraint("channel", "account", "user"),
)
"""Of a web chat that proved a phone number, until when that holds."""
alias = table(
    "alias",
    row_id(),
    refers("identity_id", "identity.id"),
    needs("channel", Word(Channel)),
    needs("account", String),
    needs("user", String),
    UniqueConstraint("channel", "account", "user"),
)
"""Another id that the provider has for the same person."""
consent = table(
    "consent",
    row_id(),
    refers("customer_id", "customer.id", index=True),
    needs("channel", Word(Channel)),
    needs("wanted", Boolean),
    needs("marketing", Boolean),
    needs("source", String),
    needs("at", UtcTime),
)
"""Every opt-in and opt-out, never changed afterwards."""
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
    refers("conversation_id", "conversation.id", index=True),
    needs("at", UtcTime),
    needs("peer", String, server_default=text("''")),
)
"""`peer` stands for the client's address that it was begun from; the address itself is nowhere."""
proof = table(
    "proof",
    row_id(),
    refers("conversation_id", "conversation.id", index=True),
    needs("channel", Word(Channel)),
    needs("account", String),
    needs("user", String),
    needs("code_hash", String),
    needs("tries", Integer),
    Column("at", UtcTime, nullable=False, index=True),
    needs("ends_at", UtcTime),
    needs("done", Boolean),
    needs("peer", String, server_default=text("''")),
)
"""One-time codes by which a web chat proves a phone number; the code itself is nowhere."""
console_session = table(
    "console_session",
    Column("token_hash", String, primary_key=True),
    refers("user_id", "console_user.id"),
    needs("until", UtcTime),
)
