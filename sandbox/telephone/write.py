"""Reading what a customer does from JSON.

`{"deed": …, "name"?: the customer's, "shop"?: which one, "id"?: …}` and, by deed,
- text: `text`, `quoted`? (an entry's id);
- tap: `entry` (an entry's id), `choice` (the id of one of its buttons or rows);
- picture: `data` (base64), `mime`, `file_name`?, `text`? (a caption);
- voice: `data`? and `mime`? (else a canned recording);
- location: `latitude`, `longitude`, `name_of_place`?, `address`?, `quoted`?;
- reaction: `entry`, `emoji` ("" takes it back);
- open: the chat is looked at, all of it is read.
"""

import base64
import binascii
from collections.abc import Callable
from typing import get_args

from sandbox.telephone.entries import Deed, Json
from sandbox.telephone.exchange import Exchange, WriteError
from sandbox.telephone.voice import voice_note

_DEEDS: tuple[Deed, ...] = get_args(Deed)
Keep = Callable[[str, bytes, str], str]
"""Keeps a file of that MIME type, with these bytes and that name; gives its id."""


def read_writing(body: Json, keep: Keep) -> tuple[Deed, Json]:
    """The deed and its content as `Writing` has it. Raises `WriteError`."""
    for deed in _DEEDS:
        if body.get("deed") == deed:
            return deed, _READ[deed](body, keep)
    raise WriteError(f"deed is one of {', '.join(_DEEDS)}")


def keeper(exchange: Exchange, number: str) -> Keep:
    """Keeps what the customer with this number sends."""

    def keep(mime: str, raw: bytes, name: str) -> str:
        return exchange.keep_media(mime, raw, name, owner=number)

    return keep


def words(body: Json, name: str, *, needed: bool = True) -> str:
    """A text of the body. Raises `WriteError`."""
    value = body.get(name, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise WriteError(f"{name} is a text")
    return value


def _text(body: Json, _: Keep) -> Json:
    return {"text": words(body, "text"), **_quoted(body)}


def _tap(body: Json, _: Keep) -> Json:
    return {"entry": words(body, "entry"), "choice": words(body, "choice")}


def _picture(body: Json, keep: Keep) -> Json:
    mime, name = words(body, "mime"), words(body, "file_name", needed=False)
    kept = keep(mime, _bytes(body), name)
    return {"media": kept, "mime": mime, "name": name, "text": words(body, "text", needed=False)}


def _voice(body: Json, keep: Keep) -> Json:
    mime = words(body, "mime", needed=False) or "audio/ogg; codecs=opus"
    raw = _bytes(body) if "data" in body else voice_note()
    return {"media": keep(mime, raw, ""), "mime": mime}


def _location(body: Json, _: Keep) -> Json:
    name, address = words(body, "name_of_place", needed=False), words(body, "address", needed=False)
    point = {"latitude": _degrees(body, "latitude", 90), "longitude": _degrees(body, "longitude", 180)}
    named = {"name": name, "address": address}
    return {**point, **{key: value for key, value in named.items() if value}, **_quoted(body)}


def _reaction(body: Json, _: Keep) -> Json:
    return {"entry": words(body, "entry"), "emoji": words(body, "emoji", needed=False)}


def _open(_: Json, __: Keep) -> Json:
    return {}


def _quoted(body: Json) -> Json:
    quoted = words(body, "quoted", needed=False)
    return {"quoted": quoted} if quoted else {}


def _degrees(body: Json, name: str, most: int) -> float:
    value = body.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not -most <= value <= most:
        raise WriteError(f"{name} is a number of degrees")
    return float(value)


def _bytes(body: Json) -> bytes:
    try:
        return base64.b64decode(words(body, "data"), validate=True)
    except binascii.Error:
        raise WriteError("data is base64") from None


_READ: dict[Deed, Callable[[Json, Keep], Json]] = {
    "text": _text,
    "tap": _tap,
    "picture": _picture,
    "voice": _voice,
    "location": _location,
    "reaction": _reaction,
    "open": _open,
}
