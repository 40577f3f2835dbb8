"""What a cart costs, to the paisa."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.catalogue import Coupon, DeliveryArea
from model.errors import Refused
from model.money import ZERO, Money
from model.order import MAX_PACKS, Cart, CartLine, Totals
from shop.prices import discount, quote
from tests.kit import catalogue

SHOP = catalogue()
TODAY = date(2026, 3, 2)
BENGALURU, MYSURU, LEH = SHOP.areas
AMOUNT = st.integers(min_value=0, max_value=10**8).map(Money)
PERCENTED = st.builds(
    Coupon,
    code=st.just("C"),
    percent=st.integers(min_value=0, max_value=100),
    amount=st.none(),
    min_order=st.just(ZERO),
    max_discount=st.none() | AMOUNT,
    valid_from=st.just(TODAY),
    valid_until=st.just(TODAY),
    text=st.just({"en": ""}),
)
COUPONS = PERCENTED | PERCENTED.flatmap(lambda c: AMOUNT.map(lambda amount: replace(c, percent=None, amount=amount)))
CARTS = st.dictionaries(
    st.sampled_from([variant.sku for variant in SHOP.variants]), st.integers(min_value=1, max_value=MAX_PACKS)
)


def totals(packs: dict[str, int], coupon: str | None = None, area: DeliveryArea | None = BENGALURU) -> Totals:
    cart = Cart(1, tuple(CartLine(sku, count) for sku, count in packs.items()), coupon)
    return quote(SHOP, cart, area, TODAY).totals


def test_goods_less_coupon_plus_delivery_is_the_total() -> None:
    assert Totals(Money(24000), Money(2400), Money(4000)) == totals({"mango-250": 2}, "TEN")
    assert Money(25600) == totals({"mango-250": 2}, "TEN").total


def test_delivery_is_free_from_its_limit_on() -> None:
    assert totals({"mango-250": 4}).delivery == Money(4000)
    assert totals({"mango-500": 1, "laddu-6": 2}).delivery == ZERO
    assert totals({"laddu-6": 40}, area=LEH).delivery == Money(15000)


def test_without_an_area_delivery_is_not_counted_yet() -> None:
    assert totals({"mango-250": 1}, area=None).delivery == ZERO


def test_a_coupon_takes_no_more_than_its_limit() -> None:
    assert totals({"mango-500": 10}, "ten").discount == Money(5000)


def test_a_fixed_coupon_takes_no_more_than_the_goods_cost() -> None:
    cheap = replace(SHOP, variants=(replace(SHOP.variants[0], price=Money(6000)),))
    priced = quote(cheap, Cart(1, (CartLine("mango-250", 1),), "FLAT"), BENGALURU, TODAY).totals
    assert (priced.discount, priced.total) == (Money(6000), Money(4000))


@pytest.mark.parametrize("code", ["OLD", "NOSUCH", None])
def test_a_coupon_that_does_not_count_takes_nothing(code: str | None) -> None:
    assert totals({"mango-500": 1}, code).discount == ZERO


def test_below_its_least_order_a_coupon_waits() -> None:
    cart = Cart(1, (CartLine("mango-250", 1),), "TEN")
    assert quote(SHOP, cart, BENGALURU, TODAY).coupon is None
    with pytest.raises(Refused, match="coupon_min_order"):
        discount(SHOP.coupons[0], Money(19999), TODAY)


def test_a_coupon_counts_on_both_its_first_and_its_last_day() -> None:
    ten = SHOP.coupons[0]
    for day in (ten.valid_from, ten.valid_until):
        assert discount(ten, Money(30000), day) == Money(3000)
    for day in (date(2025, 12, 31), date(2027, 1, 1)):
        with pytest.raises(Refused, match="coupon_expired"):
            discount(ten, Money(30000), day)


def test_what_is_no_longer_sold_is_named_and_costs_nothing() -> None:
    cart = Cart(1, (CartLine("gone-1", 3), CartLine("mango-250", 1)))
    priced = quote(SHOP, cart, BENGALURU, TODAY)
    assert (priced.gone, priced.totals.goods) == (("gone-1",), Money(12000))


@given(CARTS, st.sampled_from(["TEN", "FLAT", "OLD", None]), st.sampled_from([BENGALURU, MYSURU, LEH, None]))
def test_no_total_is_negative_and_no_coupon_takes_more_than_the_goods(
    packs: dict[str, int], coupon: str | None, area: DeliveryArea | None
) -> None:
    priced = totals(packs, coupon, area)
    assert ZERO <= priced.discount <= priced.goods
    assert ZERO <= priced.delivery <= priced.total


@given(COUPONS, AMOUNT)
def test_a_discount_is_within_its_bounds(coupon: Coupon, goods: Money) -> None:
    off = discount(coupon, goods, TODAY)
    assert ZERO <= off <= goods
    if coupon.max_discount is not None:
        assert off <= coupon.max_discount
