"""Finding products of the demo shop by what customers call them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from shop.search import SURE, Finder, normal
from tests.kit import catalogue

TINY = Finder(catalogue())
NAMES = [(normal(name), product.id) for product in catalogue().products for name in product.names]


def ids(finder: Finder, mention: str) -> list[str]:
    return [found.product.id for found in finder.products(mention)]


def test_every_name_and_alias_finds_its_product(finder: Finder) -> None:
    missed = [
        (name, product.id)
        for product in finder._catalogue.products
        for name in product.names
        if product.id not in ids(finder, name)
    ]
    assert missed == []


def test_an_exact_name_is_sure(finder: Finder) -> None:
    (found,) = finder.products("Garlic  PICKLE!")
    assert (found.product.id, found.score) == ("garlic-pickle", 100.0)
    assert found.score >= SURE


@pytest.mark.parametrize(
    ("written", "product_id"),
    [
        ("garlik pickle", "garlic-pickle"),
        ("gralic pickle", "garlic-pickle"),
        ("mysore paak", "mysore-pak"),
        ("rasgula", "rasgulla"),
        ("gulab jamoon", "gulab-jamun"),
        ("kaju katly", "kaju-katli"),
    ],
)
def test_a_misspelt_name_is_found(finder: Finder, written: str, product_id: str) -> None:
    assert ids(finder, written) == [product_id]


def test_which_mango_pickle_is_asked_where_several_are_meant(finder: Finder) -> None:
    found = ids(finder, "mango")
    assert len(found) > 1
    assert all("mango" in product_id or product_id == "avakaya" for product_id in found)


def test_what_the_shop_does_not_sell_is_not_found(finder: Finder) -> None:
    for words in ("car insurance", "iphone", "train ticket", "", "!!!", "🥭"):
        assert ids(finder, words) == []
        assert finder.spot(words) == []


def test_products_are_spotted_in_a_sentence(finder: Finder) -> None:
    found = {item.product.id for item in finder.spot("please send 2 garlic pickle and one gulab jamun tomorrow")}
    assert found == {"garlic-pickle", "gulab-jamun"}


@pytest.mark.parametrize("word", ["achar", "Pickles", "mithai", "sweets", "acharr"])
def test_generic_words_mean_a_category(word: str) -> None:
    assert TINY.category(word) is not None
    assert TINY.category("insurance") is None


def test_an_ingredient_leads_to_what_is_made_of_it() -> None:
    assert [product.id for product in TINY.with_ingredient("something with garlic")] == ["garlic"]
    assert TINY.with_ingredient("of it") == []


@given(st.text())
def test_no_text_at_all_makes_a_search_fail(text: str) -> None:
    for search in (TINY.products, TINY.spot, TINY.category, TINY.with_ingredient, normal):
        search(text)


@given(st.text())
def test_readings_come_best_first_and_none_twice(text: str) -> None:
    found = TINY.products(text)
    assert sorted((item.score for item in found), reverse=True) == [item.score for item in found]
    assert len({item.product.id for item in found}) == len(found)


@given(st.sampled_from(NAMES), st.integers(0, 30), st.integers(0, 2), st.text("abc xyz", max_size=2))
def test_a_name_spelt_nearly_right_is_spotted_wherever_the_slip_is(
    named: tuple[str, str], place: int, dropped: int, added: str
) -> None:
    """Whatever has letters missing or too many: what is like a name by the measure is found among all lengths."""
    name, product_id = named
    written = normal(name[:place] + added + name[place + dropped :])
    near = {other for known, other in NAMES if len(written) >= 6 and fuzz.ratio(written, known) >= SURE}
    if product_id in near and len(written.split()) <= TINY._longest:
        assert near & {found.product.id for found in TINY.spot(written)}
