"""What holds of the training data and of the test set, which nobody trains on."""

from __future__ import annotations

from collections import Counter

import pytest
from conftest import ROOT
from nlu.nearness import conflicts, copies, lines_of

TRAINING, TESTS = ROOT / "data" / "nlu", ROOT / "tests" / "nlu"
FEWEST = {"en": 40, "hi-Latn": 30, "hi": 25, "ta": 20, "te": 20, "ta-Latn": 12, "te-Latn": 12}


@pytest.mark.parametrize("code", FEWEST)
def test_every_intent_has_enough_lines_in_each_way_of_writing(code: str) -> None:
    trained = Counter(line.intent for line in lines_of(TRAINING / f"{code}.yml"))
    assert {intent: count for intent, count in trained.items() if count < FEWEST[code]} == {}
    assert set(trained) == {line.intent for line in lines_of(TRAINING / "en.yml")}


@pytest.mark.parametrize("code", FEWEST)
def test_every_intent_is_tested_in_each_way_of_writing(code: str) -> None:
    tested = Counter(line.intent for line in lines_of(TESTS / f"{code}.yml"))
    assert set(tested) == {line.intent for line in lines_of(TRAINING / "en.yml")}
    assert min(tested.values()) >= 4


def test_no_test_text_nor_a_near_copy_is_in_the_training_data() -> None:
    tested = [line for code in FEWEST for line in lines_of(TESTS / f"{code}.yml")]
    assert copies(tested, lines_of(TRAINING)) == []


def test_no_text_bears_two_intents() -> None:
    assert conflicts(lines_of(TRAINING)) == []
