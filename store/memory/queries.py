"""Reads for pages and APIs over the dicts."""

from collections.abc import Mapping, Sequence

from model.conversation import Holder
from model.message import Line, Progress
from model.order import Order, Payment, Ticket
from model.rows import ConversationRow, DeadLetter, Depths, EventRow, OrderRow, OutboxRow
from store.memory.data import Talk
from store.memory.store import MemoryStore
from store.memory.work import MemoryOutbox


class MemoryQueries:
    """`model.ports.Queries` over a MemoryStore."""

    def __init__(self, store: MemoryStore) -> None:
        self._data = store.data

    async def close(self) -> None:
        """Nothing is open."""

    async def transcript(self, conversation_id: int, after: int, limit: int) -> list[Line]:
        talk = self._data.talks.get(conversation_id)
        last = talk.last_seq if talk else 0
        return [self._data.lines[conversation_id, seq] for seq in range(after + 1, last + 1)][:limit]

    async def conversation(self, conversation_id: int) -> ConversationRow | None:
        talk = self._data.talks.get(conversation_id)
        return self._row(talk) if talk else None

    async def conversations(self, holders: Sequence[str], limit: int) -> list[ConversationRow]:
        rows = [self._row(talk) for talk in self._data.talks.values() if talk.conversation.holder in holders]
        rows.sort(key=_place)
        return rows[:limit]

    async def orders(self, status: str | None, limit: int) -> list[OrderRow]:
        orders = [o for o in self._data.orders.newest() if status in (None, o.status)]
        return [_order(order) for order in orders[:limit]]

    async def order(self, number: str) -> Order | None:
        return self._data.orders.get(number)

    async def history(self, order_number: str) -> list[EventRow]:
        events = (event for event in self._data.events.values() if event.order_number == order_number)
        return [EventRow(event.kind, event.at, event.actor, event.details) for event in events]

    async def payments_of(self, order_number: str) -> list[Payment]:
        return [payment for payment in self._data.payments.values() if payment.order_number == order_number]

    async def tickets(self, closed: bool, limit: int) -> list[Ticket]:
        return [ticket for ticket in self._data.tickets.newest() if ticket.closed == closed][:limit]

    async def unmatched(self, limit: int) -> list[Payment]:
        return [payment for payment in self._data.payments.newest() if payment.order_number is None][:limit]

    async def deliveries(self, conversation_id: int, seqs: Sequence[int]) -> Mapping[int, Progress]:
        return MemoryOutbox(self._data).deliveries(conversation_id, seqs)

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        dead = [parcel for parcel in self._data.outbox.values() if parcel.failure is not None]
        dead.sort(key=lambda parcel: -parcel.row.id)
        return [_dead(parcel.row, str(parcel.failure)) for parcel in dead[:limit]]

    async def depths(self) -> Depths:
        return Depths(
            inbox=sum(accepted.state == "waiting" for accepted in self._data.inbox.values()),
            notices=sum(accepted.state == "waiting" for accepted in self._data.notices.values()),
            outbox=sum(parcel.failure is None for parcel in self._data.outbox.values()),
            effects=sum(job.failure is None for job in self._data.effects.values()),
            queue=sum(talk.conversation.holder is Holder.QUEUE for talk in self._data.talks.values()),
        )

    def _row(self, talk: Talk) -> ConversationRow:
        conversation = talk.conversation
        agent = self._data.users.get(conversation.agent_id or 0)
        last = self._data.lines.get((conversation.id, talk.last_seq))
        return ConversationRow(
            id=conversation.id,
            channel=conversation.address.channel,
            holder=conversation.holder,
            agent_id=conversation.agent_id,
            agent_name=agent.name if agent else None,
            customer_id=conversation.customer_id,
            customer_name=self._data.customers[conversation.customer_id].name,
            language=conversation.memory.language,
            reason=talk.reason,
            queued_at=conversation.queued_at,
            last_at=talk.last_at,
            last_text=last.content.get("text", "") if last else "",
            version=conversation.version,
        )


def _place(row: ConversationRow) -> tuple[bool, float]:
    """Queued ones first, the longest waiting first of all; then the last used first."""
    if row.holder is Holder.QUEUE:
        return False, row.queued_at.timestamp() if row.queued_at else 0
    return True, -row.last_at.timestamp()


def _order(order: Order) -> OrderRow:
    return OrderRow(
        number=order.number,
        customer_id=order.customer_id,
        customer_name=order.ship_to.name,
        status=order.status,
        pay_by=order.pay_by,
        paid=order.paid,
        total=order.total.paise,
        placed_at=order.placed_at,
    )


def _dead(row: OutboxRow, reason: str) -> DeadLetter:
    return DeadLetter(row.id, row.conversation_id, row.address.channel, reason, row.attempts, row.at)
