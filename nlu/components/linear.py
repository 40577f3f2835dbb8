"""A linear text classifier that needs only numpy to answer: weighted n-grams and sentence vectors into scores."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = "npt.NDArray[np.float32]"
Places: TypeAlias = "npt.NDArray[np.int64]"
SHORTEST, LONGEST = 3, 5
SOFTER, LEAST = 0.4, 1e-6
ORDINARY = 16  # letters: longer words are not remembered, so that strangers can fill some 20 MB at most
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
    return word if word.isalpha() else "".join("0" if c.isdigit() else c for c in word)


def sequences(words: Iterable[str]) -> list[str]:
    """Words and neighbouring pairs."""
    found: list[str] = []
    before = "^"
    for word in map(shape_digits, words):
        found += (f" {word}", f"{before} {word}")
        before = word
    return found


def pieces(words: Iterable[str]) -> list[str]:
    """Pieces of 3 to 5 characters within each word's edges; a shorter word whole."""
    found: list[str] = []
    for word in map(shape_digits, words):
        found += remembered(word) if len(word) <= ORDINARY else pieces_of(word)
    return found


def pieces_of(word: str) -> tuple[str, ...]:
    """The pieces of one word."""
    edged = f"_{word}_"
    length = len(edged)
    sizes = range(SHORTEST, min(LONGEST, length) + 1)
    return tuple(edged[at : at + size] for size in sizes for at in range(length - size + 1))


remembered = lru_cache(maxsize=8_000)(pieces_of)


def grams(reading: Reading) -> dict[str, list[str]]:
    """The grams of a reading, by kind."""
    return {"words": sequences(reading.words), "marks": sequences(reading.masked), "pieces": pieces(reading.words)}


@dataclass(frozen=True)
class Vectoriser:
    """Turns grams of one kind into a vector of length ``weight`` over a fixed vocabulary.

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

    @property
    def first(self) -> int:
        """The first of its rows."""
        return next(iter(self.places.values()), 0)

    def vector(self, found: Iterable[str]) -> tuple[Places, Floats]:
        """The rows that grams touch, and their weights (both empty if none is known)."""
        counts = Counter(map(self.places.get, found))
        counts.pop(None, None)  # the grams that nobody taught
        rows = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        weights = 1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
        weights *= self.rarity[rows - self.first]
        length = float(np.sqrt(weights @ weights)) or 1.0
        return rows, (weights * (self.weight / length)).astype(np.float32)


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

    def sparse(self, reading: Reading) -> tuple[Places, Floats]:
        """Rows and weights of all kinds."""
        found = grams(reading)
        parts = [each.vector(found[kind]) for kind, each in self.vectorisers.items()]
        return np.concatenate([rows for rows, _ in parts]), np.concatenate([weights for _, weights in parts])

    def dense(self, reading: Reading) -> list[tuple[int, Floats]]:
        """For each encoder that read the text, its place and its vector about the mean, of length 1."""
        found = []
        for place, vector in enumerate(reading.vectors):
            if vector.any():
                away = vector - self.means[place]
                found.append((place, (away / (np.linalg.norm(away) or 1.0)).astype(np.float32)))
        return found


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

    def shares(self, scores: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The softmax."""
        return softmax(scores * self.sharpness)

    def belief(self, scores: npt.NDArray[Any], nearness: float) -> float:
        """The confidence in the best label."""
        softest = float(softmax(scores * (SOFTER * self.sharpness)).max())
        return 1 / (1 + math.exp(-self.slope * odds(softest * nearness) - self.offset))


def softmax(scores: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Shares that sum to 1 in each row."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: npt.NDArray[Any] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


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
        return np.asarray(weights @ self.weights[rows] + self.bias)

    def belief(self, scores: npt.NDArray[Any]) -> float | None:
        """The confidence in the best label; None where a closer look is needed."""
        ahead = lead(scores)
        return 1 / (1 + math.exp(-self.slope * ahead - self.offset)) if ahead >= self.lead else None


def lead(scores: npt.NDArray[Any]) -> float:
    """How far the best score is ahead of the second."""
    second, best = np.partition(scores, -2)[-2:]
    return float(best - second)


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
        scores = weights @ self.weights[rows] + self.bias
        for place, vector in self.features.dense(reading):
            scores = scores + vector @ self.dense[place]
        return np.asarray(scores)

    def ranking(self, reading: Reading) -> list[tuple[str, float]]:
        """Labels with calibrated confidences, likeliest first. What they leave of 1 is the belief in no label."""
        if len(self.labels) == 1:
            return [(self.labels[0], 1.0)]
        sparse = self.features.sparse(reading)
        if self.glance:
            scores = self.glance.scores(*sparse)
            belief = self.glance.belief(scores)
            if belief is not None:
                return self.ranked(scores, belief)
        scores = self.full_scores(reading, *sparse)
        nearness = self.neighbours.nearness(reading, self.labels[int(scores.argmax())])
        return self.ranked(scores, self.calibration.belief(scores, nearness))

    def ranked(self, scores: npt.NDArray[Any], belief: float) -> list[tuple[str, float]]:
        """The labels by their scores; the best one's confidence is the belief in it."""
        shares = self.calibration.shares(scores)
        order = np.argsort(-shares, kind="stable")
        best = float(shares[order[0]])
        rest = min(belief / best, (1 - belief) / max(1 - best, 1e-9))
        others = [(self.labels[place], float(shares[place]) * rest) for place in order[1:]]
        return [(self.labels[order[0]], belief), *others]

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
