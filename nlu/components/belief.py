"""How far an answer is to be believed: what its scores say, and how near the nearest training line is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlu.components.reading import Floats, Reading

SOFTER, LEAST = 0.4, 1e-6


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
