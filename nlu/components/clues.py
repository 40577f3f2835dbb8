"""Cheap signs, without which a rule cannot match: most texts have none, and then it need not be tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeAlias

from nlu.components.text import section_phrases, words_of

Clue: TypeAlias = "Callable[[Seen], bool]"
LATIN_WORD = re.compile(r"[A-Za-z]{3,}\b(?!\d)")
DIGIT, CODE_LIKE = re.compile("[0-9½¼¾]"), re.compile("[A-Z0-9]{4}")
APOSTROPHES = str.maketrans("'’", "  ")


class Seen:
    """What is cheaply seen of a text with ASCII digits."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.digits = DIGIT.search(plain) is not None
        # A rule may begin after an apostrophe, where a word does not.
        self.words = frozenset(" ".join(words_of(plain)).translate(APOSTROPHES).split())

    @cached_property
    def loud(self) -> bool:
        """Whether all is in capitals."""
        latin = LATIN_WORD.findall(self.plain)
        return len(latin) > 2 and all(word.isupper() for word in latin)


def digits(seen: Seen) -> bool:
    """There is a digit."""
    return seen.digits


def dash(seen: Seen) -> bool:
    """There is a hyphen."""
    return "-" in seen.plain


def code(seen: Seen) -> bool:
    """There are four capitals or digits in a row."""
    return CODE_LIKE.search(seen.plain) is not None


def word(*sections: str) -> Clue:
    """There is a word with which a phrase of these sections of the measures list begins."""
    firsts = frozenset(openings(*sections))
    return lambda seen: not firsts.isdisjoint(seen.words)


def beginning(*sections: str) -> Clue:
    """There is a word that begins so, with whatever is joined to it: digits, or the ending of a case."""
    firsts = tuple(openings(*sections))
    return lambda seen: any(each.startswith(firsts) for each in seen.words)


def openings(*sections: str) -> Iterator[str]:
    """The first word of each phrase of these sections of the measures list."""
    return (words_of(phrase)[0] for section in sections for phrase in section_phrases("measures", section))


def both(one: Clue, other: Clue) -> Clue:
    """Both hold."""
    return lambda seen: one(seen) and other(seen)


def either(one: Clue, other: Clue) -> Clue:
    """One of them holds."""
    return lambda seen: one(seen) or other(seen)
