"""What customers are told of changes that others caused: in the right conversation, in its language, unless stopped."""

import pytest

from model.message import Author
from model.order import Order, OrderStatus
from shop import orders
from shop.work import Work
from store.memory import MemoryStore
from tests.kit import Scene


async def move(scene: Scene, order: Order, status: OrderStatus) -> None:
    await scene.change("agent:1", lambda work: orders.move(work, order.number, status))


async def test_a_cash_order_is_confirmed_in_the_turn_that_placed_it(scene: Scene) -> None:
    order = await scene.order(way="cash")
    assert order.status is OrderStatus.CONFIRMED
    assert scene.told()[-1] == "order_placed"


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (OrderStatus.PACKED, "moved_packed"),
        (OrderStatus.SHIPPED, "moved_shipped"),
        (OrderStatus.OUT_FOR_DELIVERY, "moved_out_for_delivery"),
        (OrderStatus.DELIVERED, "moved_delivered"),
        (OrderStatus.CANCELLED, "order_cancelled"),
    ],
)
async def test_each_move_of_an_order_is_told(scene: Scene, status: OrderStatus, key: str) -> None:
    order = await scene.order(way="cash")
    scene.told()
    await move(scene, order, status)
    assert scene.told() == [key]


async def test_only_the_orders_own_customer_is_told(scene: Scene) -> None:
    order = await scene.order("asha", way="cash")
    await scene.order("ravi", way="cash")
    scene.told("ravi")
    await move(scene, order, OrderStatus.PACKED)
    assert scene.told("ravi") == []
    assert scene.told("asha")[-1] == "moved_packed"


async def test_it_is_told_in_the_language_of_the_talk(scene: Scene) -> None:
    await scene.tap("language:hi")
    order = await scene.order(way="cash")
    await move(scene, order, OrderStatus.PACKED)
    hindi = scene.parts.speech.phrases["hi"]["moved_packed"].format(number=order.number)
    assert scene.sender.sent[-1].content["body"] == hindi.strip()


async def test_stop_silences_notices_and_start_brings_them_back(scene: Scene) -> None:
    order = await scene.order(way="cash")
    await scene.say("STOP")
    scene.told()
    await move(scene, order, OrderStatus.PACKED)
    await scene.later(hours=1)
    assert scene.told() == []
    await scene.say("START")
    await move(scene, order, OrderStatus.SHIPPED)
    assert scene.told() == ["started_messages", "moved_shipped"]


async def test_who_said_stop_still_gets_what_they_ask_for(scene: Scene) -> None:
    await scene.say("STOP")
    order = await scene.order(way="online")
    assert scene.told()[-2:] == ["link_coming", "link_ready"]
    await scene.tap(f"cancel_now:{order.number}")
    assert scene.told() == ["order_cancelled"]
    await scene.order(way="cash")
    assert scene.told()[-1] == "order_placed"


async def test_a_change_that_fails_tells_nobody(scene: Scene) -> None:
    order = await scene.order(way="cash")
    scene.told()

    def breaks(work: Work) -> None:
        orders.move(work, order.number, OrderStatus.PACKED)
        raise KeyError("a defect")

    with pytest.raises(KeyError):
        await scene.change("agent:1", breaks)
    await scene.settle()
    assert scene.told() == []
    assert (await scene.orders())[0].status is OrderStatus.CONFIRMED


async def test_what_is_told_stands_in_the_transcript_in_the_order_it_was_sent(scene: Scene) -> None:
    order = await scene.order(way="cash")
    await move(scene, order, OrderStatus.PACKED)
    assert isinstance(scene.store, MemoryStore)
    told = [line.content["key"] for line in scene.store.data.lines.values() if line.author is Author.BOT]
    assert told == scene.told()
    assert told[-2:] == ["order_placed", "moved_packed"]
