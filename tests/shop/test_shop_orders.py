"""Orders: placing, replacing, cancelling, moving on, another address, whose they are."""

from dataclasses import replace

import pytest

from model.effect import EffectKind
from model.errors import Refused
from model.order import HOLD_FOR, LINK_FOR, LinkStatus, Order, OrderStatus, PayBy
from shop import carts, orders
from tests.kit import HOME, NOW, Stall

LEH = replace(HOME, pincode="194101", area="Leh")


def effects(stall: Stall) -> list[tuple[str, str]]:
    """Kind and reference of what Razorpay is to do, in order."""
    stored = [job.effect for _, job in sorted(stall.store.data.effects.items())]
    return [(effect.kind.value, effect.body.get("reference", "")) for effect in stored]


def cancel(stall: Stall, order: Order) -> Order:
    return stall.do(lambda work: orders.cancel(work, stall.now_of(order)))


def move(stall: Stall, number: str, status: OrderStatus) -> Order:
    return stall.do(lambda work: orders.move(work, number, status), "agent:7")


def send_to(stall: Stall, order: Order, pincode: str) -> Order:
    return stall.do(lambda work: orders.change_address(work, order, "5, MG Road", pincode))


def owned(stall: Stall, customer_id: int, number: str) -> Order:
    return stall.do(lambda work: orders.owned(work, customer_id, number))


def fresh_link(stall: Stall, order: Order) -> None:
    stall.do(lambda work: orders.fresh_link(work, stall.now_of(order)))


def hold_ends(stall: Stall, order: Order) -> None:
    """The order expires, its links closed."""
    stall.do(lambda work: orders.release(work, order.number))
    stall.do(lambda work: orders.close_links(work, order))
    stall.do(lambda work: work.uow.orders.save(replace(order, status=OrderStatus.EXPIRED)))


def test_a_cash_order_is_confirmed_and_its_stock_sold(stall: Stall) -> None:
    order = stall.order("asha", PayBy.CASH, mango_250=2, laddu_6=1)
    assert (order.status, order.paid) == (OrderStatus.CONFIRMED, False)
    assert (stall.shelf("mango"), stall.shelf("laddu")) == ((9_500, 0), (54, 0))
    assert stall.do(lambda work: work.uow.customers.cart(order.customer_id)).lines == ()
    assert (stall.events(), effects(stall)) == (["order_placed"], [])


def test_an_online_order_holds_its_stock_and_wants_a_link(stall: Stall) -> None:
    order = stall.order("asha", mango_250=2)
    assert order.status is OrderStatus.AWAITING_PAYMENT
    assert stall.shelf("mango") == (10_000, 500)
    (link,) = stall.links(order)
    assert (link.status, link.amount, link.expires_at) == (LinkStatus.WANTED, order.total, NOW + LINK_FOR)
    assert effects(stall) == [(EffectKind.CREATE_LINK, f"{order.number}-1")]
    hold = stall.do(lambda work: work.uow.orders.hold_of(order.customer_id))
    assert hold is not None
    assert hold.ends_at == NOW + HOLD_FOR > link.expires_at


def test_an_order_keeps_what_it_was_when_ordered(stall: Stall) -> None:
    order = stall.order("asha", PayBy.CASH, mango_250=2)
    dearer = replace(stall.goods, variants=tuple(replace(v, price=v.price * 2) for v in stall.goods.variants))
    stall.do(lambda work: work.uow.catalogue.replace(dearer, NOW))
    assert stall.now_of(order).totals.goods.paise == 24000


@pytest.mark.parametrize(
    ("packs", "ship_to", "pay_by", "key"),
    [
        ({}, HOME, PayBy.CASH, "cart_empty"),
        ({"gone-1": 1}, HOME, PayBy.CASH, "cart_empty"),
        ({"mango-250": 1}, replace(HOME, pincode="999999"), PayBy.CASH, "area_unserved"),
        ({"mango-250": 1}, LEH, PayBy.CASH, "cash_not_here"),
        ({"mango-250": 41}, HOME, PayBy.CASH, "stock_short"),
        ({"mango-250": 41}, HOME, PayBy.ONLINE, "stock_short"),
    ],
)
def test_an_order_that_cannot_be_changes_nothing(
    stall: Stall, packs: dict[str, int], ship_to: object, pay_by: PayBy, key: str
) -> None:
    customer = stall.customer()
    stall.pick(customer, packs)
    with pytest.raises(Refused, match=key):
        stall.do(lambda work: orders.place(work, customer, ship_to, pay_by))  # type: ignore[arg-type]
    assert (stall.events(), effects(stall), dict(stall.store.data.orders)) == ([], [], {})
    assert stall.shelf("mango") == (10_000, 0)


