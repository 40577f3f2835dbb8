"""Reads beside the writer."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from model.conversation import Holder, Memory
from model.effect import Effect, EffectKind
from model.events import Event, EventKind
from model.message import Author, Notice, NoticeKind
from model.order import Customer, OrderStatus, PayBy, Ticket, TicketKind
from model.ports import Queries, Store, UnitOfWork
from model.rows import ConversationRow, Depths, EventRow, OrderRow
from store.engines import reader, writer
from store.repos.conversations import SqlConversations
from store.transaction import Statements, Transaction
from tests.store.store_kit import NOW, SECOND, SQL, link_of, payment_of, placed, receive, speak, talk


async def test_a_transcript_is_read_from_where_one_left_off(store: Store, queries: Queries) -> None:
    def work(uow: UnitOfWork) -> int:
        key = talk(uow).id
        for said in ("1", "2", "3", "4"):
            speak(uow, key, said)
        return key

    key = await store.transact(work)
    lines = await queries.transcript(key, 1, 2)
    assert [(line.seq, line.author, line.content["text"], line.at) for line in lines] == [
        (2, Author.BOT, "2", NOW),
        (3, Author.BOT, "3", NOW),
    ]
    assert await queries.transcript(99, 0, 10) == []


async def test_a_conversation_is_shown_with_its_people_and_last_words(store: Store, queries: Queries) -> None:
    def work(uow: UnitOfWork) -> tuple[int, int, int]:
        conversation = talk(uow)
        uow.customers.save(Customer(conversation.customer_id, "Asha"))
        agent = uow.desk.add_user("meena", "h", "agent", False)
        held = replace(conversation, holder=Holder.AGENT, agent_id=agent, memory=Memory("ta"), queued_at=NOW)
        uow.conversations.save(held, "complaint")
        speak(uow, conversation.id, "one")
        uow.conversations.append(conversation.id, Author.AGENT, {"text": "two"}, NOW + SECOND)
        return conversation.id, conversation.customer_id, agent

    key, customer_id, agent = await store.transact(work)
    assert await queries.conversation(key) == ConversationRow(
        key, "whatsapp", Holder.AGENT, agent, "meena", customer_id, "Asha", "ta", "complaint", NOW,
        NOW + SECOND, "two", 1,
    )  # fmt: skip
    assert await queries.conversation(99) is None


async def test_a_conversation_without_words_is_shown_too(store: Store, queries: Queries) -> None:
    key = (await store.transact(talk)).id
    row = await queries.conversation(key)
    assert row
    assert (row.last_text, row.last_at, row.customer_name, row.agent_name) == ("", NOW, None, None)


async def test_the_reason_of_a_queue_is_kept_until_another_is_given(store: Store, queries: Queries) -> None:
    def work(uow: UnitOfWork) -> int:
        queued = uow.conversations.save(replace(talk(uow), holder=Holder.QUEUE), "bulk")
        return uow.conversations.save(queued).id

    row = await queries.conversation(await store.transact(work))
    assert row
    assert row.reason == "bulk"


async def test_the_queue_comes_first_by_waiting_and_others_by_last_use(store: Store, queries: Queries) -> None:
    def work(uow: UnitOfWork) -> dict[int, str]:
        names = {}
        for user, holder, seconds in (
            ("bot early", Holder.BOT, 1),
            ("waits short", Holder.QUEUE, 3),
            ("waits long", Holder.QUEUE, 2),
            ("agent late", Holder.AGENT, 5),
            ("bot late", Holder.BOT, 9),
        ):
            at = NOW + seconds * SECOND
            saved = uow.conversations.save(replace(talk(uow, user), holder=holder, queued_at=at))
            uow.conversations.append(saved.id, Author.CUSTOMER, {"text": user}, at)
            names[saved.id] = user
        return names

    names = await store.transact(work)

    async def listed(*holders: str, limit: int = 10) -> list[str]:
        return [names[row.id] for row in await queries.conversations(holders, limit)]

    everything = ["waits long", "waits short", "bot late", "agent late", "bot early"]
    assert await listed("bot", "queue", "agent") == everything
    assert await listed("bot", "queue", "agent", limit=3) == everything[:3]
    assert await listed("agent") == ["agent late"]
    assert await listed() == []


async def test_orders_are_listed_newest_first_and_by_status(store: Store, queries: Queries) -> None:
    first, second = await store.transact(lambda uow: (placed(uow, "HT-AAAAA"), placed(uow, "HT-BBBBB")))
    await store.transact(lambda uow: uow.orders.save(replace(first, status=OrderStatus.PACKED, paid_at=NOW)))
    assert [row.number for row in await queries.orders(None, 10)] == [second.number, first.number]
    assert [row.number for row in await queries.orders(None, 1)] == [second.number]
    assert await queries.orders("packed", 10) == [
        OrderRow(first.number, first.customer_id, "Asha", OrderStatus.PACKED, PayBy.ONLINE, True, 28_000, NOW)
    ]


async def test_an_order_is_shown_with_its_history_and_payments(store: Store, queries: Queries) -> None:
    def work(uow: UnitOfWork) -> None:
        order = placed(uow)
        uow.payments.add_link(link_of(order))
        uow.payments.add(payment_of(order))
        uow.payments.add(payment_of(None, "pay_2"))
        uow.payments.add(payment_of(None, "pay_3"))
        for kind in (EventKind.ORDER_PLACED, EventKind.ORDER_PAID):
            uow.orders.append(Event(kind, NOW, "razorpay", order.number, None, {"amount": 28_000}))

    await store.transact(work)
    assert await queries.order("HT-AAAAA") == await store.transact(lambda uow: uow.orders.get("HT-AAAAA"))
    assert await queries.order("HT-ZZZZZ") is None
    assert await queries.history("HT-AAAAA") == [
        EventRow(kind, NOW, "razorpay", {"amount": 28_000}) for kind in ("order_placed", "order_paid")
    ]
    assert [payment.provider_id for payment in await queries.payments_of("HT-AAAAA")] == ["pay_1"]
    assert [payment.provider_id for payment in await queries.unmatched(10)] == ["pay_3", "pay_2"]


async def test_tickets_are_listed_newest_first(store: Store, queries: Queries) -> None:
    ticket = Ticket(0, TicketKind.BULK, None, None, None, "50 kg", NOW)
    ids = [await store.transact(lambda uow: uow.desk.add_ticket(ticket)) for _ in range(3)]
    await store.transact(lambda uow: uow.desk.close_ticket(ids[1]))
    assert await queries.tickets(False, 10) == [replace(ticket, id=ids[2]), replace(ticket, id=ids[0])]
    assert await queries.tickets(True, 10) == [replace(ticket, id=ids[1], closed=True)]


async def test_depths_count_what_waits_alone(store: Store, queries: Queries) -> None:
    assert await queries.depths() == Depths(0, 0, 0, 0, 0)

    def work(uow: UnitOfWork) -> None:
        key = receive(uow, "one", "two", "three")
        uow.inbox.done(uow.inbox.waiting(key, 1)[0].id)
        uow.inbox.add_notice(Notice("razorpay", "1", NoticeKind.REFUND, {}), NOW)
        conversation = uow.conversations.save(replace(talk(uow), holder=Holder.QUEUE, queued_at=NOW))
        rows = [uow.outbox.add(conversation, speak(uow, key, "hello")) for _ in range(3)]
        uow.outbox.sent([rows[0].id])
        uow.outbox.dead(rows[1].id, "blocked")
        uow.effects.add(Effect(EffectKind.REFUND, "a"), NOW)

    await store.transact(work)
    assert await queries.depths() == Depths(inbox=2, notices=1, outbox=1, effects=1, queue=1)


@pytest.mark.parametrize("url", SQL, indirect=True)
async def test_reading_does_not_wait_for_an_open_transaction(store: Store, queries: Queries, url: str) -> None:
    key = (await store.transact(talk)).id
    engine = writer(url, 1)
    with engine.begin() as connection:
        talks = SqlConversations(Transaction(connection, Statements(engine.dialect)))
        talks.append(key, Author.BOT, {"kind": "text", "text": "not yet said"}, NOW)
        async with asyncio.timeout(5):
            assert await queries.transcript(key, 0, 10) == []
    assert len(await queries.transcript(key, 0, 10)) == 1
    engine.dispose()


@pytest.mark.parametrize("url", SQL, indirect=True)
async def test_the_readers_connections_refuse_to_write(url: str) -> None:
    engine = reader(url)
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError):
            await connection.execute(text("DELETE FROM customer"))
    await engine.dispose()
