"""Numbers, packs, pincodes and order numbers as customers write them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model.catalogue import Unit
from model.order import new_order_number
from shop.words import Size, read_count, read_order_number, read_pincode, read_size

DIGITS = {
    "Latin": "0123456789",
    "Devanagari": "०१२३४५६७८९",
    "Tamil": "௦௧௨௩௪௫௬௭௮௯",
    "Telugu": "౦౧౨౩౪౫౬౭౮౯",
    "Bengali": "০১২৩৪৫৬৭৮৯",
    "Kannada": "೦೧೨೩೪೫೬೭೮೯",
}


def written(text: str, script: str) -> str:
    """A text with its digits in another script."""
    return text.translate(str.maketrans(DIGITS["Latin"], DIGITS[script]))


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("500g", 500),
        ("500 gm", 500),
        ("500 grams", 500),
        ("1kg", 1000),
        ("1 Kilo", 1000),
        ("1.5 kg", 1500),
        ("1,5 kg", 1500),
        ("1/2 kg", 500),
        ("half kg", 500),
        ("aadha kilo", 500),
        ("आधा किलो", 500),
        ("paav kilo", 250),
        ("पाव किलो", 250),
        ("paun kilo", 750),
        ("dedh kilo", 1500),
        ("dhai kilo", 2500),
        ("ek kilo", 1000),
        ("do kilo", 2000),
        ("அரை கிலோ", 500),
        ("అర కిలో", 500),
        ("kg", 1000),
        ("the 250 g jar", 250),
    ],
)
def test_weights_are_grams(text: str, grams: int) -> None:
    assert Size(grams, Unit.GRAM) == read_size(text)


@pytest.mark.parametrize(("text", "pieces"), [("6 pieces", 6), ("12pcs", 12), ("छह पीस", 6), ("1 dozen pieces", 12)])
def test_pieces_are_counted(text: str, pieces: int) -> None:
    assert Size(pieces, Unit.PIECE) == read_size(text)


@pytest.mark.parametrize("text", ["", "mango", "500", "big one", "0 kg", "1.0005 kg", "0.2 g"])
def test_without_a_unit_or_a_whole_amount_there_is_no_size(text: str) -> None:
    assert read_size(text) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2", 2),
        ("two", 2),
        ("do", 2),
        ("दो", 2),
        ("இரண்டு", 2),
        ("రెండు", 2),
        ("a couple", 2),
        ("dozen", 12),
        ("half dozen", 6),
        ("do packet", 2),
        ("make it 3", 3),
        ("0", 0),
    ],
)
def test_counts_are_whole_numbers(text: str, count: int) -> None:
    assert count == read_count(text)


@pytest.mark.parametrize("text", ["", "some", "half", "1.5", "🥭", "²"])
def test_what_is_no_whole_number_is_no_count(text: str) -> None:
    assert read_count(text) is None


@pytest.mark.parametrize("script", DIGITS)
def test_digits_of_every_script_count(script: str) -> None:
    assert (12, Size(500, Unit.GRAM)) == (read_count(written("12", script)), read_size(written("500 g", script)))
    assert read_pincode(written("560 001", script)) == "560001"


@pytest.mark.parametrize(
    "text", ["560001", "560 001", "560-001", "Bengaluru 560001.", "pin:560001", "मेरा पिन ५६०००१ है"]
)
def test_a_pincode_is_six_digits_however_spaced(text: str) -> None:
    assert read_pincode(text) == "560001"


@pytest.mark.parametrize(
    "text", ["", "56001", "5600011", "060001", "9845012345", "98450 12345", "12, 4th Cross", "5 6 0 0 0 1"]
)
def test_other_digits_are_no_pincode(text: str) -> None:
    assert read_pincode(text) is None


@pytest.mark.parametrize("text", ["HT-7K2MP", "ht-7k2mp", "where is HT 7K2MP?", "HT7K2MP", "HT – 7k2mp", "HT-७K२MP"])
def test_an_order_number_is_read_however_it_is_written(text: str) -> None:
    assert read_order_number(text) == "HT-7K2MP"


@pytest.mark.parametrize("text", ["", "HT", "HT-7K2M", "HT-7K2MPX", "HT-00000", "right", "XHT-7K2MP"])
def test_other_words_are_no_order_number(text: str) -> None:
    assert read_order_number(text) is None


def test_every_number_we_give_is_read_back() -> None:
    for number in (new_order_number() for _ in range(200)):
        assert number == read_order_number(f"where is {number.lower()} please")


@given(st.text() | st.text(alphabet="0123456789०௧.,/ kgm½²①٣"))
@example("²")
@example("1/0 kg")
@example("9" * 5000)
@example("9" * 5000 + " kg")
@example("1/" + "9" * 5000)
def test_no_text_at_all_makes_a_reader_fail(text: str) -> None:
    for read in (read_size, read_count, read_pincode, read_order_number):
        read(text)


@given(st.integers(min_value=1, max_value=999_999), st.sampled_from(sorted(DIGITS)))
def test_any_weight_in_any_script_is_that_weight(grams: int, script: str) -> None:
    assert Size(grams, Unit.GRAM) == read_size(written(f"{grams} g", script))