def test_where_cash_is_not_taken_online_is(stall: Stall) -> None:
    customer = stall.customer()
    stall.pick(customer, {"mango-250": 1})
    order = stall.do(lambda work: orders.place(work, customer, LEH, PayBy.ONLINE))
    assert order.totals.delivery.paise == 15000


def test_what_is_no_longer_sold_is_left_out(stall: Stall) -> None:
    customer = stall.customer()
    stall.pick(customer, {"gone-1": 1, "mango-250": 1})
    order = stall.do(lambda work: orders.place(work, customer, HOME, PayBy.CASH))
    assert [line.sku for line in order.lines] == ["mango-250"]


def test_the_next_order_replaces_the_unpaid_one_whose_link_is_closed_first(stall: Stall) -> None:
    first = stall.order("asha", mango_250=2)
    second = stall.order("asha", garlic_250=1)
    assert (stall.now_of(first).status, stall.now_of(first).replaced_by) == (OrderStatus.REPLACED, second.number)
    assert (stall.shelf("mango"), stall.shelf("garlic")) == ((10_000, 0), (5_000, 250))
    assert effects(stall) == [
        (EffectKind.CREATE_LINK, f"{first.number}-1"),
        (EffectKind.CLOSE_LINK, f"{first.number}-1"),
        (EffectKind.CREATE_LINK, f"{second.number}-1"),
    ]
    assert len({job.effect.lane for job in stall.store.data.effects.values()}) == 1


def test_a_cash_order_replaces_the_unpaid_one_too(stall: Stall) -> None:
    first = stall.order("asha", mango_250=2)
    second = stall.order("asha", PayBy.CASH, mango_250=2)
    assert stall.now_of(first).replaced_by == second.number
    assert stall.shelf("mango") == (9_500, 0)


def test_a_refused_replacement_leaves_the_unpaid_order_as_it_was(stall: Stall) -> None:
    first = stall.order("asha", mango_250=2)
    with pytest.raises(Refused, match="stock_short"):
        stall.order("asha", mango_250=41)
    assert stall.now_of(first).status is OrderStatus.AWAITING_PAYMENT
    assert stall.shelf("mango") == (10_000, 500)


def test_customers_do_not_replace_each_others_orders(stall: Stall) -> None:
    first, second = stall.order("asha"), stall.order("ravi")
    assert {stall.now_of(order).status for order in (first, second)} == {OrderStatus.AWAITING_PAYMENT}


def test_a_fresh_link_first_closes_the_one_before(stall: Stall) -> None:
    order = stall.order("asha")
    fresh_link(stall, order)
    assert [link.status for link in stall.links(order)] == [LinkStatus.CLOSING, LinkStatus.WANTED]
    assert [kind for kind, _ in effects(stall)] == [
        EffectKind.CREATE_LINK,
        EffectKind.CLOSE_LINK,
        EffectKind.CREATE_LINK,
    ]
    assert stall.shelf("mango") == (10_000, 250)


def test_a_fresh_link_holds_the_stock_of_an_expired_order_again(stall: Stall) -> None:
    order = stall.order("asha")
    hold_ends(stall, order)
    assert stall.shelf("mango") == (10_000, 0)
    stall.clock.advance(hours=1)
    fresh_link(stall, order)
    hold = stall.do(lambda work: work.uow.orders.hold_of(order.customer_id))
    assert hold is not None
    assert hold.ends_at == stall.clock() + HOLD_FOR
    assert stall.now_of(order).status is OrderStatus.AWAITING_PAYMENT


def test_there_is_no_fresh_link_where_the_stock_is_gone(stall: Stall) -> None:
    order = stall.order("asha")
    hold_ends(stall, order)
    stall.do(lambda work: work.uow.catalogue.set_on_hand("mango", 249))
    with pytest.raises(Refused, match="stock_short"):
        fresh_link(stall, order)
    assert len(stall.links(order)) == 1


def test_what_needs_no_payment_gets_no_link(stall: Stall) -> None:
    cash = stall.order("asha", PayBy.CASH)
    old = stall.order("asha")
    stall.order("asha", garlic_250=1)
    for order in (cash, old):
        with pytest.raises(Refused, match="order_not_payable"):
            fresh_link(stall, order)


