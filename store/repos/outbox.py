"""Replies on their way out: an outbox row points at the line of the transcript that is to be delivered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, exists, insert, literal_column, or_, select, update

from model.conversation import Conversation
from model.delivery import TEMPLATE, farthest, moves
from model.message import Address, Channel, Line, Progress, Sent, Status, Trouble
from model.rows import Delivery, OutboxRow
from store import tables as t
from store.columns import UtcTime
from store.repos.base import Repository, Row, merge

_o, _m, _i = t.outbox.c, t.message.c, t.identity.c
_earlier = t.outbox.alias("earlier").c
_NOW: BindParameter[datetime] = bindparam("now")
_BEHIND = exists().where(
    _earlier.conversation_id == _o.conversation_id,
    _earlier.id < _o.id,
    _earlier.failure.is_(None),
    _earlier.due_at > _NOW,
)
_WROTE_AT = literal_column("(SELECT wrote_at FROM conversation WHERE id = outbox.conversation_id)", UtcTime())
_ADD = insert(t.outbox).returning(_o.id, _WROTE_AT)
_ROWS = (
    select(
        *(_o.id, _o.conversation_id, _i.channel, _i.account, _i.user),
        *(_o.seq, _m.author, _m.content, _m.at, _o.attempts, _o.parts, t.conversation.c.wrote_at),
        *(_o.form, _o.resends),
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
_LEFT = select(_o.conversation_id, _o.id).where(t.OUTBOX_WAITS).order_by(_o.id)
_SENT = delete(t.outbox).where(_o.id == bindparam("key"))
_SET = update(t.outbox).where(_o.id == bindparam("key"))
_RETRY = _SET.values(attempts=_o.attempts + 1).returning(_o.attempts)
_REVIVE = update(t.outbox).where(_o.id.in_(bindparam("keys", expanding=True)), _o.failure.is_not(None))

_d = t.delivery.c
_KEY = ("channel", "account", "provider_id")
_LINE = ("conversation_id", "seq", "form", "part", "resends")
_WENT = merge(t.delivery, _KEY, _LINE, ("progress", "trouble", "code"))
_REPORT = ("progress", "trouble", "code", "at")
_UNKNOWN = {"form": "", "part": 0, "resends": 0}
"""What stands for the line of a message that was reported on before we noted it."""


def _news(progress: Progress) -> str:
    """Whether this report tells anything new of a delivery; in SQL."""
    before = (f"delivery.progress = '{known}'" for known in Progress if moves(known, progress))
    return " OR ".join(["delivery.progress IS NULL", *before])


_REPORTED = {progress: merge(t.delivery, _KEY, _REPORT, _LINE, only=_news(progress)) for progress in Progress}
PROGRESS = select(_d.seq, _d.form, _d.part, _d.progress).where(
    _d.conversation_id == bindparam("conversation"), _d.seq.in_(bindparam("seqs", expanding=True))
)
_KNOWN_FORM = select(
    or_(
        *(
            exists().where(
                of.conversation_id == bindparam("conversation"),
                of.seq == bindparam("line"),
                of.form == bindparam("wanted"),
                which,
            )
            for of, which in ((_o, t.OUTBOX_WAITS), (_o, t.OUTBOX_DEAD), (_d, _d.form != literal_column("''")))
        )
    )
)
_ARRIVED = select(
    exists().where(
        *(_d[name] == bindparam(name) for name in ("conversation_id", "seq", "form", "part")),
        _d.progress.in_((Progress.DELIVERED, Progress.READ)),
    )
)
_KEPT = select(
    exists().where(_o.conversation_id == bindparam("conversation"), _o.seq == bindparam("line"), t.OUTBOX_DEAD)
)
_DEAD_CONTENT = (
    select(_o.id, _m.content)
    .join_from(t.outbox, t.message)
    .where(_o.id.in_(bindparam("keys", expanding=True)), t.OUTBOX_DEAD)
)
_FORGET = delete(t.delivery).where(_d.at < bindparam("before"))


class SqlOutbox(Repository):
    """`model.ports.Outbox`."""

    __slots__ = ()

    def add(self, conversation: Conversation, line: Line) -> OutboxRow:
        row = {"conversation_id": conversation.id, "seq": line.seq, "due_at": line.at, "attempts": 0}
        row_id, wrote_at = self._one(_ADD, "conversation", **row)
        shown = (line.seq, line.author, line.content, line.at)
        return OutboxRow(row_id, conversation.id, conversation.address, *shown, wrote_at=wrote_at)

    def again(self, conversation_id: int, seq: int, form: str, at: datetime) -> OutboxRow | None:
        if self._is_known(conversation_id, seq, form):
            return None
        return self._put(conversation_id=conversation_id, seq=seq, form=form, due_at=at)

    def resend(self, delivery: Delivery, at: datetime) -> OutboxRow:
        part = {"form": delivery.form, "parts": delivery.part, "resends": delivery.resends + 1}
        return self._put(conversation_id=delivery.conversation_id, seq=delivery.seq, due_at=at, **part)

    def _put(self, **row: Any) -> OutboxRow:
        return _row(self._one(_ROW, "outbox row", key=self._all(_ADD, **row, attempts=0).scalar_one()))

    def _is_known(self, conversation_id: int, seq: int, form: str) -> bool:
        return bool(self._all(_KNOWN_FORM, conversation=conversation_id, line=seq, wanted=form).scalar_one())

    def settled(self, row: OutboxRow) -> bool:
        if row.form != TEMPLATE and self._is_known(row.conversation_id, row.seq, TEMPLATE):
            return True
        part = {"conversation_id": row.conversation_id, "seq": row.seq, "form": row.form, "part": row.parts}
        return row.resends > 0 and bool(self._all(_ARRIVED, **part).scalar_one())

    def kept(self, conversation_id: int, seq: int) -> bool:
        return bool(self._all(_KEPT, conversation=conversation_id, line=seq).scalar_one())

    def went(self, row: OutboxRow, sent: Sent, at: datetime) -> Delivery:
        if sent.more:
            self._change(_SET, key=row.id, parts=row.parts + 1)
        else:
            self.sent([row.id])
        line = Delivery(row.conversation_id, row.seq, None, None, row.form, row.parts, row.resends)
        if not sent.provider_id:
            return line
        whose = {"channel": row.address.channel, "account": row.address.account, "provider_id": sent.provider_id}
        of = {name: getattr(line, name) for name in _LINE}
        progress, trouble, code = self._one(_WENT, "delivery", **whose, **of, at=at)
        known = replace(line, progress=progress and Progress(progress), trouble=trouble and Trouble(trouble))
        return replace(known, code=code or "")

    def status(self, status: Status, at: datetime) -> Delivery | None:
        new = {"progress": status.progress, "trouble": status.trouble, "code": status.code or None, "at": at}
        whose = {"channel": status.channel, "account": status.account, "provider_id": status.provider_id}
        line = self._first(_REPORTED[status.progress], **whose, **new, **_UNKNOWN)
        if line is None:
            return None
        conversation_id, seq, form, part, resends = line
        how = (status.progress, status.trouble)
        return Delivery(conversation_id, seq, *how, form, part, resends, status.code)

    def deliveries(self, conversation_id: int, seqs: Sequence[int]) -> Mapping[int, Progress]:
        return progress(self._all(PROGRESS, conversation=conversation_id, seqs=list(seqs)))

    def due(self, now: datetime, limit: int, channels: Sequence[Channel]) -> list[OutboxRow]:
        return [_row(row) for row in self._all(_DUE, now=now, limit=limit, channels=list(channels))]

    def left(self) -> Mapping[int, Sequence[int]]:
        found: dict[int, list[int]] = {}
        for conversation_id, row_id in self._all(_LEFT):
            found.setdefault(conversation_id, []).append(row_id)
        return found

    def sent(self, row_ids: Sequence[int]) -> None:
        for row_id in row_ids:
            self._change(_SENT, key=row_id)

    def retry(self, row_id: int, at: datetime) -> int:
        return int(self._one(_RETRY, "outbox row", key=row_id, due_at=at)[0])

    def dead(self, row_id: int, reason: str) -> None:
        self._change(_SET, key=row_id, failure=reason)

    def revive(self, row_ids: Sequence[int], at: datetime) -> int:
        return self._change(_REVIVE, keys=list(row_ids), failure=None, due_at=at, attempts=0)

    def with_code(self, row_ids: Sequence[int]) -> list[int]:
        return [row.id for row in self._all(_DEAD_CONTENT, keys=list(row_ids)) if "proof" in row.content]

    def forget(self, before: datetime) -> int:
        return self._change(_FORGET, before=before)


def _row(row: Row) -> OutboxRow:
    id_, conversation, channel, account, user, *rest = row
    return OutboxRow(id_, conversation, Address(channel, account, user), *rest)


def progress(rows: Iterable[Row]) -> dict[int, Progress]:
    """How far lines have come, from the rows of `PROGRESS`: what is not heard of was sent at least."""
    return farthest((seq, form, part, known or Progress.SENT) for seq, form, part, known in rows)
