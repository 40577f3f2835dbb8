"""Replies on WhatsApp and SMS: parts sent once, each trouble heeded, failures that are told later."""

from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

import pytest

from bot import handoff
from model.errors import Refused, Unavailable, Undeliverable
from model.message import Channel, Progress, Status, Trouble
from model.order import Order, OrderStatus
from model.rows import DeadLetter, User
from shop import orders
from store.memory import MemoryQueries, MemoryStore
from tests.kit import SPEECH, RecordingSender, Scene

CLOSED = Undeliverable(Trouble.WINDOW_CLOSED, "131047")
DOWN = Undeliverable(Trouble.CHANNEL_DOWN, "190")
DAY = timedelta(hours=24)
THREE = ["browse_categories"] * 3


@pytest.fixture
async def scene() -> Scene:
    """On WhatsApp."""
    return await Scene(channel=Channel.WHATSAPP, sender=RecordingSender(parts=1)).open()


async def ordered(scene: Scene, user: str = "asha") -> Order:
    """An order of which everything was told."""
    order = await scene.order(user, way="cash")
    scene.told(user)
    return order


async def move(scene: Scene, order: Order, status: OrderStatus = OrderStatus.PACKED) -> None:
    """Somebody packs it: a notice that a template stands for."""
    await scene.change("agent:1", lambda work: orders.move(work, order.number, status))


async def report(scene: Scene, progress: Progress, trouble: Trouble | None = None, of: int = -1) -> None:
    """The provider tells of a message of ours, the last one unless `of` says which."""
    await scene.arrive(Status(scene.channel, "shop", scene.sender.ids[of], progress, scene.clock(), trouble))


async def notes(scene: Scene, user: str = "asha") -> list[str]:
    """What agents are told in the transcript."""
    return [line.content["body"] for line in await scene.lines(user) if line.content["kind"] == "note"]


async def dead(scene: Scene) -> list[DeadLetter]:
    assert isinstance(scene.store, MemoryStore)
    return await MemoryQueries(scene.store).dead_letters(10)


def waiting(scene: Scene) -> int:
    assert isinstance(scene.store, MemoryStore)
    return sum(parcel.failure is None for parcel in scene.store.data.outbox.values())


def parts(scene: Scene) -> list[int]:
    return [row.parts for row in scene.sender.sent]


# ---------------------------------------------------------------- parts


async def test_a_reply_goes_part_by_part(scene: Scene) -> None:
    scene.sender.parts = 3
    await scene.tap("categories")
    assert (parts(scene), scene.told(), waiting(scene)) == ([0, 1, 2], THREE, 0)


async def test_after_an_outage_in_the_middle_only_the_rest_goes(scene: Scene) -> None:
    scene.sender.parts, scene.sender.troubles = 3, [None, Unavailable("channel", 2.0)]
    await scene.tap("categories")
    assert parts(scene) == [0]
    await scene.later(seconds=2.5)
    assert (parts(scene), waiting(scene)) == ([0, 1, 2], 0)


async def test_what_stands_behind_a_half_sent_reply_waits_for_its_rest(scene: Scene) -> None:
    scene.sender.parts, scene.sender.troubles = 3, [None, Unavailable("channel", 2.0)]
    await scene.tap("categories")
    await scene.tap("show_cart")
    await scene.later(seconds=2.5)
    await scene.settle()
    assert scene.told() == [*THREE, "cart_empty", "cart_empty", "cart_empty"]


async def test_after_a_crash_in_the_middle_only_the_rest_goes(scene: Scene) -> None:
    scene.sender.parts, scene.sender.troubles = 3, [None, Unavailable("channel", 1.0)]
    await scene.tap("categories")
    after = Scene(scene.store, scene.clock, sender=RecordingSender(parts=3))
    scene.clock.advance(seconds=1.5)
    await after.engine.outbox.deliver_due()
    assert (parts(after), waiting(after)) == ([1, 2], 0)