def test_cancelling_an_unpaid_order_frees_its_stock_and_closes_its_link(stall: Stall) -> None:
    order = stall.order("asha")
    assert cancel(stall, order).status is OrderStatus.CANCELLED
    assert stall.shelf("mango") == (10_000, 0)
    assert [link.status for link in stall.links(order)] == [LinkStatus.CLOSING]


def test_cancelling_a_confirmed_order_puts_its_stock_back_once(stall: Stall) -> None:
    order = stall.order("asha", PayBy.CASH, mango_250=2)
    cancel(stall, order)
    assert stall.shelf("mango") == (10_000, 0)
    with pytest.raises(Refused, match="cancel_too_late"):
        cancel(stall, order)
    assert stall.shelf("mango") == (10_000, 0)


def test_an_order_goes_forward_only_and_is_not_cancelled_once_sent(stall: Stall) -> None:
    order = stall.order("asha", PayBy.CASH)
    for status in (OrderStatus.PACKED, OrderStatus.OUT_FOR_DELIVERY):
        assert move(stall, order.number, status).status is status
    for status in (OrderStatus.PACKED, OrderStatus.CANCELLED, OrderStatus.CONFIRMED, OrderStatus.EXPIRED):
        with pytest.raises(Refused, match="order_move_refused"):
            move(stall, order.number, status)
    assert move(stall, order.number, OrderStatus.DELIVERED).status is OrderStatus.DELIVERED


def test_an_unpaid_order_is_never_moved_on_by_hand(stall: Stall) -> None:
    order = stall.order("asha")
    for status in (OrderStatus.CONFIRMED, OrderStatus.PACKED, OrderStatus.DELIVERED):
        with pytest.raises(Refused, match="order_move_refused"):
            move(stall, order.number, status)
    with pytest.raises(Refused, match="order_unknown"):
        move(stall, "HT-22222", OrderStatus.PACKED)


def test_a_person_of_the_shop_may_cancel(stall: Stall) -> None:
    order = stall.order("asha", PayBy.CASH)
    move(stall, order.number, OrderStatus.CANCELLED)
    assert stall.shelf("mango") == (10_000, 0)


def test_the_address_may_change_while_delivery_costs_the_same(stall: Stall) -> None:
    order = stall.order("asha", PayBy.CASH)
    changed = send_to(stall, order, "560001")
    assert (changed.ship_to.street, changed.ship_to.pincode, changed.ship_to.name) == (
        "5, MG Road",
        "560001",
        HOME.name,
    )
    for pincode, key in (("999999", "area_unserved"), ("570001", "address_other_charge")):
        with pytest.raises(Refused, match=key):
            send_to(stall, order, pincode)


def test_the_address_of_an_order_that_was_sent_stays(stall: Stall) -> None:
    order = stall.order("asha", PayBy.CASH)
    move(stall, order.number, OrderStatus.SHIPPED)
    with pytest.raises(Refused, match="address_too_late"):
        send_to(stall, stall.now_of(order), "560001")


def test_somebody_elses_order_is_as_unknown_as_none(stall: Stall) -> None:
    order, ravi = stall.order("asha"), stall.customer("ravi")
    assert owned(stall, order.customer_id, order.number) == order
    for number in (order.number, "HT-22222"):
        with pytest.raises(Refused, match="order_unknown"):
            owned(stall, ravi.id, number)


def test_every_change_is_recorded_with_who_did_it(stall: Stall) -> None:
    order = stall.order("asha", PayBy.CASH)
    move(stall, order.number, OrderStatus.PACKED)
    stall.do(lambda work: orders.cancel(work, stall.now_of(order)), "customer")
    history = [(e.kind.value, e.actor, e.order_number) for e in stall.store.data.events.values()]
    assert history == [
        ("order_placed", "customer", order.number),
        ("order_moved", "agent:7", order.number),
        ("order_cancelled", "customer", order.number),
    ]


def test_ordering_the_same_again_after_paying_in_cash_makes_another_order(stall: Stall) -> None:
    first, second = stall.order("asha", PayBy.CASH), stall.order("asha", PayBy.CASH)
    assert first.number != second.number
    assert stall.now_of(first).status is OrderStatus.CONFIRMED
    assert stall.do(lambda work: carts.quote(work, first.customer_id)).lines == ()
