"""Fitting a `LinearModel`, then calibrating it on examples held back.

Few lines are best separated by multinomial logistic regression, many by a linear support vector machine, which is
there ten times as fast and at least as good (docs/decisions/0008).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from nlu.components.belief import SOFTER, Calibration, Neighbours, odds
from nlu.components.glance import Glance, lead
from nlu.components.grams import Features
from nlu.components.linear import LinearModel
from nlu.components.noise import copies
from nlu.components.reading import Floats, Reading
from nlu.components.sketch import LENGTH, Meanings, Sketch

Readings = Sequence[Reading]
FEWEST_TO_CALIBRATE = 50
FOLDS = 5
ENOUGH = 1000  # examples: above this, one fold is enough to calibrate on
MANY = 4000  # examples: above this, a gram must stand in two lines, and there is a glance
LOST = 0.001  # of all examples, right answers that glances may cost
SURE = 0.85  # how far a glance must be believed: what is like nothing learned seldom looks as certain
UNSEEN = -2.0  # the score of a label that no line of the part bears: less than any that was learned
SEED = 42
TOLERANCE = 1e-2  # halves the time, and the answers stay


def matrix(features: Features, readings: Readings) -> csr_matrix:
    """The readings' features as one sparse matrix: grams, then each encoder's vector."""
    vectors = [features.sparse(reading) for reading in readings]
    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    columns = np.concatenate([rows for rows, _ in vectors])
    values = np.concatenate([weights for _, weights in vectors])
    grams = csr_matrix((values, columns, ends), shape=(len(readings), features.rows))
    return hstack([grams, *stacked(map(features.dense, readings), len(readings), *features.means.shape)]).tocsr()


def stacked(found: Iterable[Sequence[tuple[int, Floats]]], texts: int, encoders: int, width: int) -> list[csr_matrix]:
    """For each encoder the vectors of all texts, zeros for those that it does not read."""
    blocks = np.zeros((encoders, texts, width), np.float32)
    for row, pairs in enumerate(found):
        for place, vector in pairs:
            blocks[place, row] = vector
    return list(map(csr_matrix, blocks))


@dataclass(frozen=True)
class Manner:
    """How to learn. ``many``: as from many lines, for a part of them too, so that both give scores of one kind.

    ``meanings``: of all lines' tokens, for each encoder; none where there is to be no sketch.
    """

    strength: float
    noise: float
    many: bool
    meanings: tuple[Meanings, ...] = ()


def separate(readings: Readings, labels: Sequence[str], manner: Manner) -> LinearModel:
    """A model fitted to all the readings, and to noisy copies of some; not yet calibrated."""
    more, their_labels = copies(readings, labels, manner.noise)
    features = Features.fit(readings, at_least=2 if manner.many else 1, more=more)
    names = sorted(set(labels))
    neighbours = Neighbours.fit(readings, labels, features.means)
    encoders, width = features.means.shape
    glance = None
    if len(names) == 1:
        weights, bias = np.zeros((features.rows + encoders * width, 1), np.float32), np.zeros(1, np.float32)
    else:
        rows, all_labels = matrix(features, [*readings, *more]), [*labels, *their_labels]
        weights, bias = learned(rows, all_labels, manner)
        if encoders and manner.many:
            glance = glancing(rows[:, : features.rows], [*readings, *more], all_labels, manner)
    dense = weights[features.rows :].reshape(encoders, width, len(names))
    model = LinearModel(features, tuple(names), weights[: features.rows], dense, bias, neighbours)
    return replace(model, glance=glance)


def glancing(grams: csr_matrix, readings: Readings, labels: Sequence[str], manner: Manner) -> Glance:
    """A glance at grams and sketches, not yet trusted; of readings without tokens it learns the grams alone."""
    known = [reading for reading in readings if reading.tokens]
    sketches = tuple(
        Sketch.fit([reading.tokens[place].ids for reading in known], meanings)
        for place, meanings in enumerate(manner.meanings)
    )
    drawn = (sketched(sketches, reading) for reading in readings)
    rows = hstack([grams, *stacked(drawn, len(readings), len(sketches), LENGTH)]).tocsr()
    weights, bias = learned(rows, labels, manner)
    dense = weights[grams.shape[1] :].reshape(len(sketches), LENGTH, len(bias))
    return Glance(weights[: grams.shape[1]], dense, bias, sketches)


def sketched(sketches: Sequence[Sketch], reading: Reading) -> list[tuple[int, Floats]]:
    """A reading's sketches, by encoder."""
    return [(place, sketches[place].vector(tokens)) for place, tokens in enumerate(reading.tokens)]


