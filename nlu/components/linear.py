"""A linear text classifier that needs only numpy to answer: weighted n-grams and sentence vectors into scores."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from nlu.components.text import by_word

Floats: TypeAlias = "npt.NDArray[np.float32]"
Places: TypeAlias = "npt.NDArray[np.int64]"
SHORTEST, LONGEST = 3, 5
SOFTER, LEAST = 0.4, 1e-6
ORDINARY = 16  # letters: longer words are not remembered
REMEMBERED = 8_000  # words: with their rows, at most 54 each, strangers can fill some 5 MB
GLANCED = ("weights", "bias")  # what of a `Glance` is arrays
KINDS = {"words": 0.5, "marks": 0.5, "pieces": 0.6}  # how much each kind of gram counts beside a vector's 1.0


@dataclass(frozen=True)
class Reading:
    """What the classifier sees of a text.

    ``words`` as they sound; ``masked``, the same with each entity as one mark like "<product>"; ``vectors``, one
    for each encoder of the pipeline, zeros from those that do not read the text. A vector may be worked out no sooner
    than it is looked at.
    """

    words: tuple[str, ...]
    masked: tuple[str, ...]
    vectors: Sequence[Floats] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to see."""
        return bool(self.words)


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


@dataclass(frozen=True)
class Neighbours:
    """The training lines' vectors, by encoder and label: how near is the nearest line of a label?

    ``floors`` holds for each encoder how alike any two lines are: that much likeness says nothing.
    """

    vectors: Mapping[tuple[int, str], Floats]  # to the precision of float16, which the file holds
    floors: tuple[float, ...]

    @classmethod
    def fit(cls, readings: Sequence[Reading], labels: Sequence[str], means: Floats) -> Neighbours:
        """Keep the vectors of all lines; ``means`` is what `mean_vectors` makes of the same readings."""
        gathered: dict[tuple[int, str], list[Floats]] = {}
        for reading, label in zip(readings, labels, strict=True):
            for place, vector in enumerate(reading.vectors):
                if vector.any():
                    gathered.setdefault((place, label), []).append(vector)
        floors = tuple(float(mean @ mean) for mean in means)
        kept = {key: np.array(found, np.float16).astype(np.float32) for key, found in gathered.items()}
        return cls(kept, floors)

    def nearness(self, reading: Reading, label: str) -> float:
        """From 0 (no nearer than any two lines) to 1 (a line of the label itself); 1 where no encoder read it."""
        found = []
        for place, vector in enumerate(reading.vectors):
            if vector.any():
                lines = self.vectors.get((place, label))
                alike = float((lines @ vector).max()) if lines is not None else 0.0
                found.append((alike - self.floors[place]) / (1 - self.floors[place]))
        return min(1.0, max(0.0, sum(found) / len(found))) if found else 1.0


@dataclass(frozen=True)
class Calibration:
    """Turns scores into what can be believed.

    ``sharpness`` makes shares of all labels. How far the best one is believed is a logistic curve over its share in a
    softer softmax times its nearness: the sharp share is nearly 1 for most texts, whatever they are about.
    """

    sharpness: float = 3.0
    slope: float = 1.0
    offset: float = 0.0

    def shares(self, scores: Sequence[float]) -> list[float]:
        """The softmax."""
        return softmax(scores, self.sharpness)

    def belief(self, scores: Sequence[float], nearness: float) -> float:
        """The confidence in the best label."""
        softest = max(softmax(scores, SOFTER * self.sharpness))
        return 1 / (1 + math.exp(-self.slope * odds(softest * nearness) - self.offset))


def softmax(scores: Sequence[float], sharpness: float) -> list[float]:
    """Shares that sum to 1. For so few labels Python is quicker than numpy."""
    best = max(scores)
    powers = [math.exp(sharpness * (score - best)) for score in scores]
    whole = sum(powers)
    return [power / whole for power in powers]


def odds(share: float) -> float:
    """The logarithm of a share's odds, within bounds."""
    inside = min(max(share, LEAST), 1 - LEAST)
    return math.log(inside / (1 - inside))


@dataclass(frozen=True)
class Glance:
    """A model of the grams alone, asked first: where its best label leads the second by ``lead``, no vector is needed.

    ``weights`` is rows × labels, ``bias`` labels. ``slope`` and ``offset`` turn the lead into a belief.
    """

    weights: Floats
    bias: Floats
    lead: float = math.inf
    slope: float = 1.0
    offset: float = 0.0

    def scores(self, rows: Places, weights: Floats) -> npt.NDArray[Any]:
        """Raw scores, one a label, of what `Features.sparse` gives."""
        return np.asarray(weights @ self.weights.take(rows, axis=0) + self.bias)

    def belief(self, scores: Sequence[float]) -> float | None:
        """The confidence in the best label; None where a closer look is needed."""
        ahead = lead(scores)
        return 1 / (1 + math.exp(-self.slope * ahead - self.offset)) if ahead >= self.lead else None


