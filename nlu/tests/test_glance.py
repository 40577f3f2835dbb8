"""Where words are enough, no sentence vector is worked out; where they are not, it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nlu.components import fitting
from nlu.components.fitting import Trial, trusted
from nlu.components.linear import Glance, LinearModel, Reading

WORDS = {"lend": ("borrow", "take"), "return": ("bring", "back"), "fine": ("owe", "late"), "hours": ("open", "when")}
LINES = [((first, f"{other}{n % 5}", second), label) for label, (first, second) in WORDS.items() for n in range(20)
         for other in ("x", "y")]  # fmt: skip


class Untouched(Sequence[Any]):
    """A vector that nobody may look at."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, place: Any) -> Any:
        raise AssertionError("the vector was looked at")


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> LinearModel:
    """Learned as from many lines; its glance answers from a lead of 0.5 on."""
    monkeypatch.setattr(fitting, "MANY", 100)
    rng = np.random.default_rng(7)
    readings = [Reading(words, words, (rng.normal(size=8).astype(np.float32),)) for words, _ in LINES]
    learned = fitting.separate(readings, [label for _, label in LINES], fitting.Manner(1.0, 0.0, many=True))
    assert learned.glance is not None
    return replace(learned, glance=replace(learned.glance, lead=0.5))


def test_a_text_that_words_decide_needs_no_vector(model: LinearModel) -> None:
    words = ("borrow", "x1", "take")
    assert model.ranking(Reading(words, words, Untouched()))[0][0] == "lend"


def test_a_text_that_words_do_not_decide_is_looked_at_again(model: LinearModel) -> None:
    words = ("nobody", "taught", "this")
    with pytest.raises(AssertionError, match="was looked at"):
        model.ranking(Reading(words, words, Untouched()))


def test_a_glance_outlives_the_file(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    words = ("owe", "y2", "late")
    reading = Reading(words, words, Untouched())
    assert LinearModel.open(tmp_path).ranking(reading) == pytest.approx(model.ranking(reading))


def test_so_does_having_none(model: LinearModel, tmp_path: Path) -> None:
    replace(model, glance=None).save(tmp_path)
    assert LinearModel.open(tmp_path).glance is None
    json.loads((tmp_path / "labels.json").read_text("utf-8"), parse_constant=pytest.fail)


def trial(leads: Sequence[float], right: Sequence[bool]) -> Trial:
    """Two labels; the first is best by the leads given."""
    scores = np.array([[lead, 0.0] for lead in leads])
    truth = np.array([0 if each else 1 for each in right])
    return Trial(scores, scores, np.ones(len(leads)), truth)


NONE_YET = Glance(np.zeros((1, 2), np.float32), np.zeros(2, np.float32))


def test_the_least_lead_with_one_mistake_in_a_hundred_is_enough() -> None:
    leads = [3.0 - n / 100 for n in range(200)] + [0.5] * 50
    found = trusted(NONE_YET, trial(leads, [True] * 200 + [False] * 50))
    assert found is not None
    assert found.lead == pytest.approx(0.5)
    assert found.slope > 0


@pytest.mark.parametrize("right", [[True] * 9, [False] * 9, [False] * 5 + [True] * 4])
def test_a_glance_that_cannot_be_judged_or_trusted_is_dropped(right: Sequence[bool]) -> None:
    assert trusted(NONE_YET, trial([2.0 - n / 10 for n in range(9)], right)) is None


def test_few_lines_have_no_glance() -> None:
    rng = np.random.default_rng(7)
    readings = [Reading(words, words, (rng.normal(size=8).astype(np.float32),)) for words, _ in LINES]
    assert fitting.fit(readings, [label for _, label in LINES]).glance is None
