"""The figures: shares with their 95% intervals, entity F1, calibration error, and what is out of scope."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.engine import FALLBACK
from nlu.markup import Span

NORMAL_95 = 1.959964
BINS = 15
RESAMPLES = 1000
SEED = 42
OUT = "out_of_scope"
ENOUGH_WORDS = 3  # to tell a language by


@dataclass(frozen=True)
class Answer:
    """What was said of one labelled text. ``guess`` is the best intent, ``decided`` what came of it."""

    text: str
    written: str | None  # the way of writing
    intent: str
    guess: str | None
    confidence: float
    decided: str | None
    language: str | None = None
    marked: frozenset[Span] = frozenset()
    found: frozenset[Span] = frozenset()

    @property
    def right(self) -> bool:
        """Whether the best intent is the label."""
        return self.guess == self.intent


@dataclass(frozen=True)
class Share:
    """A figure from 0 to 1 with its 95% interval, and over how many texts it was counted."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        """In per cent, with the interval."""
        return f"{100 * self.value:.1f} ({100 * self.low:.1f} to {100 * self.high:.1f})" if self.count else "none"


def share(hits: Sequence[bool]) -> Share:
    """How many hold, with Wilson's interval."""
    count = len(hits)
    if not count:
        return Share(0.0, 0.0, 1.0, 0)
    value, square = sum(hits) / count, NORMAL_95**2
    middle = (value + square / (2 * count)) / (1 + square / count)
    reach = NORMAL_95 * math.sqrt(value * (1 - value) / count + square / (4 * count**2)) / (1 + square / count)
    return Share(value, max(0.0, middle - reach), min(1.0, middle + reach), count)


def accuracy(answers: Sequence[Answer]) -> Share:
    """Best intents that are the label, nothing rejected."""
    return share([answer.right for answer in answers])


def language_accuracy(answers: Sequence[Answer]) -> Share:
    """Texts of three words or more whose way of writing was told."""
    enough = [answer for answer in answers if len(answer.text.split()) >= ENOUGH_WORDS]
    return share([answer.language == answer.written for answer in enough])


def out_of_scope_recall(answers: Sequence[Answer], out: str = OUT) -> Share:
    """Out-of-scope texts that were not taken for anything else."""
    return share([answer.decided in (out, FALLBACK) for answer in answers if answer.intent == out])


def in_scope_kept(answers: Sequence[Answer], out: str = OUT) -> Share:
    """In-scope texts whose right intent also stood: a rejected one counts as wrong."""
    return share([answer.decided == answer.intent for answer in answers if answer.intent != out])


def entity_f1(answers: Sequence[Answer]) -> Share:
    """Entities with the right label and the very words, harmonic mean of precision and recall; bootstrap interval."""
    counts = np.array([[len(a.marked & a.found), len(a.found), len(a.marked)] for a in answers]).reshape(-1, 3)

    def score(totals: npt.NDArray[Any]) -> float:
        return float(2 * totals[0] / max(1, totals[1] + totals[2]))

    interval = resampled(counts, score)
    return Share(score(counts.sum(axis=0)), *interval, int(counts[:, 2].sum()))


def resampled(rows: npt.NDArray[Any], score: Callable[[npt.NDArray[Any]], float]) -> tuple[float, float]:
    """The middle 95% of a score over rows drawn anew."""
    if not len(rows):
        return 0.0, 1.0
    random = np.random.default_rng(SEED)
    drawn = [score(rows[random.integers(0, len(rows), len(rows))].sum(axis=0)) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def calibration_error(answers: Sequence[Answer]) -> float:
    """Expected calibration error over 15 equal bins: how far confidence and accuracy lie apart, on average."""
    confidence = np.array([answer.confidence for answer in answers])
    right = np.array([answer.right for answer in answers])
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)]
    return float(sum(gaps))


def confusions(answers: Sequence[Answer]) -> list[tuple[tuple[str, str], int]]:
    """Pairs of label and wrong best intent, the most frequent first."""
    return Counter((a.intent, a.guess or "none") for a in answers if not a.right).most_common()


def best_mcc(answers: Sequence[Answer], out: str = OUT) -> tuple[float, float]:
    """Matthews' correlation over all labels at the threshold that is best for it, and that threshold.

    As published comparisons of intent detectors have it: a text whose confidence is under the threshold counts as
    predicted out of scope.
    """
    from sklearn.metrics import matthews_corrcoef  # late: it takes half a second to load

    confidence = np.array([answer.confidence for answer in answers])
    guesses = np.array([answer.guess or out for answer in answers])
    truth = np.array([answer.intent for answer in answers])
    thresholds = np.unique(np.quantile(confidence, np.linspace(0, 0.98, 99)))
    scored = [(float(matthews_corrcoef(truth, np.where(confidence >= t, guesses, out))), float(t)) for t in thresholds]
    return max(scored)
