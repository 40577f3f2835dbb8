"""Tells a calm customer from an unhappy and an angry one, by words and by how they are written."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.base import Component, component
from nlu.components.text import section_phrases, section_words, words_of

POINTS = {"angry": 2.4, "unhappy": 1.2, "mild": 0.5, "good": -0.8}
UNHAPPY, ANGRY = 0.9, 1.9
COOL = 1.7  # troubles alone, however many, do not make an angry customer
REACH = 3
LONGEST = 4
MOST_WORDS = 300
SHOUT = re.compile(r"[!?]{2,}|!.*!.*!")
STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


class Feelings:
    """The lexicon: phrases with their points, and the words that turn or strengthen them."""

    def __init__(self) -> None:
        self.points = {
            tuple(words_of(phrase)): points
            for name, points in POINTS.items()
            for phrase in section_phrases("sentiment", name)
        }
        self.negations = section_words("sentiment", "negation")
        self.boosters = section_words("sentiment", "booster")

    def longest(self, words: Sequence[str], at: int) -> int:
        """How many words from ``at`` on make a phrase of the lexicon; 0 for none."""
        sizes = range(min(LONGEST, len(words) - at), 0, -1)
        return next((size for size in sizes if tuple(words[at : at + size]) in self.points), 0)

    def score(self, words: Sequence[str]) -> float:
        """The sum of points: above 0 for displeasure."""
        cool, hot, at = 0.0, 0.0, 0
        while at < len(words):
            size = self.longest(words, at)
            points = self.weigh(words, at, size) if size else 0.0
            cool, hot = (cool, hot + points) if points >= POINTS["angry"] else (cool + points, hot)
            at += size or 1
        return hot + min(cool, COOL)

    def weigh(self, words: Sequence[str], at: int, size: int) -> float:
        """One phrase's points, seen with its neighbours."""
        points = self.points[tuple(words[at : at + size])]
        before, after = words[max(0, at - REACH) : at], words[at + size : at + size + 2]
        if self.negations.intersection(before) or (points < 0 and self.negations.intersection(after)):
            return POINTS["unhappy"] if points < 0 else 0.0
        if points > 0 and after and after[0] in self.negations:
            return 0.0
        return points * (1.4 if self.boosters.intersection(before[-2:]) else 1.0)


@lru_cache(maxsize=1)
def feelings() -> Feelings:
    """The lexicon, read once."""
    return Feelings()


def loudness(text: str) -> float:
    """1 for an even voice, up to 1.9 for capitals, rows of marks and drawn-out letters."""
    letters = [char for char in text if char.isascii() and char.isalpha()]
    capitals = len(letters) >= 8 and sum(char.isupper() for char in letters) > 0.7 * len(letters)
    return 1.0 + 0.4 * capitals + 0.3 * bool(SHOUT.search(text)) + 0.2 * bool(STRETCHED.search(text))


def sentiment(text: str) -> tuple[str, float]:
    """``calm``, ``unhappy`` or ``angry``, with a confidence from 0 to 1."""
    score = feelings().score(words_of(text)[:MOST_WORDS])
    score *= loudness(text) if score > 0 else 1.0
    unhappy, angry = sure(score - UNHAPPY), sure(score - ANGRY)
    shares = {"calm": 1 - unhappy, "unhappy": unhappy * (1 - angry), "angry": unhappy * angry}
    label = "angry" if score >= ANGRY else "unhappy" if score >= UNHAPPY else "calm"
    return label, shares[label]


def sure(distance: float) -> float:
    """The logistic curve, steep enough that a whole point is near certainty."""
    return 1 / (1 + math.exp(-3.5 * distance))


@component("ENTITY_EXTRACTOR")
class SentimentAnalyzer(Component):
    """Sets ``sentiment: {label, confidence}``."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        feelings()

    def annotate(self, message: Message) -> None:
        """Read the text alone."""
        label, confidence = sentiment(message.get(TEXT) or "")
        message.set("sentiment", {"label": label, "confidence": round(confidence, 4)}, add_to_output=True)
