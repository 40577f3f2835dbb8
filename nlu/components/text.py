"""Scripts, words and spelling: what all components mean by a word."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

LEXICONS = Path(__file__).parent / "lexicons"

# Indian vowel signs and viramas are no letters to Python's \w, so their blocks are named whole (but for the danda).
INDIC = "\u0900-\u0963\u0966-\u0d7f\u200c\u200d"
LETTER = rf"(?:[^\W_]|[{INDIC}])"
WORD = re.compile(rf"\d+(?:[.,]\d+)+{LETTER}*|{LETTER}+(?:['’]{LETTER}+)*|[^\w\s]|_")
REPEATED = re.compile(r"([^\d])\1{2,}")
INVISIBLE = re.compile("[\u200b-\u200d\ufe0f\u093c]")
LONGEST_REMEMBERED = 40  # letters: no stranger fills the memory with words
SCRIPTS = {"Deva": ("\u0900", "\u097f"), "Taml": ("\u0b80", "\u0bff"), "Telu": ("\u0c00", "\u0c7f")}


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
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def normalise(word: str) -> str:
    """A word as features see it: lower case, no joiners or nukta, ASCII digits, "sooooo" as "soo"."""
    return remembered(word) if len(word) <= LONGEST_REMEMBERED else folded(word)


def folded(word: str) -> str:
    """The normalised word, worked out."""
    if word.isascii():
        return REPEATED.sub(r"\1\1", word.lower())
    bare = INVISIBLE.sub("", unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word)))
    return REPEATED.sub(r"\1\1", ascii_digits(unicodedata.normalize("NFC", bare).lower()))


remembered = lru_cache(maxsize=50_000)(folded)


def words_of(text: str) -> list[str]:
    """The text's words (and single marks), normalised, in order."""
    return [normalise(match.group()) for match in WORD.finditer(text)]


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
