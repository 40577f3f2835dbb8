"""Scripts, words and spelling: what all components mean by a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import NamedTuple, TypeVar

LEXICONS = Path(__file__).parent / "lexicons"
Made = TypeVar("Made")

# Indian vowel signs and viramas are no letters to Python's \w, so their blocks are named whole (but for the danda).
INDIC = "\u0900-\u0963\u0966-\u0d7f\u200c\u200d"
LETTER = rf"(?:[^\W_]|[{INDIC}])"
WORD = re.compile(rf"\d+(?:[.,]\d+)+{LETTER}*|{LETTER}+(?:['’]{LETTER}+)*|[^\w\s]|_")
REPEATED = re.compile(r"([^\d])(?=\1\1)")  # all but the last two
INVISIBLE = re.compile("[\u200b-\u200d\ufe0f\u093c]")
OTHER_DIGIT = re.compile(r"[^\D0-9]")  # a digit of another script
LONGEST_REMEMBERED = 40  # letters: no stranger fills the memory with words
LONGEST_TEXT = 2_000  # characters: no longer text is remembered
SCRIPTS = {"Deva": ("\u0900", "\u097f"), "Taml": ("\u0b80", "\u0bff"), "Telu": ("\u0c00", "\u0c7f")}


def by_word(most: int) -> Callable[[Callable[[str], Made]], Callable[[str], Made]]:
    """Remember what a function makes of a word, for ``most`` words; long ones are worked out each time.

    What one text lacks of repetition, a shop's texts have: half the words of any message came before.
    """

    def remembering(work: Callable[[str], Made]) -> Callable[[str], Made]:
        remembered = lru_cache(most)(work)

        @wraps(work)
        def answer(word: str) -> Made:
            return remembered(word) if len(word) <= LONGEST_REMEMBERED else work(word)

        return answer

    return remembering


@lru_cache(maxsize=4096)
def script_of(char: str) -> str | None:
    """``Deva``, ``Taml``, ``Telu``, ``Latn``, ``Zyyy`` for other letters; None for what is no letter."""
    if char.isascii():
        return "Latn" if char.isalpha() else None
    for script, (first, last) in SCRIPTS.items():
        if first <= char <= last:
            return None if char.isdigit() else script
    if not char.isalpha():
        return None
    return "Latn" if unicodedata.name(char, "").startswith("LATIN") else "Zyyy"


def ascii_digits(text: str) -> str:
    """The same text, of the same length, with every script's digits as 0-9."""
    if text.isascii():
        return text
    return OTHER_DIGIT.sub(lambda found: str(unicodedata.decimal(found.group())), text)


@by_word(50_000)
def normalise(word: str) -> str:
    """A word as features see it: lower case, no joiners or nukta, ASCII digits, "sooooo" as "soo"."""
    if word.isascii():
        return REPEATED.sub("", word.lower())
    bare = INVISIBLE.sub("", unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word)))
    return REPEATED.sub("", ascii_digits(unicodedata.normalize("NFC", bare).lower()))


class Spelt(NamedTuple):
    """A word (or single mark) of a text: as it stands there, normalised, and its place."""

    raw: str
    word: str
    start: int
    end: int


def spelt(text: str) -> tuple[Spelt, ...]:
    """The text's words and marks in order.

    The last few texts are remembered: one component after another asks for the words of the same one.
    """
    return recent(text) if len(text) <= LONGEST_TEXT else split(text)


def split(text: str) -> tuple[Spelt, ...]:
    """The words and marks, looked for."""
    return tuple(Spelt(raw := found.group(), normalise(raw), *found.span()) for found in WORD.finditer(text))


recent = lru_cache(maxsize=4)(split)


def words_of(text: str) -> list[str]:
    """The text's words (and single marks), normalised, in order."""
    return [each.word for each in spelt(text)]


@lru_cache(maxsize=64)
def lexicon(name: str) -> dict[str, tuple[str, ...]]:
    """The sections of ``lexicons/<name>.txt``: lines under ``[section]``; ``# `` opens a comment line."""
    sections: dict[str, list[str]] = {}
    current = sections.setdefault("", [])
    for line in (LEXICONS / f"{name}.txt").read_text("utf-8").splitlines():
        body = line.strip()
        if body.startswith("[") and body.endswith("]"):
            current = sections.setdefault(body.strip("[]"), [])
        elif body and not body.startswith("# "):
            current.append(body)
    return {section: tuple(lines) for section, lines in sections.items()}


def section_words(name: str, section: str) -> frozenset[str]:
    """All words of one section, split at spaces and normalised."""
    lines = lexicon(name).get(section, ())
    return frozenset(normalise(word) for line in lines for word in line.split())


def section_phrases(name: str, section: str) -> list[str]:
    """The phrases of one section, comma between, as they are written."""
    lines = lexicon(name).get(section, ())
    return [phrase.strip() for line in lines for phrase in line.split(",") if phrase.strip()]
