"""What waits: messages, notices, replies, effects."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from model.conversation import Conversation
from model.delivery import TEMPLATE, farthest, moves
from model.effect import Effect
from model.errors import Fault
from model.message import Address, Channel, Inbound, Line, Notice, Progress, Sent, Status
from model.rows import Delivery, InboxRow, NoticeRow, OutboxRow
from store.memory.data import Accepted, Data, Gone, Job, Parcel, Table, plain, waiting


class MemoryInbox:
    """`model.ports.Inbox`."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def add(self, inbound: Inbound, conversation_id: int, at: datetime) -> InboxRow | None:
        key = (conversation_id, inbound.provider_id)
        if any((a.row.conversation_id, a.row.inbound.provider_id) == key for a in self._data.inbox.values()):
            return None
        row = InboxRow(self._data.next_id("inbox"), conversation_id, inbound, 0, at)
        self._data.inbox[row.id] = Accepted(row, at)
        return row

    def waiting(self, conversation_id: int, limit: int) -> list[InboxRow]:
        rows: list[InboxRow] = waiting(self._data.inbox)
        mine = [row for row in rows if row.conversation_id == conversation_id][:limit]
        return [replace(row, inbound=replace(row.inbound, address=self._address(conversation_id))) for row in mine]

    def _address(self, conversation_id: int) -> Address:
        return self._data.talks[conversation_id].conversation.address

    def conversations(self, limit: int) -> list[int]:
        return list(dict.fromkeys(row.conversation_id for row in waiting(self._data.inbox)))[:limit]

    def done(self, row_id: int) -> None:
        _move(self._data.inbox, row_id, "done")

    def failed(self, row_id: int) -> int:
        return _failed(self._data.inbox, row_id)

    def defer(self, row_id: int, until: datetime) -> None:
        if accepted := self._data.inbox.get(row_id):
            self._data.inbox[row_id] = replace(accepted, row=replace(accepted.row, deferred_until=until))

    def park(self, row_id: int) -> None:
        _move(self._data.inbox, row_id, "parked")

    def add_notice(self, notice: Notice, at: datetime) -> bool:
        key = (notice.source, notice.provider_id)
        if any((a.row.notice.source, a.row.notice.provider_id) == key for a in self._data.notices.values()):
            return False
        row = NoticeRow(self._data.next_id("notice"), replace(notice, body=plain(notice.body)), 0)
        self._data.notices[row.id] = Accepted(row, at)
        return True

    def notices(self, limit: int) -> list[NoticeRow]:
        return waiting(self._data.notices)[:limit]

    def notice_done(self, row_id: int) -> None:
        _move(self._data.notices, row_id, "done")

    def notice_failed(self, row_id: int) -> int:
        return _failed(self._data.notices, row_id)

    def notice_park(self, row_id: int) -> None:
        _move(self._data.notices, row_id, "parked")

    def forget(self, before: datetime) -> int:
        return sum(_forget(table, before) for table in (self._data.inbox, self._data.notices))

    def known_since(self, at: datetime) -> set[str]:
        return {kept.row.inbound.provider_id for kept in self._data.inbox.values() if kept.received_at >= at}

    def asked(self, channel: Channel, account: str) -> datetime | None:
        return self._data.asked.get((str(channel), account))

    def ask_from(self, channel: Channel, account: str, at: datetime) -> None:
        self._data.asked[str(channel), account] = at


def _move(table: Table[int, Accepted], row_id: int, state: str) -> None:
    if accepted := table.get(row_id):
        table[row_id] = replace(accepted, state=state)


def _failed(table: Table[int, Accepted], row_id: int) -> int:
    accepted = table.get(row_id)
    if accepted is None:
        raise Fault("there is no such row")
    row = replace(accepted.row, attempts=accepted.row.attempts + 1)
    table[row_id] = replace(accepted, row=row)
    return int(row.attempts)


def _forget(table: Table[int, Accepted], before: datetime) -> int:
    old = [id_ for id_, accepted in table.items() if accepted.state == "done" and accepted.received_at < before]
    for id_ in old:
        del table[id_]
    return len(old)


_ARRIVED = (Progress.DELIVERED, Progress.READ)


