"""Conversations: made once, leased, changed only as they were loaded."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from model.conversation import NEVER, Conversation, Holder, Memory, Question
from model.errors import Conflict, Fault
from model.message import Author, Line
from model.order import Customer
from model.ports import Queries, Store, UnitOfWork
from store.columns import memory_of
from tests.store.store_kit import NOW, SECOND, Undo, address, receive, speak, talk


async def test_a_conversation_starts_with_the_bot_and_an_empty_memory(store: Store) -> None:
    opened = await store.transact(talk)
    assert opened == Conversation(opened.id, opened.customer_id, address(), Holder.BOT, None, 0, Memory())
    assert await store.transact(lambda uow: uow.customers.get(opened.customer_id)) == Customer(opened.customer_id)


async def test_one_address_has_one_conversation_and_two_have_two_customers(store: Store) -> None:
    first, again, other = await store.transact(lambda uow: [talk(uow, user) for user in ("asha", "asha", "ravi")])
    assert first == again
    assert (other.id, other.customer_id) != (first.id, first.customer_id)


async def test_first_messages_at_once_make_one_conversation(store: Store) -> None:
    opened = await asyncio.gather(*(store.transact(talk) for _ in range(20)))
    assert {conversation.id for conversation in opened} == {opened[0].id}


async def test_an_unknown_conversation_is_none(store: Store) -> None:
    assert await store.transact(lambda uow: uow.conversations.get(99)) is None
    assert await store.transact(lambda uow: uow.conversations.take(99, "a", NOW, NOW + SECOND)) is None


async def test_a_lease_keeps_others_out_until_it_ends(store: Store) -> None:
    key = (await store.transact(talk)).id

    async def take(owner: str, seconds: int) -> bool:
        now = NOW + seconds * SECOND
        taken = await store.transact(lambda uow: uow.conversations.take(key, owner, now, now + 10 * SECOND))
        return taken is not None

    assert await take("a", 0)
    assert not await take("b", 9)
    assert await take("a", 9), "its owner may take it again"
    assert not await take("b", 18)
    assert await take("b", 19), "a lease that has ended is anybody's"


async def test_a_conversation_is_taken_for_the_message_that_waits_longest_alone(store: Store) -> None:
    key = await store.transact(lambda uow: receive(uow, "one", "two"))
    one, two = await store.transact(lambda uow: [row.id for row in uow.inbox.waiting(key, 2)])

    async def take(message: int, owner: str = "a") -> bool:
        return (
            await store.transact(lambda uow: uow.conversations.take(key, owner, NOW, NOW + SECOND, message)) is not None
        )

    assert not await take(two)
    assert await take(one)
    assert not await take(one, "b"), "it is leased"
    await store.transact(lambda uow: uow.inbox.done(one))
    assert await take(two)


async def test_only_its_owner_gives_a_lease_back(store: Store) -> None:
    key = (await store.transact(talk)).id

    def take(uow: UnitOfWork, owner: str) -> Conversation | None:
        return uow.conversations.take(key, owner, NOW, NOW + SECOND)

    await store.transact(lambda uow: take(uow, "a"))
    await store.transact(lambda uow: uow.conversations.release(key, "b"))
    assert await store.transact(lambda uow: take(uow, "b")) is None
    await store.transact(lambda uow: uow.conversations.release(key, "a"))
    assert await store.transact(lambda uow: take(uow, "b")) is not None


async def test_of_many_who_take_at_once_one_gets_it(store: Store) -> None:
    key = (await store.transact(talk)).id

    async def take(n: int) -> bool:
        taken = await store.transact(lambda uow: uow.conversations.take(key, f"worker {n}", NOW, NOW + SECOND))
        return taken is not None

    assert sum(await asyncio.gather(*(take(n) for n in range(20)))) == 1


async def test_everything_saved_comes_back(store: Store) -> None:
    question = Question("cart.sure", {"n": 1}, free=True)
    memory = Memory(
        "ta", True, question=question, misses=1, topic="laddu", draft={"name": "Asha"}, choices=[["y", "Yes"]]
    )

    def work(uow: UnitOfWork) -> Conversation:
        agent = uow.desk.add_user("meena", "hash", "agent", False)
        asked = replace(talk(uow), memory=memory, holder=Holder.AGENT, agent_id=agent, queued_at=NOW, agent_seen_at=NOW)
        return uow.conversations.save(asked)

    saved = await store.transact(work)
    assert saved.version == 1
    assert await store.transact(lambda uow: uow.conversations.get(saved.id)) == saved


async def test_a_change_on_top_of_an_unseen_one_is_a_conflict(store: Store) -> None:
    loaded = await store.transact(talk)
    await store.transact(lambda uow: uow.conversations.save(loaded))
    with pytest.raises(Conflict):
        await store.transact(lambda uow: uow.conversations.save(loaded))


async def test_of_many_who_save_the_same_version_at_once_one_succeeds(store: Store) -> None:
    loaded = await store.transact(talk)
    results = await asyncio.gather(
        *(store.transact(lambda uow: uow.conversations.save(loaded)) for _ in range(10)), return_exceptions=True
    )
    assert sum(isinstance(result, Conversation) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 9


async def test_memory_changed_after_saving_or_loading_is_not_stored(store: Store) -> None:
    def work(uow: UnitOfWork) -> list[str | None]:
        saved = uow.conversations.save(talk(uow))
        saved.memory.topic = "after saving"
        loaded = talk(uow)
        loaded.memory.topic = "after loading"
        return [loaded.memory.topic, talk(uow).memory.topic]

    assert await store.transact(work) == ["after loading", None]


async def test_lines_are_numbered_from_one_within_a_conversation(store: Store) -> None:
    def work(uow: UnitOfWork) -> list[int]:
        asha, ravi = talk(uow, "asha"), talk(uow, "ravi")
        return [speak(uow, key, "hello").seq for key in (asha.id, asha.id, ravi.id, asha.id)]

    assert await store.transact(work) == [1, 2, 1, 3]


async def test_lines_appended_at_once_share_no_number(store: Store) -> None:
    key = (await store.transact(talk)).id
    lines = await asyncio.gather(*(store.transact(lambda uow: speak(uow, key, "hello")) for _ in range(20)))
    assert sorted(line.seq for line in lines) == list(range(1, 21))


async def test_a_customers_line_keeps_the_id_their_client_gave_it(store: Store) -> None:
    key = (await store.transact(talk)).id
    content = {"kind": "text", "text": "hello"}
    line = await store.transact(lambda uow: uow.conversations.append(key, Author.CUSTOMER, content, NOW, "client-7"))
    assert line == Line(key, 1, Author.CUSTOMER, content, NOW, "client-7")


async def test_a_line_for_no_conversation_is_a_fault(store: Store) -> None:
    with pytest.raises(Fault):
        await store.transact(lambda uow: speak(uow, 99, "hello"))


async def test_the_latest_conversation_of_a_customer(store: Store) -> None:
    opened = await store.transact(talk)
    assert await store.transact(lambda uow: uow.conversations.latest_of(opened.customer_id)) == opened
    assert await store.transact(lambda uow: uow.conversations.latest_of(99)) is None


async def test_a_customer_is_met_where_they_wrote_last_not_where_we_wrote_last(store: Store) -> None:
    def work(uow: UnitOfWork) -> list[int]:
        first, second, third = (talk(uow, user) for user in ("asha", "ravi", "meena"))
        for other in (second, third):
            uow.identities.merge(other.customer_id, first.customer_id)
        uow.conversations.append(first.id, Author.CUSTOMER, {"text": "hi"}, NOW)
        uow.conversations.append(second.id, Author.BOT, {"text": "hello"}, NOW + SECOND)
        met = [uow.conversations.latest_of(first.customer_id)]
        uow.conversations.append(third.id, Author.CUSTOMER, {"text": "hi"}, NOW + SECOND)
        met.append(uow.conversations.latest_of(first.customer_id))
        return [found.id - first.id for found in met if found]

    assert await store.transact(work) == [0, 2]


async def test_only_a_customers_own_words_count_as_their_writing(store: Store) -> None:
    key = (await store.transact(talk)).id
    assert await store.transact(lambda uow: talk(uow).wrote_at) == NEVER
    for author in (Author.BOT, Author.AGENT, Author.SYSTEM):
        await store.transact(partial(speak, conversation_id=key, text="hello", author=author))
        assert await store.transact(lambda uow: talk(uow).wrote_at) == NEVER
    await store.transact(lambda uow: speak(uow, key, "hello", Author.CUSTOMER))
    assert await store.transact(lambda uow: talk(uow).wrote_at) == NOW


async def test_a_line_is_read_by_its_number(store: Store) -> None:
    key = (await store.transact(talk)).id
    _, second = await store.transact(lambda uow: [speak(uow, key, text) for text in ("one", "two")])
    assert await store.transact(lambda uow: uow.conversations.line(key, 2)) == second
    assert await store.transact(lambda uow: uow.conversations.line(key, 3)) is None
    assert await store.transact(lambda uow: uow.conversations.line(99, 1)) is None


async def test_what_a_message_shows_is_amended_in_its_own_conversation_alone(store: Store, queries: Queries) -> None:
    before, after = {"kind": "text", "text": "[image]"}, {"kind": "image", "text": "[photo]", "file": "0af3.png"}

    def work(uow: UnitOfWork) -> list[int]:
        keys = [talk(uow, user).id for user in ("asha", "ravi")]
        for key in keys:
            for client_id in ("1", "2"):
                uow.conversations.append(key, Author.CUSTOMER, before, NOW, client_id)
        uow.conversations.amend(keys[0], "2", after)
        uow.conversations.amend(keys[0], "unknown", after)
        return keys

    asha, ravi = await store.transact(work)
    assert [line.content for line in await queries.transcript(asha, 0, 10)] == [before, after]
    assert [line.content for line in await queries.transcript(ravi, 0, 10)] == [before, before]


async def test_conversations_of_agents_who_fell_silent(store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        for user, holder, seen in (
            ("away", Holder.AGENT, NOW - SECOND),
            ("here", Holder.AGENT, NOW),
            ("bot", Holder.BOT, NOW - SECOND),
        ):
            uow.conversations.save(replace(talk(uow, user), holder=holder, agent_seen_at=seen))

    await store.transact(work)
    silent = await store.transact(lambda uow: uow.conversations.held_and_silent(NOW))
    assert [conversation.address.user for conversation in silent] == ["away"]


async def test_work_that_raises_leaves_nothing(store: Store) -> None:
    before = await store.transact(lambda uow: receive(uow, "one"))

    def work(uow: UnitOfWork) -> None:
        receive(uow, "two")
        uow.inbox.done(uow.inbox.waiting(before, 1)[0].id)
        uow.conversations.save(replace(talk(uow), holder=Holder.QUEUE))
        speak(uow, before, "hello")
        talk(uow, "ravi")
        raise Undo

    with pytest.raises(Undo):
        await store.transact(work)
    rows = await store.transact(lambda uow: uow.inbox.waiting(before, 10))
    assert [row.inbound.text for row in rows] == ["one"]
    kept = await store.transact(talk)
    assert (kept.holder, kept.version) == (Holder.BOT, 0)
    assert (await store.transact(lambda uow: speak(uow, before, "hello"))).seq == 1


def test_memory_written_by_another_version_is_read_as_far_as_it_is_known() -> None:
    told = {"language": "hi", "gone": 1, "question": {"asker": "cart.sure", "gone": 1}}
    assert memory_of(told) == Memory("hi", question=Question("cart.sure"))
