"""A linear text classifier that needs only numpy to answer: weighted n-grams into softmax scores."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = "npt.NDArray[np.float32]"
SHORTEST, LONGEST = 2, 5


def shape_digits(word: str) -> str:
    """Digits all alike: which number it is says nothing about the intent."""
    return word if word.isalpha() else "".join("0" if c.isdigit() else c for c in word)


def grams(words: Iterable[str]) -> list[str]:
    """Words, neighbouring pairs, and pieces of 2 to 5 characters within each word's edges.

    A mark like "<product>" stands for itself alone.
    """
    found: list[str] = []
    before = "^"
    for word in map(shape_digits, words):
        found += (f" {word}", f"{before} {word}")
        before = word
        if word[0] == "<" and len(word) > 1:
            continue
        edged = f"_{word}_"
        length = len(edged)
        for size in range(SHORTEST, min(LONGEST, length) + 1):
            found += [edged[at : at + size] for at in range(length - size + 1)]
    return found


@dataclass(frozen=True)
class Vectoriser:
    """Turns words into a unit-length vector over a fixed vocabulary.

    ``places`` maps a gram to its row; ``rarity`` holds each row's inverse document frequency.
    """

    places: dict[str, int]
    rarity: Floats

    @classmethod
    def fit(cls, documents: Sequence[Sequence[str]], at_least: int = 2) -> Vectoriser:
        """Learn the grams that stand in ``at_least`` documents, and how rare each is."""
        seen = Counter(gram for words in documents for gram in set(grams(words)))
        kept = sorted(gram for gram, count in seen.items() if count >= at_least)
        counts = np.array([seen[gram] for gram in kept], dtype=np.float32)
        rarity = np.log((1 + len(documents)) / (1 + counts)) + 1
        return cls({gram: place for place, gram in enumerate(kept)}, rarity.astype(np.float32))

    def vector(self, words: Iterable[str]) -> tuple[npt.NDArray[np.int64], Floats]:
        """The rows that ``words`` touch, and their weights (Euclidean length 1; both empty if none)."""
        known = self.places
        counts = Counter(known[gram] for gram in grams(words) if gram in known)
        rows = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        weights = np.log1p(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
        weights *= self.rarity[rows]
        length = float(np.sqrt(weights @ weights)) or 1.0
        return rows, (weights / length).astype(np.float32)


@dataclass(frozen=True)
class LinearModel:
    """Scores labels: ``weights`` is rows × labels; ``sharpness`` is the calibration of the softmax."""

    vectoriser: Vectoriser
    labels: tuple[str, ...]
    weights: Floats
    bias: Floats
    sharpness: float = 1.0

    def logits(self, words: Iterable[str]) -> npt.NDArray[Any]:
        """Raw scores, one a label."""
        rows, weights = self.vectoriser.vector(words)
        return weights @ self.weights[rows] + self.bias

    def ranking(self, words: Iterable[str]) -> list[tuple[str, float]]:
        """Labels with their probabilities (summing to 1), likeliest first."""
        scores = self.logits(words) * self.sharpness
        odds = np.exp(scores - scores.max())
        shares = odds / odds.sum()
        return [(self.labels[place], float(shares[place])) for place in np.argsort(-shares)]

    def save(self, folder: Path) -> None:
        """Write the model as plain arrays and JSON: nothing that could run when read."""
        np.savez(folder / "weights.npz", w=self.weights, b=self.bias, r=self.vectoriser.rarity)
        rest = {"labels": self.labels, "sharpness": self.sharpness, "grams": list(self.vectoriser.places)}
        (folder / "labels.json").write_text(json.dumps(rest, ensure_ascii=False), "utf-8")

    @classmethod
    def open(cls, folder: Path) -> LinearModel:
        """Read what `save` wrote."""
        rest = json.loads((folder / "labels.json").read_text("utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            places = {gram: place for place, gram in enumerate(rest["grams"])}
            vectoriser = Vectoriser(places, arrays["r"])
            return cls(vectoriser, tuple(rest["labels"]), arrays["w"], arrays["b"], rest["sharpness"])