def learned(rows: csr_matrix, labels: Sequence[str], manner: Manner) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Weights (columns × labels) and bias; of two labels scikit-learn keeps only the second's."""
    if manner.many:
        learner = LinearSVC(C=manner.strength, tol=TOLERANCE, random_state=SEED)
    else:
        learner = LogisticRegression(C=10 * manner.strength, max_iter=300, tol=1e-3, random_state=SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it could go on improving the last digits
        learner.fit(rows, labels)
    weights, bias = learner.coef_, learner.intercept_
    if len(learner.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return np.ascontiguousarray(weights.T, np.float32), bias.astype(np.float32)


@dataclass(frozen=True)
class Trial:
    """What a model said of examples that it had not seen."""

    scores: npt.NDArray[Any]  # examples × labels
    glances: npt.NDArray[Any]  # the glance's scores, likewise; of no use where there is no glance
    nearness: npt.NDArray[Any]  # of the best label
    truth: npt.NDArray[Any]  # the right label's place


def tried(readings: Readings, labels: Sequence[str], manner: Manner, names: Sequence[str], fold: Any) -> Trial:
    """Learn from one part of a fold, and score the other."""
    learn, check = fold
    model = separate([readings[i] for i in learn], [labels[i] for i in learn], manner)
    columns = [names.index(label) for label in model.labels]
    scores = np.full((len(check), len(names)), UNSEEN)
    glances = np.full_like(scores, UNSEEN)
    nearness = np.zeros(len(check))
    for row, place in enumerate(check):
        sparse = model.features.sparse(readings[place])
        scores[row, columns] = model.full_scores(readings[place], *sparse)
        if model.glance:
            glances[row, columns] = model.glance.scores(readings[place], *sparse)
        nearness[row] = model.neighbours.nearness(readings[place], names[int(scores[row].argmax())])
    return Trial(scores, glances, nearness, np.array([names.index(labels[place]) for place in check]))


def calibrate(trials: Sequence[Trial]) -> Calibration:
    """The sharpness under which the shares fit unseen examples best, and the curve over share times nearness."""
    scores = np.concatenate([trial.scores for trial in trials])
    truth = np.concatenate([trial.truth for trial in trials])
    nearness = np.concatenate([trial.nearness for trial in trials])

    def surprise(sharpness: float) -> float:
        shares = softmax(scores * sharpness, axis=1)[np.arange(len(truth)), truth]
        return -float(np.log(np.maximum(shares, 1e-12)).mean())

    sharpness = float(minimize_scalar(surprise, bounds=(0.2, 12.0), method="bounded").x)
    softest = softmax(scores * (SOFTER * sharpness), axis=1).max(axis=1)
    evidence = np.array([odds(float(each)) for each in softest * nearness])
    right = scores.argmax(axis=1) == truth
    if right.all() or not right.any():
        return Calibration(sharpness)
    curve = LogisticRegression(C=1e3).fit(evidence[:, None], right)
    slope, offset = float(curve.coef_[0, 0]), float(curve.intercept_[0])
    return Calibration(sharpness, slope, offset) if slope > 0 else Calibration(sharpness)


def trusted(glance: Glance, trial: Trial) -> Glance | None:
    """The glance with the least lead from which on it is `SURE` and costs at most `LOST`, if any.

    What it costs is counted on unseen examples: those where the whole model is right and it is not, less those where
    it is right and the whole model is not. Where both err, a closer look would not have helped.
    """
    leads = np.array([lead(each) for each in trial.glances])
    right = trial.glances.argmax(axis=1) == trial.truth
    whole = trial.scores.argmax(axis=1) == trial.truth
    order = np.argsort(-leads, kind="stable")
    lost = np.cumsum(whole[order].astype(int) - right[order]) / len(order)
    cheap = np.flatnonzero(lost <= LOST)
    if not len(cheap) or not right.any() or right.all():  # without mistakes nothing says what a lead is worth
        return None
    curve = LogisticRegression(C=1e3).fit(leads[:, None], right)
    slope, offset = float(curve.coef_[0, 0]), float(curve.intercept_[0])
    if slope <= 0:
        return None
    least = max(float(leads[order[cheap[-1]]]), (odds(SURE) - offset) / slope)
    return replace(glance, lead=least, slope=slope, offset=offset)


def meanings(readings: Readings) -> tuple[Meanings, ...]:
    """The meanings of the readings' tokens, for each encoder that cut them up."""
    return tuple(Meanings.of(readings, encoder) for encoder in range(len(readings[0].tokens)))


def fit(readings: Readings, labels: Sequence[str], strength: float = 1.0, noise: float = 0.0) -> LinearModel:
    """Learn from all readings, and from what models of a part of them say of the rest how far to be believed."""
    names, many = sorted(set(labels)), len(readings) > MANY
    # Few lines need every word as it stands: noisy copies cost banking77 with ten lines an intent 1.4 points.
    manner = Manner(strength, noise if many else 0.0, many, meanings(readings) if many else ())
    if len(readings) < FEWEST_TO_CALIBRATE or len(names) < 2:
        return replace(separate(readings, labels, manner), glance=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a label has fewer lines than there are folds
        folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(np.zeros(len(labels)), labels))
    with ThreadPoolExecutor(2) as pool:  # scikit-learn's solver lets other threads run
        whole = pool.submit(separate, readings, labels, manner)
        chosen = folds[:1] if len(readings) > ENOUGH else folds
        trials = list(pool.map(lambda fold: tried(readings, labels, manner, names, fold), chosen))
    model = replace(whole.result(), calibration=calibrate(trials))
    return replace(model, glance=trusted(model.glance, trials[0]) if model.glance else None)
