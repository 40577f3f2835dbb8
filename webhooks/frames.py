"""The frames of the web chat socket: `read` tames what clients send, `line_frame` shapes what they get."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from model.language import CODES, DEFAULT
from model.message import Author

MAX_FRAME = 16 * 1024
_MAX_TEXT = 5000
_MAX_TAP = 200
_MAX_ID = 80


class Refusal(Exception):
    """A frame that cannot be taken; told to the client as an error frame, with the id of the message if known."""

    def __init__(self, code: str, message: str, own_id: str = "") -> None:
        super().__init__(code)
        self.code, self.message, self.own_id = code, message, own_id


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame: who the client is and what it has seen; a new chat begins in `language`, its page's."""

    token: str | None
    after: int
    language: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Said:
    """A message: text, tap or file, with the client's own id."""

    id: str
    text: str
    tap: str
    file: str


@dataclass(frozen=True, slots=True)
class Typing:
    """Whether the customer is typing."""

    on: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What the customer has read up to."""

    seq: int


@dataclass(frozen=True, slots=True)
class Forget:
    """The device is to forget the chat."""


Frame = Hello | Said | Typing | Seen | Forget


def read(raw: bytes | str) -> Frame:
    """One frame. Raises Refusal on anything that is not one."""
    if len(raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")) > MAX_FRAME:
        raise Refusal("frame_too_large", "A frame holds at most 16 KiB.")
    try:
        frame = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refusal("bad_json", "That is not JSON.") from error
    kind = frame.get("type") if isinstance(frame, dict) else None
    if not isinstance(kind, str) or kind not in _READERS:
        raise Refusal("unknown_type", "Send a frame of type hello, message, typing, seen or forget.")
    return _READERS[kind](frame)


def _hello(frame: Mapping[str, Any]) -> Frame:
    token, after, language = frame.get("token"), frame.get("after", 0), frame.get("language")
    if not (token is None or isinstance(token, str)) or not _is_seq(after):
        raise Refusal("bad_frame", "hello has a token (text) and after (a number), both optional.")
    return Hello(token or None, after, language if language in CODES else DEFAULT)


def _is_seq(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _said(frame: Mapping[str, Any]) -> Frame:
    own_id = frame.get("id")
    if not isinstance(own_id, str) or not 0 < len(own_id) <= _MAX_ID or "\x00" in own_id:
        raise Refusal("bad_frame", f"A message has an id of 1 to {_MAX_ID} characters.")
    text, tap, file = (_words(frame.get(kind, "")) for kind in ("text", "tap", "file"))
    if text is None or tap is None or file is None or [text, tap, file].count("") != 2:
        raise Refusal("bad_frame", "A message has one of text, tap and file.", own_id)
    if len(text) > _MAX_TEXT or len(tap) > _MAX_TAP:
        raise Refusal("too_long", f"A message holds at most {_MAX_TEXT} characters.", own_id)
    return Said(own_id, text, tap, file)


def _words(value: Any) -> str | None:
    """A text without null bytes, which PostgreSQL cannot keep; None for anything else."""
    return value.replace("\x00", "") if isinstance(value, str) else None


def _typing(frame: Mapping[str, Any]) -> Frame:
    return Typing(frame.get("on") is True)


def _seen(frame: Mapping[str, Any]) -> Frame:
    seq = frame.get("seq")
    if not _is_seq(seq):
        raise Refusal("bad_frame", "seen has a seq (a number).")
    return Seen(int(seq or 0))


def _forget(frame: Mapping[str, Any]) -> Frame:
    return Forget()


_READERS = {"hello": _hello, "message": _said, "typing": _typing, "seen": _seen, "forget": _forget}


def line_frame(event: Mapping[str, Any]) -> dict[str, Any]:
    """What the client gets: `reply`, or `said` for the customer's own words (its id tells which)."""
    shown = {"seq": event["seq"], "at": event["at"], "content": event["content"]}
    if event["author"] == Author.CUSTOMER:
        return {"type": "said", "id": event["client_id"], **shown}
    return {"type": "reply", "from": event["author"], **shown}


def error_frame(refusal: Refusal, own_id: str) -> dict[str, Any]:
    """Why a frame was not taken; `own_id` is the message's, where it was one."""
    known = refusal.own_id or own_id
    frame = {"type": "error", "code": refusal.code, "message": refusal.message}
    return frame | ({"id": known} if known else {})
