"""A file's bytes -> YAML nodes: safe tags only, bounded in size and depth, no anchors."""

from pathlib import Path
from typing import Protocol

import yaml

from gateways.shop_folder.problems import Findings

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 12

_HINTS = {
    "mapping values are not allowed": "put a text with ': ' in it in quotes, and indent keys of one entry alike",
    "cannot start any token": "put a text that begins with @, % or ` in quotes, and indent with spaces, not tabs",
    "unexpected end of stream": "a quote or bracket that was opened is never closed",
    "expected ',' or": "a [ or { is not closed, or a comma is missing",
    "could not find expected ':'": "write 'key: value', and close every quote",
    "but found another document": "remove the line '---'",
}


class _Mark(Protocol):
    """A place in a text; libyaml's own class and PyYAML's have only this in common."""

    line: int


class _Unusable(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def read_node(path: Path, findings: Findings) -> yaml.Node | None:
    """The root node of a YAML file; None where the file cannot be used, which `findings` then tells."""
    try:
        return _compose(_decode(_read(path)))
    except _Unusable as unusable:
        findings.add(path.name, unusable.line, unusable.reason)
        return None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _Unusable(1, f"the file cannot be read: {error.strerror}") from error
    if len(raw) > MAX_BYTES:
        raise _Unusable(1, "the file is larger than 2 MB; split the shop or shorten its texts")
    return raw


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _Unusable(line, "a letter here is not UTF-8; save the file with the encoding UTF-8") from error


def _compose(text: str) -> yaml.Node:
    try:
        _bound(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        last = len(text.rstrip().splitlines())
        raise _Unusable(min(_place(error), last), _explained(error.problem)) from error
    except yaml.reader.ReaderError as error:
        line = text.encode().count(b"\n", 0, error.position) + 1
        raise _Unusable(line, "there is an invisible control character here; type the line again") from error
    if node is None:
        raise _Unusable(1, "the file is empty; write [] where there is nothing to list")
    return node


def _bound(text: str) -> None:
    """Refuse, before anything recursive sees them, deep nesting and anchors (which multiply what they name)."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            advice = "a text that begins with & or * must stand in quotes (YAML's anchors are not used here)"
            raise _Unusable(_line(event.start_mark), advice)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _Unusable(_line(event.start_mark), f"lists and maps stand more than {MAX_DEPTH} deep in each other")


def _place(error: yaml.MarkedYAMLError) -> int:
    """The line to look at: what is never closed is missed only later, often past the end of the file."""
    unclosed = error.context_mark and any(kind in (error.context or "") for kind in ("flow", "quoted"))
    return _line(error.context_mark if unclosed else error.problem_mark)


def _line(mark: _Mark | None) -> int:
    return mark.line + 1 if mark else 1


def _explained(problem: str | None) -> str:
    found = problem or "unexpected text"
    hint = next((hint for sign, hint in _HINTS.items() if sign in found), "check indentation, quotes and colons here")
    return f"this is not YAML ({found}); {hint}"
