"""What people type in a chat is understood in its usual form."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import made
from nlu.components.base import tokens_of
from nlu.components.normaliser import Normaliser
from nlu.components.tokens import ScriptTokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message


def lemmas(folder: Path, text: str) -> list[str]:
    message = Message({TEXT: text})
    made(ScriptTokenizer, folder).process([message])
    made(Normaliser, folder).process([message])
    return [token.lemma for token in tokens_of(message)]


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("PLZ snd it 2moro", ["please", "snd", "it", "tomorrow"]),
        ("mje jldi chaiye", ["mujhe", "jaldi", "chahiye"]),
        ("sooooo gud", ["soo", "good"]),
        ("२ किलो", ["2", "किलो"]),
        ("क़ीमत", ["कीमत"]),
        ("👍🏽", ["thumbs up sign", ""]),
        ("₹50", ["₹", "50"]),
    ],
)
def test_each_word_has_its_usual_form(tmp_path: Path, text: str, usual: list[str]) -> None:
    assert lemmas(tmp_path, text) == usual


def test_the_text_and_its_places_stay(tmp_path: Path) -> None:
    message = Message({TEXT: "plz 2 pkts"})
    made(ScriptTokenizer, tmp_path).process([message])
    made(Normaliser, tmp_path).process([message])
    assert [(token.text, token.start, token.end) for token in tokens_of(message)] == [
        ("plz", 0, 3), ("2", 4, 5), ("pkts", 6, 10),
    ]  # fmt: skip
