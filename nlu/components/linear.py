"""A linear text classifier that needs only numpy to answer: weighted n-grams and sentence vectors into scores."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.components.belief import Calibration, Neighbours
from nlu.components.glance import Glance, part
from nlu.components.grams import KINDS, Features, Places, Vectoriser
from nlu.components.reading import Floats, Reading


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
            scores = self.glance.scores(reading, *sparse).tolist()
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
        if self.glance:
            arrays |= {f"glance {name}": found for name, found in self.glance.arrays().items()}
        np.savez(folder / "weights.npz", **arrays)
        rest = {
            "labels": self.labels,
            "grams": {kind: list(each.places) for kind, each in self.features.vectorisers.items()},
            "floors": self.neighbours.floors,
            "calibration": vars(self.calibration),
            "glance": self.glance.numbers() if self.glance else {},
        }
        (folder / "labels.json").write_text(json.dumps(rest, ensure_ascii=False), "utf-8")

    @classmethod
    def open(cls, folder: Path) -> LinearModel:
        """Read what `save` wrote."""
        rest = json.loads((folder / "labels.json").read_text("utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        features = Features(vectorisers_of(rest["grams"], arrays), arrays["means"])
        stored = ((name.split(" ", 1), found) for name, found in part(arrays, "lines ").items())
        # numpy multiplies float16 ten times slower than float32
        lines = {(int(place), label): found.astype(np.float32) for (place, label), found in stored}
        neighbours = Neighbours(lines, tuple(rest["floors"]))
        calibration = Calibration(**rest["calibration"])
        glance = Glance.of(part(arrays, "glance "), rest["glance"]) if rest["glance"] else None
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
