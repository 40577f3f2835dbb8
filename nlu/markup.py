"""Training examples in Rasa's format, with their marks: ``[words](label)`` and ``[words]{"entity": "label"}``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

MARK = re.compile(r"\[([^\]]+)\](?:\(([^)]+)\)|(\{[^}]+\}))")


class Span(NamedTuple):
    """An entity's place in the plain text, and its label."""

    start: int
    end: int
    label: str


def examples(file: Path) -> Iterator[tuple[str, str]]:
    """Each marked text of a training file, and its intent."""
    for block in yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)["nlu"]:
        for line in block["examples"].splitlines():
            if line.startswith("- "):
                yield line[2:].strip(), block["intent"]


def plain(marked: str) -> str:
    """The text without its marks."""
    return MARK.sub(r"\1", marked)


def spans(marked: str) -> list[Span]:
    """The entities of a marked text, by their places in the plain one."""
    found, removed = [], 0
    for match in MARK.finditer(marked):
        start = match.start() - removed
        label = match.group(2) or json.loads(match.group(3))["entity"]
        found.append(Span(start, start + len(match.group(1)), label))
        removed += len(match.group()) - len(match.group(1))
    return found
