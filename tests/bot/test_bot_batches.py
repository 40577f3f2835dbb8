"""A batch with a message that a defect of ours keeps from being stored: everybody else's is stored, and once only."""

from collections.abc import AsyncIterator, MutableMapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from model.errors import Fault, Unavailable
from model.message import Arrival, Author, Channel, Inbound, Preference, Progress, Status
from store.sql import SqlStore
from tests.kit import RecordingSender, Scene, address, new_database

SECRET = "my secret recipe"
UNSTORABLE = f"{SECRET} \ud83e"
"""Half a letter: no database takes it, and no edge lets it in. It stands for whatever will be found in a year."""


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """On WhatsApp, over a database."""
    store = SqlStore(new_database(tmp_path))
    yield await Scene(store=store, channel=Channel.WHATSAPP, sender=RecordingSender(parts=1)).open()
    await store.close()


async def brings(scene: Scene, *batch: Arrival) -> None:
    """A webhook brings this, its provider is not told that it was taken, and all that follows now is done."""
    with pytest.raises(Fault):
        await scene.engine.arrive(batch)
    await scene.settle()


async def said(scene: Scene, user: str = "asha") -> list[str]:
    return [line.content["text"] for line in await scene.lines(user) if line.author is Author.CUSTOMER]


def preference(at: datetime, *, wanted: bool) -> Preference:
    return Preference(address("asha", Channel.WHATSAPP), wanted, at=at)


async def test_what_stands_behind_it_and_what_others_wrote_is_stored_and_answered(scene: Scene) -> None:
    broken = scene.inbound(UNSTORABLE)
    batch = [scene.inbound(tap="categories"), broken, scene.inbound(tap="show_cart"), scene.inbound("hi", "ravi")]
    await brings(scene, *batch)
    assert scene.told() == ["browse_categories", "cart_empty"]
    assert await said(scene, "ravi") == ["hi"]
    assert len(await said(scene)) == 2


async def test_however_often_the_batch_comes_again_everybody_is_answered_once(scene: Scene) -> None:
    batch = [scene.inbound(UNSTORABLE), scene.inbound(tap="show_cart"), scene.inbound(tap="categories", user="ravi")]
    for _ in range(5):
        await brings(scene, *batch)
        scene.clock.now += timedelta(days=1.4)
        await scene.engine._forget()
    assert (scene.told(), scene.told("ravi")) == (["cart_empty"], ["browse_categories"])


async def test_once_the_defect_is_mended_the_message_is_taken(scene: Scene) -> None:
    broken = scene.inbound(UNSTORABLE, message_id="wamid.7")
    later = scene.inbound(tap="show_cart")
    await brings(scene, broken, later)
    mended = Inbound(broken.address, broken.provider_id, SECRET)
    await scene.arrive(mended, later)
    assert (await said(scene))[-1] == SECRET
    assert scene.told().count("cart_empty") == 1


async def test_the_log_tells_what_and_where_and_nothing_of_the_message(
    scene: Scene, logs: list[MutableMapping[str, Any]]
) -> None:
    await brings(scene, scene.inbound(UNSTORABLE, "919845012345"))
    (entry,) = [entry for entry in logs if entry["event"] == "message_not_stored"]
    assert (entry["channel"], entry["error"], entry["log_level"]) == ("whatsapp", "StatementError", "error")
    assert ".py:" in entry["where"]
    assert not [word for word in (SECRET, "9845012345") if word in str(logs)]


async def test_news_in_the_batch_counts_once_however_often_it_comes(scene: Scene) -> None:
    await scene.tap("categories")
    told = scene.clock()
    read = Status(Channel.WHATSAPP, "shop", scene.sender.ids[-1], Progress.READ)
    batch: list[Arrival] = [read, preference(told, wanted=False), scene.inbound(UNSTORABLE)]
    await brings(scene, *batch)
    assert (await scene.customer()).no_marketing
    scene.clock.advance(hours=1)
    await scene.arrive(preference(scene.clock(), wanted=True))
    for _ in range(3):
        scene.clock.advance(hours=1)
        await brings(scene, *batch)
    customer = await scene.customer()
    assert not customer.no_marketing, "what they said last counts, not what comes again"
    kept = await scene.do(lambda work: work.uow.customers.consents(customer.id))
    hour = timedelta(hours=1)
    assert [(one.wanted, one.at) for one in kept if one.marketing] == [(False, told), (True, told + hour)]


async def test_two_wishes_in_one_batch_count_in_their_order(scene: Scene) -> None:
    await scene.tap("categories")
    first, second = scene.clock() - timedelta(minutes=2), scene.clock() - timedelta(minutes=1)
    await scene.arrive(preference(first, wanted=False), preference(second, wanted=True))
    assert not (await scene.customer()).no_marketing


async def test_a_wish_of_times_to_come_stops_none_of_the_next(scene: Scene) -> None:
    await scene.tap("categories")
    await scene.arrive(preference(scene.clock() + timedelta(days=9), wanted=False))
    scene.clock.advance(minutes=1)
    await scene.arrive(preference(scene.clock(), wanted=True))
    assert not (await scene.customer()).no_marketing


async def test_while_nothing_can_be_stored_nobody_is_skipped(scene: Scene) -> None:
    """The database is locked: who wrote two messages must not have the second answered first."""
    store, times = scene.store, iter([True])

    class Locked:
        async def transact(self, work: Any, *, first: bool = False) -> Any:
            if next(times, False):
                raise Unavailable("database")
            return await store.transact(work, first=first)

    object.__setattr__(scene.parts, "store", Locked())
    batch = [scene.inbound(tap="categories"), scene.inbound(tap="show_cart")]
    with pytest.raises(Unavailable):
        await scene.engine.arrive(batch)
    assert await said(scene) == []
    await scene.arrive(*batch)
    assert scene.told() == ["browse_categories", "cart_empty"]
