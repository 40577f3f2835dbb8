"""Writes the figures as Markdown and as one HTML page, with a picture of what is taken for what."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from nlu.evaluation.measures import (
    OUT,
    Answer,
    accuracy,
    best_mcc,
    calibration_error,
    confusions,
    entity_f1,
    in_scope_kept,
    language_accuracy,
    out_of_scope_recall,
    share,
)
from nlu.evaluation.runs import Own

CODES = ("en", "hi-Latn", "hi", "ta", "te", "ta-Latn", "te-Latn")
NAMES = {
    "en": "English", "hi-Latn": "Hinglish", "hi": "Hindi", "ta": "Tamil", "te": "Telugu",
    "ta-Latn": "Tamil, Latin letters", "te-Latn": "Telugu, Latin letters",
}  # fmt: skip
PAIRS = 20
Table = list[list[str]]


def of(answers: Sequence[Answer], code: str) -> list[Answer]:
    """The answers to texts in one way of writing."""
    return [answer for answer in answers if answer.written == code]


def own_table(answers: Sequence[Answer]) -> Table:
    """A row for each way of writing, and one for all."""
    head = [
        "written in", "texts", "intent", "entity F1", "language", "out of scope found", "in scope kept",
        "calibration error",
    ]  # fmt: skip
    groups = [(NAMES[code], of(answers, code)) for code in CODES] + [("all", list(answers))]
    return [head, *([name, *own_row(part)] for name, part in groups)]


def own_row(part: Sequence[Answer]) -> list[str]:
    """The figures of some answers."""
    shares = (accuracy(part), entity_f1(part), language_accuracy(part), out_of_scope_recall(part), in_scope_kept(part))
    return [str(len(part)), *map(str, shares), f"{calibration_error(part):.3f}"]


def mood_table(answers: Sequence[Answer]) -> Table:
    """How well the mood is told, in each way of writing."""
    head = ["written in", "texts", "mood", "angry found", "calm or unhappy taken for angry"]
    groups = [(NAMES[code], of(answers, code)) for code in CODES] + [("all", list(answers))]
    return [head, *([name, *mood_row(part)] for name, part in groups)]


def mood_row(part: Sequence[Answer]) -> list[str]:
    """The figures of some answers about moods."""
    found = share([answer.guess == "angry" for answer in part if answer.intent == "angry"])
    feared = share([answer.guess == "angry" for answer in part if answer.intent != "angry"])
    return [str(len(part)), str(accuracy(part)), str(found), str(feared)]


def public_row(name: str, answers: Sequence[Answer], out: str, lines: int) -> list[str]:
    """One public set's figures."""
    inside = [answer for answer in answers if answer.intent != out]
    outside = len(answers) - len(inside)
    recall = str(out_of_scope_recall(answers, out)) if outside else "none"
    mcc = f"{best_mcc(answers, out)[0]:.3f}" if outside else "none"
    labels = len({answer.intent for answer in inside})
    counts = [str(labels), str(lines), str(len(inside)), str(outside)]
    return [name, *counts, str(accuracy(inside)), str(in_scope_kept(answers, out)), recall, mcc]


PUBLIC_HEAD = [
    "set", "intents", "training lines", "in scope", "out of scope", "in scope, nothing rejected",
    "in scope, at the threshold", "out of scope found, at the threshold", "best MCC",
]  # fmt: skip


def pairs_table(answers: Sequence[Answer]) -> Table:
    """The most frequent confusions."""
    found = [[label, guess, str(count)] for (label, guess), count in confusions(answers)[:PAIRS]]
    return [["label", "taken for", "texts"], *found]


def picture(answers: Sequence[Answer]) -> bytes:
    """The confusion matrix as a PNG: rows are labels, columns best intents, shades shares of a row."""
    from matplotlib.figure import Figure  # late: it takes a second to load

    names = sorted({answer.intent for answer in answers} | {answer.guess for answer in answers if answer.guess})
    matrix = np.zeros((len(names), len(names)))
    for answer in answers:
        if answer.guess:
            matrix[names.index(answer.intent), names.index(answer.guess)] += 1
    figure = Figure(figsize=(11, 10), layout="constrained")
    axes = figure.subplots()
    shown = axes.imshow(matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set(xlabel="best intent", ylabel="label")
    figure.colorbar(shown, shrink=0.6, label="share of the label's texts")
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110, metadata={"Software": None})
    return out.getvalue()


Section = tuple[str, str, Table]  # heading, a paragraph, a table


def markdown(sections: Sequence[Section], image: str) -> str:
    """The report for the repository; ``image`` is the picture's place beside it."""
    parts = ["# How well the NLU understands", "Written by `make evaluate`. Figures in per cent, 95% intervals beside."]
    for heading, paragraph, table in sections:
        parts += [f"## {heading}", paragraph, rows_of(table)] if table[1:] else []
    return "\n\n".join([*parts, f"![What is taken for what]({image})"]) + "\n"


def rows_of(table: Table) -> str:
    """A Markdown table."""
    lines = [" | ".join(row) for row in [table[0], ["---"] * len(table[0]), *table[1:]]]
    return "\n".join(f"| {line} |" for line in lines)


STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
div{overflow-x:auto}table{border-collapse:collapse}td,th{padding:.3rem .7rem;border-bottom:1px solid #ccc;
text-align:left;white-space:nowrap}img{max-width:100%}@media(prefers-color-scheme:dark){
body{background:#111;color:#eee}img{filter:invert(1)}}"""


def page(sections: Sequence[Section], image: bytes) -> str:
    """The report as a page that needs no other file."""
    told: list[Any] = []
    for heading, paragraph, table in sections:
        if table[1:]:
            head = "".join(f"<th>{html.escape(cell)}</th>" for cell in table[0])
            body = "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in table[1:])
            told.append(f"<h2>{html.escape(heading)}</h2><p>{html.escape(paragraph)}</p>")
            told.append(f"<div><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")
    encoded = base64.b64encode(image).decode()
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>How well the NLU understands</title><style>{STYLE}</style><h1>How well the NLU understands</h1>"
        f"{''.join(told)}<h2>What is taken for what</h2>"
        f'<img alt="Confusion matrix" src="data:image/png;base64,{encoded}"></html>\n'
    )


def own_sections(answers: Own) -> list[Section]:
    """The sections about our own data."""
    folds = answers.folds
    return [
        (
            "Test set",
            "`tests/nlu/`: written by others than the training lines, labelled twice, never trained on. No catalogue "
            "is pushed: names of goods are known from training alone. Nothing is rejected in the column intent; the "
            "columns about scope are at the configuration's own threshold. Language: texts of three words or more.",
            own_table(answers.tests),
        ),
        (
            "Moods",
            "`tests/nlu/sentiment/`: calm, unhappy and angry lines by others than those the component learns from.",
            mood_table(answers.moods),
        ),
        (
            "Cross-validation",
            f"Five folds over the {len(folds)} training lines, stratified by way of writing and intent.",
            own_table(folds),
        ),
        ("Most frequent confusions, cross-validation", f"`{OUT}` is a label like any other here.", pairs_table(folds)),
    ]
