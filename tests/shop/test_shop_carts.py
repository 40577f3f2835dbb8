"""Carts: bounds, stock, coupons."""

import pytest

from model.errors import Refused
from model.order import MAX_LINES, MAX_PACKS, Cart, CartLine, Customer, PayBy
from shop import carts, orders
from shop.prices import Quote
from tests.kit import HOME, Stall


@pytest.fixture
def asha(stall: Stall) -> Customer:
    return stall.customer("asha")


def cart(stall: Stall, customer: Customer) -> Cart:
    return stall.do(lambda work: work.uow.customers.cart(customer.id))


def add(stall: Stall, customer: Customer, sku: str, packs: int) -> Cart:
    return stall.do(lambda work: carts.add(work, customer.id, sku, packs))


def use(stall: Stall, customer: Customer, code: str) -> Quote:
    return stall.do(lambda work: carts.apply_coupon(work, customer.id, code))


def test_the_same_pack_again_adds_to_its_line(stall: Stall, asha: Customer) -> None:
    add(stall, asha, "mango-250", 2)
    add(stall, asha, "laddu-6", 1)
    add(stall, asha, "mango-250", 3)
    assert cart(stall, asha).lines == (CartLine("mango-250", 5), CartLine("laddu-6", 1))


def test_zero_packs_take_the_line_out(stall: Stall, asha: Customer) -> None:
    add(stall, asha, "mango-250", 2)
    stall.do(lambda work: carts.set_packs(work, asha.id, "mango-250", 0))
    assert cart(stall, asha).lines == ()


@pytest.mark.parametrize("packs", [0, -1])
def test_nothing_is_added_by_less_than_one_pack(stall: Stall, asha: Customer, packs: int) -> None:
    with pytest.raises(Refused, match="quantity_invalid"):
        add(stall, asha, "mango-250", packs)


def test_fifty_packs_of_one_kind_are_the_most(stall: Stall, asha: Customer) -> None:
    stall.do(lambda work: work.uow.catalogue.set_on_hand("mango", 10**6))
    assert add(stall, asha, "mango-250", MAX_PACKS).packs_of("mango-250") == 50
    with pytest.raises(Refused, match="too_many"):
        add(stall, asha, "mango-250", 1)
    with pytest.raises(Refused, match="too_many"):
        add(stall, asha, "mango-500", 10**9)
    assert cart(stall, asha).packs_of("mango-250") == 50


def test_thirty_kinds_are_the_most_and_fewer_is_always_possible(stall: Stall, asha: Customer) -> None:
    stall.pick(asha, {f"old-{n}": 2 for n in range(MAX_LINES)})
    with pytest.raises(Refused, match="too_many_lines"):
        add(stall, asha, "mango-250", 1)
    assert stall.do(lambda work: carts.set_packs(work, asha.id, "old-0", 1)).packs_of("old-0") == 1


def test_a_pack_that_is_not_sold_is_refused(stall: Stall, asha: Customer) -> None:
    with pytest.raises(Refused, match="sku_gone"):
        add(stall, asha, "mango-999", 1)


def test_all_packs_of_a_product_draw_from_one_stock(stall: Stall, asha: Customer) -> None:
    stall.do(lambda work: work.uow.catalogue.set_on_hand("mango", 1000))
    add(stall, asha, "mango-500", 1)
    with pytest.raises(Refused) as refused:
        add(stall, asha, "mango-250", 3)
    assert (refused.value.key, refused.value.params["left"]) == ("only_left", 2)
    add(stall, asha, "mango-250", 2)
    stall.do(lambda work: work.uow.catalogue.set_on_hand("mango", 0))
    with pytest.raises(Refused, match="sold_out"):
        add(stall, asha, "mango-500", 1)


def test_what_others_hold_is_not_free(stall: Stall, asha: Customer) -> None:
    stall.do(lambda work: work.uow.catalogue.set_on_hand("mango", 500))
    stall.order("ravi", mango_250=1)
    assert add(stall, asha, "mango-250", 1).packs_of("mango-250") == 1
    with pytest.raises(Refused, match="only_left"):
        add(stall, asha, "mango-250", 1)


def test_what_ones_own_unpaid_order_holds_may_be_ordered_anew(stall: Stall) -> None:
    stall.do(lambda work: work.uow.catalogue.set_on_hand("mango", 500))
    order = stall.order("asha", mango_250=2)
    asha = stall.customer("asha")
    stall.do(lambda work: carts.clear(work, asha.id))
    assert add(stall, asha, "mango-500", 1).packs_of("mango-500") == 1
    again = stall.do(lambda work: orders.place(work, asha, HOME, PayBy.ONLINE))
    assert stall.now_of(order).replaced_by == again.number
    assert stall.shelf("mango") == (500, 500)


def test_a_coupon_counts_only_for_a_cart_it_is_good_for(stall: Stall, asha: Customer) -> None:
    for code, key in (("NOSUCH", "coupon_unknown"), ("TEN", "cart_empty")):
        with pytest.raises(Refused, match=key):
            use(stall, asha, code)
    add(stall, asha, "mango-250", 1)
    for code, key in (("TEN", "coupon_min_order"), ("OLD", "coupon_expired")):
        with pytest.raises(Refused, match=key):
            use(stall, asha, code)
    add(stall, asha, "mango-250", 1)
    assert use(stall, asha, "ten").totals.discount.paise == 2400
    assert cart(stall, asha).coupon == "TEN"


def test_what_was_picked_after_ordering_stays_in_the_cart(stall: Stall, asha: Customer) -> None:
    add(stall, asha, "mango-250", 3)
    add(stall, asha, "laddu-6", 1)
    stall.do(lambda work: carts.take_out(work, asha.id, {"mango-250": 2, "garlic-250": 9}))
    assert cart(stall, asha).lines == (CartLine("mango-250", 1), CartLine("laddu-6", 1))
