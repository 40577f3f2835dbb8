"""What Razorpay is to do is done once, however often it must be tried; holds and links end in the right order."""

from collections import Counter
from dataclasses import replace

import pytest

from bot.effects import CLAIM
from model.effect import EffectKind
from model.message import Notice, NoticeKind
from model.order import LinkStatus, Order, OrderStatus, PaymentLink, RefundStatus, TicketKind
from model.ports import PaidBy
from store.memory import MemoryStore
from tests.kit import Scene


async def links(scene: Scene, order: Order) -> list[PaymentLink]:
    return await scene.do(lambda work: work.uow.payments.links_of(order.number))


async def status(scene: Scene) -> OrderStatus:
    return (await scene.orders())[0].status


async def tell(scene: Scene, paid: PaidBy, reference: str, event: str = "") -> None:
    """A signed notice of a payment, acted on."""
    body = {"payment_id": paid.payment_id, "amount": paid.amount.paise, "currency": paid.currency, "method": "upi"}
    body |= {"at": int(paid.at.timestamp()), "reference": reference, "link_id": f"plink_{reference}"}
    notice = Notice("razorpay", event or f"evt_{paid.payment_id}", NoticeKind.PAYMENT, body)
    await scene.engine.accept_notice(notice)
    await scene.settle()


def stored(scene: Scene) -> MemoryStore:
    assert isinstance(scene.store, MemoryStore)
    return scene.store


async def paid_twice(scene: Scene) -> Order:
    """An order paid by two payments, the second of which goes back."""
    order = await scene.order()
    (link,) = await links(scene, order)
    for _ in range(2):
        await tell(scene, scene.razorpay.pay(link.reference), link.reference)
    return order


async def test_an_online_order_gets_its_link(scene: Scene) -> None:
    order = await scene.order()
    (link,) = await links(scene, order)
    assert (link.status, link.provider_id) == (LinkStatus.OPEN, f"plink_{link.reference}")
    assert scene.told()[-2:] == ["link_coming", "link_ready"]


async def test_a_link_whose_making_was_cut_off_is_found_not_made_again(scene: Scene) -> None:
    scene.razorpay.troubles["create"] = ["lost"]
    order = await scene.order()
    assert (await links(scene, order))[0].status is LinkStatus.WANTED
    await scene.later(seconds=5)
    assert (await links(scene, order))[0].status is LinkStatus.OPEN
    assert scene.razorpay.calls == ["create", "find"]
    assert len(scene.razorpay.made) == 1


async def test_a_crash_between_making_a_link_and_noting_it_makes_no_second_one(scene: Scene) -> None:
    order = await scene.order()
    reference = f"{order.number}-1"
    link = (await links(scene, order))[0]
    wanted = replace(link, status=LinkStatus.WANTED, provider_id=None, url=None)
    await scene.do(lambda work: work.uow.payments.save_link(wanted))
    await scene.do(lambda work: work.want(EffectKind.CREATE_LINK, "customer:1", reference=reference))
    await scene.do(lambda work: work.uow.effects.take(work.now, work.now + CLAIM, 1))
    await scene.settle()
    assert (await links(scene, order))[0].status is LinkStatus.WANTED
    await scene.later(seconds=CLAIM.total_seconds())
    assert (await links(scene, order))[0].status is LinkStatus.OPEN
    assert scene.razorpay.calls == ["create", "find"]


async def test_a_slow_link_is_told_of_once_and_comes_when_razorpay_is_back(scene: Scene) -> None:
    scene.razorpay.troubles["create"] = ["down"] * 2
    scene.razorpay.troubles["find"] = ["down"]
    await scene.order()
    scene.told()
    for _ in range(4):
        await scene.later(seconds=10)
    assert scene.told() == ["link_delayed", "link_ready"]


