"""Fitting a `LinearModel`: logistic regression, then a calibration on examples held back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from nlu.components.linear import LinearModel, Vectoriser

Documents = Sequence[Sequence[str]]
FEWEST_TO_CALIBRATE = 200


def matrix(vectoriser: Vectoriser, documents: Documents) -> csr_matrix:
    """The documents' vectors as one sparse matrix."""
    vectors = [vectoriser.vector(words) for words in documents]
    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    columns = np.concatenate([rows for rows, _ in vectors])
    values = np.concatenate([weights for _, weights in vectors])
    return csr_matrix((values, columns, ends), shape=(len(documents), len(vectoriser.places)))


def regress(documents: Documents, labels: Sequence[str], strength: float, steps: int) -> LinearModel:
    """A model fitted to all the documents, not yet calibrated."""
    vectoriser = Vectoriser.fit(documents)
    names = sorted(set(labels))
    if len(names) == 1:
        blank = np.zeros((len(vectoriser.places), 1), np.float32)
        return LinearModel(vectoriser, tuple(names), blank, np.zeros(1, np.float32))
    learner = LogisticRegression(C=strength, max_iter=steps, tol=1e-3, random_state=42)
    learner.fit(matrix(vectoriser, documents), labels)
    weights, bias = both_classes(learner)
    return LinearModel(vectoriser, tuple(learner.classes_), weights, bias)


def both_classes(learner: LogisticRegression) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Weights (rows × labels) and bias; of two labels scikit-learn keeps only the second's."""
    weights, bias = learner.coef_, learner.intercept_
    if len(learner.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return np.ascontiguousarray(weights.T, np.float32), bias.astype(np.float32)


def calibrate(model: LinearModel, documents: Documents, labels: Sequence[str]) -> float:
    """The sharpness under which the model's probabilities fit unseen documents best."""
    place = {label: index for index, label in enumerate(model.labels)}
    truth = np.array([place[label] for label in labels])
    scores = np.array([model.logits(words) for words in documents])

    def surprise(sharpness: float) -> float:
        scaled = scores * sharpness
        scaled -= scaled.max(axis=1, keepdims=True)
        logs = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return -float(logs[np.arange(len(truth)), truth].mean())

    return float(minimize_scalar(surprise, bounds=(0.2, 5.0), method="bounded").x)


def fit(documents: Documents, labels: Sequence[str], strength: float = 10.0, steps: int = 100) -> LinearModel:
    """Learn from all documents; where there are enough, a fifth is first held back to calibrate on."""
    model = regress(documents, labels, strength, steps)
    fewest = min(labels.count(label) for label in set(labels))
    if len(documents) < FEWEST_TO_CALIBRATE or fewest < 5 or len(model.labels) < 2:
        return model
    folds = StratifiedKFold(5, shuffle=True, random_state=42)
    learn, check = next(iter(folds.split(np.zeros(len(labels)), labels)))
    trial = regress([documents[i] for i in learn], [labels[i] for i in learn], strength, steps)
    sharpness = calibrate(trial, [documents[i] for i in check], [labels[i] for i in check])
    return LinearModel(model.vectoriser, model.labels, model.weights, model.bias, sharpness)
