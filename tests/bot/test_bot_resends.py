"""What was taken and then failed for something that passes by itself is sent again, part by part and not for ever."""

import asyncio
from datetime import timedelta

import pytest

from bot.engine import Engine
from model.errors import Unavailable, Undeliverable
from model.message import Channel, Progress, Sent, Status, Trouble
from model.order import Order, OrderStatus
from model.rows import DeadLetter, OutboxRow
from shop import orders
from store.memory import MemoryQueries, MemoryStore
from tests.kit import RecordingSender, Scene

CLOSED = Undeliverable(Trouble.WINDOW_CLOSED, "131047")
DAY = timedelta(hours=24)
SOON, LATER = 5, 30
"""Seconds until the first and the second time."""


@pytest.fixture
async def scene() -> Scene:
    """On WhatsApp."""
    return await Scene(channel=Channel.WHATSAPP, sender=RecordingSender(parts=1)).open()


def status(
    scene: Scene, progress: Progress = Progress.FAILED, of: int = -1, trouble: Trouble | None = None, code: str = ""
) -> Status:
    """What the provider tells of a message of ours; a failure without a trouble passes by itself."""
    return Status(scene.channel, "shop", scene.sender.ids[of], progress, None, trouble, code)


async def fails(scene: Scene, of: int = -1, code: str = "131000") -> None:
    await scene.arrive(status(scene, of=of, code=code))


async def refused(scene: Scene, trouble: Trouble, of: int = -1) -> None:
    await scene.arrive(status(scene, of=of, trouble=trouble))


async def notes(scene: Scene) -> list[str]:
    """What agents are told in the transcript."""
    return [line.content["body"] for line in await scene.lines() if line.content["kind"] == "note"]


async def dead(scene: Scene) -> list[DeadLetter]:
    assert isinstance(scene.store, MemoryStore)
    return await MemoryQueries(scene.store).dead_letters(10)


async def revive(scene: Scene) -> None:
    """The only letter is sent again by hand."""
    (letter,) = await dead(scene)
    await scene.do(lambda work: work.uow.outbox.revive([letter.id], work.now))
    await scene.settle()


def waiting(scene: Scene) -> int:
    assert isinstance(scene.store, MemoryStore)
    return sum(parcel.failure is None for parcel in scene.store.data.outbox.values())


def sent(scene: Scene) -> list[tuple[str, int]]:
    """Since the last look: what was sent, and which part of it."""
    rows, scene.sender.sent = scene.sender.sent, []
    return [(row.form or str(row.content["key"]), row.parts) for row in rows]


async def tick(scene: Scene, seq: int = 2) -> Progress | None:
    """How far the bot's line has come; the first of its lines is the second of the transcript."""
    talk = await scene.talk()
    return (await scene.do(lambda work: work.uow.outbox.deliveries(talk.id, [seq]))).get(seq)


async def packed(scene: Scene) -> Order:
    """An order that was packed: the notice of it went as it is, and nothing else is to be looked at."""
    order = await scene.order(way="cash")
    scene.told()
    await scene.change("agent:1", lambda work: orders.move(work, order.number, OrderStatus.PACKED))
    return order


# ---------------------------------------------------------------- again


async def test_it_is_sent_again_after_a_while_and_nobody_is_bothered(scene: Scene) -> None:
    await scene.tap("categories")
    await fails(scene)
    assert sent(scene) == [("browse_categories", 0)]
    await scene.later(seconds=SOON - 1)
    assert sent(scene) == []
    await scene.later(seconds=1)
    assert sent(scene) == [("browse_categories", 0)]
    await scene.arrive(status(scene, Progress.DELIVERED))
    assert (await tick(scene), await dead(scene), await notes(scene), waiting(scene)) == (Progress.DELIVERED, [], [], 0)


async def test_it_is_sent_again_twice_then_kept_and_the_agents_are_told(scene: Scene) -> None:
    await scene.tap("categories")
    for wait in (SOON, LATER):
        await fails(scene)
        await scene.later(seconds=wait - 1)
        assert waiting(scene) == 1
        await scene.later(seconds=1)
        assert waiting(scene) == 0
    await fails(scene)
    assert [letter.reason for letter in await dead(scene)] == ["refused: 131000"]
    assert len(await notes(scene)) == 1
    await scene.later(hours=1)
    assert sent(scene) == [("browse_categories", 0)] * 3


async def test_how_often_it_went_outlives_a_crash(scene: Scene) -> None:
    await scene.tap("categories")
    for wait in (SOON, LATER):
        await fails(scene)
        scene.engine = Engine(scene.parts)
        await scene.engine.outbox.take_up()
        await scene.later(seconds=wait)
    await fails(scene)
    assert (len(sent(scene)), len(await dead(scene)), waiting(scene)) == (3, 1, 0)


async def test_a_letter_sent_by_hand_goes_once_more_each_time(scene: Scene) -> None:
    await scene.tap("categories")
    for wait in (SOON, LATER):
        await fails(scene)
        await scene.later(seconds=wait)
    await fails(scene)
    sent(scene)
    for _ in range(2):
        await revive(scene)
        assert (sent(scene), await dead(scene)) == ([("browse_categories", 0)], [])
        await fails(scene)
        assert (len(await dead(scene)), waiting(scene)) == (1, 0)


