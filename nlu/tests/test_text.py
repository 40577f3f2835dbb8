"""What a word is, in every script."""

import pytest
from nlu.components.text import WORD, ascii_digits, by_word, normalise, script_of, spelt, words_of


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("मुझे आम का अचार चाहिए।", ["मुझे", "आम", "का", "अचार", "चाहिए", "।"]),
        ("மாங்காய் ஊறுகாய்?", ["மாங்காய்", "ஊறுகாய்", "?"]),
        ("పచ్చడి ధర", ["పచ్చడి", "ధర"]),
        ("what's 1.5kg, 500g?", ["what's", "1.5kg", ",", "500g", "?"]),
        ("HT-7K2M9 👍", ["HT", "-", "7K2M9", "👍"]),
    ],
)
def test_vowel_signs_belong_to_words_and_marks_stand_alone(text: str, tokens: list[str]) -> None:
    assert tokens == [found.group() for found in WORD.finditer(text)]


def test_spellings_of_one_word_are_one() -> None:
    assert normalise("डेढ़") == normalise("डेढ़") == "डेढ"
    assert words_of("SOOOO gud 5000") == ["soo", "gud", "5000"]


def test_digits_of_every_script_keep_their_places() -> None:
    assert ascii_digits("५०० ग्राम ௧௨") == "500 ग्राम 12"


def test_scripts_are_told_by_letter() -> None:
    assert [script_of(char) for char in "aअஅఅ1५"] == ["Latn", "Deva", "Taml", "Telu", None, None]


def test_words_are_told_with_their_places() -> None:
    text = "2 डिब्बे, PLEASEEE!"
    assert [text[each.start : each.end] for each in spelt(text)] == [each.raw for each in spelt(text)]
    assert [each.word for each in spelt(text)] == ["2", "डिब्बे", ",", "pleasee", "!"]


def test_what_is_made_of_a_word_is_remembered_unless_the_word_is_long() -> None:
    made: list[str] = []
    long = "a" * 41
    remembering = by_word(8)(made.append)
    for word in ("a", long, "a", long):
        remembering(word)
    assert made == ["a", long, long]
