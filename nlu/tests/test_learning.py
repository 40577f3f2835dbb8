"""The learned parts, by themselves."""

from pathlib import Path

import pytest
from nlu.components.fitting import fit
from nlu.components.linear import LinearModel, grams
from nlu.components.merge import EntityMerger
from rasa.shared.nlu.training_data.message import Message

DOCUMENTS = [["hello", "there"], ["hello", "friend"], ["bye", "now"], ["bye", "friend"]] * 60
LABELS = ["greet", "greet", "goodbye", "goodbye"] * 60


def test_probabilities_sum_to_one_and_the_likeliest_is_first() -> None:
    ranking = fit(DOCUMENTS, LABELS).ranking(["hello", "hello"])
    assert ranking[0][0] == "greet"
    assert pytest.approx(1.0) == sum(share for _, share in ranking)


def test_unknown_words_are_less_certain_than_known_ones() -> None:
    model = fit(DOCUMENTS, LABELS)
    assert model.ranking(["zzz"])[0][1] < 0.75 < model.ranking(["hello"])[0][1]


def test_one_label_alone_is_certain() -> None:
    assert fit([["a"], ["b"]], ["only", "only"]).ranking(["a"]) == [("only", 1.0)]


def test_a_saved_model_answers_the_same(tmp_path: Path) -> None:
    model = fit(DOCUMENTS, LABELS)
    model.save(tmp_path)
    assert model.ranking(["hello", "now"]) == LinearModel.open(tmp_path).ranking(["hello", "now"])


def test_an_entity_mark_is_not_taken_to_pieces() -> None:
    assert grams(["<product>"]) == [" <product>", "^ <product>"]


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