async def test_after_eight_tries_it_gives_up_and_says_so(scene: Scene) -> None:
    scene.razorpay.troubles["create"] = ["down"] * 20
    order = await scene.order()
    for _ in range(10):
        await scene.later(seconds=6)
        await scene.later(seconds=0)
    for _ in range(6):
        await scene.later(minutes=3)
    assert scene.told().count("link_failed") == 1
    assert (await links(scene, order))[0].status is LinkStatus.FAILED
    assert scene.razorpay.calls.count("create") == 8
    scene.razorpay.troubles.clear()
    await scene.tap(f"pay_order:{order.number}")
    assert scene.told()[-2:] == ["link_coming", "link_ready"]


async def test_what_razorpay_refuses_is_not_tried_again(scene: Scene) -> None:
    scene.razorpay.troubles["create"] = ["refused"]
    await scene.order()
    assert scene.razorpay.calls == ["create"]
    assert scene.told()[-2:] == ["link_coming", "link_failed"]


async def test_without_a_payment_provider_paying_online_is_not_offered_and_refused_politely(scene: Scene) -> None:
    object.__setattr__(scene.parts, "payments", None)
    await scene.order("asha", "cash")
    for tap in ("add:mango-250:1", "checkout"):
        await scene.tap(tap)
    talk = await scene.talk()
    assert "pay:online" not in [tap for tap, _ in talk.memory.choices]
    await scene.tap("pay:online")
    assert scene.told()[-2:] == ["online_off", "ask_pay"]
    assert len(await scene.orders()) == 1


async def test_a_second_tap_makes_no_second_order(scene: Scene) -> None:
    await scene.order()
    for tap in ("checkout", "pay:online"):
        await scene.tap(tap)
    assert len(await scene.orders()) == 1
    assert scene.razorpay.calls == ["create"]


async def test_the_old_link_is_closed_before_the_fresh_one_is_made(scene: Scene) -> None:
    scene.razorpay.troubles["cancel"] = ["down"]
    await scene.order()
    await scene.tap("add:garlic-250:1")
    await scene.tap("checkout")
    await scene.tap("pay:online")
    assert scene.razorpay.calls == ["create", "cancel"]
    await scene.later(seconds=5)
    assert scene.razorpay.calls == ["create", "cancel", "cancel", "create"]


async def test_a_payment_found_while_the_old_link_is_closed_counts(scene: Scene) -> None:
    order = await scene.order()
    scene.razorpay.pay(f"{order.number}-1")
    await scene.later(minutes=25)
    assert await status(scene) is OrderStatus.CONFIRMED
    assert scene.told()[-1] == "order_paid"


async def test_when_the_hold_ends_the_link_is_closed_first_and_then_the_stock_goes(scene: Scene) -> None:
    order = await scene.order()
    scene.told()
    scene.razorpay.troubles["cancel"] = ["down"]
    await scene.later(minutes=25)
    assert stored(scene).data.stock["mango"].held == 250
    assert await status(scene) is OrderStatus.AWAITING_PAYMENT
    await scene.later(seconds=5)
    assert stored(scene).data.stock["mango"].held == 0
    assert scene.told() == ["order_expired"]
    assert (await links(scene, order))[0].status is LinkStatus.CLOSED


async def test_stock_stays_held_as_long_as_razorpay_cannot_say_that_the_link_is_closed(scene: Scene) -> None:
    await scene.order()
    scene.razorpay.troubles["cancel"] = ["down"] * 12
    for _ in range(6):
        await scene.later(minutes=25)
        assert stored(scene).data.stock["mango"].held == 250


async def test_a_refund_whose_answer_was_lost_is_sent_once(scene: Scene) -> None:
    scene.razorpay.troubles["refund"] = ["lost", "down"]
    order = await paid_twice(scene)
    for _ in range(3):
        await scene.later(seconds=10)
    (refund,) = await scene.do(lambda work: work.uow.payments.refunds_of(order.number))
    assert (refund.status, refund.payment_id) == (RefundStatus.SENT, "pay_2")
    assert list(scene.razorpay.refunds) == [refund.key]
    assert scene.told().count("refund_double") == 1


