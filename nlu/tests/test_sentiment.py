"""Calm, unhappy, angry."""

import pytest
from nlu.components.sentiment import sentiment


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
    ],
)
def test_words_and_loudness_make_the_mood(text: str, label: str) -> None:
    assert label == sentiment(text)[0]


def test_capitals_and_marks_make_it_surer() -> None:
    assert sentiment("worst service!!!")[1] > sentiment("worst service")[1]
