"""The learned parts, by themselves."""

from pathlib import Path

import numpy as np
import pytest
from nlu.components.fitting import fit
from nlu.components.linear import Floats, LinearModel, Reading, grams
from nlu.components.merge import EntityMerger
from rasa.shared.nlu.training_data.message import Message


def reading(text: str, *vectors: Floats) -> Reading:
    """A text of plain words."""
    words = tuple(text.split())
    return Reading(words, words, vectors)


def direction(place: int) -> Floats:
    """One of the axes, as a sentence vector."""
    return np.eye(8, dtype=np.float32)[place]


READINGS = [reading(text) for text in ("hello there", "hello friend", "bye now", "bye friend")] * 60
LABELS = ["greet", "greet", "goodbye", "goodbye"] * 60
# The same words with vectors: greetings lie along the first axis, goodbyes along the second.
PLACED = [reading(" ".join(each.words), direction(0 if label == "greet" else 1)) for each, label in zip(
    READINGS, LABELS, strict=True)]  # fmt: skip


def test_the_likeliest_is_first_and_the_rest_is_doubt() -> None:
    ranking = fit(READINGS, LABELS).ranking(reading("hello hello"))
    assert ranking[0][0] == "greet"
    assert sum(share for _, share in ranking) <= 1 + 1e-9


def test_unknown_words_are_less_certain_than_known_ones() -> None:
    model = fit(READINGS, LABELS)
    assert model.ranking(reading("zzz"))[0][1] < model.ranking(reading("hello"))[0][1]


def test_confidence_falls_with_the_distance_from_the_nearest_line() -> None:
    model = fit(PLACED, LABELS)
    near, far = model.ranking(reading("hello there", direction(0))), model.ranking(reading("hello there", direction(5)))
    assert near[0][0] == far[0][0] == "greet"
    assert far[0][1] < near[0][1]


def test_one_label_alone_is_certain() -> None:
    assert fit([reading("a"), reading("b")], ["only", "only"]).ranking(reading("a")) == [("only", 1.0)]


@pytest.mark.parametrize("readings", [READINGS, PLACED])
def test_a_saved_model_answers_the_same(readings: list[Reading], tmp_path: Path) -> None:
    model = fit(readings, LABELS)
    model.save(tmp_path)
    assert model.ranking(readings[0]) == LinearModel.open(tmp_path).ranking(readings[0])


def test_an_entity_mark_is_not_taken_to_pieces() -> None:
    found = grams(Reading(("mango",), ("<product>",)))
    assert found["marks"] == [" <product>", "^ <product>"]
    assert not any("<" in gram for gram in found["pieces"])


def entity(label: str, start: int, end: int, extractor: str, sure: float) -> dict[str, object]:
    return {"entity": label, "start": start, "end": end, "extractor": extractor, "confidence_entity": sure}


def test_merged_entities_never_overlap_and_preferred_extractors_win() -> None:
    rule, long, short = (
        entity("pack", 4, 8, "Rules", 1.0),
        entity("product", 5, 20, "Learned", 0.9),
        entity("place", 0, 3, "Learned", 0.9),
    )
    unsure = entity("place", 30, 35, "Learned", 0.2)
    message = Message(data={"text": "x" * 40, "entities": [long, rule, unsure, short]})
    EntityMerger({"first": ["Rules"], "minimum": 0.4}).annotate(message)
    merged = message.get("entities")
    assert [(each["entity"], each["processors"]) for each in merged] == [("place", ["Learned"]), ("pack", ["Rules"])]
    assert {each["extractor"] for each in merged} == {"EntityMerger"}
