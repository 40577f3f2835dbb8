"""What Meta sends is wild: a value is asked for in the form it should have, and is empty where it has another.

So no reader needs to guard itself, and nothing reaches the database that it could not keep (null bytes, other control
characters, halves of surrogate pairs, which JSON may hold) or that is longer than anybody means.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Wild = Mapping[str, Any]

MOST_TEXT = 4096
"""Characters kept of what a customer writes: as many as WhatsApp lets anybody send through its API."""
_MOST_NAME = 100
_MOST_FACT = 500
"""Characters kept of an address, a file's name, an ad's headline."""
_MOST_ID = 256
"""WhatsApp: a button's id has at most 256 characters; its own ids are shorter."""
_MOST_DIGITS = 15
"""E.164: a number has at most 15 digits."""
_LAST_SECOND = 2**33
"""In the year 2242."""
_NEVER_KEPT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_KIND = re.compile(r"[a-z0-9_]{1,60}")
_NUMBER = re.compile(rf"\+?([0-9]{{4,{_MOST_DIGITS}}})")


def part(value: Wild, name: str) -> Wild:
    """The object of that name."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def parts(value: Wild, name: str) -> Sequence[Wild]:
    """The objects of the list of that name; one that is no object stands there empty."""
    found = value.get(name)
    return [one if isinstance(one, dict) else {} for one in found] if isinstance(found, list) else []


def kind_of(value: Any) -> str:
    """One of Meta's own words, such as a message's type: nothing that a person wrote, so it may be logged."""
    return value if isinstance(value, str) and _KIND.fullmatch(value) else ""


def id_of(value: Any) -> str:
    """An id as it stands, or none: one that was cut or cleaned would be another one."""
    told = str(value) if _is_whole(value) else value
    return told if isinstance(told, str) and told.isprintable() and len(told) <= _MOST_ID else ""


def number_of(value: Any) -> str:
    """The digits of a telephone number, without plus (Meta writes them so); empty for any other id."""
    found = _NUMBER.fullmatch(id_of(value))
    return found[1] if found else ""


def text_of(value: Any, most: int = MOST_TEXT) -> str:
    """What somebody wrote, in lines."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else ""
    return _NEVER_KEPT.sub("", plain)[:most]


def name_of(value: Any) -> str:
    """What somebody or something is called, in one line."""
    return _line(value, _MOST_NAME)


def fact_of(value: Any) -> str:
    """Anything longer than a name, in one line; numbers and yes or no are written out."""
    return _line(str(value) if isinstance(value, bool | int | float) else value, _MOST_FACT)


def _line(value: Any, most: int) -> str:
    return " ".join(text_of(value, 2 * most).split())[:most]


def time_of(value: Any) -> datetime | None:
    """A moment, told in seconds since 1970 (as a text, by most webhooks)."""
    told = id_of(value)
    seconds = int(told) if told.isascii() and told.isdecimal() and len(told) <= len(str(_LAST_SECOND)) else 0
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LAST_SECOND else None


def whole_of(value: Any) -> int:
    """A whole number, also where it is written as a text; 0 for anything else."""
    told = id_of(value)
    return int(told) if told.isascii() and told.isdecimal() and len(told) < _MOST_DIGITS else 0


def degrees_of(value: Any, most: int) -> float | None:
    """Degrees on the globe, at most so many to either side; None for anything else."""
    told = float(value) if isinstance(value, float) or _is_whole(value) else None
    return told if told is not None and -most <= told <= most else None


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
