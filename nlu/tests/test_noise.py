"""Noisy copies are what hasty fingers make of a line, the same at every training."""

from __future__ import annotations

import random

import pytest
from nlu.components.noise import SHORTEST, copies, noisy, slip
from nlu.components.reading import Reading

LINE = ("where", "is", "my", "parcel", "123456", "<product>", "kidar")


@pytest.mark.parametrize("seed", range(50))
def test_a_slip_keeps_the_first_letter_and_most_of_the_word(seed: int) -> None:
    for word in LINE:
        slipped = slip(word, random.Random(seed))  # noqa: S311
        assert slipped[0] == word[0]
        assert len(slipped) <= len(word)
        assert slipped == word or (len(word) >= SHORTEST and word.isalpha())


@pytest.mark.parametrize("seed", range(50))
def test_both_rows_have_the_same_slips(seed: int) -> None:
    copy = noisy(Reading(LINE, LINE[2:]), random.Random(seed))  # noqa: S311
    assert copy.masked == copy.words[2:]
    assert copy.words[-2] == "<product>"
    assert copy.vectors == ()


def test_copies_are_the_same_every_time() -> None:
    readings = [Reading((word, "something"), (word, "something")) for word in ("lending", "borrowing", "returning")]
    first = copies(readings, ["a", "b", "c"], 1.0)
    assert first == copies(readings, ["a", "b", "c"], 1.0)
    assert first[1] == ["a", "b", "c"]
    assert first[0] != readings
    assert copies(readings, ["a", "b", "c"], 0.0) == ([], [])
