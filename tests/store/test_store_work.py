"""Replies and effects on their way out."""

import asyncio
from datetime import datetime

import pytest

from model.effect import Effect, EffectKind
from model.errors import Fault
from model.message import Channel
from model.ports import Store, UnitOfWork
from model.rows import OutboxRow
from tests.store.store_kit import NOW, SECOND, address, speak, talk


def reply(uow: UnitOfWork, text: str, user: str) -> OutboxRow:
    conversation = talk(uow, user)
    return uow.outbox.add(conversation, speak(uow, conversation.id, text))


async def replies(store: Store, *said: tuple[str, str]) -> list[OutboxRow]:
    """One reply after the other, of (text, user)."""
    return await store.transact(lambda uow: [reply(uow, text, user) for text, user in said])


async def due(store: Store, at: datetime = NOW, limit: int = 10) -> list[str]:
    rows = await store.transact(lambda uow: uow.outbox.due(at, limit, [*Channel]))
    return [row.content["text"] for row in rows]


async def test_a_reply_comes_back_whole(store: Store) -> None:
    added = await store.transact(lambda uow: reply(uow, "வணக்கம்", "asha"))
    assert await store.transact(lambda uow: uow.outbox.due(NOW, 1, [*Channel])) == [added]
    assert (added.address, added.seq, added.author, added.at) == (address(), 1, "bot", NOW)
    assert added.content == {"kind": "text", "text": "வணக்கம்"}


async def test_replies_go_in_the_order_they_were_made(store: Store) -> None:
    await replies(store, ("1", "asha"), ("2", "ravi"), ("3", "asha"))
    assert await due(store) == ["1", "2", "3"]
    assert await due(store, limit=2) == ["1", "2"]
    assert await due(store, NOW - SECOND) == []


async def test_what_was_sent_is_gone(store: Store) -> None:
    rows = await replies(store, ("1", "asha"), ("2", "asha"), ("3", "asha"))
    await store.transact(lambda uow: uow.outbox.sent([rows[0].id, rows[2].id]))
    await store.transact(lambda uow: uow.outbox.sent([]))
    assert await due(store) == ["2"]


async def test_nothing_overtakes_a_reply_that_is_tried_again_later(store: Store) -> None:
    first, *_ = await replies(store, ("1", "asha"), ("2", "asha"), ("3", "ravi"))
    assert await store.transact(lambda uow: uow.outbox.retry(first.id, NOW + SECOND)) == 1
    assert await due(store) == ["3"]
    assert await due(store, NOW + SECOND) == ["1", "2", "3"]
    assert await store.transact(lambda uow: uow.outbox.retry(first.id, NOW)) == 2
    assert (await store.transact(lambda uow: uow.outbox.due(NOW, 1, [*Channel])))[0].attempts == 2


async def test_a_dead_reply_stands_in_nobodys_way(store: Store) -> None:
    first, _ = await replies(store, ("1", "asha"), ("2", "asha"))
    await store.transact(lambda uow: uow.outbox.retry(first.id, NOW + SECOND))
    await store.transact(lambda uow: uow.outbox.dead(first.id, "blocked"))
    assert await due(store) == ["2"]


async def test_trying_an_unknown_reply_again_is_a_fault(store: Store) -> None:
    with pytest.raises(Fault):
        await store.transact(lambda uow: uow.outbox.retry(99, NOW))


def want(uow: UnitOfWork, *lanes: str) -> None:
    for n, lane in enumerate(lanes):
        uow.effects.add(Effect(EffectKind.CREATE_LINK, lane, {"n": n}), NOW)


async def take(store: Store, seconds: int = 0, limit: int = 10) -> list[Effect]:
    now = NOW + seconds * SECOND
    return await store.transact(lambda uow: uow.effects.take(now, now + 10 * SECOND, limit))


async def test_an_effect_comes_back_with_its_first_attempt_counted(store: Store) -> None:
    await store.transact(lambda uow: want(uow, "a"))
    (taken,) = await take(store)
    assert taken == Effect(EffectKind.CREATE_LINK, "a", {"n": 0}, taken.id, 1)


async def test_only_the_first_effect_of_each_lane_is_taken(store: Store) -> None:
    await store.transact(lambda uow: want(uow, "a", "a", "b", "a"))
    first, other = await take(store)
    assert [(first.lane, first.body["n"]), (other.lane, other.body["n"])] == [("a", 0), ("b", 2)]
    assert await take(store) == []
    await store.transact(lambda uow: uow.effects.done(first.id))
    assert [effect.body["n"] for effect in await take(store)] == [1]


async def test_no_more_effects_are_taken_than_asked_for(store: Store) -> None:
    await store.transact(lambda uow: want(uow, "a", "b", "c"))
    assert [effect.lane for effect in await take(store, limit=2)] == ["a", "b"]
    assert [effect.lane for effect in await take(store)] == ["c"]


async def test_an_effect_waits_for_its_time_and_its_lane_with_it(store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        uow.effects.add(Effect(EffectKind.REFUND, "a"), NOW + SECOND)
        uow.effects.add(Effect(EffectKind.CHECK_LINK, "a"), NOW)

    await store.transact(work)
    assert await take(store) == []
    assert [effect.kind for effect in await take(store, 1)] == [EffectKind.REFUND]


async def test_a_claim_that_has_ended_is_taken_again(store: Store) -> None:
    await store.transact(lambda uow: want(uow, "a"))
    await take(store)
    assert await take(store, 9) == []
    assert [effect.attempts for effect in await take(store, 10)] == [2]


async def test_claims_that_are_dropped_are_free_at_once_and_still_count_as_tries(store: Store) -> None:
    await store.transact(lambda uow: want(uow, "a"))
    await take(store)
    await store.transact(lambda uow: uow.effects.unclaim())
    assert [effect.attempts for effect in await take(store)] == [2]


async def test_an_effect_put_off_is_free_again_at_that_time(store: Store) -> None:
    await store.transact(lambda uow: want(uow, "a"))
    (taken,) = await take(store)
    await store.transact(lambda uow: uow.effects.retry(taken.id, NOW + 5 * SECOND))
    assert await take(store, 4) == []
    assert [effect.attempts for effect in await take(store, 5)] == [2]


async def test_a_dead_effect_lets_its_lane_go_on(store: Store) -> None:
    await store.transact(lambda uow: want(uow, "a", "a"))
    (taken,) = await take(store)
    await store.transact(lambda uow: uow.effects.dead(taken.id, "refused"))
    assert [effect.body["n"] for effect in await take(store)] == [1]


async def test_an_id_is_never_given_twice(store: Store) -> None:
    """Else a slow worker's "done" would hit another effect."""
    await store.transact(lambda uow: want(uow, "a"))
    (first,) = await take(store)
    await store.transact(lambda uow: uow.effects.done(first.id))
    await store.transact(lambda uow: want(uow, "a"))
    (second,) = await take(store)
    assert second.id > first.id


async def test_workers_who_take_at_once_share_no_effect(store: Store) -> None:
    await store.transact(lambda uow: want(uow, *(f"lane {n}" for n in range(40))))
    taken = await asyncio.gather(*(take(store, limit=10) for _ in range(8)))
    ids = [effect.id for batch in taken for effect in batch]
    assert len(ids) == len(set(ids)) > 0
