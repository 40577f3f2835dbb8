"""The learned parts, by themselves."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from conftest import made
from nlu.components.crf import CRFEntities
from nlu.components.fitting import fit
from nlu.components.grams import grams
from nlu.components.linear import LinearModel
from nlu.components.merge import EntityMerger
from nlu.components.reading import Floats, Reading
from nlu.components.tokens import ScriptTokenizer
from nlu.markup import plain, spans
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


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


@pytest.mark.parametrize("text", ["hello there", "friend", "zzz", ""])
@pytest.mark.parametrize("place", [0, 1, 5])
@pytest.mark.parametrize("count", [40, 240])
def test_confidences_are_ordered_shares_that_never_sum_to_more_than_one(text: str, place: int, count: int) -> None:
    shares = [share for _, share in fit(PLACED[:count], LABELS[:count]).ranking(reading(text, direction(place)))]
    assert shares == sorted(shares, reverse=True)
    assert min(shares) >= 0
    assert sum(shares) <= 1 + 1e-9


def test_a_text_that_no_encoder_reads_goes_by_its_words() -> None:
    assert fit(PLACED, LABELS).ranking(reading("hello there", 0 * direction(0)))[0][0] == "greet"


def test_one_label_alone_is_certain() -> None:
    assert fit([reading("a"), reading("b")], ["only", "only"]).ranking(reading("a")) == [("only", 1.0)]


@pytest.mark.parametrize("readings", [READINGS, PLACED])
def test_a_saved_model_answers_the_same(readings: list[Reading], tmp_path: Path) -> None:
    model = fit(readings, LABELS)
    model.save(tmp_path)
    opened = LinearModel.open(tmp_path)
    assert [model.ranking(each) for each in readings[:4]] == [opened.ranking(each) for each in readings[:4]]


def test_the_best_label_is_the_first_of_the_ranking() -> None:
    model = fit(READINGS, LABELS)
    ranking = model.ranking(reading("hello friend"))
    assert model.best(reading("hello friend")) == ranking[0]
    assert model.ranking(reading("hello friend"), 1) == ranking[:1]


@pytest.mark.parametrize("text", ["hello hello friend 42", "hell", "nobody taught this", "", "hellofriendhellofriend"])
def test_a_word_touches_the_same_rows_whether_it_was_taught_or_not(text: str) -> None:
    features = fit(READINGS, LABELS).features
    found = grams(reading(text))
    expected = [Counter(each.rows(found[kind])) for kind, each in features.vectorisers.items()]
    assert list(features.touched(reading(text))) == expected == list(features.touched(reading(text)))


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


def marked(text: str, extractor: str = "Rules") -> Message:
    """A tokenised message with the entities of a marked text."""
    entities = [entity(span.label, span.start, span.end, extractor, 1.0) for span in spans(text)]
    message = Message(data={"text": plain(text), "entities": entities, "intent": "any"})
    return ScriptTokenizer(ScriptTokenizer.get_default_config()).process([message])[0]


COUNTS = ["send me [2](quantity) laddu", "i want [3](quantity) jars", "[4](quantity) laddu please",
          "we are 2 people", "we are 3 people here", "my 4 people like it"] * 5  # fmt: skip


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a field that has learned what a quantity is, and nothing of packs."""
    folder = tmp_path_factory.mktemp("field")
    made(CRFEntities, folder).train(TrainingData([marked(text) for text in COUNTS]))
    return folder


def left(folder: Path, text: str, *reviewed: str) -> list[tuple[str, str]]:
    """What of the rules' findings, marked in a text, the field leaves."""
    message = marked(text)
    made(CRFEntities, folder, "load", reviewed=list(reviewed)).process([message])
    found = [each for each in message.get("entities") if each["extractor"] == "Rules"]
    return [(each["entity"], plain(text)[each["start"] : each["end"]]) for each in found]


def test_a_reviewed_finding_that_the_field_does_not_believe_is_dropped(field: Path) -> None:
    assert left(field, "we are [7](quantity) people", "quantity") == []
    assert left(field, "send me [7](quantity) laddu", "quantity") == [("quantity", "7")]


def test_other_labels_and_those_that_no_example_marks_are_left_alone(field: Path) -> None:
    assert left(field, "we are [7](quantity) people") == [("quantity", "7")]
    assert left(field, "we are [7](pack) people", "pack") == [("pack", "7")]


def test_a_number_just_before_another_entity_stands(field: Path) -> None:
    assert ("quantity", "7") in left(field, "we are [7](quantity) [people](product)", "quantity")


def test_an_untrained_field_drops_and_finds_nothing(tmp_path: Path) -> None:
    assert left(tmp_path, "we are [7](quantity) people", "quantity") == [("quantity", "7")]
