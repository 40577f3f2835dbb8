"""Accepted messages and notices."""

from datetime import datetime

import pytest

from model.errors import Fault
from model.message import Channel, Inbound, Media, MediaKind, Notice, NoticeKind, Place, Sort
from model.ports import Store, UnitOfWork
from model.rows import InboxRow, NoticeRow
from tests.store.store_kit import NOW, SECOND, Undo, address, receive, talk

PAID = Notice("razorpay", "evt_1", NoticeKind.PAYMENT, {"amount": 28_000, "ids": ["pay_1"]})

ACCOUNTS = ((Channel.SMS, "+15005550006"), (Channel.WHATSAPP, "+15005550006"), (Channel.SMS, "MG5"))


def texts(uow: UnitOfWork, conversation_id: int) -> list[str]:
    return [row.inbound.text for row in uow.inbox.waiting(conversation_id, 10)]


async def test_a_message_comes_back_as_it_was_accepted(store: Store) -> None:
    inbound = Inbound(address(), "wamid.1", "नमस्ते", "tap:1")

    def work(uow: UnitOfWork) -> tuple[int, list[InboxRow]]:
        conversation = talk(uow)
        uow.inbox.add(inbound, conversation.id, NOW)
        return conversation.id, uow.inbox.waiting(conversation.id, 10)

    conversation_id, (row,) = await store.transact(work)
    assert row == InboxRow(row.id, conversation_id, inbound, 0, NOW, None)


@pytest.mark.parametrize(
    "inbound",
    [
        Inbound(address(), "1", "look", sort=Sort.MEDIA, media=Media(MediaKind.IMAGE, "7", "image/jpeg", "jar.jpg")),
        Inbound(address(), "1", sort=Sort.MEDIA, media=Media(MediaKind.VOICE, "7")),
        Inbound(address(), "1", sort=Sort.PLACE, place=Place(12.9716, -77.5946, "Home", "4th Cross, Jayanagar")),
        Inbound(address(), "1", sort=Sort.PLACE, place=Place(0.0, 0.0)),
        Inbound(address(), "1", "👍", sort=Sort.REACTION, about={"quoted": "wamid.0"}),
        Inbound(address(), "1", "now so", sort=Sort.EDITED, about={"quoted": "wamid.0", "forwarded": "once"}),
        Inbound(address(), "1", sort=Sort.DELETED),
        Inbound(address(), "1", sort=Sort.UNSUPPORTED, about={"kind": "poll"}),
        Inbound(address(), "1", "hi", name="आशा", phone="+919845012345", also="IN.1349"),
        Inbound(address(), "1", "hi", file="0af3.png"),
    ],
    ids=lambda inbound: f"{inbound.sort}",
)
async def test_what_a_message_has_besides_words_comes_back_too(store: Store, inbound: Inbound) -> None:
    def work(uow: UnitOfWork) -> list[InboxRow]:
        conversation = talk(uow)
        uow.inbox.add(inbound, conversation.id, NOW)
        return uow.inbox.waiting(conversation.id, 10)

    (row,) = await store.transact(work)
    assert row.inbound == inbound


async def test_a_message_waits_at_the_address_where_its_customer_is_now(store: Store) -> None:
    def work(uow: UnitOfWork) -> list[InboxRow]:
        conversation_id = receive(uow, "1", user="old")
        uow.identities.move(address("old"), "new")
        return uow.inbox.waiting(conversation_id, 10)

    (row,) = await store.transact(work)
    assert row.inbound.address == address("new")


async def test_a_repeat_is_known_even_after_it_was_answered(store: Store) -> None:
    again = Inbound(address(), "wamid.1", "hello")
    conversation_id = await store.transact(lambda uow: talk(uow).id)

    def add(uow: UnitOfWork) -> InboxRow | None:
        return uow.inbox.add(again, conversation_id, NOW)

    assert await store.transact(add)
    assert not await store.transact(add)
    await store.transact(lambda uow: uow.inbox.done(uow.inbox.waiting(conversation_id, 1)[0].id))
    assert not await store.transact(add)


async def test_the_same_provider_id_from_another_customer_is_another_message(store: Store) -> None:
    await store.transact(lambda uow: receive(uow, "1", user="asha"))
    conversation_id = await store.transact(lambda uow: receive(uow, "1", user="ravi"))
    assert await store.transact(lambda uow: texts(uow, conversation_id)) == ["1"]


async def test_messages_wait_in_the_order_they_came_and_no_longer_once_done_or_parked(store: Store) -> None:
    conversation_id = await store.transact(lambda uow: receive(uow, "one", "two", "three", "four"))

    def work(uow: UnitOfWork) -> None:
        first, second, *_ = uow.inbox.waiting(conversation_id, 10)
        uow.inbox.done(first.id)
        uow.inbox.park(second.id)

    assert await store.transact(lambda uow: texts(uow, conversation_id)) == ["one", "two", "three", "four"]
    await store.transact(work)
    assert await store.transact(lambda uow: texts(uow, conversation_id)) == ["three", "four"]
    assert len(await store.transact(lambda uow: uow.inbox.waiting(conversation_id, 1))) == 1


