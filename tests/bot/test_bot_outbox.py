"""Replies go out in order, are tried again, and are kept where they can never go."""

import asyncio
from collections.abc import Mapping, MutableMapping
from typing import Any

import pytest

from gateways.live import LocalLive
from model.errors import Fault, Refused, Unavailable
from model.message import Author
from store.memory import MemoryStore
from tests.kit import Scene


async def three_replies(scene: Scene) -> None:
    for tap in ("add:mango-250:1", "show_cart", "categories"):
        await scene.receive(tap=tap)
    await scene.turns()


THREE = ["added", "cart", "browse_categories"]


def left(scene: Scene) -> int:
    assert isinstance(scene.store, MemoryStore)
    return sum(parcel.failure is None for parcel in scene.store.data.outbox.values())


async def test_a_reply_that_cannot_go_now_holds_up_those_behind_it_until_it_went(scene: Scene) -> None:
    scene.sender.troubles = [Unavailable("channel", 2.0)]
    await three_replies(scene)
    assert scene.told() == []
    await scene.engine.outbox.deliver_due()
    assert scene.told() == []
    scene.clock.advance(seconds=2.5)
    await scene.engine.outbox.deliver_due()
    assert (scene.told(), left(scene)) == (THREE, 0)


async def test_one_customers_trouble_does_not_hold_up_another(scene: Scene) -> None:
    scene.sender.troubles = [Unavailable("channel", 2.0)]
    await scene.tap("add:mango-250:1", "asha")
    await scene.tap("add:mango-250:1", "ravi")
    assert (scene.told("asha"), scene.told("ravi")) == ([], ["added"])


async def test_waits_between_tries_grow(scene: Scene) -> None:
    scene.sender.troubles = [Unavailable("channel", 1.0) for _ in range(3)]
    await scene.tap("add:mango-250:1")
    waits = [await _until_tried(scene, troubles_left) for troubles_left in (1, 0)]
    assert scene.told() == []
    waits.append(await _until_tried(scene, None))
    assert scene.told() == ["added"]
    for wait, least in zip(waits, (1, 2, 4), strict=True):
        assert least <= wait <= least * 1.25 + 0.25, waits


async def _until_tried(scene: Scene, troubles_left: int | None) -> float:
    """Seconds until it was tried again and met its next trouble; None: until it went."""
    began = scene.clock.now
    while left(scene) if troubles_left is None else len(scene.sender.troubles) > troubles_left:
        scene.clock.advance(seconds=0.25)
        await scene.engine.outbox.deliver_due()
    return (scene.clock.now - began).total_seconds()


@pytest.mark.parametrize("never", [Refused("window_closed"), Fault("blocked")])
async def test_a_reply_that_can_never_go_is_kept_with_the_reason_and_the_next_goes(
    scene: Scene, never: Exception
) -> None:
    scene.sender.troubles = [never]
    await three_replies(scene)
    assert isinstance(scene.store, MemoryStore)
    assert scene.told() == THREE[1:]
    assert [parcel.failure for parcel in scene.store.data.outbox.values()] == [str(never)]
    scene.clock.advance(hours=1)
    await scene.engine.outbox.deliver_due()
    assert scene.told() == []


async def test_a_sender_that_breaks_is_tried_again(scene: Scene, logs: list[MutableMapping[str, Any]]) -> None:
    scene.sender.troubles = [KeyError("a defect")]
    await three_replies(scene)
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["send_broke"]
    scene.clock.advance(seconds=6.25)
    await scene.engine.outbox.deliver_due()
    assert scene.told() == THREE


async def test_what_is_under_way_is_not_sent_twice(scene: Scene) -> None:
    scene.sender.gate = asyncio.Event()
    await scene.receive(tap="add:mango-250:1")
    await scene.sender.began.wait()
    await scene.engine.outbox.deliver_due()
    scene.sender.gate.set()
    await scene.turns()
    await scene.engine.outbox.deliver_due()
    assert scene.told() == ["added"]


async def test_a_reply_sent_while_a_look_is_under_way_is_not_sent_again_by_it(scene: Scene) -> None:
    """The look read the row as due, and saw it only after it had been sent and marked."""
    store = scene.store
    read, go_on = asyncio.Event(), asyncio.Event()

    class SlowToAnswer:
        async def transact(self, work: Any, *, first: bool = False) -> Any:
            answer = await store.transact(work, first=first)
            if isinstance(answer, list) and not go_on.is_set():
                read.set()
                await go_on.wait()
            return answer

    scene.sender.gate = asyncio.Event()
    await scene.receive(tap="add:mango-250:1")
    await scene.sender.began.wait()
    object.__setattr__(scene.parts, "store", SlowToAnswer())
    look = asyncio.create_task(scene.engine.outbox.deliver_due())
    await read.wait()
    scene.sender.gate.set()
    await scene.turns()
    go_on.set()
    await look
    assert scene.told() == ["added"]


async def test_a_reply_that_a_look_sent_is_not_sent_again_by_the_turn_that_wrote_it(scene: Scene) -> None:
    committed, go_on = asyncio.Event(), asyncio.Event()

    class SlowLive(LocalLive):
        async def publish(self, topic: str, event: Mapping[str, Any]) -> None:
            if event["author"] == Author.BOT:
                committed.set()
                await go_on.wait()

    object.__setattr__(scene.parts, "live", SlowLive())
    await scene.receive(tap="add:mango-250:1")
    await committed.wait()
    await scene.engine.outbox.deliver_due()
    go_on.set()
    await scene.turns()
    assert scene.told() == ["added"]


async def test_many_replies_at_once_stay_in_order(scene: Scene) -> None:
    taps = ["add:mango-250:1", "categories"] * 10
    await asyncio.gather(*(scene.receive(tap=tap) for tap in taps))
    await scene.turns()
    assert scene.told() == ["added", "browse_categories", *["added_more", "browse_categories"] * 9]


async def test_what_a_crash_left_is_sent_by_the_next_process(scene: Scene) -> None:
    scene.sender.troubles = [Unavailable("channel", 1.0)]
    await three_replies(scene)
    after = Scene(scene.store, scene.clock)
    scene.clock.advance(seconds=1.25)
    await after.engine.outbox.deliver_due()
    assert after.told() == THREE
