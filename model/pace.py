"""How much one conversation may ask of the bot, and when the bot rests from it.

What is counted (a `Pace`) stands in the bot's memory of the conversation. That is read and written in every turn
anyway, by whoever holds its lease: so counting costs no look-up, outlives a restart, and is one count for all processes
that share a database. Times are whole seconds since 1970.
"""

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Pace = Mapping[str, Any]
"""Plain JSON values, each there only where it is needed; never changed in place.

minute, day: [when it began, messages answered since] · files: [when the day began, files fetched, their bytes, whether
the customer was told that it was enough] · heard: marks of the texts said last, the newest last, said at `heard_at` ·
said: the mark of what was answered last · told_at: when a loop was told · rest: why the bot rests, until `rests_until`
"""

_MINUTE, _DAY = 60, 86_400
_MINUTE_REST, _ECHO_REST = 300, 60
"""A rest from echoes is short, but lasts until the echoes of all that was said are in."""
_PAUSE = 1800
"""Texts with a longer pause between them are no loop."""
_TELLS_EVERY = 3600
"""Of loops and echoes a customer is told once in so long: being told is one more thing that a machine may answer."""
_TAKING_TURNS = 2
"""So many texts may take turns in a loop."""
_HEAD, _LEAST = 32, 20
"""Letters by which a text of ours is known again, however a channel shaped what follows; and at least so many."""
_LOOKED_AT = 300
_KEPT = re.compile(r"[^\W\d_]+|(?<!\d)\d{1,3}(?!\d)")
"""Letters and amounts: no signs, which channels change, and no numbers that a machine counts up (a ticket's, say)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one conversation may ask for: messages that are answered, the same text again, files fetched, bytes of them.

    Well above what people do: ten short lines in a burst, "my cart" again and again, an album of thirty photos, a long
    evening of shopping.
    """

    a_minute: int = 60
    a_day: int = 500
    same: int = 24
    files_a_day: int = 50
    bytes_a_day: int = 100_000_000


class Rest(StrEnum):
    """Why the bot is silent."""

    MINUTE = "minute"
    DAY = "day"
    LOOP = "loop"
    """The same text came too often: it is not answered, others are."""
    ECHO = "echo"
    """Our own words came back."""


@dataclass(frozen=True, slots=True)
class Step:
    """The pace with one more message. `rest`: it is not answered, and why; `first`: the customer is to be told so."""

    pace: Pace
    rest: Rest | None = None
    first: bool = False


def step(pace: Pace, limits: Limits, words: str, now: int, *, tapped: bool = False) -> Step:
    """Weigh one message. What comes while the bot rests is not counted: who stops gets on again.

    A machine taps nothing, so a tap ends what may have looked like a loop.
    """
    if now < pace.get("rests_until", 0) <= now + _DAY:
        return Step(pace, Rest(pace["rest"]))
    if pace.get("rests_until", 0) > now:  # the work of a clock that was wrong
        pace = {**pace, "rests_until": 0}
    if tapped:
        return _counted({**pace, "heard": []}, limits, now)
    letters = _letters(words)
    if len(letters) >= _LEAST and _mark(letters[:_HEAD]) == pace.get("said"):
        return _told_seldom({**pace, "rest": Rest.ECHO, "rests_until": now + _ECHO_REST}, Rest.ECHO, now)
    heard = _heard(pace, letters, now, limits.same)
    if letters and heard.count(heard[-1]) >= limits.same:
        return _told_seldom({**pace, "heard": heard, "heard_at": now}, Rest.LOOP, now)
    return _counted({**pace, "heard": heard, "heard_at": now}, limits, now)


def _letters(words: str) -> str:
    """As an SMS would spell them. Nothing where there are only numbers: they pick what was numbered, over and over."""
    kept = "".join(_KEPT.findall(words[:_LOOKED_AT].replace("₹", "Rs").replace("×", "x")))
    return "" if kept.isdecimal() else kept.casefold()


def _mark(letters: str) -> int:
    return zlib.crc32(letters.encode("utf-8", "replace"))


def _heard(pace: Pace, letters: str, now: int, same: int) -> list[int]:
    before = pace.get("heard", []) if abs(now - pace.get("heard_at", 0)) <= _PAUSE else []
    return [*before, _mark(letters)][-same * _TAKING_TURNS :] if letters else before


def _told_seldom(pace: dict[str, Any], rest: Rest, now: int) -> Step:
    if abs(now - pace.get("told_at", 0)) < _TELLS_EVERY:
        return Step(pace, rest)
    return Step({**pace, "told_at": now}, rest, first=True)


def _counted(pace: dict[str, Any], limits: Limits, now: int) -> Step:
    day, minute = _one_more(pace.get("day"), now, _DAY), _one_more(pace.get("minute"), now, _MINUTE)
    if day[1] > limits.a_day:
        return Step({**pace, "rest": Rest.DAY, "rests_until": day[0] + _DAY}, Rest.DAY, first=True)
    if minute[1] > limits.a_minute:
        return Step({**pace, "rest": Rest.MINUTE, "rests_until": now + _MINUTE_REST}, Rest.MINUTE, first=True)
    return Step({**pace, "day": day, "minute": minute})


def _one_more(counted: list[int] | None, now: int, span: int) -> list[int]:
    """Since when, and how many by now."""
    began, count = counted or (0, 0)
    return [began, count + 1] if 0 <= now - began < span else [now, 1]


def answered(pace: Pace, texts: Iterable[str]) -> Pace:
    """What was answered is known again, by its beginning; not a short one: a customer may well say the same."""
    heads = (_letters(text[: 2 * _HEAD])[:_HEAD] for text in texts)
    head = next((head for head in heads if len(head) >= _LEAST), None)
    return {**pace, "said": _mark(head)} if head else pace


def may_fetch(pace: Pace, limits: Limits, now: int) -> bool:
    """Whether one more file may be fetched today."""
    _, count, size, _ = _files(pace, now)
    return count < limits.files_a_day and size < limits.bytes_a_day


def fetched(pace: Pace, size: int, now: int) -> Pace:
    """A file of so many bytes was fetched, or was tried in vain: that costs as well."""
    began, count, before, told = _files(pace, now)
    return {**pace, "files": [began, count + 1, before + size, told]}


def enough(pace: Pace, now: int) -> tuple[Pace, bool]:
    """A file was left where it is; and whether the customer is to be told: of the first one of a day."""
    began, count, size, told = _files(pace, now)
    return {**pace, "files": [began, count, size, True]}, not told


def _files(pace: Pace, now: int) -> tuple[int, int, int, bool]:
    began, count, size, told = pace.get("files", (0, 0, 0, False))
    return (began, count, size, told) if 0 <= now - began < _DAY else (now, 0, 0, False)
