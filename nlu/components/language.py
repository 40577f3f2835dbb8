"""Tells the language and script of a message."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.base import TrainedComponent, component, metadata_of
from nlu.components.linear import LinearModel
from nlu.components.reading import Reading
from nlu.components.text import lexicon, script_of, section_words, spelt

LatinVoice: TypeAlias = "Callable[[Sequence[str]], tuple[str, float]]"
LANGUAGES = {"Deva": "hi", "Taml": "ta", "Telu": "te"}
LATIN = ("en", "hi-Latn", "ta-Latn", "te-Latn")
STRONG, WEAK, GUESS = 1.0, 0.4, 0.35
SHARPNESS = 1.6
MOST_WORDS = 200


class Spelling:
    """How likely a spelling is in each language: letter triples counted over the word lists."""

    def __init__(self, lists: dict[str, frozenset[str]]) -> None:
        self.counts = {code: Counter(t for w in words for t in triples(w)) for code, words in lists.items()}
        self.totals = {code: sum(counts.values()) for code, counts in self.counts.items()}

    def shares(self, word: str) -> dict[str, float]:
        """Each language's share of the belief in ``word``, summing to 1."""
        logs = {code: self.likelihood(word, code) for code in self.counts}
        top = max(logs.values())
        odds = {code: math.exp(value - top) for code, value in logs.items()}
        return {code: value / sum(odds.values()) for code, value in odds.items()}

    def likelihood(self, word: str, code: str) -> float:
        """The mean over the triples, so that a long word is no surer than a short one by length alone."""
        counts, total = self.counts[code], self.totals[code]
        pieces = triples(word)
        return sum(math.log((counts[p] + 0.2) / (total + 2000)) for p in pieces) / math.sqrt(len(pieces))


def triples(word: str) -> list[str]:
    """Letter triples of a word with its edges."""
    edged = f"_{word}_"
    return [edged[at : at + 3] for at in range(max(1, len(edged) - 2))]


class LatinVoices:
    """Evidence for each language written in Latin letters."""

    def __init__(self) -> None:
        self.strong = {code: section_words(f"words.{code}", "function") for code in LATIN}
        self.weak = {code: weak_words(code) for code in LATIN}
        everything = {code: self.strong[code] | self.weak[code] for code in LATIN}
        self.spelling = Spelling(everything)
        self.neutral = frozenset(lexicon("words.neutral").get("", ()))
        self.known = {word: self.weigh(word) for words in everything.values() for word in words}

    def weigh(self, word: str) -> dict[str, float]:
        """What a listed word says: its weight is shared by all languages that list it."""
        strong = [code for code in LATIN if word in self.strong[code]]
        weak = [code for code in LATIN if word in self.weak[code]]
        weights = dict.fromkeys(weak, WEAK) | dict.fromkeys(strong, STRONG)
        return {code: weight / len(weights) for code, weight in weights.items()}

    def evidence(self, words: Iterable[str]) -> dict[str, float]:
        """The sum of what all words say; words of no language's own (food, "ok") say nothing."""
        total = dict.fromkeys(LATIN, 0.0)
        for word in words:
            if word in self.neutral:
                continue
            for code, weight in (self.known.get(word) or self.guess(word)).items():
                total[code] += weight
        return total

    def guess(self, word: str) -> dict[str, float]:
        """What an unlisted word's spelling says."""
        if len(word) < 3:
            return {}
        shares = self.spelling.shares(word)
        return {code: GUESS * max(0.0, share - 1 / len(LATIN)) for code, share in shares.items()}


def weak_words(code: str) -> frozenset[str]:
    """A language's words that others borrow, and what it calls its food."""
    return section_words(f"words.{code}", "content") | section_words(f"words.{code}", "food")


@lru_cache(maxsize=1)
def latin_voices() -> LatinVoices:
    """The word lists, read once."""
    return LatinVoices()


def latin_language(words: Iterable[str]) -> tuple[str, float]:
    """The likeliest of en, hi-Latn, ta-Latn and te-Latn, and its confidence; 0.25 without evidence."""
    total = latin_voices().evidence(words)
    odds = {code: math.exp(SHARPNESS * value) for code, value in total.items()}
    best = max(LATIN, key=lambda code: odds[code])
    return best, odds[best] / sum(odds.values())


def identify(text: str, latin_voice: LatinVoice = latin_language) -> tuple[str, float]:
    """The language code of a text and a confidence from 0 to 1; ("en", 0.0) for a text without letters.

    The script decides where it is not Latin: by words, not counting Latin names and borrowed words.
    """
    words = scripted_words(text)
    own = Counter(script for script, word in words if not (script == "Latn" and word in borrowed()))
    script = max(LANGUAGES, key=lambda name: own[name])
    if own[script] and own[script] >= own["Latn"]:
        return LANGUAGES[script], 0.99 * own[script] / own.total()
    latin = [word for script, word in words if script == "Latn"]
    if not latin:
        return "en", 0.0
    code, confidence = latin_voice(latin)
    return code, confidence * len(latin) / len(words)


def borrowed() -> frozenset[str]:
    """Words that tell no language."""
    return latin_voices().neutral


def scripted_words(text: str) -> list[tuple[str, str]]:
    """The text's words that begin with a letter, normalised, with their scripts; at most `MOST_WORDS`."""
    return [(script, each.word) for each in spelt(text)[:MOST_WORDS] if (script := script_of(each.raw[0]))]


@component("ENTITY_EXTRACTOR", trainable=True)
class LanguageIdentifier(TrainedComponent):
    """Sets ``language: {code, confidence}``, one of en hi ta te hi-Latn ta-Latn te-Latn.

    What is written in Latin letters it learns from examples whose metadata name a ``language``; where no example does,
    it goes by word lists.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self.learned: LinearModel | None = None
        latin_voices()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the languages of Latin letters, if the examples name two or more."""
        from nlu.components.fitting import fit  # scikit-learn: not for processes that only parse

        named = [
            (latin_words(each.get(TEXT) or ""), metadata_of(each, "language")) for each in training_data.nlu_examples
        ]
        known = [(spelling(words), code) for words, code in named if code in LATIN and words]
        if len({code for _, code in known}) > 1:
            self.learned = fit([seen for seen, _ in known], [str(code) for _, code in known])
            with self.storage.write_to(self.resource) as folder:
                self.learned.save(folder)
        return self.resource

    def restore(self, folder: Path) -> None:
        """Read what was learned."""
        self.learned = LinearModel.open(folder)

    def latin(self, words: Sequence[str]) -> tuple[str, float]:
        """The language of words in Latin letters, and its confidence."""
        if self.learned is None:
            return latin_language(words)
        return self.learned.best(spelling(words))

    def annotate(self, message: Message) -> None:
        """Read the text alone: no tokens needed."""
        code, confidence = identify(message.get(TEXT) or "", self.latin)
        language = {"code": code, "confidence": round(confidence, 4)}
        message.set("language", language, add_to_output=True)


def latin_words(text: str) -> list[str]:
    """The normalised words of a text that are written in Latin letters."""
    return [word for script, word in scripted_words(text) if script == "Latn"]


def spelling(words: Sequence[str]) -> Reading:
    """Words as they are spelt: sounds alike would hide what tells languages apart."""
    return Reading(tuple(words), ())
