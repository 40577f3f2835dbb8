"""Tickets, users, sessions."""

from model.order import Ticket, TicketKind
from model.ports import Store, UnitOfWork
from model.rows import User
from tests.store.store_kit import NOW, SECOND, talk


async def test_a_ticket_is_closed_once(store: Store) -> None:
    ticket = Ticket(0, TicketKind.COMPLAINT, None, None, "HT-AAAAA", "broken", NOW)
    ticket_id = await store.transact(lambda uow: uow.desk.add_ticket(ticket))
    assert await store.transact(lambda uow: uow.desk.close_ticket(ticket_id))
    assert not await store.transact(lambda uow: uow.desk.close_ticket(ticket_id))
    assert not await store.transact(lambda uow: uow.desk.close_ticket(99))


async def test_a_user_is_made_once_by_name_and_replaced_after(store: Store) -> None:
    def work(uow: UnitOfWork) -> list[int]:
        return [uow.desk.add_user(name, "h1", "agent", True) for name in ("meena", "kiran")]

    first, other = await store.transact(work)
    assert await store.transact(lambda uow: uow.desk.demo_users()) == 2
    assert await store.transact(lambda uow: uow.desk.add_user("meena", "h2", "admin", False)) == first != other
    meena = User(first, "meena", "h2", "admin", False)
    assert await store.transact(lambda uow: uow.desk.user("meena")) == meena
    assert await store.transact(lambda uow: uow.desk.user_by_id(first)) == meena
    assert await store.transact(lambda uow: uow.desk.user("nobody")) is None
    assert await store.transact(lambda uow: uow.desk.user_by_id(99)) is None
    assert await store.transact(lambda uow: uow.desk.demo_users()) == 1


async def test_a_sign_in_lasts_until_its_end_or_until_it_is_dropped(store: Store) -> None:
    def work(uow: UnitOfWork) -> User | None:
        user_id = uow.desk.add_user("meena", "h", "agent", False)
        uow.desk.add_session("token", user_id, NOW)
        return uow.desk.user_by_id(user_id)

    user = await store.transact(work)
    assert user
    assert await store.transact(lambda uow: uow.desk.session_user("token", NOW - SECOND)) == user
    assert await store.transact(lambda uow: uow.desk.session_user("token", NOW)) is None
    assert await store.transact(lambda uow: uow.desk.session_user("other", NOW - SECOND)) is None
    await store.transact(lambda uow: uow.desk.drop_session("token"))
    assert await store.transact(lambda uow: uow.desk.session_user("token", NOW - SECOND)) is None


async def test_a_user_who_is_made_anew_is_signed_out_everywhere(store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        for name in ("meena", "kiran"):
            uow.desk.add_session(name, uow.desk.add_user(name, "h1", "agent", False), NOW)
        uow.desk.add_user("meena", "h2", "agent", False)

    await store.transact(work)
    assert await store.transact(lambda uow: uow.desk.session_user("meena", NOW - SECOND)) is None
    assert await store.transact(lambda uow: uow.desk.session_user("kiran", NOW - SECOND)) is not None


async def test_a_web_chat_session_leads_to_its_own_conversation(store: Store) -> None:
    conversation = await store.transact(talk)
    await store.transact(lambda uow: uow.desk.add_chat("token", conversation.id, NOW))
    assert await store.transact(lambda uow: uow.desk.chat("token")) == conversation.id
    assert await store.transact(lambda uow: uow.desk.chat("other")) is None


async def test_a_dropped_web_chat_session_leads_nowhere(store: Store) -> None:
    conversation = await store.transact(talk)
    await store.transact(lambda uow: uow.desk.add_chat("token", conversation.id, NOW))
    await store.transact(lambda uow: uow.desk.add_chat("other", conversation.id, NOW))
    await store.transact(lambda uow: uow.desk.drop_chat("token"))
    await store.transact(lambda uow: uow.desk.drop_chat("unknown"))
    assert await store.transact(lambda uow: uow.desk.chat("token")) is None
    assert await store.transact(lambda uow: uow.desk.chat("other")) == conversation.id
