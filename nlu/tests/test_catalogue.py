"""Names of a catalogue, however they are spelt."""

from typing import Any

import pytest
from conftest import ROOT
from nlu.components.catalogue import catalogue_of
from nlu.components.gazetteer import Gazetteer
from nlu.nearness import lines_of

SHOP = {
    "products": [
        {"id": "mango-pickle", "names": ["Mango Pickle", "आम का अचार", "aam ka achar", "avakaya"]},
        {"id": "gulab-jamun", "names": ["Gulab Jamun", "गुलाब जामुन"]},
        {"id": "kaju-katli", "names": ["Kaju Katli", "kaju barfi"]},
        {"id": "kaju-sweet", "names": ["kaju barfi", "ఆవకాయ"]},
    ],
    "categories": [{"id": "pickles", "names": ["pickles", "achar", "अचार"]}],
}
NAMES = catalogue_of(SHOP)


def found(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Label, words and ids of what is found."""
    return [(m.name.label, text[m.start : m.end], m.name.ids) for m in NAMES.find(text)]


@pytest.mark.parametrize(
    ("text", "words", "identifier"),
    [
        ("2 mango pickle please", "mango pickle", "mango-pickle"),
        ("MNGO PICKL hai?", "MNGO PICKL", "mango-pickle"),
        ("aam ke achaar do", "aam ke achaar", "mango-pickle"),
        ("मुझे आम का अचार चाहिए", "आम का अचार", "mango-pickle"),
        ("gulab jaamun", "gulab jaamun", "gulab-jamun"),
        ("goolabjamoon", "goolabjamoon", "gulab-jamun"),
        ("kajukatli", "kajukatli", "kaju-katli"),
        ("ఆవకాయ కావాలి", "ఆవకాయ", "kaju-sweet"),
    ],
)
def test_a_product_is_known_in_any_spelling(text: str, words: str, identifier: str) -> None:
    assert [("product", words, (identifier,))] == found(text)


def test_the_longest_name_wins_and_the_rest_is_category() -> None:
    expected = [("product", "aam ka achar", ("mango-pickle",)), ("category", "achar", ("pickles",))]
    assert expected == found("aam ka achar aur achar")


def test_a_name_of_two_products_gives_both() -> None:
    assert found("kaju barfi") == [("product", "kaju barfi", ("kaju-katli", "kaju-sweet"))]


def test_a_pack_beside_a_name_is_no_part_of_it() -> None:
    names = catalogue_of({"products": [{"id": "a", "names": ["mango pickle50", "7 Cup Burfi"]}]})
    text = "mango pickle 500g, 7 cup burfi"
    assert [text[m.start : m.end] for m in names.find(text)] == ["7 cup burfi"]


@pytest.mark.parametrize("text", ["what is the price", "mango", "order please", "2 kg", "", "!!!"])
def test_other_words_are_no_names(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "payload",
    [None, [], {"products": {}}, {"products": [1]}, {"products": [{"id": 1, "names": []}]}, {"categories": [{}]},
     {"products": [{"id": "a", "names": [1]}]}],
)  # fmt: skip
def test_another_shape_is_refused(payload: Any) -> None:
    with pytest.raises(ValueError, match=r"must be|needs"):
        catalogue_of(payload)


def test_an_empty_catalogue_finds_nothing() -> None:
    assert catalogue_of({}).find("mango pickle") == []


def test_looking_no_further_than_names_may_go_misses_none(monkeypatch: pytest.MonkeyPatch) -> None:
    long = {"id": "long", "names": ["Chettinad Murukku Thattai", "besan ke laddu"]}
    names = catalogue_of({**SHOP, "products": [*SHOP["products"], long]})
    spellings = ["chetinad murukku thatai", "hettinad murukku thattai", "besan k ladoo", "beson ke laddu"]
    texts = [*spellings, *(line.text for line in lines_of(ROOT / "tests" / "nlu"))]
    found = [names.find(text) for text in texts]
    assert all(found[: len(spellings)])
    monkeypatch.setattr(Gazetteer, "goes_on", lambda self, start: True)
    assert found == [names.find(text) for text in texts]