async def test_a_part_that_can_never_go_ends_its_reply_and_the_next_goes(scene: Scene) -> None:
    scene.sender.parts, scene.sender.troubles = 2, [None, Undeliverable(Trouble.MEDIA, "131053")]
    await scene.tap("categories")
    await scene.tap("show_cart")
    assert scene.told() == ["browse_categories", "cart_empty", "cart_empty"]
    assert [letter.reason for letter in await dead(scene)] == ["media: 131053"]


# ---------------------------------------------------------------- the 24-hour window


async def test_a_day_after_their_last_message_the_template_goes_in_a_notices_place(scene: Scene) -> None:
    order = await ordered(scene)
    scene.clock.now += DAY
    await move(scene, order)
    (row,) = scene.sender.sent
    assert (scene.told(), row.form) == (["order_packed"], "template")
    assert row.content["template"]["parameters"] == [order.number]


async def test_within_the_day_the_notice_itself_goes(scene: Scene) -> None:
    order = await ordered(scene)
    scene.clock.now += DAY - timedelta(seconds=1)
    await move(scene, order)
    assert scene.told() == ["moved_packed"]


async def test_only_the_customers_own_messages_open_the_window(scene: Scene) -> None:
    """What we send meanwhile, and what the provider reports of it, does not."""
    order = await ordered(scene)
    scene.clock.now += DAY / 2
    await move(scene, order)
    await report(scene, Progress.READ)
    scene.clock.now += DAY / 2
    await move(scene, order, OrderStatus.SHIPPED)
    assert scene.told() == ["moved_packed", "order_shipped"]
    await scene.tap("show_cart")
    await move(scene, order, OrderStatus.OUT_FOR_DELIVERY)
    assert scene.told() == ["cart_empty", "moved_out_for_delivery"]


async def test_a_reply_that_waits_until_the_window_has_closed_goes_as_its_template_whole(scene: Scene) -> None:
    order = await ordered(scene)
    scene.sender.parts, scene.sender.troubles = 3, [None, Unavailable("channel", 300.0)]
    scene.clock.now += DAY - timedelta(minutes=2)
    await move(scene, order)
    await scene.later(minutes=8)
    assert [(row.form, row.parts) for row in scene.sender.sent] == [("", 0), ("template", 0)]
    assert waiting(scene) == 0


async def test_sms_knows_no_window(scene: Scene) -> None:
    scene.on(Channel.SMS)
    order = await ordered(scene)
    scene.clock.now += 30 * DAY
    await move(scene, order)
    assert scene.told() == ["moved_packed"]


async def test_where_no_template_stands_for_a_reply_it_is_kept_and_agents_are_told(scene: Scene) -> None:
    await scene.tap("show_cart")
    conversation = await scene.talk()
    scene.told()
    scene.clock.now += DAY
    agent = User(7, "Meera", "", "agent")
    await scene.post("agent:7", lambda work: handoff.take(work, SPEECH, conversation.id, agent))
    assert scene.told() == []
    assert len(await notes(scene)) == 1
    assert [letter.reason for letter in await dead(scene)] == ["window_closed"]


async def test_an_agent_is_refused_before_they_write_into_a_closed_window(scene: Scene) -> None:
    await scene.tap("show_cart")
    conversation, agent = await scene.talk(), User(7, "Meera", "", "agent")
    await scene.post("agent:7", lambda work: handoff.take(work, SPEECH, conversation.id, agent))
    scene.clock.now += DAY - timedelta(seconds=1)
    await scene.post("agent:7", lambda work: [handoff.write(work, conversation.id, agent, "hello")])
    scene.clock.advance(seconds=1)
    with pytest.raises(Refused, match="window_closed"):
        await scene.post("agent:7", lambda work: [handoff.write(work, conversation.id, agent, "still there?")])
    assert scene.told()[-1] == "agent"


async def test_where_the_provider_finds_the_window_closed_the_template_goes_at_once(scene: Scene) -> None:
    order = await ordered(scene)
    scene.sender.troubles = [CLOSED]
    await move(scene, order)
    assert (scene.told(), await notes(scene), waiting(scene)) == (["order_packed"], [], 0)