async def test_a_report_that_comes_twice_sends_it_again_once(scene: Scene) -> None:
    await scene.tap("categories")
    told = status(scene)
    await scene.arrive(told, told)
    await scene.arrive(told)
    await scene.later(minutes=5)
    assert sent(scene) == [("browse_categories", 0)] * 2


async def test_a_report_quicker_than_our_own_note_is_heeded_too(scene: Scene) -> None:
    await scene.arrive(Status(scene.channel, "shop", "wamid.0", Progress.FAILED))
    await scene.tap("categories")
    await scene.tap("show_cart")
    assert sent(scene) == [("browse_categories", 0)], "the next one waits behind it"
    await scene.later(seconds=SOON)
    assert sent(scene) == [("browse_categories", 0), ("cart_empty", 0)]


async def test_what_came_after_all_is_not_sent_again(scene: Scene) -> None:
    await scene.tap("categories")
    await fails(scene)
    await scene.arrive(status(scene, Progress.DELIVERED))
    await scene.later(minutes=5)
    assert (sent(scene), waiting(scene), await tick(scene)) == ([("browse_categories", 0)], 0, Progress.DELIVERED)


async def test_a_letter_of_what_came_after_all_is_not_sent_again(scene: Scene) -> None:
    await scene.tap("categories")
    await refused(scene, Trouble.UNREACHABLE)
    await scene.arrive(status(scene, Progress.READ))
    await revive(scene)
    assert (len(sent(scene)), waiting(scene), await dead(scene)) == (1, 0, [])


async def test_what_is_said_meanwhile_comes_after_it(scene: Scene) -> None:
    await scene.tap("categories")
    await fails(scene)
    await scene.tap("show_cart")
    assert sent(scene) == [("browse_categories", 0)]
    await scene.later(seconds=SOON)
    assert sent(scene) == [("browse_categories", 0), ("cart_empty", 0)]


async def test_what_had_gone_before_the_failure_was_told_stays_above_it(scene: Scene) -> None:
    await scene.tap("categories")
    await scene.tap("show_cart")
    await fails(scene, of=-2)
    await scene.later(seconds=SOON)
    assert sent(scene) == [("browse_categories", 0), ("cart_empty", 0), ("browse_categories", 0)]


async def test_other_customers_do_not_wait(scene: Scene) -> None:
    await scene.tap("categories")
    await fails(scene)
    await scene.tap("show_cart", "ravi")
    assert scene.told("ravi") == ["cart_empty"]


async def test_an_outage_when_it_goes_again_is_waited_out(scene: Scene) -> None:
    await scene.tap("categories")
    await fails(scene)
    scene.sender.troubles = [Unavailable("channel", 2.0)]
    await scene.later(seconds=SOON)
    await scene.later(seconds=3)
    assert (sent(scene), waiting(scene)) == ([("browse_categories", 0)] * 2, 0)


async def test_after_the_window_closed_its_template_goes(scene: Scene) -> None:
    await packed(scene)
    await fails(scene)
    scene.clock.now += DAY
    await scene.settle()
    assert (sent(scene), waiting(scene)) == ([("moved_packed", 0), ("template", 0)], 0)


async def test_a_template_is_sent_again_as_what_it_is(scene: Scene) -> None:
    await packed(scene)
    await refused(scene, Trouble.WINDOW_CLOSED)
    for wait in (SOON, LATER):
        await fails(scene)
        await scene.later(seconds=wait)
    await fails(scene)
    assert sent(scene) == [("moved_packed", 0), *[("template", 0)] * 3]
    assert (len(await dead(scene)), len(await notes(scene)), waiting(scene)) == (1, 1, 0)


# ---------------------------------------------------------------- parts


async def test_only_the_part_that_failed_goes_again(scene: Scene) -> None:
    scene.sender.parts = 3
    await scene.tap("categories")
    await fails(scene, of=-2)
    await scene.later(seconds=SOON)
    assert [part for _, part in sent(scene)] == [0, 1, 2, 1]
    for of in (-4, -2, -1):
        await scene.arrive(status(scene, Progress.READ, of=of))
    assert (await tick(scene), waiting(scene)) == (Progress.READ, 0)


async def test_each_part_that_failed_goes_again(scene: Scene) -> None:
    scene.sender.parts = 3
    await scene.tap("categories")
    for of in (-3, -1):
        await fails(scene, of=of)
    await scene.later(seconds=SOON)
    assert [part for _, part in sent(scene)] == [0, 1, 2, 0, 2]


async def test_a_part_that_failed_while_the_rest_waited_goes_again_after_it(scene: Scene) -> None:
    scene.sender.parts, scene.sender.troubles = 2, [None, Unavailable("channel", 2.0)]
    await scene.tap("categories")
    await fails(scene)
    await scene.later(seconds=SOON)
    assert ([part for _, part in sent(scene)], waiting(scene)) == ([0, 1, 0], 0)


