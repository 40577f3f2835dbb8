"""Batches, and bodies of odd shapes: everything sound in them is read, nothing in them breaks the reading."""

import copy
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.message import AccountNews, Inbound, Sort, Status
from tests.webhooks.whatsapp_kit import FROM_MEENA, PAYLOADS, arrivals, changed, parsed, raw_of, value_of
from webhooks.whatsapp import read

NAMES = sorted(file.stem for file in PAYLOADS.glob("*.json"))


def test_every_entry_change_message_and_status_of_a_batch_is_read_in_order() -> None:
    told = read(raw_of("batch"))
    kinds = [Inbound, Inbound, Inbound, Status, Status, Status, Inbound, AccountNews]
    assert kinds == [type(arrival) for arrival in told]
    messages = [arrival for arrival in told if isinstance(arrival, Inbound)]
    assert ["one", "two", "three", "four"] == [message.text for message in messages]
    assert ["Meena Iyer", "Ravi", "Meena Iyer", "Meena Iyer"] == [message.name for message in messages]


BROKEN: list[Any] = [None, 7, "text", [], {}, {"type": "text"}, {"id": "wamid.X"}, {"from": "919000000101"},
          {"type": "text", "id": "wamid.X", "text": {"body": "nobody"}, "from": ""},
          {"type": "text", "id": "", "from": "919000000101", "text": {"body": "no id"}}]  # fmt: skip
TWO_CONTACTS = [{"wa_id": "919000000101"}, {"wa_id": "919000000202"}]
"""One alone would be taken for the sender of a message that names none."""


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_message_between_two_good_ones_is_left_out_and_they_are_not(broken: Any) -> None:
    body = parsed("text")
    value = value_of(body)
    value["contacts"] = TWO_CONTACTS
    value["messages"] = [value["messages"][0], broken, value["messages"][0]]
    assert 2 == len(arrivals(body))


@pytest.mark.parametrize("kind", ["text", "interactive", "button", "order", "location", "image", "audio", "contacts",
                                  "reaction", "edit", "unsupported", "poll_vote", "", None, 7, [], {}])  # fmt: skip
def test_a_message_with_id_and_sender_is_never_lost(kind: Any) -> None:
    """Whatever its type and however broken, it is there and unsupported."""
    body = changed("unknown_type", type=kind)
    value = value_of(body)
    value["messages"] = [*parsed("text")["entry"][0]["changes"][0]["value"]["messages"], value["messages"][0]]
    [good, odd] = arrivals(body)
    assert isinstance(good, Inbound)
    assert isinstance(odd, Inbound)
    assert (Sort.PLAIN, Sort.UNSUPPORTED, FROM_MEENA) == (good.sort, odd.sort, odd.address)


@pytest.mark.parametrize("odd", [None, 7, "x", [], [7], {}, {"changes": None}, {"changes": [7]},
                                 {"changes": [{"field": "messages"}]}, {"changes": [{"value": []}]}])  # fmt: skip
def test_an_odd_entry_does_not_break_the_next(odd: Any) -> None:
    body = parsed("text")
    body["entry"] = [odd, *body["entry"], odd]
    assert 1 == len([arrival for arrival in arrivals(body) if isinstance(arrival, Inbound)])


def test_errors_beside_messages_are_logged_by_their_codes_alone(capsys: pytest.CaptureFixture[str]) -> None:
    body = parsed("interactive_empty")
    value_of(body)["errors"] = [{"code": 131000, "title": "Something went wrong", "message": "of Meena"}]
    assert 1 == len(arrivals(body))
    out = "".join(capsys.readouterr())
    assert "131000" in out
    assert "Meena" not in out


def test_what_cannot_be_read_is_logged_by_its_type_alone(capsys: pytest.CaptureFixture[str]) -> None:
    body = changed("text", id=None)
    value_of(body)["messages"] += [{"type": "Meena's secret 919000000101", "text": {"body": "hush"}}]
    value_of(body)["contacts"] = []
    assert [] == arrivals(body)
    out = "".join(capsys.readouterr())
    assert 2 == out.count("whatsapp_unreadable")
    assert "kind=text" in out
    assert [] == [word for word in ("Meena", "919000000101", "hush", "mango", "IN.") if word in out]


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"null", b"[]", b"42", b'"text"', b"{}", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000,
     b'{"object":"page","entry":[]}', b'{"object":null}', b'{"object":["whatsapp_business_account"]}',
     b'[{"object":"whatsapp_business_account"}]'],
)  # fmt: skip
def test_a_body_that_is_no_webhook_of_whatsapp_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(raw)


