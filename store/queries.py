"""Reads for pages and APIs, beside the writer: they never write and never wait for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable, Row, bindparam, func, literal_column, select

from model.conversation import Holder
from model.message import Line, Progress
from model.order import Order, Payment, Ticket
from model.rows import ConversationRow, DeadLetter, Depths, EventRow, OrderRow
from store import tables as t
from store.engines import reader
from store.repos import orders, outbox, payments

_m, _c, _i, _o, _e, _t = t.message.c, t.conversation.c, t.identity.c, t.order.c, t.event.c, t.ticket.c
_LIMIT = bindparam("limit", type_=t.message.c.seq.type)
_TRANSCRIPT = (
    select(_m.conversation_id, _m.seq, _m.author, _m.content, _m.at, _m.client_id)
    .where(_m.conversation_id == bindparam("conversation"), _m.seq > bindparam("after"))
    .order_by(_m.seq)
    .limit(_LIMIT)
)
_CONVERSATIONS = (
    select(
        *(_c.id, _i.channel, _c.holder, _c.agent_id, t.console_user.c.name, _i.customer_id, t.customer.c.name),
        *(_c.memory, _c.reason, _c.queued_at, _c.last_at, _m.content, _c.version),
    )
    .join_from(t.conversation, t.identity)
    .join(t.customer, t.customer.c.id == _i.customer_id)
    .outerjoin(t.console_user, t.console_user.c.id == _c.agent_id)
    .outerjoin(t.message, (_m.conversation_id == _c.id) & (_m.seq == _c.last_seq))
)
_CONVERSATION = _CONVERSATIONS.where(_c.id == bindparam("conversation"))
_HELD = _CONVERSATIONS.where(_c.holder == bindparam("holder")).limit(_LIMIT)
_QUEUED = _HELD.order_by(_c.queued_at, _c.id)
_LAST_USED = _HELD.order_by(_c.last_at.desc())

_ORDERS = (
    select(
        *(_o.number, _o.customer_id, _o.ship_to, _o.status, _o.pay_by, _o.paid_at),
        *(_o.goods, _o.discount, _o.delivery, _o.placed_at),
    )
    .order_by(_o.id.desc())
    .limit(_LIMIT)
)
_ORDERS_AT = _ORDERS.where(_o.status == bindparam("status"))
_HISTORY = select(_e.kind, _e.at, _e.actor, _e.details).where(_e.order_number == bindparam("order")).order_by(_e.id)
_TICKETS = (
    select(*(_t[name] for name in Ticket.__slots__))
    .where(_t.closed == bindparam("closed"))
    .order_by(_t.id.desc())
    .limit(_LIMIT)
)
_UNMATCHED = payments.READ.where(t.UNMATCHED).order_by(t.payment.c.id.desc()).limit(_LIMIT)
_DEAD = (
    select(t.outbox.c.id, t.outbox.c.conversation_id, _i.channel, t.outbox.c.failure, t.outbox.c.attempts, _m.at)
    .join_from(t.outbox, t.message)
    .join(t.conversation, _c.id == t.outbox.c.conversation_id)
    .join(t.identity, _i.id == _c.identity_id)
    .where(t.OUTBOX_DEAD)
    .order_by(t.outbox.c.id.desc())
    .limit(_LIMIT)
)
_DEPTHS = select(
    *(
        select(func.count()).select_from(table).where(waits).scalar_subquery()
        for table, waits in (
            (t.inbox, t.INBOX_WAITS),
            (t.notice, t.NOTICE_WAITS),
            (t.outbox, t.OUTBOX_WAITS),
            (t.effect, t.EFFECT_WAITS),
            (t.conversation, _c.holder == literal_column(f"'{Holder.QUEUE}'")),
        )
    )
)


class SqlQueries:
    """`model.ports.Queries` over the database of the setting's URL."""

    def __init__(self, url: str) -> None:
        self._engine = reader(url)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def transcript(self, conversation_id: int, after: int, limit: int) -> list[Line]:
        rows = await self._read(_TRANSCRIPT, conversation=conversation_id, after=after, limit=limit)
        return [Line(*row) for row in rows]

    async def conversation(self, conversation_id: int) -> ConversationRow | None:
        rows = await self._read(_CONVERSATION, conversation=conversation_id)
        return _conversation(rows[0]) if rows else None

    async def conversations(self, holders: Sequence[str], limit: int) -> list[ConversationRow]:
        queued = await self._read(_QUEUED, holder=Holder.QUEUE, limit=limit) if Holder.QUEUE in holders else []
        others = [
            row
            for holder in holders
            if holder != Holder.QUEUE
            for row in await self._read(_LAST_USED, holder=holder, limit=limit)
        ]
        others.sort(key=lambda row: row.last_at, reverse=True)
        return [_conversation(row) for row in (*queued, *others)[:limit]]

    async def orders(self, status: str | None, limit: int) -> list[OrderRow]:
        if status is None:
            rows = await self._read(_ORDERS, limit=limit)
        else:
            rows = await self._read(_ORDERS_AT, status=status, limit=limit)
        return [_order(row) for row in rows]

    async def order(self, number: str) -> Order | None:
        rows = await self._read(orders.BY_NUMBER, order=number)
        lines = await self._read(orders.LINES, numbers=[number])
        return orders.whole(rows, lines)[0] if rows else None

    async def history(self, order_number: str) -> list[EventRow]:
        return [EventRow(*row) for row in await self._read(_HISTORY, order=order_number)]

    async def payments_of(self, order_number: str) -> list[Payment]:
        return [Payment(*row) for row in await self._read(payments.OF_ORDER, order=order_number)]

    async def tickets(self, closed: bool, limit: int) -> list[Ticket]:
        return [Ticket(*row) for row in await self._read(_TICKETS, closed=closed, limit=limit)]

    async def unmatched(self, limit: int) -> list[Payment]:
        return [Payment(*row) for row in await self._read(_UNMATCHED, limit=limit)]

    async def deliveries(self, conversation_id: int, seqs: Sequence[int]) -> Mapping[int, Progress]:
        return outbox.progress(await self._read(outbox.PROGRESS, conversation=conversation_id, seqs=list(seqs)))

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        return [DeadLetter(*row) for row in await self._read(_DEAD, limit=limit)]

    async def depths(self) -> Depths:
        return Depths(*(await self._read(_DEPTHS))[0])

    async def _read(self, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
        async with self._engine.connect() as connection:
            return (await connection.execute(statement, values)).all()


def _conversation(row: Row[Any]) -> ConversationRow:
    *who, memory, reason, queued_at, last_at, content, version = row
    text = content.get("text", "") if content else ""
    return ConversationRow(*[*who, memory.language, reason, queued_at, last_at, text, version])


def _order(row: Row[Any]) -> OrderRow:
    number, customer_id, ship_to, status, pay_by, paid_at, goods, discount, delivery, placed_at = row
    total = (goods - discount + delivery).paise
    return OrderRow(number, customer_id, ship_to["name"], status, pay_by, paid_at is not None, total, placed_at)
