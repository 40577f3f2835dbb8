"""`read` gives a frame or raises Refusal, whatever it is given."""

import json
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.frames import MAX_FRAME, Forget, Frame, Hello, Refusal, Said, Seen, Typing, read

_WORDS = st.sampled_from(["type", "id", "text", "tap", "file", "token", "after", "language", "seq", "on"])
_KINDS = st.sampled_from(["hello", "message", "typing", "seen", "forget", "ack", ""])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | _KINDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | _WORDS, inner, max_size=4),
    max_leaves=10,
)
_LIKE_FRAMES = st.fixed_dictionaries({"type": _KINDS}, optional={"id": st.text(), "text": st.text(), "after": _VALUES})


def tamed(raw: bytes | str) -> Frame | None:
    """The frame; None where it was refused. Anything else is raised, and fails the test."""
    with suppress(Refusal):
        return read(raw)
    return None


@given(st.binary())
def test_any_bytes_are_a_frame_or_refused(raw: bytes) -> None:
    tamed(raw)


@given(st.text(st.characters(codec=None)))
def test_any_text_even_with_surrogates_is_a_frame_or_refused(raw: str) -> None:
    tamed(raw)


@given(st.dictionaries(_WORDS, _VALUES) | _LIKE_FRAMES | _VALUES)
def test_any_json_is_a_frame_or_refused(value: Any) -> None:
    frame = tamed(json.dumps(value))
    if isinstance(frame, Said):
        assert 1 == sum(map(bool, (frame.text, frame.tap, frame.file)))
        assert 0 < len(frame.id) <= 80
        assert "\x00" not in frame.id + frame.text + frame.tap + frame.file


@pytest.mark.parametrize(
    ("sent", "frame"),
    [
        ({"type": "hello"}, Hello(None, 0)),
        ({"type": "hello", "token": None, "after": 0}, Hello(None, 0)),
        ({"type": "hello", "token": "t", "after": 7, "more": []}, Hello("t", 7)),
        ({"type": "hello", "language": "ta-Latn"}, Hello(None, 0, "ta-Latn")),
        ({"type": "hello", "language": "fr"}, Hello(None, 0, "en")),
        ({"type": "hello", "language": ["ta"]}, Hello(None, 0, "en")),
        ({"type": "message", "id": "1", "text": "hi"}, Said("1", "hi", "", "")),
        ({"type": "message", "id": "1", "text": "", "tap": "help"}, Said("1", "", "help", "")),
        ({"type": "message", "id": "1", "file": "x.jpg"}, Said("1", "", "", "x.jpg")),
        ({"type": "typing", "on": True}, Typing(True)),
        ({"type": "typing", "on": "yes"}, Typing(False)),
        ({"type": "seen", "seq": 3}, Seen(3)),
        ({"type": "forget", "token": "t"}, Forget()),
    ],
)
def test_frames_are_read(sent: dict[str, Any], frame: Frame) -> None:
    assert frame == read(orjson.dumps(sent)) == read(json.dumps(sent))


def test_a_frame_may_hold_exactly_16_kib() -> None:
    frame = '{"type":"typing","pad":"%s"}'
    room = MAX_FRAME - len(frame % "")
    assert Typing(False) == read(frame % ("x" * room))
    with pytest.raises(Refusal, match="frame_too_large"):
        read(frame % ("x" * (room + 1)))
