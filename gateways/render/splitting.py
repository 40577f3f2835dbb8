"""Cutting a text that is too long for one message into several."""

from collections.abc import Callable

import regex

from gateways.render.graphemes import boundary, is_visible, units

LINK = regex.compile(r"https?://\S+", regex.IGNORECASE)
"""What a phone shows as a link. It is never cut: a link with a blank or a gap in it leads nowhere."""
_LAST_BLANK = regex.compile(r"(?r)\s")

Fits = Callable[[str], bool]
"""Whether a text fits into one message. What is longer never fits where what is shorter does not."""


def within(limit: int) -> Fits:
    """At most so many characters, however the provider counts them."""
    return lambda text: units(text) <= limit


def split(text: str, fits: Fits) -> list[str]:
    """The text in parts that fit, none of them empty.

    It is cut at a line's end, where there is none at a blank, and in a word too long for one message between two
    letters. Only a link that is too long for any message is cut itself.
    """
    parts = []
    rest = text.strip()
    while rest:
        end = len(rest) if fits(rest) else _end(rest, fits)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [part for part in parts if is_visible(part)]


def _end(text: str, fits: Fits) -> int:
    """Where the first part ends."""
    longest = _longest(text, fits)
    line_end = text.rfind("\n", 0, longest + 1)
    if line_end > 0:
        return line_end
    blank = _LAST_BLANK.search(text, 1, longest + 1)
    return blank.start() if blank else _within_word(text, longest)


def _longest(text: str, fits: Fits) -> int:
    """How much of the text fits, by bisection; at least one character, so that every part is progress."""
    low, high = 1, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    return low


def _within_word(text: str, end: int) -> int:
    """Before a link that would be cut, else between two letters."""
    cut = next((link for link in LINK.finditer(text) if link.start() < end < link.end()), None)
    return cut.start() if cut and cut.start() else boundary(text, end)
