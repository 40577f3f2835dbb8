"""What Razorpay's notices make of an order: the same, in whatever order and however often they come."""

import itertools
from functools import cache

import pytest

from model.money import Money
from model.order import OrderStatus, RefundStatus, TicketKind
from tests.webhooks.razorpay_kit import PAYLOADS, PAYMENT_ID, EndState, counter, signed

LIFE = ("payment.failed", "payment.authorized", "payment.captured", "payment_link.paid", "order.paid")
ORDERS = list(itertools.permutations(LIFE))[::5]


async def end_of(*names: str) -> EndState:
    async with counter() as shop:
        await shop.place()
        await shop.tell(*names)
        return shop.end()


@cache
def _first() -> list[EndState]:
    return []


async def paid_in_order() -> EndState:
    if not _first():
        _first().append(await end_of(*LIFE))
    return _first()[0]


async def test_a_paid_link_confirms_its_order_and_sells_its_stock() -> None:
    end = await paid_in_order()
    assert OrderStatus.CONFIRMED is end.order.status
    assert [(PAYMENT_ID, Money(16_000), "HT-K7M2Q", True)] == [
        (p.provider_id, p.amount, p.order_number, p.applied) for p in end.payments.values()
    ]
    assert (9_750, 0) == end.stock
    assert ({}, {}) == (end.refunds, end.tickets)


@pytest.mark.parametrize("names", ORDERS, ids=lambda names: "-".join(name.split(".")[1][:4] for name in names))
async def test_shuffled_notices_come_to_the_same_end(names: tuple[str, ...]) -> None:
    assert await paid_in_order() == await end_of(*names)


async def test_notices_told_again_and_again_change_nothing() -> None:
    async with counter() as shop:
        await shop.place()
        for _ in range(3):
            await shop.tell(*LIFE)
        assert await paid_in_order() == shop.end()


async def test_notices_repeated_under_new_event_ids_count_once() -> None:
    async with counter() as shop:
        await shop.place()
        raw = shop.about_order((PAYLOADS / "payment_link.paid.json").read_bytes())
        for number in range(5):
            assert 200 == await shop.post(raw, signed(raw), f"evt_{number}")
        await shop.scene.settle()
        assert await paid_in_order() == shop.end()


@pytest.mark.parametrize("name", ["payment.captured", "order.paid", "payment_link.paid"])
async def test_one_notice_of_the_three_is_enough(name: str) -> None:
    assert await paid_in_order() == await end_of(name)


@pytest.mark.parametrize("name", ["payment.authorized", "payment.failed"])
async def test_a_payment_that_was_not_captured_pays_nothing(name: str) -> None:
    end = await end_of(name)
    assert OrderStatus.AWAITING_PAYMENT is end.order.status
    assert {} == end.payments


async def test_a_failed_try_is_told_to_the_customer_with_the_way_to_try_again() -> None:
    async with counter() as shop:
        await shop.place()
        shop.scene.told()
        await shop.tell("payment.failed")
        assert ["payment_failed"] == shop.scene.told()


async def test_a_part_payment_pays_no_order_and_a_person_is_told() -> None:
    end = await end_of("payment_link.partially_paid")
    assert OrderStatus.AWAITING_PAYMENT is end.order.status
    assert [None] == [payment.order_number for payment in end.payments.values()]
    assert 1 == len(end.tickets)


@pytest.mark.parametrize("name", ["payment_link.cancelled", "payment_link.expired"])
async def test_a_closed_link_is_asked_about_not_believed(name: str) -> None:
    async with counter() as shop:
        order = await shop.place()
        await shop.tell(name)
        assert OrderStatus.AWAITING_PAYMENT is shop.end().order.status
        shop.scene.razorpay.made[f"{order.number}-1"].status = "expired"
        await shop.tell("payment_link.cancelled" if name.endswith("expired") else "payment_link.expired")
        assert OrderStatus.EXPIRED is shop.end().order.status
        assert (10_000, 0) == shop.end().stock


async def test_money_for_no_order_of_ours_is_kept_and_told_to_a_person() -> None:
    async with counter() as shop:
        raw = (PAYLOADS / "payment_link.paid.json").read_bytes()
        assert 200 == await shop.post(raw, signed(raw))
        await shop.scene.settle()
        payments = list(shop.store.data.payments.values())
        assert [(PAYMENT_ID, None)] == [(p.provider_id, p.order_number) for p in payments]
        assert 1 == len(shop.store.data.tickets)


@pytest.mark.parametrize("names", list(itertools.permutations(("refund.created", "refund.processed"))))
async def test_a_refund_goes_forward_only(names: tuple[str, ...]) -> None:
    async with counter() as shop:
        order = await shop.place()
        await shop.tell("payment_link.paid")
        await shop.scene.tap(f"cancel_now:{order.number}")
        shop.scene.told()
        await shop.tell(*names, "refund.speed_changed")
        refund = next(iter(shop.end().refunds.values()))
        assert (RefundStatus.PROCESSED, Money(16_000)) == (refund.status, refund.amount)
        assert ["refund_processed"] == shop.scene.told()


async def test_a_refund_that_failed_is_told_to_the_customer_and_to_a_person() -> None:
    async with counter() as shop:
        order = await shop.place()
        await shop.tell("payment_link.paid")
        await shop.scene.tap(f"cancel_now:{order.number}")
        shop.scene.told()
        await shop.tell("refund.failed")
        assert ["refund_failed"] == shop.scene.told()
        assert [TicketKind.REFUND] == [ticket.kind for ticket in shop.end().tickets.values()]


async def test_a_refund_made_by_hand_at_razorpay_changes_nothing_here() -> None:
    end = await end_of("payment_link.paid", "refund.created", "refund.processed")
    assert await paid_in_order() == end
