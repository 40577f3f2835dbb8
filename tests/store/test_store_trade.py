"""Carts, orders, holds, and the money around them."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from model.errors import Fault
from model.events import Event, EventKind
from model.money import Money
from model.order import Cart, CartLine, Customer, LinkStatus, Order, OrderStatus, Refund, RefundStatus, ShipTo
from model.ports import Store, UnitOfWork
from tests.store.store_kit import NOW, SECOND, hold_for, link_of, order_of, payment_of, placed, talk


async def test_a_customer_keeps_what_they_told(store: Store) -> None:
    customer_id = (await store.transact(talk)).customer_id
    told = Customer(customer_id, "Asha", "+919800000000", "1 Mint Street", "600001")
    await store.transact(lambda uow: uow.customers.save(told))
    assert await store.transact(lambda uow: uow.customers.get(customer_id)) == told


async def test_an_unknown_customer_is_a_fault(store: Store) -> None:
    with pytest.raises(Fault):
        await store.transact(lambda uow: uow.customers.get(99))


def save_cart(uow: UnitOfWork, cart: Cart) -> None:
    uow.customers.save_cart(cart)


async def test_a_cart_is_empty_at_first_and_stored_whole(store: Store) -> None:
    customer_id = (await store.transact(talk)).customer_id
    assert await store.transact(lambda uow: uow.customers.cart(customer_id)) == Cart(customer_id)
    for cart in (Cart(customer_id, (CartLine("b", 2), CartLine("a", 1)), "NEW10"), Cart(customer_id)):
        await store.transact(partial(save_cart, cart=cart))
        assert await store.transact(lambda uow: uow.customers.cart(customer_id)) == cart


async def test_an_order_comes_back_as_it_was_placed(store: Store) -> None:
    order = await store.transact(placed)
    assert await store.transact(lambda uow: uow.orders.get(order.number)) == order
    assert await store.transact(lambda uow: uow.orders.get("HT-ZZZZZ")) is None


async def test_an_order_number_is_given_once(store: Store) -> None:
    order = await store.transact(placed)
    assert not await store.transact(lambda uow: uow.orders.add(order))
    ravi = await store.transact(lambda uow: talk(uow, "ravi"))
    assert not await store.transact(lambda uow: uow.orders.add(order_of(ravi.customer_id)))
    assert await store.transact(lambda uow: uow.orders.get(order.number)) == order


async def test_saving_an_order_changes_what_may_change(store: Store) -> None:
    order = await store.transact(placed)
    changed = replace(
        order,
        status=OrderStatus.CONFIRMED,
        replaced_by="HT-BBBBB",
        paid_at=NOW + SECOND,
        ship_to=ShipTo("Asha", "+919800000000", "2 Other Street", "600002", "Chennai"),
    )
    await store.transact(lambda uow: uow.orders.save(changed))
    assert await store.transact(lambda uow: uow.orders.get(order.number)) == changed


async def test_a_customers_orders_come_newest_first(store: Store) -> None:
    orders = await store.transact(lambda uow: [placed(uow, number) for number in ("HT-A", "HT-C", "HT-B")])
    await store.transact(lambda uow: placed(uow, "HT-X", "ravi"))
    customer_id = orders[0].customer_id
    assert await store.transact(lambda uow: uow.orders.of_customer(customer_id, 10)) == orders[::-1]
    assert await store.transact(lambda uow: uow.orders.of_customer(customer_id, 1)) == [orders[2]]
    assert await store.transact(lambda uow: uow.orders.of_customer(99, 1)) == []


async def test_a_customer_has_one_hold_at_a_time(store: Store) -> None:
    first = await store.transact(placed)
    second = await store.transact(lambda uow: placed(uow, "HT-BBBBB"))
    await store.transact(lambda uow: uow.orders.add_hold(hold_for(first)))
    with pytest.raises(Fault):
        await store.transact(lambda uow: uow.orders.add_hold(hold_for(second)))
    assert await store.transact(lambda uow: uow.orders.hold_of(first.customer_id)) == hold_for(first)
    assert await store.transact(lambda uow: uow.orders.remove_hold(first.number)) == hold_for(first)
    assert await store.transact(lambda uow: uow.orders.remove_hold(first.number)) is None
    assert await store.transact(lambda uow: uow.orders.hold_of(first.customer_id)) is None
    await store.transact(lambda uow: uow.orders.add_hold(hold_for(second)))


async def test_of_many_who_remove_a_hold_at_once_one_gets_it(store: Store) -> None:
    order = await store.transact(placed)
    await store.transact(lambda uow: uow.orders.add_hold(hold_for(order)))
    got = await asyncio.gather(*(store.transact(lambda uow: uow.orders.remove_hold(order.number)) for _ in range(8)))
    assert sum(hold is not None for hold in got) == 1


async def test_holds_end_at_their_time_and_can_be_moved(store: Store) -> None:
    order = await store.transact(placed)

    def ended(uow: UnitOfWork) -> list[str]:
        return [hold.order_number for hold in uow.orders.holds_ended(NOW)]

    await store.transact(lambda uow: uow.orders.add_hold(hold_for(order, NOW)))
    assert await store.transact(ended) == [order.number]
    await store.transact(lambda uow: uow.orders.move_hold(order.number, NOW + SECOND))
    assert await store.transact(ended) == []


async def test_events_are_fresh_in_their_own_unit_of_work_alone(store: Store) -> None:
    events = [
        Event(kind, NOW, "customer", "HT-AAAAA", 1, {"n": 1}) for kind in (EventKind.ORDER_PLACED, EventKind.ORDER_PAID)
    ]

    def work(uow: UnitOfWork) -> list[Event]:
        for event in events:
            uow.orders.append(event)
        return uow.orders.fresh()

    assert await store.transact(work) == events
    assert await store.transact(lambda uow: uow.orders.fresh()) == []


async def test_a_link_is_found_by_our_reference_and_by_theirs(store: Store) -> None:
    order = await store.transact(placed)
    first, second = link_of(order), link_of(order, "HT-AAAAA-2")
    opened = replace(first, status=LinkStatus.OPEN, provider_id="plink_1", url="https://rzp.io/1")

    def work(uow: UnitOfWork) -> None:
        uow.payments.add_link(first)
        uow.payments.add_link(second)
        uow.payments.save_link(opened)

    await store.transact(work)
    assert await store.transact(lambda uow: uow.payments.link(first.reference)) == opened
    assert await store.transact(lambda uow: uow.payments.link_by_provider("plink_1")) == opened
    assert await store.transact(lambda uow: uow.payments.link("HT-AAAAA-3")) is None
    assert await store.transact(lambda uow: uow.payments.links_of(order.number)) == [opened, second]


async def test_a_reference_is_given_once(store: Store) -> None:
    order = await store.transact(placed)
    await store.transact(lambda uow: uow.payments.add_link(link_of(order)))
    with pytest.raises(Fault):
        await store.transact(lambda uow: uow.payments.add_link(link_of(order)))


async def test_a_payment_counts_once_however_often_and_at_once_it_is_told(store: Store) -> None:
    payment = payment_of(None)
    told = await asyncio.gather(*(store.transact(lambda uow: uow.payments.add(payment)) for _ in range(10)))
    assert sum(told) == 1
    assert await store.transact(lambda uow: uow.payments.get("pay_1")) == payment


async def test_an_unmatched_payment_finds_its_order_later(store: Store) -> None:
    order = await store.transact(placed)

    def work(uow: UnitOfWork) -> None:
        uow.payments.add(payment_of(None))
        uow.payments.add(payment_of(order, "pay_2"))
        uow.payments.save(replace(payment_of(order), applied=True))

    await store.transact(work)
    paid = await store.transact(lambda uow: uow.payments.of_order(order.number))
    assert [(payment.provider_id, payment.applied) for payment in paid] == [("pay_1", True), ("pay_2", False)]


async def test_a_refund_is_wanted_once_by_its_key(store: Store) -> None:
    order = await store.transact(placed)
    refund = Refund("pay_1:cancelled", "pay_1", order.number, Money(28_000), "cancelled", RefundStatus.WANTED)
    sent = replace(refund, status=RefundStatus.SENT, provider_id="rfnd_1")

    def work(uow: UnitOfWork) -> list[bool]:
        uow.payments.add(payment_of(order))
        added = [uow.payments.add_refund(refund), uow.payments.add_refund(refund)]
        uow.payments.save_refund(sent)
        return added

    assert await store.transact(work) == [True, False]
    assert await store.transact(lambda uow: uow.payments.refund(refund.key)) == sent
    assert await store.transact(lambda uow: uow.payments.refund_by_provider("rfnd_1")) == sent
    assert await store.transact(lambda uow: uow.payments.refunds_of(order.number)) == [sent]


async def test_two_who_change_one_order_at_once_see_each_other(store: Store) -> None:
    """What is read in a unit of work in order to be changed cannot change meanwhile."""
    order = await store.transact(placed)

    def a_second_later(uow: UnitOfWork) -> None:
        known = uow.orders.get(order.number)
        assert known
        uow.orders.save(replace(known, paid_at=(known.paid_at or NOW) + SECOND))

    await asyncio.gather(*(store.transact(a_second_later) for _ in range(12)))
    after: Order | None = await store.transact(lambda uow: uow.orders.get(order.number))
    assert after
    assert after.paid_at == NOW + 12 * SECOND