class MemoryOutbox:
    """`model.ports.Outbox`."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def add(self, conversation: Conversation, line: Line) -> OutboxRow:
        return self._put(self._row(conversation.id, line), line.at)

    def again(self, conversation_id: int, seq: int, form: str, at: datetime) -> OutboxRow | None:
        if self._is_known(conversation_id, seq, form):
            return None
        return self._put(replace(self._row(conversation_id, self._data.lines[conversation_id, seq]), form=form), at)

    def _is_known(self, conversation_id: int, seq: int, form: str) -> bool:
        rows = [parcel.row for parcel in self._data.outbox.values()]
        goes = ((row.conversation_id, row.seq, row.form) for row in rows)
        went = ((gone.conversation_id, gone.seq, gone.form) for gone in self._data.deliveries.values() if gone.form)
        return (conversation_id, seq, form) in (*goes, *went)

    def resend(self, delivery: Delivery, at: datetime) -> OutboxRow:
        if delivery.conversation_id is None or delivery.seq is None:
            raise Fault("nobody knows what line it is of")
        row = self._row(delivery.conversation_id, self._data.lines[delivery.conversation_id, delivery.seq])
        part = replace(row, form=delivery.form, parts=delivery.part, resends=delivery.resends + 1)
        return self._put(part, at)

    def settled(self, row: OutboxRow) -> bool:
        if row.form != TEMPLATE and self._is_known(row.conversation_id, row.seq, TEMPLATE):
            return True
        part = (row.conversation_id, row.seq, row.form, row.parts)
        arrived = (gone for gone in self._data.deliveries.values() if gone.progress in _ARRIVED)
        return row.resends > 0 and part in ((gone.conversation_id, gone.seq, gone.form, gone.part) for gone in arrived)

    def kept(self, conversation_id: int, seq: int) -> bool:
        dead = (parcel.row for parcel in self._data.outbox.values() if parcel.failure is not None)
        return any((row.conversation_id, row.seq) == (conversation_id, seq) for row in dead)

    def _row(self, conversation_id: int, line: Line) -> OutboxRow:
        talk = self._data.talks[conversation_id]
        shown = (line.seq, line.author, line.content, line.at)
        address = talk.conversation.address
        return OutboxRow(self._data.next_id("outbox"), conversation_id, address, *shown, wrote_at=talk.wrote_at)

    def _put(self, row: OutboxRow, due_at: datetime) -> OutboxRow:
        self._data.outbox[row.id] = Parcel(row, due_at)
        return row

    def went(self, row: OutboxRow, sent: Sent, at: datetime) -> Delivery:
        parcel = self._data.outbox.get(row.id)
        if not sent.more:
            self.sent([row.id])
        elif parcel:
            self._data.outbox[row.id] = replace(parcel, row=replace(parcel.row, parts=row.parts + 1))
        line = Delivery(row.conversation_id, row.seq, None, None, row.form, row.parts, row.resends)
        if not sent.provider_id:
            return line
        key = (str(row.address.channel), row.address.account, sent.provider_id)
        known = self._data.deliveries.get(key)
        gone = known or Gone(None, None, None, None, at)
        of = replace(gone, conversation_id=row.conversation_id, seq=row.seq, form=row.form)
        self._data.deliveries[key] = replace(of, part=row.parts, resends=row.resends)
        return replace(line, progress=gone.progress, trouble=gone.trouble, code=gone.code)

    def status(self, status: Status, at: datetime) -> Delivery | None:
        key = (str(status.channel), status.account, status.provider_id)
        known = self._data.deliveries.get(key) or Gone(None, None, None, None, at)
        if not moves(known.progress, status.progress):
            return None
        told = replace(known, progress=status.progress, trouble=status.trouble, code=status.code, at=at)
        self._data.deliveries[key] = told
        line, how = (told.conversation_id, told.seq), (told.progress, told.trouble)
        return Delivery(*line, *how, told.form, told.part, told.resends, told.code)

    def deliveries(self, conversation_id: int, seqs: Sequence[int]) -> Mapping[int, Progress]:
        mine = (gone for gone in self._data.deliveries.values() if gone.conversation_id == conversation_id)
        known = [(gone.seq, gone) for gone in mine if gone.seq in seqs]
        return farthest(
            (seq, gone.form, gone.part, gone.progress or Progress.SENT) for seq, gone in known if seq is not None
        )

    def revive(self, row_ids: Sequence[int], at: datetime) -> int:
        dead = [key for key in row_ids if key in self._data.outbox and self._data.outbox[key].failure is not None]
        for key in dead:
            self._data.outbox[key] = Parcel(replace(self._data.outbox[key].row, attempts=0), at)
        return len(dead)

    def with_code(self, row_ids: Sequence[int]) -> list[int]:
        found = ((key, self._data.outbox.get(key)) for key in row_ids)
        return [key for key, dead in found if dead and dead.failure is not None and "proof" in dead.row.content]

    def forget(self, before: datetime) -> int:
        old = [key for key, gone in self._data.deliveries.items() if gone.at < before]
        for key in old:
            del self._data.deliveries[key]
        return len(old)

    def due(self, now: datetime, limit: int, channels: Sequence[Channel]) -> list[OutboxRow]:
        going, blocked = [], set()
        for _, parcel in sorted(self._data.outbox.items()):
            foreign = parcel.row.address.channel not in channels
            if foreign or parcel.failure is not None or parcel.row.conversation_id in blocked:
                continue
            if parcel.due_at > now:
                blocked.add(parcel.row.conversation_id)
            else:
                talk = self._data.talks[parcel.row.conversation_id]
                going.append(replace(parcel.row, address=talk.conversation.address, wrote_at=talk.wrote_at))
        return going[:limit]

    def left(self) -> Mapping[int, Sequence[int]]:
        found: dict[int, list[int]] = {}
        for _, parcel in sorted(self._data.outbox.items()):
            if parcel.failure is None:
                found.setdefault(parcel.row.conversation_id, []).append(parcel.row.id)
        return found

    def sent(self, row_ids: Sequence[int]) -> None:
        for row_id in row_ids:
            self._data.outbox.pop(row_id, None)

    def retry(self, row_id: int, at: datetime) -> int:
        parcel = self._data.outbox.get(row_id)
        if parcel is None:
            raise Fault("there is no such outbox row")
        row = replace(parcel.row, attempts=parcel.row.attempts + 1)
        self._data.outbox[row_id] = Parcel(row, at)
        return row.attempts

    def dead(self, row_id: int, reason: str) -> None:
        if parcel := self._data.outbox.get(row_id):
            self._data.outbox[row_id] = replace(parcel, failure=reason)


class MemoryEffects:
    """`model.ports.Effects`."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def add(self, effect: Effect, due_at: datetime) -> None:
        stored = replace(effect, body=plain(effect.body), id=self._data.next_id("effect"), attempts=0)
        self._data.effects[stored.id] = Job(stored, due_at)

    def take(self, now: datetime, until: datetime, limit: int) -> list[Effect]:
        due = [job for job in self._first_of_lanes() if _takeable(job, now)]
        return [self._claim(job, until) for job in due[:limit]]

    def _first_of_lanes(self) -> list[Job]:
        first: dict[str, Job] = {}
        for _, job in sorted(self._data.effects.items()):
            if job.failure is None:
                first.setdefault(job.effect.lane, job)
        return list(first.values())

    def _claim(self, job: Job, until: datetime) -> Effect:
        effect = replace(job.effect, attempts=job.effect.attempts + 1)
        self._data.effects[effect.id] = replace(job, effect=effect, claimed_until=until)
        return effect

    def unclaim(self) -> None:
        for effect_id, job in list(self._data.effects.items()):
            self._data.effects[effect_id] = replace(job, claimed_until=None)

    def done(self, effect_id: int) -> None:
        self._data.effects.pop(effect_id, None)

    def retry(self, effect_id: int, due_at: datetime) -> None:
        if job := self._data.effects.get(effect_id):
            self._data.effects[effect_id] = replace(job, due_at=due_at, claimed_until=None)

    def dead(self, effect_id: int, reason: str) -> None:
        if job := self._data.effects.get(effect_id):
            self._data.effects[effect_id] = replace(job, failure=reason)


def _takeable(job: Job, now: datetime) -> bool:
    return job.due_at <= now and (job.claimed_until is None or job.claimed_until <= now)
