"""Money is whole paise, shown the Indian way."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.money import ZERO, Money

PAISE = st.integers(min_value=0, max_value=10**12)


@pytest.mark.parametrize(
    ("paise", "shown"),
    [
        (0, "₹0"),
        (5, "₹0.05"),
        (12000, "₹120"),
        (12050, "₹120.50"),
        (99_999_00, "₹99,999"),
        (1_00_000_00, "₹1,00,000"),
        (1_23_456_50, "₹1,23,456.50"),
        (12_34_56_789_01, "₹12,34,56,789.01"),
        (-25000, "-₹250"),
    ],
)
def test_lakhs_and_crores_are_grouped_as_in_india(paise: int, shown: str) -> None:
    assert shown == str(Money(paise))


@pytest.mark.parametrize("wrong", [1.0, "100", None, True, Fraction(100)])
def test_only_whole_numbers_are_money(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Money(wrong)


def test_no_float_gets_into_a_sum() -> None:
    with pytest.raises(TypeError):
        Money(100) * 1.5  # type: ignore[operator]


@pytest.mark.parametrize(("text", "paise"), [("249", 24900), ("249.50", 24950), ("0", 0), ("19.99", 1999)])
def test_rupees_are_read_to_the_paisa(text: str, paise: int) -> None:
    assert Money(paise) == Money.rupees(text)


@pytest.mark.parametrize("text", ["", "2.5", "-1", "1,000", "1e3", "₹5", "1.999", " 5"])
def test_other_texts_are_no_rupees(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        Money.rupees(text)


@given(st.lists(PAISE))
def test_a_sum_is_the_sum_of_the_paise(amounts: list[int]) -> None:
    assert Money(sum(amounts)) == sum((Money(paise) for paise in amounts), ZERO)


@given(PAISE, st.integers(min_value=0, max_value=50))
def test_packs_times_price_is_that_price_so_often_added(paise: int, packs: int) -> None:
    assert sum((Money(paise) for _ in range(packs)), ZERO) == Money(paise) * packs


@given(PAISE, PAISE)
def test_what_was_added_can_be_taken_away_again(one: int, other: int) -> None:
    assert Money(one) == Money(one) + Money(other) - Money(other)


@given(PAISE, st.integers(min_value=0, max_value=100))
def test_a_percentage_is_rounded_half_up_to_a_paisa(paise: int, percent: int) -> None:
    exact = Fraction(paise * percent, 100)
    assert Fraction(-1, 2) < Money(paise).percent(percent).paise - exact <= Fraction(1, 2)


@given(PAISE)
def test_what_is_shown_reads_back_as_the_same_amount(paise: int) -> None:
    plain = str(Money(paise)).replace("₹", "").replace(",", "")
    assert Fraction(paise, 100) == Fraction(plain)