async def test_a_template_that_meets_an_outage_goes_later_and_the_notice_does_not(scene: Scene) -> None:
    order = await ordered(scene)
    scene.sender.troubles = [CLOSED, Unavailable("channel", 2.0), CLOSED]
    await move(scene, order)
    await scene.later(seconds=2.5)
    assert (scene.told(), waiting(scene)) == (["order_packed"], 0)


# ---------------------------------------------------------------- other troubles


@pytest.mark.parametrize(
    "trouble", [Trouble.NO_MARKETING, Trouble.UNREACHABLE, Trouble.TEMPLATE, Trouble.MEDIA, Trouble.REFUSED]
)
async def test_what_can_never_go_is_kept_noted_for_agents_and_stands_in_nobodys_way(
    scene: Scene, trouble: Trouble
) -> None:
    scene.sender.troubles = [Undeliverable(trouble, "1")]
    await scene.tap("categories")
    await scene.tap("show_cart")
    assert scene.told() == ["cart_empty"]
    assert [letter.reason for letter in await dead(scene)] == [f"{trouble}: 1"]
    assert len(await notes(scene)) == 1
    assert not (await scene.customer()).silent


async def test_a_note_for_agents_is_never_sent(scene: Scene) -> None:
    scene.sender.troubles = [Undeliverable(Trouble.REFUSED, "1")]
    await scene.tap("categories")
    await scene.later(hours=1)
    assert scene.told() == []


async def test_who_opted_out_at_the_provider_is_silent_at_once(scene: Scene) -> None:
    order = await ordered(scene)
    scene.sender.troubles = [Undeliverable(Trouble.OPTED_OUT, "21610")]
    await move(scene, order)
    customer = await scene.customer()
    assert (customer.silent, customer.no_marketing) == (True, False)
    await move(scene, order, OrderStatus.SHIPPED)
    assert scene.told() == []
    consents = await scene.do(lambda work: work.uow.customers.consents(customer.id))
    assert [(one.wanted, one.source) for one in consents] == [(True, "wrote first"), (False, "the provider said so")]


async def test_who_wants_no_advertising_still_hears_of_their_orders(scene: Scene) -> None:
    order = await ordered(scene)
    scene.sender.troubles = [Undeliverable(Trouble.NO_MARKETING, "131050")]
    await move(scene, order)
    customer = await scene.customer()
    assert (customer.silent, customer.no_marketing) == (False, True)
    await move(scene, order, OrderStatus.SHIPPED)
    assert scene.told() == ["moved_shipped"]


async def test_an_account_that_is_down_is_left_alone_for_a_minute_and_everything_goes_afterwards(
    scene: Scene, logs: list[MutableMapping[str, Any]]
) -> None:
    scene.sender.troubles = [DOWN]
    await scene.tap("categories", "asha")
    await scene.tap("categories", "ravi")
    await scene.tap("show_cart", "asha")
    await scene.later(seconds=59)
    assert (scene.sender.tries, waiting(scene), scene.engine.outbox.stopped) == (1, 3, ["whatsapp"])
    assert [entry["code"] for entry in logs if entry["event"] == "channel_down"] == ["190"]
    await scene.later(seconds=30)
    assert (scene.told("asha"), scene.told("ravi")) == (["browse_categories", "cart_empty"], ["browse_categories"])
    assert (scene.engine.outbox.stopped, await dead(scene)) == ([], [])


async def test_an_account_that_stays_down_is_tried_once_a_minute(scene: Scene) -> None:
    scene.sender.troubles = [DOWN] * 100
    for user in ("asha", "ravi", "meena"):
        await scene.tap("categories", user)
    for _ in range(10):
        await scene.later(minutes=1)
    assert scene.sender.tries <= 11
    assert waiting(scene) == 3


async def test_another_channel_goes_on_while_one_is_down(scene: Scene) -> None:
    scene.sender.troubles = [DOWN]
    await scene.tap("categories", "asha")
    await scene.on(Channel.SMS).tap("categories", "ravi")
    assert (scene.told("asha"), scene.told("ravi")) == ([], ["browse_categories"])


# ---------------------------------------------------------------- what is told later


