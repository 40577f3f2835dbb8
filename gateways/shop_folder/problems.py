"""What is wrong with a shop's folder: collected over all files, then raised together."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from model.errors import HaatError

_ALIKE = 70.0
_LONGEST = 300


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. `line` counts from 1; `reason` says what is wrong and what to write instead."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class ShopFolderError(HaatError):
    """The folder cannot be used. `problems` are all that were found; as a string, one line a problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class Findings:
    """Collects problems while the files are read."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def __bool__(self) -> bool:
        return bool(self._problems)

    def add(self, file: str, line: int, reason: str) -> None:
        """Remember a problem, on one line and bounded whatever text of the file it quotes."""
        self._problems.append(Problem(file, line, " ".join(reason.split())[:_LONGEST]))

    def error(self) -> ShopFolderError:
        """Everything found, to be raised."""
        return ShopFolderError(self._problems)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, or None where none is alike."""
    found = process.extractOne(word[:80], sorted(known), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`"; did you mean 'price'?"`, or nothing where no known word is alike."""
    near = nearest(word, known)
    return f"; did you mean '{near}'?" if near else ""


def shown(value: object) -> str:
    """A value as the owner may recognise it, at most 60 characters."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, tuple):
        return "a list" if value else "an empty list"
    return _shortened(value)


def _shortened(value: object) -> str:
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
