"""Rows that wait for work.

Their partial indexes hold the waiting rows alone, so finding work costs the same however old the shop is. Outbox and
effect rows are deleted once done: the transcript and the history of events tell what happened.
"""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    literal_column,
    text,
)

from model.effect import EffectKind
from model.message import Channel, NoticeKind, Progress, Trouble
from store.columns import Id, UtcTime, Word
from store.tables.base import index_only, needs, refers, row_id, table

inbox = table(
    "inbox",
    row_id(),
    refers("conversation_id", "conversation.id"),
    needs("provider_id", String),
    needs("text", String),
    needs("tap", String),
    needs("file", String),
    Column("more", JSON),
    needs("state", String),
    needs("attempts", Integer),
    Column("received_at", UtcTime, nullable=False, index=True),
    Column("deferred_until", UtcTime),
    UniqueConstraint("conversation_id", "provider_id"),
    reuse_ids=False,
)
"""A conversation has one identity, so its id stands for channel, account and user.

`more` holds what a message has besides words, as `store.columns.more_of` writes it; null for most.
"""
notice = table(
    "notice",
    row_id(),
    needs("source", String),
    needs("provider_id", String),
    needs("kind", Word(NoticeKind)),
    needs("body", JSON),
    needs("state", String),
    needs("attempts", Integer),
    Column("received_at", UtcTime, nullable=False, index=True),
    UniqueConstraint("source", "provider_id"),
    reuse_ids=False,
)
outbox = table(
    "outbox",
    row_id(),
    needs("conversation_id", Id),
    needs("seq", Integer),
    needs("due_at", UtcTime),
    needs("attempts", Integer),
    needs("parts", Integer, server_default=text("0")),
    needs("form", String, server_default=text("''")),
    needs("resends", Integer, server_default=text("0")),
    Column("failure", String),
    ForeignKeyConstraint(["conversation_id", "seq"], ["message.conversation_id", "message.seq"]),
    reuse_ids=False,
)
delivery = table(
    "delivery",
    row_id(),
    needs("channel", Word(Channel)),
    needs("account", String),
    needs("provider_id", String),
    Column("conversation_id", Id),
    Column("seq", Integer),
    needs("form", String, server_default=text("''")),
    needs("part", Integer, server_default=text("0")),
    needs("resends", Integer, server_default=text("0")),
    Column("progress", Word(Progress)),
    Column("trouble", Word(Trouble)),
    Column("code", String),
    Column("at", UtcTime, nullable=False, index=True),
    UniqueConstraint("channel", "account", "provider_id"),
    Index(None, "conversation_id", "seq"),
    reuse_ids=False,
)
"""Messages that providers took, and how far each has come; a status may be here before we know what it is of."""
asked = table(
    "asked",
    row_id(),
    needs("channel", Word(Channel)),
    needs("account", String),
    needs("since", UtcTime),
    UniqueConstraint("channel", "account"),
)
"""From when on a provider's archive of a channel's account is to be asked for messages that did not come."""
effect = table(
    "effect",
    row_id(),
    needs("kind", Word(EffectKind)),
    needs("lane", String),
    needs("body", JSON),
    needs("due_at", UtcTime),
    Column("claimed_until", UtcTime),
    needs("attempts", Integer),
    Column("failure", String),
    reuse_ids=False,
)
WAITING, DONE, PARKED = "waiting", "done", "parked"
INBOX_WAITS = inbox.c.state == literal_column(f"'{WAITING}'")
NOTICE_WAITS = notice.c.state == literal_column(f"'{WAITING}'")
OUTBOX_WAITS = outbox.c.failure.is_(None)
OUTBOX_DEAD = outbox.c.failure.is_not(None)
EFFECT_WAITS = effect.c.failure.is_(None)
index_only(INBOX_WAITS, inbox.c.conversation_id, inbox.c.id)
index_only(NOTICE_WAITS, notice.c.id)
index_only(OUTBOX_WAITS, outbox.c.conversation_id, outbox.c.id)
index_only(OUTBOX_WAITS, outbox.c.id)
index_only(OUTBOX_DEAD, outbox.c.conversation_id, outbox.c.seq)
index_only(EFFECT_WAITS, effect.c.lane, effect.c.id)
index_only(EFFECT_WAITS, effect.c.id)
