"""Up to when providers were asked for messages that they could not bring."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_LAST_HEARD = """
    INSERT INTO asked (channel, account, since)
    SELECT i.channel, i.account, MAX(m.received_at)
    FROM inbox m JOIN conversation c ON c.id = m.conversation_id JOIN identity i ON i.id = c.identity_id
    WHERE i.channel = 'sms' OR i.account LIKE '+%'
    GROUP BY i.channel, i.account
"""


def upgrade() -> None:
    """Bring the database from the last revision to this one.

    What Twilio's numbers were written since they were last heard of may have been missed while this was installed.
    """
    op.create_table(
        "asked",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_asked"),
        sa.UniqueConstraint("channel", "account", name="uq_asked_channel_account"),
    )
    op.execute(_LAST_HEARD)