def lead(scores: Sequence[float]) -> float:
    """How far the best score is ahead of the second."""
    second, best = sorted(scores)[-2:]
    return best - second


@dataclass(frozen=True)
class LinearModel:
    """Scores labels: ``weights`` is rows × labels, ``dense`` encoders × width × labels, ``bias`` labels."""

    features: Features
    labels: tuple[str, ...]
    weights: Floats
    dense: Floats
    bias: Floats
    neighbours: Neighbours = field(default_factory=lambda: Neighbours({}, ()))
    calibration: Calibration = field(default_factory=Calibration)
    glance: Glance | None = None

    def scores(self, reading: Reading) -> npt.NDArray[Any]:
        """Raw scores, one a label."""
        return self.full_scores(reading, *self.features.sparse(reading))

    def full_scores(self, reading: Reading, rows: Places, weights: Floats) -> npt.NDArray[Any]:
        """The same, where the grams' rows and weights are known already."""
        scores = weights @ self.weights.take(rows, axis=0) + self.bias
        for place, vector in self.features.dense(reading):
            scores = scores + vector @ self.dense[place]
        return np.asarray(scores)

    def best(self, reading: Reading) -> tuple[str, float]:
        """The likeliest label with its calibrated confidence."""
        scores, belief = self.judged(reading)
        return self.labels[scores.index(max(scores))], belief

    def ranking(self, reading: Reading, length: int | None = None) -> list[tuple[str, float]]:
        """Labels with calibrated confidences, likeliest first, all or ``length``.

        What all of them leave of 1 is the belief in no label.
        """
        scores, belief = self.judged(reading)
        shares = self.calibration.shares(scores)
        first, *others = sorted(range(len(shares)), key=scores.__getitem__, reverse=True)[:length]
        rest = min(belief / shares[first], (1 - belief) / max(1 - shares[first], 1e-9))
        return [(self.labels[first], belief), *((self.labels[place], shares[place] * rest) for place in others)]

    def judged(self, reading: Reading) -> tuple[list[float], float]:
        """The labels' scores, and the belief in the best."""
        if len(self.labels) == 1:
            return [0.0], 1.0
        sparse = self.features.sparse(reading)
        if self.glance:
            scores = self.glance.scores(*sparse).tolist()
            belief = self.glance.belief(scores)
            if belief is not None:
                return scores, belief
        scores = self.full_scores(reading, *sparse).tolist()
        nearness = self.neighbours.nearness(reading, self.labels[scores.index(max(scores))])
        return scores, self.calibration.belief(scores, nearness)

    def save(self, folder: Path) -> None:
        """Write the model as plain arrays and JSON: nothing that could run when read."""
        arrays = {"weights": self.weights, "dense": self.dense, "bias": self.bias, "means": self.features.means}
        arrays |= {f"rarity {kind}": each.rarity for kind, each in self.features.vectorisers.items()}
        lines = self.neighbours.vectors.items()
        arrays |= {f"lines {place} {label}": found.astype(np.float16) for (place, label), found in lines}
        glance = vars(self.glance) if self.glance else {}
        arrays |= {f"glance {name}": glance[name] for name in GLANCED if glance}
        np.savez(folder / "weights.npz", **arrays)
        rest = {
            "labels": self.labels,
            "grams": {kind: list(each.places) for kind, each in self.features.vectorisers.items()},
            "floors": self.neighbours.floors,
            "calibration": vars(self.calibration),
            "glance": {name: value for name, value in glance.items() if name not in GLANCED},
        }
        (folder / "labels.json").write_text(json.dumps(rest, ensure_ascii=False), "utf-8")

    @classmethod
    def open(cls, folder: Path) -> LinearModel:
        """Read what `save` wrote."""
        rest = json.loads((folder / "labels.json").read_text("utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        features = Features(vectorisers_of(rest["grams"], arrays), arrays["means"])
        keys = [name.split(" ", 2) for name in arrays if name.startswith("lines ")]
        # numpy multiplies float16 ten times slower than float32
        lines = {(int(at), label): arrays[f"lines {at} {label}"].astype(np.float32) for _, at, label in keys}
        neighbours = Neighbours(lines, tuple(rest["floors"]))
        calibration = Calibration(**rest["calibration"])
        glance = Glance(*(arrays[f"glance {name}"] for name in GLANCED), **rest["glance"]) if rest["glance"] else None
        parts = (arrays["weights"], arrays["dense"], arrays["bias"])
        return cls(features, tuple(rest["labels"]), *parts, neighbours, calibration, glance)


def vectorisers_of(by_kind: Mapping[str, Sequence[str]], arrays: Mapping[str, Any]) -> dict[str, Vectoriser]:
    """The vectorisers of a stored vocabulary."""
    found: dict[str, Vectoriser] = {}
    first = 0
    for kind, known in by_kind.items():
        places = {gram: first + place for place, gram in enumerate(known)}
        found[kind] = Vectoriser(places, arrays[f"rarity {kind}"], KINDS[kind])
        first += len(known)
    return found
