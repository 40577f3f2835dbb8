"""Which numbers of a text count packs: "2", "do", "half dozen", but not "2 people" or "bata do"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.components.text import Spelt, by_word, section_words, spelt

Span = tuple[int, int]
FEW = 2  # digits: a longer number counts packs only where it says so
TIMES = re.compile(r"(\d{1,3})[x×]|[x×](\d{1,3})", re.IGNORECASE)
JOINED = re.compile(r"[/:.\-]")


def _words(section: str) -> frozenset[str]:
    return section_words("quantities", section)


PLAIN, SINGLE, VERB = _words("plain"), _words("single"), _words("verb")
COUNTED = _words("counted")
DOZEN, HALF = _words("dozen"), _words("half")
UNSURE = SINGLE | VERB
NUMBERS = HALF | PLAIN | UNSURE
OPENINGS = NUMBERS | DOZEN | {"a"}
NOT_BEFORE, NOT_AFTER = _words("not_before"), _words("not_after")
TWO_BEFORE = _words("two_before")


def quantities(text: str, taken: Sequence[Span], things: Sequence[Span] = ()) -> Iterator[Span]:
    """The start and end of each quantity outside the ``taken`` spans; ``things`` name goods or packs."""
    words = spelt(text)
    beyond = 0
    for at, word in enumerate(words):
        if opens(word.word) and at >= beyond and not (covered(word, taken) or covered(word, things)):
            size = quantity_at(words, at, things)
            if size:
                yield bounds(word, words[at + size - 1])
                beyond = at + size


@by_word(8_000)
def opens(word: str) -> bool:
    """Whether a quantity may begin with the word."""
    return word in OPENINGS or word.isdecimal() or bool(TIMES.fullmatch(word))


def covered(word: Spelt, spans: Sequence[Span]) -> bool:
    """Whether a word overlaps one of the spans."""
    return any(word.start < end and start < word.end for start, end in spans)


def bounds(first: Spelt, last: Spelt) -> Span:
    """The span of a quantity: of "2x" and "x2" the digits alone."""
    times = TIMES.fullmatch(first.word)
    if times:
        group = 1 if times.group(1) else 2
        return first.start + times.start(group), first.start + times.end(group)
    return first.start, last.end


def quantity_at(words: Sequence[Spelt], at: int, things: Sequence[Span]) -> int:
    """How many words from ``at`` on make a quantity; 0 for none."""
    dozen = dozen_at(words, at)
    if dozen:
        return dozen
    before, after = neighbour(words, at - 1), neighbour(words, at + 1)
    if TIMES.fullmatch(words[at].word):
        return 1
    if before in NOT_AFTER or after in NOT_BEFORE or glued(words, at):
        return 0
    return int(is_number(words, at, things))


def dozen_at(words: Sequence[Spelt], at: int) -> int:
    """Words of "dozen", "a dozen", "half dozen", "half a dozen" or "2 dozen"."""
    if words[at].word in DOZEN:
        return 1
    if words[at].word == "a" and neighbour(words, at + 1) in DOZEN:
        return 2
    size = 2 if words[at].word in HALF and neighbour(words, at + 1) == "a" else 1
    counted = words[at].word in NUMBERS or words[at].word.isdecimal()
    return size + 1 if counted and neighbour(words, at + size) in DOZEN else 0


def neighbour(words: Sequence[Spelt], at: int) -> str:
    """The word at a place, or "" beyond the text's edges."""
    return words[at].word if 0 <= at < len(words) else ""


def glued(words: Sequence[Spelt], at: int) -> bool:
    """Whether a digit is part of something like 10:30, 24/7 or 9-8."""
    sides = ((at - 1, at - 2), (at + 1, at + 2))
    return words[at].word.isdecimal() and any(
        JOINED.fullmatch(neighbour(words, mark)) and neighbour(words, digit).isdecimal() for mark, digit in sides
    )


def is_number(words: Sequence[Spelt], at: int, things: Sequence[Span]) -> bool:
    """Whether a word is a number of packs, seen with the one that follows.

    "do", "ek" and "one" are as often a verb or an article: what follows them must be countable.
    """
    word, after = words[at].word, neighbour(words, at + 1)
    if word.isdecimal():
        return word.strip("0") != "" and (len(word) <= FEW or after in COUNTED)
    if word in UNSURE:
        doubled = word in VERB and after in TWO_BEFORE
        thing = at + 1 < len(words) and covered(words[at + 1], things)
        return len(words) == 1 or doubled or after in COUNTED or thing
    return word in PLAIN
