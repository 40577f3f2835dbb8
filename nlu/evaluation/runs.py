"""Trains on one set of examples and asks about another: folds, the test set, and folders of other people's."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rasa.shared.nlu.training_data.message import Message
from sklearn.model_selection import StratifiedKFold

from nlu.engine import FALLBACK
from nlu.evaluation.measures import Answer
from nlu.evaluation.pipeline import Example, Pipeline, examples_in, pipeline
from nlu.markup import Span, spans

FOLDS = 5
SEED = 42
Tell = Callable[[str], None]


def answer(example: Example, said: dict[str, Any]) -> Answer:
    """An example beside what was said of it."""
    ranking = [entry for entry in said.get("intent_ranking") or [] if entry["name"] != FALLBACK]
    best = ranking[0] if ranking else {"name": None, "confidence": 0.0}
    found = frozenset(Span(each["start"], each["end"], each["entity"]) for each in said.get("entities") or [])
    return Answer(
        text=example.text,
        written=example.language,
        intent=example.intent,
        guess=best["name"],
        confidence=float(best["confidence"]),
        decided=(said.get("intent") or {}).get("name"),
        language=(said.get("language") or {}).get("code"),
        marked=frozenset(spans(example.marked)),
        found=found,
    )


def asked(trained: Pipeline, examples: Sequence[Example], messages: Sequence[Message]) -> list[Answer]:
    """Every example's answer."""
    return [answer(example, trained.parse(message)) for example, message in zip(examples, messages, strict=True)]


@dataclass(frozen=True)
class Own:
    """The answers to our own lines."""

    tests: list[Answer]
    moods: list[Answer]  # intent and guess are sentiments here
    folds: list[Answer]


def own(config: Path, data: Path, tests: Path, tell: Tell) -> Own:
    """The answers to the test lines of a pipeline trained on all training lines, and to those from folds."""
    learn = examples_in(data)
    with pipeline(config) as trained:
        check, felt = examples_in(tests), examples_in(tests / "sentiment")
        tell(f"reading {len(learn)} training and {len(check) + len(felt)} test lines")
        messages, questions, moods = (trained.prepare(lines) for lines in (learn, check, felt))
        tell("training")
        trained.train(messages)
        tell("asking")
        tested, moody = asked(trained, check, questions), mood_answers(trained, felt, moods)
    return Own(tested, moody, cross_validated(config, learn, messages, tell))


def mood_answers(trained: Pipeline, examples: Sequence[Example], messages: Sequence[Message]) -> list[Answer]:
    """What was said of the mood of each example; its intent is the mood that it shows."""
    answers = []
    for example, message in zip(examples, messages, strict=True):
        felt = trained.parse(message)["sentiment"]
        answers.append(replace(answer(example, {}), guess=felt["label"], confidence=felt["confidence"]))
    return answers


def cross_validated(config: Path, examples: Sequence[Example], messages: Sequence[Message], tell: Tell) -> list[Answer]:
    """Each prepared example's answer from a pipeline that was trained without it: five folds, stratified by way of
    writing and intent."""
    strata = [f"{example.language} {example.intent}" for example in examples]
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(np.zeros(len(strata)), strata)
    answers: list[Answer] = []
    for number, (learn, check) in enumerate(folds, start=1):
        tell(f"fold {number} of {FOLDS}")
        with pipeline(config) as trained:
            trained.train([messages[place] for place in learn])
            answers += asked(trained, [examples[i] for i in check], [messages[i] for i in check])
    return answers


def learned_and_asked(config: Path, learn: Sequence[Example], check: Sequence[Example], tell: Tell) -> list[Answer]:
    """The answers to some examples of a pipeline trained on others."""
    with pipeline(config) as trained:
        tell(f"reading {len(learn)} training and {len(check)} test lines")
        messages, questions = trained.prepare(learn), trained.prepare(check)
        tell("training")
        trained.train(messages)
        tell("asking")
        return asked(trained, check, questions)


def rows(path: Path) -> list[Example]:
    """The examples of a CSV file with the columns text and label. Raises FileNotFoundError, KeyError."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Example.unmarked(row["text"], row["label"]) for row in csv.DictReader(file)]
