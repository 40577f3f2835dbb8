"""From where one-time codes were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring the database from the last revision to this one."""
    for table in ("webchat_session", "proof"):
        op.add_column(table, sa.Column("peer", sa.String, nullable=False, server_default=sa.text("''")))
    op.create_index("ix_webchat_session_conversation_id", "webchat_session", ["conversation_id"])
