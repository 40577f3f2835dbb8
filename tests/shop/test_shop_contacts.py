"""Names, phones and streets as customers give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import Refused
from shop.contacts import read_name, read_phone, read_street, tidy


@pytest.mark.parametrize("text", ["9845012345", "98450 12345", "+91 98450-12345", "098450 12345", "९८४५०१२३४५"])
def test_an_indian_mobile_number_becomes_e164(text: str) -> None:
    assert read_phone(text) == "+919845012345"


def test_a_foreign_number_keeps_its_country() -> None:
    assert read_phone("+44 20 7946 0958") == "+442079460958"


@pytest.mark.parametrize("text", ["", "12345", "98450", "0000000000", "not a number", "+999 12345678"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="phone_invalid"):
        read_phone(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Asha Rao", "Asha Rao"),
        ("  asha \n rao ", "asha rao"),
        ("आशा राव", "आशा राव"),
        ("O'Brien", "O'Brien"),
        ("Jo", "Jo"),
    ],
)
def test_a_name_is_kept_as_it_was_given(text: str, name: str) -> None:
    assert name == read_name(text)


@pytest.mark.parametrize("text", ["", "A", "12", "Asha 2", "🙂🙂", "..."])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="name_invalid"):
        read_name(text)


def test_a_street_needs_something_to_find_it_by() -> None:
    assert read_street("12, 4th Cross,\n Jayanagar") == "12, 4th Cross, Jayanagar"
    for wrong in ("", "12", "12 34 56", "abc"):
        with pytest.raises(Refused, match="street_invalid"):
            read_street(wrong)


def test_joiners_that_spell_a_word_stay() -> None:
    assert tidy("సాఫ్ట్\u200cవేర్ నగర్", 60) == "సాఫ్ట్\u200cవేర్ నగర్"


@given(st.text(), st.integers(min_value=1, max_value=300))
def test_a_tidy_text_is_one_short_line_without_hidden_marks(text: str, limit: int) -> None:
    tidied = tidy(text, limit)
    assert len(tidied) <= limit
    assert tidied == tidy(tidied, limit)
    assert not set(tidied) & set("\n\r\t\x00\x7f\u200b\u200e\u200f\u202e\u2066\ufeff")


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_name, read_phone, read_street):
        try:
            assert read(text)
        except Refused:
            continue