def test_a_number_of_five_thousand_digits_is_no_number_and_breaks_nothing() -> None:
    raw = raw_of("status_sent").replace(b'"1760000100"', b"9" * 5000)
    [found] = read(raw)
    assert isinstance(found, Status)
    assert found.at is None


@pytest.mark.parametrize(
    ("wild", "kept"),
    [("a\u0000b", "ab"), ("a\ud800b", "ab"), ("\udc00\ud800", ""), ("a\u001b[31mb", "a[31mb"), ("a\u0085b", "ab"),
     ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"), ("🥭", "🥭"), ("क\u200dष", "क\u200dष"),
     ("\u202eabc", "\u202eabc"), ("x" * 5000, "x" * 4096)],
)  # fmt: skip
def test_a_text_is_cleaned_of_what_no_database_keeps(wild: str, kept: str) -> None:
    body = changed("text", text={"body": wild + "."} if len(wild) < 100 else {"body": wild})
    [found] = arrivals(body)
    assert isinstance(found, Inbound)
    assert (kept + "." if len(wild) < 100 else kept) == found.text


def test_a_text_of_which_nothing_is_left_is_unsupported() -> None:
    [found] = arrivals(changed("text", text={"body": "\u0000\ud800 "}))
    assert isinstance(found, Inbound)
    assert Sort.UNSUPPORTED == found.sort


@pytest.mark.parametrize(("wild", "kept"), [(" Meena\n\tIyer ", "Meena Iyer"), ("\u0000", ""), ("x" * 500, "x" * 100),
                                            (["Meena"], ""), (7, "")])  # fmt: skip
def test_a_name_is_one_line_of_at_most_100_characters(wild: Any, kept: str) -> None:
    body = parsed("text")
    value_of(body)["contacts"][0]["profile"]["name"] = wild
    [found] = arrivals(body)
    assert isinstance(found, Inbound)
    assert kept == found.name


def test_an_id_is_taken_whole_or_not_at_all() -> None:
    """Two ids that begin alike must not become one."""
    value = {"type": "button_reply", "button_reply": {"id": "x" * 257, "title": "Add"}}
    [found] = arrivals(changed("button_reply", interactive=value))
    assert isinstance(found, Inbound)
    assert ("", "Add") == (found.tap, found.text)


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from _places(value, (*path, key))


_ODD = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(st.characters(codec=None), max_size=20)
    | st.sampled_from(["", "text", "system", "image", "919000000101", "wamid.X", "failed", "messages"])
    | st.lists(st.none() | st.text(max_size=5), max_size=3)
    | st.dictionaries(st.sampled_from(["id", "type", "body", "code"]), st.none() | st.integers(), max_size=2)
)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A sound body with some keys dropped and some values of another type, anywhere in it."""
    body = copy.deepcopy(parsed(draw(st.sampled_from(NAMES))))
    for _ in range(draw(st.integers(1, 4))):
        places = list(_places(body))
        if not places:
            break
        *path, last = draw(st.sampled_from(places))
        node = body
        for key in path:
            node = node[key]
        if draw(st.booleans()) and isinstance(node, dict):
            del node[last]
        else:
            node[last] = draw(_ODD)
    return body


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        yield from (text for field in fields(value) for text in _strings(getattr(value, field.name)))
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in _strings(part))


@given(mutated())
def test_no_change_of_a_body_breaks_its_reading(body: Any) -> None:
    """And whatever is read can be kept: text without null bytes or halves of pairs, an id and a user that are there."""
    raw = json.dumps(body).encode()
    if body.get("object") != "whatsapp_business_account":
        with pytest.raises(ValueError, match="WhatsApp"):
            read(raw)
        return
    for arrival in read(raw):
        for text in _strings(arrival):
            assert "\x00" not in text
            assert text == text.encode().decode()
        if isinstance(arrival, Inbound):
            assert arrival.provider_id
            assert arrival.address.user


@given(st.binary() | st.recursive(st.none() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(
    st.text(), x)).map(lambda value: json.dumps({"object": "whatsapp_business_account", "entry": value}).encode())
)  # fmt: skip
def test_any_bytes_are_read_or_refused_with_value_error(raw: bytes) -> None:
    try:
        assert isinstance(read(raw), list)
    except ValueError:
        assert b"whatsapp_business_account" not in raw
