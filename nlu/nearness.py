"""Which texts are the same, or nearly: for checks of the training data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from nlu.components.grams import shape_digits
from nlu.components.sound import sound
from nlu.components.text import words_of
from nlu.markup import examples, plain

ALIKE = 92  # of 100: how alike two texts' sounds are, letter by letter, for one to be a near copy of the other
SHORT = 12  # letters: shorter texts are near copies only if they sound the same
ROWS = 500


class Line(NamedTuple):
    """An example: its text without marks, its intent, and where it stands."""

    text: str
    intent: str
    where: str


def lines_of(path: Path) -> list[Line]:
    """The examples of a file, or of all files under a folder."""
    files = sorted(path.rglob("*.yml")) if path.is_dir() else [path]
    return [Line(plain(marked), intent, file.name) for file in files for marked, intent in examples(file)]


def key(text: str) -> str:
    """How a text sounds: words alone, whatever their script, digits all alike, marks left out."""
    words = [shape_digits(sound(word)) for word in words_of(text)]
    return " ".join(word for word in words if any(c.isalnum() for c in word)) or text.strip()


def copies(lines: Sequence[Line], others: Sequence[Line]) -> list[tuple[Line, Line]]:
    """Each pair of one of ``lines`` and one of ``others`` that is the same text or nearly."""
    keys, against = [key(line.text) for line in lines], [key(line.text) for line in others]
    found = []
    for start in range(0, len(keys), ROWS):
        part = keys[start : start + ROWS]
        alike = process.cdist(part, against, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8, workers=-1)
        for row, column in np.argwhere(alike):
            same = part[row] == against[column]
            if same or (len(part[row]) >= SHORT and len(against[column]) >= SHORT):
                found.append((lines[start + int(row)], others[int(column)]))
    return found


def conflicts(lines: Sequence[Line]) -> list[tuple[Line, Line]]:
    """Each pair of lines that are the same, or long enough and sound the same, and bear two intents."""
    first: dict[str, Line] = {}
    found = []
    for line in lines:
        sounds = key(line.text)
        seen = first.setdefault(sounds if len(sounds) >= SHORT else line.text.casefold(), line)
        if seen.intent != line.intent:
            found.append((seen, line))
    return found