async def test_a_part_refused_while_the_rest_waited_is_a_letter_and_noted_and_the_rest_goes(scene: Scene) -> None:
    scene.sender.parts, scene.sender.troubles = 2, [None, Unavailable("channel", 2.0)]
    await scene.tap("categories")
    await refused(scene, Trouble.MEDIA)
    (letter,) = await dead(scene)
    assert (letter.reason, len(await notes(scene))) == ("media", 1)
    await scene.later(seconds=3)
    assert [part for _, part in sent(scene)] == [0, 1]
    await revive(scene)
    assert ([part for _, part in sent(scene)], await dead(scene)) == ([0], [])


async def test_a_part_refused_before_the_sending_of_the_rest_was_noted_is_a_letter_too(scene: Scene) -> None:
    scene.sender.parts = 2
    await scene.arrive(status_of_the_first(Trouble.MEDIA))
    await scene.tap("categories")
    assert [part for _, part in sent(scene)] == [0, 1]
    assert ([letter.reason for letter in await dead(scene)], len(await notes(scene))) == (["media"], 1)


async def test_where_a_part_is_a_letter_and_the_rest_becomes_one_agents_are_told_once(scene: Scene) -> None:
    scene.sender.parts = 2
    scene.sender.troubles = [None, Unavailable("channel", 2.0), Undeliverable(Trouble.OPTED_OUT, "1")]
    await scene.tap("categories")
    await refused(scene, Trouble.UNREACHABLE)
    await scene.later(seconds=3)
    assert (len(await dead(scene)), len(await notes(scene))) == (2, 1)
    assert (await scene.customer()).silent


def status_of_the_first(trouble: Trouble | None) -> Status:
    """Told of the first message that will be sent."""
    return Status(Channel.WHATSAPP, "shop", "wamid.0", Progress.FAILED, None, trouble)


# ---------------------------------------------------------------- a window that closes between two parts


async def test_where_a_template_stands_for_it_that_follows_the_beginning(scene: Scene) -> None:
    """Half a reply tells nothing for certain; the template tells the whole, be its beginning told twice."""
    order = await scene.order(way="cash")
    scene.told()
    scene.sender.parts, scene.sender.troubles = 3, [None, CLOSED]
    await scene.change("agent:1", lambda work: orders.move(work, order.number, OrderStatus.PACKED))
    assert (sent(scene), waiting(scene)) == ([("moved_packed", 0), ("template", 0)], 0)
    assert (await dead(scene), await notes(scene)) == ([], [])


async def test_where_none_does_the_rest_is_a_letter_that_brings_it_once_they_wrote(scene: Scene) -> None:
    scene.sender.parts, scene.sender.troubles = 3, [None, CLOSED]
    await scene.tap("categories")
    assert (sent(scene), len(await notes(scene))) == ([("browse_categories", 0)], 1)
    await revive(scene)
    assert [part for _, part in sent(scene)] == [1, 2]


async def test_the_rest_does_not_go_where_the_failure_of_an_earlier_part_sent_the_template_off(scene: Scene) -> None:
    order = await scene.order(way="cash")
    scene.told()
    scene.sender.parts, scene.sender.troubles = 3, [None, Unavailable("channel", 20.0)]
    await scene.change("agent:1", lambda work: orders.move(work, order.number, OrderStatus.PACKED))
    await refused(scene, Trouble.WINDOW_CLOSED)
    await scene.later(minutes=1)
    assert (sent(scene), waiting(scene)) == ([("moved_packed", 0), ("template", 0)], 0)


async def test_the_template_goes_once_where_both_parts_are_refused_by_it_at_once(scene: Scene) -> None:
    """The failure of the first part is told while the second is on its way, and that is refused too."""
    order = await scene.order(way="cash")
    scene.told()
    second, refuse = asyncio.Event(), asyncio.Event()

    class Slow(RecordingSender):
        async def send(self, row: OutboxRow) -> Sent | None:
            if row.parts == 1:
                second.set()
                await refuse.wait()
            return await super().send(row)

    slow = Slow(parts=2, troubles=[None, CLOSED])
    scene.sender = slow
    object.__setattr__(scene.parts, "senders", {Channel.WHATSAPP: slow})
    going = asyncio.create_task(
        scene.change("agent:1", lambda work: orders.move(work, order.number, OrderStatus.PACKED))
    )
    await second.wait()
    await scene.engine.arrive([status(scene, trouble=Trouble.WINDOW_CLOSED)])
    refuse.set()
    await going
    await scene.settle()
    assert (sent(scene), waiting(scene)) == ([("moved_packed", 0), ("template", 0)], 0)


async def test_a_part_that_was_to_go_again_does_not_where_the_template_went(scene: Scene) -> None:
    order = await scene.order(way="cash")
    scene.told()
    scene.sender.parts = 2
    await scene.change("agent:1", lambda work: orders.move(work, order.number, OrderStatus.PACKED))
    first, second = status(scene, of=-2), status(scene, trouble=Trouble.WINDOW_CLOSED)
    await scene.arrive(first, second)
    await scene.later(minutes=1)
    assert [form for form, _ in sent(scene)] == ["moved_packed", "moved_packed", "template"]
    assert waiting(scene) == 0
