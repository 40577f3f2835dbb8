"""What the bot says, read from `data/responses/<language>.yml`."""

from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import yaml

from model.errors import Fault
from model.language import CODES, DEFAULT


def read_responses(folder: Path) -> dict[str, dict[str, str]]:
    """Language code -> response key -> text. Raises Fault, naming file and key, on anything but texts."""
    found = {code: _read(folder / f"{code}.yml") for code in CODES if (folder / f"{code}.yml").exists()}
    if DEFAULT not in found:
        raise Fault(f"{folder} has no {DEFAULT}.yml")
    return found


def _read(path: Path) -> dict[str, str]:
    phrases = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if not isinstance(phrases, dict):
        raise Fault(f"{path.name}: not a map of texts")
    for key, text in phrases.items():
        _check(path.name, key, text)
    return phrases


def _check(name: str, key: object, text: object) -> None:
    if not isinstance(key, str) or not isinstance(text, str):
        raise Fault(f"{name}: {key!r} is not a text")
    if any(not field.isidentifier() for field in placeholders(text)):
        raise Fault(f"{name}: {key}: a placeholder is a plain word in braces")


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def missing(responses: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What differs from the English file: missing or unknown keys, other placeholders; one line each."""
    english = responses[DEFAULT]
    problems = []
    for code, phrases in responses.items():
        problems += [f"{code}: {key} is missing" for key in english.keys() - phrases.keys()]
        problems += [f"{code}: {key} is unknown" for key in phrases.keys() - english.keys()]
        problems += [
            f"{code}: {key} has other placeholders"
            for key in english.keys() & phrases.keys()
            if placeholders(english[key]) != placeholders(phrases[key])
        ]
    return sorted(problems)
