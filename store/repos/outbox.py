"""Replies on their way out: an outbox row points at the line of the transcript that is to be delivered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, delete, exists, insert, select, update

from model.conversation import Conversation
from model.delivery import farthest, moves
from model.message import Address, Channel, Line, Progress, Sent, Status
from model.rows import Delivery, OutboxRow
from store import tables as t
from store.repos.base import Repository, once

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
_ROWS = (
    select(
        *(_o.id, _o.conversation_id, _i.channel, _i.account, _i.user),
        *(_o.seq, _m.author, _m.content, _m.at, _o.attempts, _o.parts, t.conversation.c.wrote_at, _o.form),
    )
    .join_from(t.outbox, t.message)
    .join(t.conversation, t.conversation.c.id == _o.conversation_id)
    .join(t.identity, _i.id == t.conversation.c.identity_id)
)
_DUE = (
    _ROWS.where(t.OUTBOX_WAITS, _o.due_at <= _NOW, _i.channel.in_(bindparam("channels", expanding=True)), ~_BEHIND)
    .order_by(_o.id)
    .limit(bindparam("limit"))
)
_ROW = _ROWS.where(_o.id == bindparam("key"))
_SENT = delete(t.outbox).where(_o.id == bindparam("key"))
_SET = update(t.outbox).where(_o.id == bindparam("key"))
_RETRY = _SET.values(attempts=_o.attempts + 1).returning(_o.attempts)
_REVIVE = update(t.outbox).where(_o.id.in_(bindparam("keys", expanding=True)), _o.failure.is_not(None))
_WROTE_AT = select(t.conversation.c.wrote_at).where(t.conversation.c.id == bindparam("key"))

_d = t.delivery.c
_SAME = (_d.channel == bindparam("of")) & (_d.account == bindparam("by")) & (_d.provider_id == bindparam("id"))
_DELIVERY = select(_d.id, _d.conversation_id, _d.seq, _d.progress, _d.trouble).where(_SAME).with_for_update()
_ADD_DELIVERY = once(t.delivery)
_SET_DELIVERY = update(t.delivery).where(_d.id == bindparam("key"))
_PROGRESS = select(_d.seq, _d.progress).where(
    _d.conversation_id == bindparam("conversation"), _d.seq.in_(bindparam("seqs", expanding=True))
)
_FORGET = delete(t.delivery).where(_d.at < bindparam("before"))


class SqlOutbox(Repository):
    """`model.ports.Outbox`."""

    __slots__ = ()

    def add(self, conversation: Conversation, line: Line) -> OutboxRow:
        row = {"conversation_id": conversation.id, "seq": line.seq, "due_at": line.at, "attempts": 0}
        row_id = self._all(_ADD, **row).scalar_one()
        wrote_at = self._one(_WROTE_AT, "conversation", key=conversation.id)[0]
        shown = (line.seq, line.author, line.content, line.at)
        return OutboxRow(row_id, conversation.id, conversation.address, *shown, wrote_at=wrote_at)

    def again(self, conversation_id: int, seq: int, form: str, at: datetime) -> OutboxRow:
        row = {"conversation_id": conversation_id, "seq": seq, "due_at": at, "attempts": 0, "form": form}
        return _row(self._one(_ROW, "outbox row", key=self._all(_ADD, **row).scalar_one()))

    def went(self, row: OutboxRow, sent: Sent, at: datetime) -> Delivery:
        if sent.more:
            self._change(_SET, key=row.id, parts=row.parts + 1)
        else:
            self.sent([row.id])
        line = Delivery(row.conversation_id, row.seq, None)
        if not sent.provider_id:
            return line
        where = {"channel": row.address.channel, "account": row.address.account, "provider_id": sent.provider_id}
        if self._insert(_ADD_DELIVERY, **where, conversation_id=row.conversation_id, seq=row.seq, at=at) is not None:
            return line
        known = self._known(row.address.channel, row.address.account, sent.provider_id)
        self._change(_SET_DELIVERY, key=known.id, conversation_id=row.conversation_id, seq=row.seq)
        return Delivery(row.conversation_id, row.seq, known.progress, known.trouble)

    def status(self, status: Status, at: datetime) -> Delivery | None:
        new = {"progress": status.progress, "trouble": status.trouble, "code": status.code or None, "at": at}
        where = {"channel": status.channel, "account": status.account, "provider_id": status.provider_id}
        if self._insert(_ADD_DELIVERY, **where, **new) is not None:
            return Delivery(None, None, status.progress, status.trouble)
        known = self._known(status.channel, status.account, status.provider_id)
        if not moves(known.progress, status.progress):
            return None
        self._change(_SET_DELIVERY, key=known.id, **new)
        return Delivery(known.conversation_id, known.seq, status.progress, status.trouble)

    def _known(self, channel: Channel, account: str, provider_id: str) -> Row[Any]:
        return self._one(_DELIVERY, "delivery", of=channel, by=account, id=provider_id)

    def deliveries(self, conversation_id: int, seqs: Sequence[int]) -> Mapping[int, Progress]:
        rows = self._all(_PROGRESS, conversation=conversation_id, seqs=list(seqs))
        return farthest((seq, progress or Progress.SENT) for seq, progress in rows)

    def due(self, now: datetime, limit: int, channels: Sequence[Channel]) -> list[OutboxRow]:
        return [_row(row) for row in self._all(_DUE, now=now, limit=limit, channels=list(channels))]

    def sent(self, row_ids: Sequence[int]) -> None:
        if row_ids:
            self._connection.execute(_SENT, [{"key": row_id} for row_id in row_ids])

    def retry(self, row_id: int, at: datetime) -> int:
        return int(self._one(_RETRY, "outbox row", key=row_id, due_at=at)[0])

    def dead(self, row_id: int, reason: str) -> None:
        self._change(_SET, key=row_id, failure=reason)

    def revive(self, row_ids: Sequence[int], at: datetime) -> int:
        return self._change(_REVIVE, keys=list(row_ids), failure=None, due_at=at, attempts=0)

    def forget(self, before: datetime) -> int:
        return self._change(_FORGET, before=before)


def _row(row: Row[Any]) -> OutboxRow:
    id_, conversation, channel, account, user, *rest = row
    return OutboxRow(id_, conversation, Address(channel, account, user), *rest)
