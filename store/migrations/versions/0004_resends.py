"""Which part of a reply each message was, and how often a part was sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the database from the last revision to this one."""
    for table, name in (("outbox", "resends"), ("delivery", "part"), ("delivery", "resends")):
        op.add_column(table, sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0")))
    _number_parts()


def _number_parts() -> None:
    """Parts went one after the other, and each was noted when it went."""
    earlier = (
        "SELECT count(*) FROM delivery AS earlier WHERE earlier.conversation_id = delivery.conversation_id"
        " AND earlier.seq = delivery.seq AND earlier.form = delivery.form AND earlier.id < delivery.id"
    )
    op.get_bind().execute(sa.text(f"UPDATE delivery SET part = ({earlier})"))  # noqa: S608 - no value of anybody's
