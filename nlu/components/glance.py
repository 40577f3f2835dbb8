"""A first look at a text, without its sentence vector."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.components.grams import Places
from nlu.components.reading import Floats, Reading
from nlu.components.sketch import Sketch

ARRAYS = ("weights", "sketched", "bias")


@dataclass(frozen=True)
class Glance:
    """A model of grams and sketches, asked first: where its best label leads the second by ``lead``, that is enough.

    ``weights`` is rows × labels, ``sketched`` encoders × a sketch's length × labels, ``bias`` labels. ``slope`` and
    ``offset`` turn the lead into a belief.
    """

    weights: Floats
    sketched: Floats
    bias: Floats
    sketches: tuple[Sketch, ...] = ()
    lead: float = math.inf
    slope: float = 1.0
    offset: float = 0.0

    def scores(self, reading: Reading, rows: Places, weights: Floats) -> npt.NDArray[Any]:
        """Raw scores, one a label; ``rows`` and ``weights`` are what `Features.sparse` gives of the reading."""
        scores = weights @ self.weights.take(rows, axis=0) + self.bias
        for sketch, part, tokens in zip(self.sketches, self.sketched, reading.tokens, strict=False):
            if tokens.ids:
                scores = scores + sketch.vector(tokens) @ part
        return np.asarray(scores)

    def belief(self, scores: Sequence[float]) -> float | None:
        """The confidence in the best label; None where a closer look is needed."""
        ahead = lead(scores)
        return 1 / (1 + math.exp(-self.slope * ahead - self.offset)) if ahead >= self.lead else None

    def arrays(self) -> dict[str, Any]:
        """What of it is arrays, by name."""
        sketches = {
            f"sketch {place} {name}": found
            for place, sketch in enumerate(self.sketches)
            for name, found in sketch.arrays().items()
        }
        return {**{name: getattr(self, name) for name in ARRAYS}, **sketches}

    def numbers(self) -> dict[str, float]:
        """The rest of it."""
        return {"lead": self.lead, "slope": self.slope, "offset": self.offset}

    @classmethod
    def of(cls, arrays: Mapping[str, Any], numbers: Mapping[str, float]) -> Glance:
        """Of what `arrays` and `numbers` gave."""
        main = {name: arrays[name] for name in ARRAYS}
        count = len(main["sketched"])
        sketches = tuple(Sketch.of(part(arrays, f"sketch {place} ")) for place in range(count))
        return cls(**main, sketches=sketches, **numbers)


def part(arrays: Mapping[str, Any], opening: str) -> dict[str, Any]:
    """The arrays whose names begin so, by the rest of their names."""
    return {name.removeprefix(opening): found for name, found in arrays.items() if name.startswith(opening)}


def lead(scores: Sequence[float]) -> float:
    """How far the best score is ahead of the second."""
    second, best = sorted(scores)[-2:]
    return best - second
