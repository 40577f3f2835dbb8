"""Tells a calm customer from an unhappy and an angry one, by words and by how they are written.

A small classifier learns it from the lines of ``lexicons/moods.<language>.txt``, and from examples whose metadata name
a ``sentiment``. It sees how the words sound, which phrases of the lexicon stand there, and how loud the text is.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.base import TrainedComponent, component, metadata_of
from nlu.components.linear import LinearModel
from nlu.components.reading import Reading
from nlu.components.sound import sound
from nlu.components.text import by_word, lexicon, section_phrases, section_words, spelt, words_of

LABELS = ("calm", "unhappy", "angry")
LANGUAGES = ("en", "hi", "ta", "te", "hi-Latn", "ta-Latn", "te-Latn")
STRENGTHS = ("angry", "unhappy", "mild", "good")
TROUBLE = frozenset(
    {f"<{very}{name}>" for very in ("", "very ") for name in STRENGTHS if name != "good"} | {"<capitals>", "<shout>"}
)
EVERYDAY, SEED = 2000, 42
REACH = 3
MOST_WORDS = 300
SHOUT = re.compile(r"[!?]{2,}|!.*!.*!")
LARGE, SMALL = re.compile("[A-Z]"), re.compile("[a-z]")
STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


class Feelings:
    """The lexicon: phrases with their strength, and the words that turn or strengthen them."""

    def __init__(self) -> None:
        self.names = {
            tuple(words_of(phrase)): name for name in STRENGTHS for phrase in section_phrases("sentiment", name)
        }
        self.sizes = sizes_by_opening(self.names)
        self.negations = section_words("sentiment", "negation")
        self.boosters = section_words("sentiment", "booster")

    def longest(self, words: Sequence[str], at: int) -> int:
        """How many words from ``at`` on make a phrase of the lexicon; 0 for none."""
        sizes = (size for size in self.sizes.get(words[at], ()) if at + size <= len(words))
        return next((size for size in sizes if tuple(words[at : at + size]) in self.names), 0)

    def marked(self, words: Sequence[str], sounds: Sequence[str]) -> list[str]:
        """The sounds of words, each phrase of the lexicon as one mark of its strength."""
        found: list[str] = []
        at = 0
        while at < len(words):
            size = self.longest(words, at) if words[at] in self.sizes else 0
            found.append(self.strength(words, at, size) if size else sounds[at])
            at += size or 1
        return found

    def strength(self, words: Sequence[str], at: int, size: int) -> str:
        """One phrase's mark, seen with its neighbours: what is denied turns, and "not bad" says nothing."""
        name = self.names[tuple(words[at : at + size])]
        before, after = words[max(0, at - REACH) : at], words[at + size : at + size + 2]
        if self.negations.intersection(before) or (name == "good" and self.negations.intersection(after)):
            return "<unhappy>" if name == "good" else "<denied>"
        if name != "good" and after and after[0] in self.negations:
            return "<denied>"
        return f"<very {name}>" if self.boosters.intersection(before[-2:]) else f"<{name}>"


def sizes_by_opening(phrases: Iterable[tuple[str, ...]]) -> dict[str, list[int]]:
    """For each word that begins a phrase, how many words such phrases have, the longest first."""
    found: dict[str, set[int]] = {}
    for phrase in phrases:
        found.setdefault(phrase[0], set()).add(len(phrase))
    return {word: sorted(sizes, reverse=True) for word, sizes in found.items()}


@lru_cache(maxsize=1)
def feelings() -> Feelings:
    """The lexicon, read once."""
    return Feelings()


def loud_marks(text: str) -> list[str]:
    """What is loud in how a text is written: capitals, rows of marks, drawn-out letters."""
    stretched = any(drawn(each.raw) for each in spelt(text))
    found = {"<capitals>": capitals(text), "<shout>": SHOUT.search(text), "<drawn>": stretched}
    return [mark for mark, there in found.items() if there]


def capitals(text: str) -> bool:
    """Whether most of a text's letters are capitals; of eight letters at least."""
    large = len(LARGE.findall(text))
    letters = large + len(SMALL.findall(text)) if large else 0
    return letters >= 8 and large > 0.7 * letters


@by_word(8_000)
def drawn(raw: str) -> bool:
    """Whether a word is "sooooo" long."""
    return bool(STRETCHED.search(raw))


def heard(text: str) -> Reading:
    """What the classifier sees: in the second row, the lexicon's phrases stand by their strength."""
    words = words_of(text)[:MOST_WORDS]
    sounds = tuple(map(sound, words))
    return Reading(sounds, (*feelings().marked(words, sounds), *loud_marks(text)))


def everyday(texts: Sequence[str]) -> list[Reading]:
    """Some of the texts in which nothing of displeasure stands: names, addresses, orders, whatever customers write.

    Most messages are calm. Without these, a word that stands in no line about moods would be weighed by chance.
    """
    some = random.Random(SEED).sample(texts, min(EVERYDAY, len(texts)))  # noqa: S311 (not for secrets)
    return [seen for text in some if not TROUBLE.intersection((seen := heard(text)).masked)]


@component("ENTITY_EXTRACTOR", trainable=True)
class SentimentAnalyzer(TrainedComponent):
    """Sets ``sentiment: {label, confidence}``: calm, unhappy or angry. It knows seven ways of writing by itself."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self.learned: LinearModel | None = None
        feelings()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the lines that come with it, and from examples that name a sentiment."""
        from nlu.components.fitting import fit  # scikit-learn: not for processes that only parse

        own = [(text, label) for code in LANGUAGES for label in LABELS for text in lexicon(f"moods.{code}")[label]]
        told = [(each.get(TEXT) or "", metadata_of(each, "sentiment")) for each in training_data.nlu_examples]
        known = [(heard(text), str(label)) for text, label in [*own, *told] if label in LABELS and text]
        known += [(seen, "calm") for seen in everyday([text for text, label in told if label is None and text])]
        self.learned = fit([seen for seen, _ in known], [label for _, label in known])
        with self.storage.write_to(self.resource) as folder:
            self.learned.save(folder)
        return self.resource

    def restore(self, folder: Path) -> None:
        """Read what was learned."""
        self.learned = LinearModel.open(folder)

    def annotate(self, message: Message) -> None:
        """Read the text alone; who says nothing is calm."""
        seen = heard(message.get(TEXT) or "")
        label, confidence = self.learned.best(seen) if self.learned and seen else ("calm", 0.0)
        message.set("sentiment", {"label": label, "confidence": round(confidence, 4)}, add_to_output=True)
