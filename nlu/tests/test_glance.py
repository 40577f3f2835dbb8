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
from nlu.components.fitting import SURE, Trial, trusted
from nlu.components.glance import Glance
from nlu.components.linear import LinearModel
from nlu.components.reading import Floats, Reading
from nlu.components.sketch import WEIGHT, Sketch

WORDS = {"lend": ("borrow", "take"), "return": ("bring", "back"), "fine": ("owe", "late"), "hours": ("open", "when")}
LINES = [((first, f"{other}{n % 5}", second), label) for label, (first, second) in WORDS.items() for n in range(20)
         for other in ("x", "y")]  # fmt: skip


class Untouched(Sequence[Any]):
    """A vector that nobody may look at."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, place: Any) -> Any:
        raise AssertionError("the vector was looked at")


class Known:
    """Tokens of an encoder that knows eight: the second four mean the same as the first four."""

    def __init__(self, *ids: int) -> None:
        self.ids = ids

    def rows(self, ids: Sequence[int]) -> Floats:
        """As far apart as meanings can be."""
        return np.eye(4, dtype=np.float32)[[token % 4 for token in ids]]

    def alone(self, ids: Sequence[int]) -> Floats:
        """One direction for each meaning."""
        return np.eye(WIDTH, dtype=np.float32)[[token % 4 for token in ids]]


WIDTH = 200  # of the encoder's vectors


def lines() -> list[Reading]:
    """The lines as the classifier sees them; which label a token stands for, its vector does not tell."""
    rng = np.random.default_rng(7)
    tokens = {label: place for place, label in enumerate(WORDS)}
    return [
        Reading(words, words, (rng.normal(size=8).astype(np.float32),), (Known(tokens[label]),))
        for words, label in LINES
    ]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> LinearModel:
    """Learned as from many lines; its glance answers from a lead of 0.5 on."""
    monkeypatch.setattr(fitting, "MANY", 100)
    readings = lines()
    manner = fitting.Manner(1.0, 0.0, many=True, meanings=fitting.meanings(readings))
    learned = fitting.separate(readings, [label for _, label in LINES], manner)
    assert learned.glance is not None
    return replace(learned, glance=replace(learned.glance, lead=0.5))


def sketch_of(model: LinearModel) -> Sketch:
    """The only encoder's."""
    assert model.glance is not None
    return model.glance.sketches[0]


def cosine(one: Floats, other: Floats) -> float:
    """How alike two directions are."""
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_a_text_that_words_decide_needs_no_vector(model: LinearModel) -> None:
    words = ("borrow", "x1", "take")
    assert model.ranking(Reading(words, words, Untouched()))[0][0] == "lend"


def test_a_text_that_words_do_not_decide_is_looked_at_again(model: LinearModel) -> None:
    words = ("nobody", "taught", "this")
    with pytest.raises(AssertionError, match="was looked at"):
        model.ranking(Reading(words, words, Untouched()))


def test_a_word_that_nobody_taught_is_known_by_what_its_tokens_mean(model: LinearModel) -> None:
    words = ("nobody", "taught", "this")
    assert model.ranking(Reading(words, words, Untouched(), (Known(2),)))[0][0] == "fine"


def test_what_no_line_holds_of_tokens_is_guessed_from_the_word_table(model: LinearModel) -> None:
    sketch = sketch_of(model)
    assert set(sketch.places) == {0, 1, 2, 3}
    assert cosine(sketch.vector(Known(7)), sketch.vector(Known(3))) > 0.9
    assert cosine(sketch.vector(Known(7)), sketch.vector(Known(2))) < 0.5


@pytest.mark.parametrize(("ids", "length"), [((2,), WEIGHT), ((7,), WEIGHT), ((2, 7, 2), WEIGHT), ((), 0)])
def test_every_sketch_is_as_long_if_there_is_anything_to_sketch(
    model: LinearModel, ids: Sequence[int], length: float
) -> None:
    sketch = sketch_of(model)
    assert np.linalg.norm(sketch.vector(Known(*ids))) == pytest.approx(length, abs=1e-3)


def test_an_encoder_that_reads_no_line_sketches_nothing() -> None:
    readings = [Reading(("a",), ("a",), (), (Known(),))] * 3
    (meanings,) = fitting.meanings(readings)
    sketch = Sketch.fit([[]] * 3, meanings)
    assert not sketch.vector(Known()).any()
    assert not sketch.vector(Known(1)).any()


def test_a_glance_outlives_the_file(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    words = ("owe", "y2", "late")
    reading = Reading(words, words, Untouched(), (Known(2),))
    assert LinearModel.open(tmp_path).ranking(reading) == pytest.approx(model.ranking(reading))


def test_so_does_having_none(model: LinearModel, tmp_path: Path) -> None:
    replace(model, glance=None).save(tmp_path)
    assert LinearModel.open(tmp_path).glance is None
    json.loads((tmp_path / "labels.json").read_text("utf-8"), parse_constant=pytest.fail)


def trial(leads: Sequence[float], right: Sequence[bool], whole: Sequence[bool]) -> Trial:
    """Two labels; the glance's best is the first, by the leads given; whether it is right, and whether the whole is."""
    glances = np.array([[lead, 0.0] for lead in leads])
    truth = np.array([0 if each else 1 for each in right])
    scores = np.eye(2)[np.where(whole, truth, 1 - truth)]
    return Trial(scores, glances, np.ones(len(leads)), truth)


NONE_YET = Glance(np.zeros((1, 2), np.float32), np.zeros((0, 128, 2), np.float32), np.zeros(2, np.float32))
LEADS = [3.0 - n / 1000 for n in range(2000)]


def test_where_glances_cost_more_than_one_in_a_thousand_a_closer_look_is_taken() -> None:
    right = [n not in (300, 301, 302) and n < 1900 for n in range(2000)]
    found = trusted(NONE_YET, trial(LEADS, right, [True] * 2000))
    assert found is not None
    assert found.lead == pytest.approx(3.0 - 301 / 1000)


def test_where_a_closer_look_errs_as_well_nothing_is_lost() -> None:
    right = [n not in (300, 301, 302) and n < 1900 for n in range(2000)]
    found = trusted(NONE_YET, trial(LEADS, right, right))
    assert found is not None
    assert found.lead < 1.5


def test_a_glance_must_be_sure() -> None:
    right = [n < 1000 for n in range(2000)]
    found = trusted(NONE_YET, trial(LEADS, right, right))
    assert found is not None
    assert found.belief([found.lead + 1e-6, 0.0]) == pytest.approx(SURE, abs=1e-3)
    assert found.belief([found.lead - 1e-6, 0.0]) is None


@pytest.mark.parametrize("right", [[True] * 9, [False] * 9, [False] * 5 + [True] * 4])
def test_a_glance_that_cannot_be_judged_or_trusted_is_dropped(right: Sequence[bool]) -> None:
    assert trusted(NONE_YET, trial([2.0 - n / 10 for n in range(9)], right, [True] * 9)) is None


def test_few_lines_have_no_glance() -> None:
    assert fitting.fit(lines(), [label for _, label in LINES]).glance is None
