"""YAML nodes -> plain values, each remembered with the line where it stands."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from gateways.shop_folder.problems import Findings, shown
from gateways.shop_folder.yaml_text import read_node

Loc = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the root."""

_TAG = "tag:yaml.org,2002:"
_PLAIN = ("null", "bool", "int", "float", "timestamp", "str", "map", "seq", "merge", "value")
_PLAIN_TAGS = {_TAG + kind for kind in _PLAIN}
_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?[0-9]{1,18}\.[0-9]*")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Cell:
    """One text of a file and its line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as written. `value` is made of dict, tuple, str, int, float, bool, date and None."""

    file: str
    value: object
    lines: Mapping[Loc, int]

    def line(self, loc: Loc) -> int:
        """The line of a value; for one that is not there, of what it should stand in."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines[loc]

    @property
    def root(self) -> Mapping[str, object]:
        """A file that is one map; of any other, nothing."""
        return self.value if isinstance(self.value, dict) else {}

    def rows(self) -> Iterator[tuple[int, Mapping[str, object]]]:
        """The entries of a list that are maps, with their positions."""
        listed = self.value if isinstance(self.value, tuple) else ()
        return ((index, row) for index, row in enumerate(listed) if isinstance(row, dict))

    def cell(self, loc: Loc, value: object) -> Cell:
        """A value as a text with its line."""
        return Cell(str(value).strip(), self.line(loc))

    def column(self, key: str) -> Iterator[Cell]:
        """What the entries of a list write under a key, as far as it is text."""
        return (self.cell((i, key), row[key]) for i, row in self.rows() if isinstance(row.get(key), str))

    def names(self) -> Iterator[Cell]:
        """The keys of a file that is one map."""
        return (Cell(key, self.line((key,))) for key in self.root)


def read_sheet(path: Path, root: type[dict[str, object]] | type[tuple[object]], findings: Findings) -> Sheet | None:
    """Read a file whose root is a map or a list; None where it cannot be used, which `findings` then tells."""
    node = read_node(path, findings)
    if node is None:
        return None
    tree = _Tree(path.name, findings)
    sheet = Sheet(path.name, tree.value(node, ()), tree.lines)
    if isinstance(sheet.value, root):
        return sheet
    wanted = "lines 'key: value'" if root is dict else "a list: each entry begins with '- '"
    findings.add(path.name, sheet.line(()), f"the file holds {shown(sheet.value)}; write {wanted}")
    return None


class _Tree:
    """Turns nodes into values; what is odd is told and mended, so that reading can go on."""

    def __init__(self, file: str, findings: Findings) -> None:
        self.lines: dict[Loc, int] = {}
        self._file = file
        self._findings = findings

    def value(self, node: yaml.Node, loc: Loc) -> object:
        self.lines.setdefault(loc, node.start_mark.line + 1)
        if node.tag not in _PLAIN_TAGS:
            self._tell(node, f"{shown(node.tag)} is not used here; remove it, or quote a text that begins with !")
        if isinstance(node, yaml.MappingNode):
            return self._map(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.value(item, (*loc, index)) for index, item in enumerate(node.value))
        return _scalar(node.tag, self._text(node))

    def _map(self, node: yaml.MappingNode, loc: Loc) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key in values:
                first = self.lines[(*loc, key)]
                self._tell(key_node, f"the key {shown(key)} is written twice, first on line {first}; remove one")
            elif key is not None:
                self.lines[(*loc, key)] = key_node.start_mark.line + 1
                values[key] = self.value(value_node, (*loc, key))
        return values

    def _key(self, node: yaml.Node) -> str | None:
        if isinstance(node, yaml.ScalarNode):
            return self._text(node)
        self._tell(node, "a list or map cannot be a key; write a word before the colon")
        return None

    def _text(self, node: yaml.Node) -> str:
        text = str(node.value)
        if _HIDDEN.search(text):
            self._tell(node, "there is an invisible control character in this text; type it again")
        return _HIDDEN.sub("", text)

    def _tell(self, node: yaml.Node, reason: str) -> None:
        self._findings.add(self._file, node.start_mark.line + 1, reason)


def _scalar(tag: str, text: str) -> object:
    """Only what reads the same to a person: 0701, 1_000 and 21:00, numbers to YAML, stay texts."""
    match tag.removeprefix(_TAG):
        case "null":
            return None
        case "bool":
            return text.lower() in ("true", "yes", "on")
        case "int" if _INT.fullmatch(text):
            return int(text)
        case "float" if _FLOAT.fullmatch(text):
            return float(text)
        case "timestamp":
            return _day(text)
    return text


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