async def test_refunds_are_tried_for_good(scene: Scene) -> None:
    scene.razorpay.troubles["refund"] = ["down"] * 30
    await paid_twice(scene)
    for _ in range(40):
        await scene.later(minutes=6)
    assert len(scene.razorpay.refunds) == 1


async def test_a_refund_that_razorpay_refuses_goes_to_a_person(scene: Scene) -> None:
    scene.razorpay.troubles["refund"] = ["refused"]
    await paid_twice(scene)
    assert scene.told()[-1] == "refund_failed"
    assert [ticket.kind for ticket in stored(scene).data.tickets.values()] == [TicketKind.REFUND]


async def test_a_refund_told_as_processed_reaches_the_customer(scene: Scene) -> None:
    await paid_twice(scene)
    body = {"refund_id": "rfnd_0", "payment_id": "pay_2", "status": "processed"}
    for event in ("evt_a", "evt_b"):
        await scene.engine.accept_notice(Notice("razorpay", event, NoticeKind.REFUND, body))
    await scene.settle()
    assert Counter(scene.told())["refund_processed"] == 1


async def test_a_notice_told_twice_is_acted_on_once(scene: Scene) -> None:
    order = await scene.order()
    paid = scene.razorpay.pay(f"{order.number}-1")
    for _ in range(3):
        await tell(scene, paid, f"{order.number}-1", "evt_1")
    assert len(stored(scene).data.notices) == 1
    assert scene.told().count("order_paid") == 1


async def test_a_late_payment_is_honoured_or_returned_and_the_customer_is_told(scene: Scene) -> None:
    for user, left, key in (("asha", 500, "order_paid"), ("ravi", 0, "refund_too_late")):
        order = await scene.order(user)
        await scene.later(minutes=25)
        await scene.do(lambda work, left=left: work.uow.catalogue.set_on_hand("mango", left))  # type: ignore[misc]
        await tell(scene, scene.razorpay.pay(f"{order.number}-1"), f"{order.number}-1")
        assert scene.told(user)[-2:] == ["order_expired", key]


async def test_a_notice_that_cannot_be_acted_on_is_kept_and_shown_to_a_person(scene: Scene) -> None:
    broken = Notice("razorpay", "evt_1", NoticeKind.PAYMENT, {"payment_id": "pay_1"})
    await scene.engine.accept_notice(broken)
    for _ in range(7):
        await scene.settle()
    assert [(row.state, row.row.attempts) for row in stored(scene).data.notices.values()] == [("parked", 5)]
    assert [ticket.kind for ticket in stored(scene).data.tickets.values()] == [TicketKind.STUCK]


@pytest.mark.parametrize("kind", [NoticeKind.LINK_CLOSED, NoticeKind.ASK])
async def test_a_closed_link_or_a_return_has_razorpay_asked_and_nothing_believed(
    scene: Scene, kind: NoticeKind
) -> None:
    order = await scene.order()
    notice = Notice("razorpay", "evt_1", kind, {"link_id": f"plink_{order.number}-1"})
    await scene.engine.accept_notice(notice)
    await scene.settle()
    assert scene.razorpay.calls == ["create", "fetch"]
    assert await status(scene) is OrderStatus.AWAITING_PAYMENT


async def test_a_link_that_expired_by_itself_lets_the_stock_go_at_once(scene: Scene) -> None:
    order = await scene.order()
    scene.clock.advance(minutes=21)
    notice = Notice("razorpay", "evt_1", NoticeKind.LINK_CLOSED, {"link_id": f"plink_{order.number}-1"})
    await scene.engine.accept_notice(notice)
    await scene.settle()
    assert await status(scene) is OrderStatus.EXPIRED
    assert stored(scene).data.stock["mango"].held == 0
