"""Replies on their way out: an outbox row points at the line of the transcript that is to be delivered."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, exists, insert, select, update

from model.conversation import Conversation
from model.message import Address, Channel, Line
from model.rows import OutboxRow
from store import tables as t
from store.repos.base import Repository

_o, _m, _i = t.outbox.c, t.message.c, t.identity.c
_earlier = t.outbox.alias("earlier").c
_NOW: BindParameter[datetime] = bindparam("now")
_BEHIND = exists().where(
    _earlier.conversation_id == _o.conversation_id,
    _earlier.id < _o.id,
    _earlier.failure.is_(None),
    _earlier.due_at > _NOW,
)
_ADD = insert(t.outbox).returning(_o.id)
_DUE = (
    select(
        *(_o.id, _o.conversation_id, _i.channel, _i.account, _i.user),
        *(_o.seq, _m.author, _m.content, _m.at, _o.attempts),
    )
    .join_from(t.outbox, t.message)
    .join(t.conversation, t.conversation.c.id == _o.conversation_id)
    .join(t.identity, _i.id == t.conversation.c.identity_id)
    .where(t.OUTBOX_WAITS, _o.due_at <= _NOW, _i.channel.in_(bindparam("channels", expanding=True)), ~_BEHIND)
    .order_by(_o.id)
    .limit(bindparam("limit"))
)
_SENT = delete(t.outbox).where(_o.id == bindparam("key"))
_SET = update(t.outbox).where(_o.id == bindparam("key"))
_RETRY = _SET.values(attempts=_o.attempts + 1).returning(_o.attempts)


class SqlOutbox(Repository):
    """`model.ports.Outbox`."""

    __slots__ = ()

    def add(self, conversation: Conversation, line: Line) -> OutboxRow:
        row = {"conversation_id": conversation.id, "seq": line.seq, "due_at": line.at, "attempts": 0}
        row_id = self._all(_ADD, **row).scalar_one()
        return OutboxRow(row_id, conversation.id, conversation.address, line.seq, line.author, line.content, line.at)

    def due(self, now: datetime, limit: int, channels: Sequence[Channel]) -> list[OutboxRow]:
        return [
            OutboxRow(id_, conversation, Address(channel, account, user), *rest)
            for id_, conversation, channel, account, user, *rest in self._all(
                _DUE, now=now, limit=limit, channels=list(channels)
            )
        ]

    def sent(self, row_ids: Sequence[int]) -> None:
        if row_ids:
            self._connection.execute(_SENT, [{"key": row_id} for row_id in row_ids])

    def retry(self, row_id: int, at: datetime) -> int:
        return int(self._one(_RETRY, "outbox row", key=row_id, due_at=at)[0])

    def dead(self, row_id: int, reason: str) -> None:
        self._change(_SET, key=row_id, failure=reason)
