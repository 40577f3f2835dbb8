"""Which numbers of a text count packs: "2", "do", "half dozen", but not "2 people" or "bata do"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.components.text import WORD, normalise, section_words

Span = tuple[int, int]
FEW = 2  # digits: a longer number counts packs only where it says so
TIMES = re.compile(r"(\d{1,3})[x×]|[x×](\d{1,3})", re.IGNORECASE)
JOINED = re.compile(r"[/:.\-]")


def _words(section: str) -> frozenset[str]:
    return section_words("quantities", section)


PLAIN, SINGLE, VERB = _words("plain"), _words("single"), _words("verb")
COUNTED = _words("counted")
DOZEN, HALF = _words("dozen"), _words("half")
NUMBERS = HALF | PLAIN | SINGLE | VERB
NOT_BEFORE, NOT_AFTER = _words("not_before"), _words("not_after")
TWO_BEFORE = _words("two_before")


@dataclass(frozen=True)
class Word:
    """A word with its place in the text; ``taken``: another pattern has marked it; ``thing``: it names one."""

    text: str
    start: int
    end: int
    taken: bool = False
    thing: bool = False

    @property
    def countable(self) -> bool:
        """Whether a number before it counts packs."""
        return self.thing or self.text in COUNTED


def quantities(text: str, taken: Sequence[Span], things: Sequence[Span] = ()) -> Iterator[Span]:
    """The start and end of each quantity outside the ``taken`` spans; ``things`` name goods or packs."""
    words = [word_of(found, taken, things) for found in WORD.finditer(text)]
    at = 0
    while at < len(words):
        size = quantity_at(words, at) if not (words[at].taken or words[at].thing) else 0
        if size:
            yield bounds(words[at], words[at + size - 1])
        at += size or 1


def word_of(found: re.Match[str], taken: Sequence[Span], things: Sequence[Span]) -> Word:
    """A word, seen against what is known of the text."""
    text, span = normalise(found.group()), found.span()
    return Word(text, *span, covered(span, taken), covered(span, things))


def covered(span: Span, spans: Sequence[Span]) -> bool:
    """Whether a span overlaps one of the others."""
    return any(span[0] < end and start < span[1] for start, end in spans)


def bounds(first: Word, last: Word) -> Span:
    """The span of a quantity: of "2x" and "x2" the digits alone."""
    times = TIMES.fullmatch(first.text)
    if times:
        group = 1 if times.group(1) else 2
        return first.start + times.start(group), first.start + times.end(group)
    return first.start, last.end


def quantity_at(words: Sequence[Word], at: int) -> int:
    """How many words from ``at`` on make a quantity; 0 for none."""
    dozen = dozen_at(words, at)
    if dozen:
        return dozen
    before, after = neighbour(words, at - 1), neighbour(words, at + 1)
    if TIMES.fullmatch(words[at].text):
        return 1
    if before in NOT_AFTER or after in NOT_BEFORE or glued(words, at):
        return 0
    return int(is_number(words, at))


def dozen_at(words: Sequence[Word], at: int) -> int:
    """Words of "dozen", "a dozen", "half dozen", "half a dozen" or "2 dozen"."""
    if words[at].text in DOZEN:
        return 1
    if words[at].text == "a" and neighbour(words, at + 1) in DOZEN:
        return 2
    size = 2 if words[at].text in HALF and neighbour(words, at + 1) == "a" else 1
    counted = words[at].text in NUMBERS or words[at].text.isdecimal()
    return size + 1 if counted and neighbour(words, at + size) in DOZEN else 0


def neighbour(words: Sequence[Word], at: int) -> str:
    """The word at a place, or "" beyond the text's edges."""
    return words[at].text if 0 <= at < len(words) else ""


def glued(words: Sequence[Word], at: int) -> bool:
    """Whether a digit is part of something like 10:30, 24/7 or 9-8."""
    sides = ((at - 1, at - 2), (at + 1, at + 2))
    return words[at].text.isdecimal() and any(
        JOINED.fullmatch(neighbour(words, mark)) and neighbour(words, digit).isdecimal() for mark, digit in sides
    )


def is_number(words: Sequence[Word], at: int) -> bool:
    """Whether a word is a number of packs, seen with the one that follows.

    "do", "ek" and "one" are as often a verb or an article: what follows them must be countable.
    """
    word, alone = words[at].text, len(words) == 1
    after = words[at + 1] if at + 1 < len(words) else None
    if word.isdecimal():
        return word.strip("0") != "" and (len(word) <= FEW or (after is not None and after.text in COUNTED))
    if word in SINGLE | VERB:
        doubled = word in VERB and after is not None and after.text in TWO_BEFORE
        return alone or doubled or (after is not None and after.countable)
    return word in PLAIN
