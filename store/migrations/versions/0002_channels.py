"""WhatsApp and SMS: statuses of what was sent, consent, aliases and proofs of identities, more than words."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the database from the last revision to this one."""
    _widen()
    _make_delivery()
    _make_identities()
    _keep_silence()


def _widen() -> None:
    op.add_column("inbox", sa.Column("more", sa.JSON))
    op.add_column("outbox", sa.Column("parts", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("outbox", sa.Column("form", sa.String, nullable=False, server_default=sa.text("''")))
    dead = sa.text("failure IS NOT NULL")
    op.create_index(
        "ix_outbox_conversation_id_seq", "outbox", ["conversation_id", "seq"], sqlite_where=dead, postgresql_where=dead
    )
    for name in ("silent", "no_marketing"):
        op.add_column("customer", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("identity", sa.Column("proved_until", _TIME))
    op.create_index("ix_identity_proved_until", "identity", ["proved_until"])
    op.create_index("ix_ticket_customer_id", "ticket", ["customer_id"])


def _id() -> sa.Column[int]:
    return sa.Column("id", _ID, primary_key=True)


def _words(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _make_delivery() -> None:
    op.create_table(
        "delivery",
        _id(),
        *_words("channel", "account", "provider_id"),
        sa.Column("conversation_id", _ID),
        sa.Column("seq", sa.Integer),
        sa.Column("form", sa.String, nullable=False, server_default=sa.text("''")),
        *(sa.Column(name, sa.String) for name in ("progress", "trouble", "code")),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("channel", "account", "provider_id", name="uq_delivery_channel_account_provider_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_at", "delivery", ["at"])
    op.create_index("ix_delivery_conversation_id_seq", "delivery", ["conversation_id", "seq"])


def _make_identities() -> None:
    op.create_table(
        "alias",
        _id(),
        _key("alias", "identity_id", "identity"),
        *_words("channel", "account", "user"),
        sa.PrimaryKeyConstraint("id", name="pk_alias"),
        sa.UniqueConstraint("channel", "account", "user", name="uq_alias_channel_account_user"),
    )
    op.create_table(
        "consent",
        _id(),
        _key("consent", "customer_id", "customer"),
        *_words("channel"),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("wanted", "marketing")),
        *_words("source"),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_customer_id", "consent", ["customer_id"])
    op.create_table(
        "proof",
        _id(),
        _key("proof", "conversation_id", "conversation"),
        *_words("channel", "account", "user", "code_hash"),
        sa.Column("tries", sa.Integer, nullable=False),
        *(sa.Column(name, _TIME, nullable=False) for name in ("at", "ends_at")),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proof"),
    )
    op.create_index("ix_proof_conversation_id", "proof", ["conversation_id"])
    op.create_index("ix_proof_at", "proof", ["at"])


def _key(of: str, name: str, table: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id", name=f"fk_{of}_{name}_{table}")
    return sa.Column(name, _ID, key, nullable=False)


def _keep_silence() -> None:
    """Who said STOP in a conversation said it as a customer."""
    connection = op.get_bind()
    talks = connection.execute(
        sa.text("SELECT i.customer_id, c.memory FROM conversation c JOIN identity i ON i.id = c.identity_id")
    ).all()
    silent = {customer for customer, memory in talks if _memory(memory).get("stopped")}
    for customer in silent:
        connection.execute(sa.text("UPDATE customer SET silent = true WHERE id = :id"), {"id": customer})


def _memory(kept: Any) -> dict[str, Any]:
    memory: dict[str, Any] = json.loads(kept) if isinstance(kept, str) else kept
    return memory
