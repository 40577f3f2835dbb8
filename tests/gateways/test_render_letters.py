"""Texts are cut between letters, as those who read them see letters."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.render.graphemes import clean, is_visible, one_line, shorten, units
from gateways.render.splitting import split, within

INDIC = ("क", "ष", "र", "்", "்", "க", "ஷ", "ி", "్", "త", "ర", "ె", "्", "\u200d", "\u200c", "ा", "ं", " ", "a")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Mango Pickle", 12, "Mango Pickle"),
        ("Mango Pickle", 11, "Mango Pick…"),
        ("Mango Pickle", 7, "Mango…"),
        ("नमस्ते", 5, "नम…"),
        ("आम का क्षत्रिय", 9, "आम का…"),
        ("అమ్మ స్త్రీ", 9, "అమ్మ…"),
        ("பச்சை க்ஷ", 8, "பச்சை…"),
        ("ok 👨‍👩‍👧‍👦", 8, "ok…"),
        ("🇮🇳🇮🇳", 7, "🇮🇳…"),
        ("👍🏽👍🏽", 6, "👍🏽…"),
        ("1️⃣2️⃣", 5, "1️⃣…"),
        ("e\u0301e\u0301", 3, "e\u0301…"),
        ("👨‍👩‍👧‍👦", 3, "…"),
    ],
)
def test_a_title_is_cut_between_letters(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected
    assert units(expected) <= limit


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(INDIC), max_size=40).map("".join), st.integers(2, 30))
def test_neither_marks_nor_joined_consonants_are_ever_parted(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert units(short) <= limit
    if short != text:
        kept = short.removesuffix("…")
        assert text.startswith(kept)
        before, after = text[: len(kept)], text[len(kept) :]
        assert not before or not unicodedata.category(after[0]).startswith("M")
        joined = unicodedata.combining(before.rstrip("\u200c\u200d")[-1:] or " ") == 9
        assert not (joined and after[0].isalpha() and after[0] != "a")


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200d", "\u00a0", "\ufe0f", "\x00", "\u0301"])
def test_what_nobody_sees_is_invisible(text: str) -> None:
    assert not is_visible(text)


@pytest.mark.parametrize("text", [".", "अ", "😀", "1"])
def test_what_somebody_sees_is_visible(text: str) -> None:
    assert is_visible(text)


def test_a_clean_text_has_one_kind_of_line_end_and_no_control_characters() -> None:
    assert clean("\ta\r\nb\rc\u2028d\x00\x1be\ud800 ") == "a\nb\nc\nde"
    assert one_line(" a \n\n b\tc ") == "a b c"


def test_a_text_is_cut_at_a_line_end_else_at_a_blank_else_between_letters() -> None:
    assert split("one two\nthree four", within(12)) == ["one two", "three four"]
    assert split("one two three", within(9)) == ["one two", "three"]
    assert split("నమస్తేనమస్తే", within(8)) == ["నమస్తేనమ", "స్తే"]
    assert split("abcdefgh", within(3)) == ["abc", "def", "gh"]


def test_a_link_is_cut_only_where_no_message_could_hold_it() -> None:
    assert split("xxxxxxhttps://a.in/b", within(16)) == ["xxxxxx", "https://a.in/b"]
    assert split("https://a.in/bcdefgh", within(16)) == ["https://a.in/bcd", "efgh"]