async def test_a_notice_that_was_taken_and_then_failed_goes_as_its_template(scene: Scene) -> None:
    order = await ordered(scene)
    await move(scene, order)
    await report(scene, Progress.SENT)
    await report(scene, Progress.FAILED, Trouble.WINDOW_CLOSED)
    assert (scene.told(), await notes(scene)) == (["moved_packed", "order_packed"], [])


async def test_however_many_parts_of_it_failed_the_template_goes_once(scene: Scene) -> None:
    order = await ordered(scene)
    scene.sender.parts = 3
    await move(scene, order)
    scene.told()
    for part in (-3, -2, -1):
        await scene.engine.arrive(
            [Status(scene.channel, "shop", scene.sender.ids[part], Progress.FAILED, None, Trouble.WINDOW_CLOSED)]
        )
    await scene.turns()
    await scene.settle()
    assert scene.told() == ["order_packed"]


async def test_a_template_that_fails_too_is_not_sent_again_and_again(scene: Scene) -> None:
    order = await ordered(scene)
    await move(scene, order)
    await report(scene, Progress.FAILED, Trouble.WINDOW_CLOSED)
    await report(scene, Progress.FAILED, Trouble.WINDOW_CLOSED)
    assert scene.told() == ["moved_packed", "order_packed"]
    assert len(await notes(scene)) == 1
    assert [letter.reason for letter in await dead(scene)] == ["window_closed"]


async def test_a_failure_told_before_we_noted_the_sending_is_heeded(scene: Scene) -> None:
    order = await ordered(scene)
    next_id = f"wamid.{len(scene.sender.ids)}"
    await scene.arrive(Status(scene.channel, "shop", next_id, Progress.FAILED, None, Trouble.WINDOW_CLOSED))
    await move(scene, order)
    await scene.settle()
    assert scene.told() == ["moved_packed", "order_packed"]


@pytest.mark.parametrize("trouble", [Trouble.UNREACHABLE, Trouble.MEDIA, Trouble.REFUSED])
async def test_any_other_failure_is_kept_as_a_letter_for_each_part_and_noted_once(
    scene: Scene, trouble: Trouble
) -> None:
    scene.sender.parts = 2
    await scene.tap("categories")
    await report(scene, Progress.FAILED, trouble, of=-2)
    await report(scene, Progress.FAILED, trouble)
    await report(scene, Progress.FAILED, trouble)
    assert [letter.reason for letter in await dead(scene)] == [str(trouble)] * 2
    assert len(await notes(scene)) == 1
    assert scene.told() == ["browse_categories"] * 2


async def test_a_failure_that_tells_of_an_opt_out_silences_the_customer(scene: Scene) -> None:
    await scene.tap("categories")
    await report(scene, Progress.FAILED, Trouble.OPTED_OUT)
    assert (await scene.customer()).silent


async def test_a_status_of_a_message_that_is_none_of_ours_changes_nothing(scene: Scene) -> None:
    for progress in Progress:
        await scene.arrive(Status(Channel.WHATSAPP, "shop", "elsewhere", progress, None, Trouble.UNREACHABLE))
    assert await dead(scene) == []


async def test_a_letter_that_is_sent_again_goes_once_and_is_gone(scene: Scene) -> None:
    scene.sender.troubles = [Undeliverable(Trouble.UNREACHABLE, "1")]
    await scene.tap("categories")
    (letter,) = await dead(scene)
    await scene.do(lambda work: work.uow.outbox.revive([letter.id], work.now))
    await scene.settle()
    await scene.settle()
    assert (scene.told(), await dead(scene)) == (["browse_categories"], [])


async def test_a_letter_sent_again_after_the_window_closed_goes_as_its_template(scene: Scene) -> None:
    order = await ordered(scene)
    scene.sender.troubles = [Undeliverable(Trouble.UNREACHABLE, "1")]
    await move(scene, order)
    (letter,) = await dead(scene)
    scene.clock.now += DAY
    await scene.do(lambda work: work.uow.outbox.revive([letter.id], work.now))
    await scene.settle()
    assert scene.told() == ["order_packed"]
