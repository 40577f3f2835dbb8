"""What is counted in a text: words, neighbours, and pieces of words, weighed by how rare they are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from nlu.components.reading import Floats, Reading
from nlu.components.text import by_word

Places: TypeAlias = "npt.NDArray[np.int64]"
SHORTEST, LONGEST = 3, 5
ORDINARY = 16  # letters: longer words are not remembered
REMEMBERED = 8_000  # words: with their rows, at most 54 each, strangers can fill some 5 MB
KINDS = {"words": 0.5, "marks": 0.5, "pieces": 0.6}  # how much each kind of gram counts beside a vector's 1.0


def shape_digits(word: str) -> str:
    """Digits all alike: which number it is says nothing about the intent."""
    return word if word.isalpha() else zeroed(word)


@by_word(REMEMBERED)
def zeroed(word: str) -> str:
    """A word with 0 for every digit."""
    return "".join("0" if char.isdigit() else char for char in word)


def sequences(words: Iterable[str]) -> list[str]:
    """Words and neighbouring pairs."""
    found: list[str] = []
    before = "^"
    for word in words:
        found += (f" {word}", f"{before} {word}")
        before = word
    return found


def pieces(word: str) -> list[str]:
    """Pieces of 3 to 5 characters within a word's edges; a shorter word whole."""
    edged = f"_{word}_"
    length = len(edged)
    sizes = range(SHORTEST, min(LONGEST, length) + 1)
    return [edged[at : at + size] for size in sizes for at in range(length - size + 1)]


def grams(reading: Reading) -> dict[str, list[str]]:
    """The grams of a reading, by kind."""
    words, masked = (tuple(map(shape_digits, row)) for row in (reading.words, reading.masked))
    small = [piece for word in words for piece in pieces(word)]
    return {"words": sequences(words), "marks": sequences(masked), "pieces": small}


@dataclass(frozen=True)
class Vectoriser:
    """Knows the grams of one kind; their part of a text's vector has the length ``weight``.

    ``places`` maps a gram to its row; ``rarity`` holds each row's inverse document frequency.
    """

    places: dict[str, int]
    rarity: Floats
    weight: float

    @classmethod
    def fit(cls, documents: Sequence[Sequence[str]], weight: float, at_least: int, first: int) -> Vectoriser:
        """Learn the grams that stand in ``at_least`` documents, and how rare each is; rows count from ``first``."""
        seen = Counter(gram for found in documents for gram in set(found))
        kept = sorted(gram for gram, count in seen.items() if count >= at_least)
        counts = np.array([seen[gram] for gram in kept], dtype=np.float32)
        rarity = np.log((1 + len(documents)) / (1 + counts)) + 1
        return cls({gram: first + place for place, gram in enumerate(kept)}, rarity.astype(np.float32), weight)

    def rows(self, found: Iterable[str]) -> list[int]:
        """The rows of those grams that somebody taught."""
        return [row for row in map(self.places.get, found) if row is not None]


@dataclass(frozen=True)
class Features:
    """All that is computed of a reading: grams over a vocabulary, and vectors about their means."""

    vectorisers: dict[str, Vectoriser]
    means: Floats  # encoders × width; encoders may be 0

    @classmethod
    def fit(cls, readings: Sequence[Reading], at_least: int, more: Sequence[Reading] = ()) -> Features:
        """Learn vocabulary and means; ``more`` readings, without vectors, add to the vocabulary alone."""
        by_kind = [grams(reading) for reading in (*readings, *more)]
        vectorisers: dict[str, Vectoriser] = {}
        first = 0
        for kind, weight in KINDS.items():
            vectorisers[kind] = Vectoriser.fit([each[kind] for each in by_kind], weight, at_least, first)
            first += len(vectorisers[kind].places)
        return cls(vectorisers, mean_vectors(readings))

    @property
    def rows(self) -> int:
        """The size of the vocabulary, all kinds together."""
        return sum(len(each.places) for each in self.vectorisers.values())

    @cached_property
    def rarity(self) -> Floats:
        """Each row's inverse document frequency, all kinds together."""
        return np.concatenate([each.rarity for each in self.vectorisers.values()])

    def sparse(self, reading: Reading) -> tuple[Places, Floats]:
        """Rows and weights of all kinds."""
        counts = self.touched(reading)
        sizes = [len(each) for each in counts]
        rows = np.fromiter(chain.from_iterable(counts), np.int64, sum(sizes))
        times = np.fromiter(chain.from_iterable(each.values() for each in counts), np.float32, len(rows))
        weights = (1 + np.log(times)) * self.rarity.take(rows)
        first = 0
        for vectoriser, size in zip(self.vectorisers.values(), sizes, strict=True):
            part = weights[first : first + size]
            part *= vectoriser.weight / (math.sqrt(np.dot(part, part)) or 1.0)
            first += size
        return rows, weights

    def touched(self, reading: Reading) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
        """The rows of all grams of a reading, by kind, and how often each gram stands there."""
        words = [shape_digits(word) for word in reading.words]
        plain = sequences(words)
        marked = plain if reading.masked == reading.words else sequences(map(shape_digits, reading.masked))
        small = chain.from_iterable(map(self.rows_of_pieces, words))
        known = self.vectorisers["words"].rows(plain), self.vectorisers["marks"].rows(marked)
        return counted(known[0]), counted(known[1]), Counter(small)

    def rows_of_pieces(self, word: str) -> tuple[int, ...]:
        """The rows of a word's pieces."""
        return self.taught.get(word) or (self.remembered(word) if len(word) <= ORDINARY else self.looked_up(word))

    def looked_up(self, word: str) -> tuple[int, ...]:
        """The same, worked out."""
        return tuple(self.vectorisers["pieces"].rows(pieces(word)))

    @cached_property
    def taught(self) -> dict[str, tuple[int, ...]]:
        """The same of each word of the vocabulary: most words of any message."""
        words = (gram[1:] for gram in self.vectorisers["words"].places if gram.startswith(" "))
        return {word: self.looked_up(word) for word in words}

    @cached_property
    def remembered(self) -> Callable[[str], tuple[int, ...]]:
        """The same of other words, which come again, too."""
        return lru_cache(REMEMBERED)(self.looked_up)

    def dense(self, reading: Reading) -> list[tuple[int, Floats]]:
        """For each encoder that read the text, its place and its vector about the mean, of length 1."""
        found = []
        for place, vector in enumerate(reading.vectors):
            if vector.any():
                away = vector - self.means[place]
                found.append((place, (away / (np.linalg.norm(away) or 1.0)).astype(np.float32)))
        return found


def counted(rows: Sequence[int]) -> dict[int, int]:
    """How often each row stands there; most often they differ, which is seen sooner than counted."""
    once = dict.fromkeys(rows, 1)
    return once if len(once) == len(rows) else Counter(rows)


def mean_vectors(readings: Sequence[Reading]) -> Floats:
    """For each encoder, the mean over the texts that it read."""
    count = len(readings[0].vectors)
    stacks = [np.array([each.vectors[place] for each in readings]) for place in range(count)]
    sums = [stack.sum(axis=0) / max(1, int(stack.any(axis=1).sum())) for stack in stacks]
    return np.array(sums, np.float32) if sums else np.zeros((0, 0), np.float32)