async def test_the_conversation_that_waits_longest_comes_first(store: Store) -> None:
    def work(uow: UnitOfWork) -> list[int]:
        return [receive(uow, text, user=user) for text, user in (("1", "asha"), ("1", "ravi"), ("2", "asha"))]

    asha, ravi, _ = await store.transact(work)
    assert await store.transact(lambda uow: uow.inbox.conversations(10)) == [asha, ravi]
    await store.transact(lambda uow: uow.inbox.done(uow.inbox.waiting(asha, 1)[0].id))
    assert await store.transact(lambda uow: uow.inbox.conversations(10)) == [ravi, asha]
    assert await store.transact(lambda uow: uow.inbox.conversations(1)) == [ravi]


async def test_failures_are_counted_and_a_deferral_is_kept(store: Store) -> None:
    def work(uow: UnitOfWork) -> tuple[list[int], InboxRow]:
        conversation_id = receive(uow, "one")
        row = uow.inbox.waiting(conversation_id, 1)[0]
        counts = [uow.inbox.failed(row.id), uow.inbox.failed(row.id)]
        uow.inbox.defer(row.id, NOW + SECOND)
        return counts, uow.inbox.waiting(conversation_id, 1)[0]

    counts, row = await store.transact(work)
    assert counts == [1, 2]
    assert (row.attempts, row.deferred_until) == (2, NOW + SECOND)


async def test_a_failure_of_an_unknown_row_is_a_fault(store: Store) -> None:
    with pytest.raises(Fault):
        await store.transact(lambda uow: uow.inbox.failed(99))


async def test_a_notice_counts_once_and_waits_until_done(store: Store) -> None:
    def add(uow: UnitOfWork) -> bool:
        return uow.inbox.add_notice(PAID, NOW)

    assert await store.transact(add)
    assert not await store.transact(add)
    (row,) = await store.transact(lambda uow: uow.inbox.notices(10))
    assert row == NoticeRow(row.id, PAID, 0)
    assert await store.transact(lambda uow: uow.inbox.notice_failed(row.id)) == 1
    await store.transact(lambda uow: uow.inbox.notice_done(row.id))
    assert await store.transact(lambda uow: uow.inbox.notices(10)) == []
    assert not await store.transact(add)


async def test_a_parked_notice_waits_for_nobody(store: Store) -> None:
    def work(uow: UnitOfWork) -> list[NoticeRow]:
        uow.inbox.add_notice(PAID, NOW)
        uow.inbox.notice_park(uow.inbox.notices(1)[0].id)
        return uow.inbox.notices(10)

    assert await store.transact(work) == []


async def test_what_is_known_is_told_by_the_ids_of_providers(store: Store) -> None:
    """Of messages waiting and done, of every conversation, and of no earlier time than asked for."""

    def work(uow: UnitOfWork) -> list[set[str]]:
        conversation_id = receive(uow, "done", "waiting")
        receive(uow, "another's", user="ravi")
        uow.inbox.done(uow.inbox.waiting(conversation_id, 1)[0].id)
        return [uow.inbox.known_since(at) for at in (NOW - SECOND, NOW, NOW + SECOND)]

    everything = {"done", "waiting", "another's"}
    assert await store.transact(work) == [everything, everything, set()]


async def test_each_account_of_a_channel_is_asked_from_a_time_of_its_own_on(store: Store) -> None:
    def asked(uow: UnitOfWork) -> list[datetime | None]:
        return [uow.inbox.asked(*account) for account in ACCOUNTS]

    assert await store.transact(asked) == [None, None, None]
    await store.transact(lambda uow: uow.inbox.ask_from(*ACCOUNTS[0], NOW))
    await store.transact(lambda uow: uow.inbox.ask_from(*ACCOUNTS[1], NOW + SECOND))
    assert await store.transact(asked) == [NOW, NOW + SECOND, None]
    await store.transact(lambda uow: uow.inbox.ask_from(*ACCOUNTS[0], NOW + 9 * SECOND))
    assert await store.transact(asked) == [NOW + 9 * SECOND, NOW + SECOND, None]


async def test_what_is_undone_was_not_asked(store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        uow.inbox.ask_from(*ACCOUNTS[0], NOW)
        raise Undo

    with pytest.raises(Undo):
        await store.transact(work)
    assert await store.transact(lambda uow: uow.inbox.asked(*ACCOUNTS[0])) is None


async def test_only_what_is_done_and_old_is_forgotten(store: Store) -> None:
    def work(uow: UnitOfWork) -> tuple[int, int, list[str]]:
        conversation_id = receive(uow, "done", "waiting")
        uow.inbox.done(uow.inbox.waiting(conversation_id, 1)[0].id)
        uow.inbox.add_notice(PAID, NOW)
        uow.inbox.notice_done(uow.inbox.notices(1)[0].id)
        return uow.inbox.forget(NOW), uow.inbox.forget(NOW + SECOND), texts(uow, conversation_id)

    assert await store.transact(work) == (0, 2, ["waiting"])
