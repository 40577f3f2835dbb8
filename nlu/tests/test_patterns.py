"""What rules mark, exactly as it stands."""

from itertools import product

import pytest
from conftest import ROOT
from nlu.components.patterns import Rules
from nlu.components.text import lexicon, section_phrases
from nlu.nearness import lines_of

RULES = Rules("HT")


def marks(text: str, things: list[str] | None = None) -> list[tuple[str, str]]:
    """The labels and words marked in a text where ``things`` are known goods."""
    places = [(text.index(thing), text.index(thing) + len(thing)) for thing in things or []]
    return [(label, text[start:end]) for label, start, end in RULES.find(text, places)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500g", [("pack", "500g")]),
        ("500 gm dena", [("pack", "500 gm")]),
        ("aadha kilo", [("pack", "aadha kilo")]),
        ("half kg please", [("pack", "half kg")]),
        ("आधा किलो", [("pack", "आधा किलो")]),
        ("५०० ग्राम", [("pack", "५०० ग्राम")]),
        ("ரெண்டு கிலோ", [("pack", "ரெண்டு கிலோ")]),
        ("அரைக்கிலோ மிளகாய்", [("pack", "அரைக்கிலோ")]),
        ("అరకిలో ఆవకాయ", [("pack", "అరకిలో")]),
        ("araikilo venum", [("pack", "araikilo")]),
        ("500 கிராமா", [("pack", "500 கிராமா")]),
        ("ஒரு கிலோவுக்கு விலை", [("pack", "ஒரு கிலோவுக்கு")]),
        ("250 గ్రాములకి", [("pack", "250 గ్రాములకి")]),
        ("అరకిలోలో ఉందా", [("pack", "అరకిలోలో")]),
        ("1 kg jar of gongura", [("pack", "1 kg jar")]),
        ("5 packets of 250 gm", [("quantity", "5"), ("pack", "250 gm")]),
        ("2", [("quantity", "2")]),
        ("do", [("quantity", "do")]),
        ("half dozen laddu", [("quantity", "half dozen")]),
        ("2x murukku", [("quantity", "2")]),
        ("isko do kar do", [("quantity", "do")]),
        ("do packet bhej do", [("quantity", "do")]),
        ("తొమ్మిది", [("quantity", "తొమ్మిది")]),
        ("deliver to 560001", [("pincode", "560001")]),
        ("५६०००१ में", [("pincode", "५६०००१")]),
        ("560 001 hai", [("pincode", "560 001")]),
        ("order HT-7K2M9 kahan hai", [("order_number", "HT-7K2M9")]),
        ("ht 7k2m9", [("order_number", "ht 7k2m9")]),
        ("order no. 45678", [("order_number", "45678")]),
        ("45678 wala order", [("order_number", "45678")]),
        ("apply WELCOME10", [("coupon", "WELCOME10")]),
        ("use code diwali20", [("coupon", "diwali20")]),
        ("कूपन DIWALI50 लागू करो", [("coupon", "DIWALI50")]),
        ("anything under 200 rupees", [("max_price", "200")]),
        ("200 ke andar kya milega", [("max_price", "200")]),
        ("₹500 se kam", [("max_price", "₹500")]),
        ("200 रुपये के अंदर", [("max_price", "200")]),
    ],
)
def test_values_are_marked_as_they_stand(text: str, expected: list[tuple[str, str]]) -> None:
    assert expected == marks(text)


@pytest.mark.parametrize(
    "text",
    [
        "do you have pickle",
        "what can i do",
        "bata do",
        "we are 20 people",
        "20 log hain",
        "at 10:30 am",
        "deliver within 2 days",
        "my phone is 9876543210",
        "this one is good",
        "10% off",
        "₹500",
        "HT hello",
        "MY PHONE IS NOT WORKING AT ALL",
    ],
)
def test_other_numbers_and_verbs_are_left_alone(text: str) -> None:
    assert marks(text) == []


def test_do_is_two_before_goods_and_a_verb_after_them() -> None:
    text = "mujhe do mango pickle de do"
    assert marks(text, ["mango pickle"]) == [("quantity", "do")]
    assert marks("mango pickle de do", ["mango pickle"]) == []


def test_a_long_text_takes_no_longer_than_its_length_allows() -> None:
    assert marks("1 " * 4000)
    assert marks("₹" * 5000) == []


def test_no_rule_matches_where_its_clue_is_not() -> None:
    phrases = [phrase for section in lexicon("measures") for phrase in section_phrases("measures", section)]
    values = ("12345", "diwali20", "CODE", "kilo")
    texts = [line.text for line in lines_of(ROOT / "tests" / "nlu")]
    for phrase, value, gap in product(phrases, values, ("", " ", "-")):
        texts += (f"{phrase}{gap}{value}", f"o'{phrase}{gap}{value}", f"{value}{gap}{phrase}")
    rules = Rules("HT")
    rules.rules = tuple(
        (label, tuple(each._replace(clue=lambda _: True) for each in own)) for label, own in rules.rules
    )
    assert [text for text in texts if RULES.find(text) != rules.find(text)] == []
