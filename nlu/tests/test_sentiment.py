"""Calm, unhappy, angry."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, made
from nlu.components.sentiment import LABELS, LANGUAGES, SentimentAnalyzer, heard
from nlu.components.text import lexicon
from nlu.nearness import Line, copies, lines_of
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

TESTS = ROOT / "tests" / "nlu" / "sentiment"


@pytest.fixture(scope="module")
def analyzer(tmp_path_factory: pytest.TempPathFactory) -> SentimentAnalyzer:
    """What our training makes of it: no example names a sentiment."""
    folder = tmp_path_factory.mktemp("sentiment")
    data = TrainingData()
    data.training_examples = [
        Message({TEXT: line.text, INTENT: line.intent}) for line in lines_of(ROOT / "data" / "nlu")
    ]
    made(SentimentAnalyzer, folder).train(data)
    loaded: SentimentAnalyzer = made(SentimentAnalyzer, folder, "load")
    return loaded


def felt(analyzer: Any, text: str) -> tuple[str, float]:
    message = Message({TEXT: text})
    analyzer.annotate(message)
    return message.get("sentiment")["label"], message.get("sentiment")["confidence"]


def mood(analyzer: Any, text: str) -> str:
    return felt(analyzer, text)[0]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("where is my order", "calm"),
        ("WHERE IS MY ORDER", "calm"),
        ("no problem", "calm"),
        ("koi problem nahi", "calm"),
        ("not bad", "calm"),
        ("I love it", "calm"),
        ("చాలా బాగుంది", "calm"),
        ("the jar was broken", "unhappy"),
        ("not good", "unhappy"),
        ("achha nahi laga", "unhappy"),
        ("mera order abhi tak nahi aaya", "unhappy"),
        ("अचार खराब निकला", "unhappy"),
        ("jar odanjiruku", "unhappy"),
        ("పచ్చడి బాగాలేదు", "unhappy"),
        ("broken jar, leaked oil, wrong item and late", "unhappy"),
        ("this is the worst service ever", "angry"),
        ("you people are cheaters", "angry"),
        ("bakwas service hai", "angry"),
        ("ye achar bahut kharab hai!!!", "angry"),
        ("THE JAR WAS BROKEN!!!", "angry"),
        ("", "calm"),
    ],
)
def test_words_and_loudness_make_the_mood(analyzer: SentimentAnalyzer, text: str, label: str) -> None:
    assert label == mood(analyzer, text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_mood_is_told_in_each_way_of_writing(analyzer: SentimentAnalyzer, code: str) -> None:
    told = Counter(mood(analyzer, line.text) == line.intent for line in lines_of(TESTS / f"{code}.yml"))
    assert told[True] >= 0.7 * told.total()


def test_examples_that_name_a_sentiment_teach_it(analyzer: SentimentAnalyzer, tmp_path: Path) -> None:
    named = {"metadata": {"intent": {"sentiment": "angry"}}, INTENT: "x"}
    lines = [Message({TEXT: f"blimey {word} squit", **named}) for word in ("you", "what", "this", "such", "old", "my")]
    assert mood(analyzer, "blimey squit") != "angry"
    taught = made(SentimentAnalyzer, tmp_path)
    taught.train(TrainingData(lines))
    assert mood(taught, "blimey squit") == "angry"


def test_capitals_and_marks_make_it_surer(analyzer: SentimentAnalyzer) -> None:
    assert felt(analyzer, "worst service!!!")[1] > felt(analyzer, "worst service")[1]


def test_loudness_is_seen() -> None:
    assert heard("WHERE IS IT!!! sooooo late").masked[-2:] == ("<shout>", "<drawn>")
    assert heard("WHERE IS MY ORDER").masked[-1] == "<capitals>"


def test_no_test_line_is_among_those_it_learns_from() -> None:
    learned = [
        Line(text, label, code) for code in LANGUAGES for label in LABELS for text in lexicon(f"moods.{code}")[label]
    ]
    assert copies(lines_of(TESTS), learned) == []
