"""The figures are what their names say, and the evaluated pipeline is the one that serves."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import HERE, ROOT, TEXTS, Trained
from nlu.evaluation.measures import (
    Answer,
    best_mcc,
    calibration_error,
    confusions,
    entity_f1,
    in_scope_kept,
    language_accuracy,
    out_of_scope_recall,
    share,
)
from nlu.evaluation.pipeline import Example, examples_in, pipeline
from nlu.markup import Span
from nlu.runner import load


def answer(intent: str, guess: str, confidence: float = 0.9, **more: object) -> Answer:
    decided = str(more.pop("decided", guess))
    text = str(more.pop("text", "three words here"))
    return Answer(text, str(more.pop("written", "en")), intent, guess, confidence, decided, **more)  # type: ignore[arg-type]


def test_a_share_has_wilsons_interval() -> None:
    found = share([True] * 8 + [False] * 2)
    assert (found.value, found.count) == (0.8, 10)
    assert (found.low, found.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))


def test_entities_count_with_their_label_and_their_very_words() -> None:
    right, shorter = Span(0, 5, "product"), Span(0, 4, "product")
    both = answer("order", "order", marked=frozenset({right}), found=frozenset({right, shorter}))
    assert entity_f1([both]).value == pytest.approx(2 / 3)


def test_out_of_scope_is_found_by_its_label_or_by_rejection() -> None:
    said = [answer("out_of_scope", "order", decided=decided) for decided in ("out_of_scope", "nlu_fallback", "order")]
    assert out_of_scope_recall(said).value == pytest.approx(2 / 3)


def test_a_right_intent_that_was_rejected_is_not_kept() -> None:
    assert in_scope_kept([answer("order", "order", decided="nlu_fallback"), answer("order", "order")]).value == 0.5


def test_a_language_is_asked_of_three_words_or_more() -> None:
    short, long = answer("greet", "greet", text="hi", language="ta"), answer("greet", "greet", language="en")
    assert language_accuracy([short, long]).count == 1


def test_confidence_that_says_how_often_it_is_right_has_no_error() -> None:
    fair = [answer("order", "order" if right else "price", 0.5) for right in (True, False) * 10]
    boastful = [answer("order", "price", 0.99)] * 10
    assert calibration_error(fair) == pytest.approx(0)
    assert calibration_error(boastful) == pytest.approx(0.99)


def test_the_best_threshold_parts_what_can_be_parted() -> None:
    known = [answer(intent, intent, 0.9) for intent in ("order", "price")] * 5
    unknown = [answer("out_of_scope", "price", 0.2)] * 5
    assert best_mcc(known + unknown)[0] == pytest.approx(1.0)


def test_confusions_come_most_frequent_first() -> None:
    wrong = [answer("order", "price")] * 2 + [answer("price", "order"), answer("price", "price")]
    assert confusions(wrong) == [(("order", "price"), 2), (("price", "order"), 1)]


def test_the_evaluated_pipeline_answers_as_the_served_model(trained: Trained) -> None:
    served = load(trained.model)
    with pipeline(ROOT / "config.yml") as evaluated:
        learn = [Example(e.marked, e.intent, None, e.text) for e in examples_in(HERE / "examples.yml")]
        evaluated.train(evaluated.prepare(learn))
        asked = evaluated.prepare([Example.unmarked(text, "") for text in TEXTS])
        said = [evaluated.parse(message) for message in asked]
    assert [each["intent"]["name"] for each in said] == [served.parse(text)["intent"]["name"] for text in TEXTS]


def test_a_folder_of_other_peoples_data_is_scored(tmp_path: Path) -> None:
    rows = [("lend me a book please", "borrow"), ("when do you open", "hours")]
    for name, texts in (("train", rows * 30), ("test", [*rows, ("my cat is ill", "none_of_these")])):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("text", "label"), *texts])
    command = [sys.executable, "-m", "nlu.evaluation", "public", str(tmp_path), "--out-of-scope", "none_of_these"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = [cell.strip() for cell in done.stdout.splitlines()[-1].strip("|").split("|")]
    assert figures[1:5] == ["2", "60", "2", "1"]
    assert figures[5].startswith("100.0")
