"""What the store knows besides of one-time codes: letters that hold one, where chats were begun from, alarms."""

from model.message import Author
from model.order import Ticket, TicketKind
from model.ports import Store, UnitOfWork
from model.rows import OutboxRow
from tests.store.store_kit import NOW, talk


def letters(uow: UnitOfWork) -> list[OutboxRow]:
    """A dead reply, a dead code, and a code on its way."""
    conversation, rows = talk(uow), []
    for content in ({"text": "hello"}, {"text": "code", "proof": 7}, {"text": "code", "proof": 8}):
        line = uow.conversations.append(conversation.id, Author.SYSTEM, content, NOW)
        rows.append(uow.outbox.add(conversation, line))
    for row in rows[:2]:
        uow.outbox.dead(row.id, "unreachable")
    return rows


async def test_dead_rows_that_hold_a_code_are_known_among_others(store: Store) -> None:
    rows = await store.transact(letters)
    ids = [row.id for row in rows]
    assert await store.transact(lambda uow: uow.outbox.with_code([*ids, 99])) == [rows[1].id]
    assert await store.transact(lambda uow: uow.outbox.with_code([])) == []


async def test_where_a_chat_was_begun_from_is_known_while_its_session_is(store: Store) -> None:
    asha, ravi = await store.transact(lambda uow: (talk(uow, "asha"), talk(uow, "ravi")))
    await store.transact(lambda uow: uow.desk.add_chat("token", asha.id, NOW, "here"))
    await store.transact(lambda uow: uow.desk.add_chat("other", ravi.id, NOW))
    assert await store.transact(lambda uow: [uow.desk.peer(key) for key in (asha.id, ravi.id, 99)]) == ["here", "", ""]
    assert await store.transact(lambda uow: uow.desk.chat("token")) == asha.id
    await store.transact(lambda uow: uow.desk.drop_chat("token"))
    assert await store.transact(lambda uow: uow.desk.peer(asha.id)) == ""


async def test_a_ticket_is_open_until_it_is_closed_and_only_where_it_says_just_that(store: Store) -> None:
    stuck, said = TicketKind.STUCK, "codes are used up"

    def is_open(uow: UnitOfWork) -> list[bool]:
        return [uow.desk.is_open(*what) for what in ((stuck, said), (stuck, "others"), (TicketKind.REFUND, said))]

    assert await store.transact(is_open) == [False, False, False]
    key = await store.transact(lambda uow: uow.desk.add_ticket(Ticket(0, stuck, None, None, None, said, NOW)))
    assert await store.transact(is_open) == [True, False, False]
    await store.transact(lambda uow: uow.desk.close_ticket(key))
    assert await store.transact(is_open) == [False, False, False]
