"""Who may knock: only Meta, who knows the app's secret and our token."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from tests.webhooks.whatsapp_kit import SECRET, TOKEN, raw_of, signed
from webhooks.whatsapp import handshake, verify

RAW = raw_of("text_hindi")
GOOD = signed(RAW)
ASKED = {"hub.mode": "subscribe", "hub.verify_token": TOKEN, "hub.challenge": "1158201444"}


def test_what_meta_signed_is_believed() -> None:
    assert verify({"X-Hub-Signature-256": GOOD}, RAW, SECRET)
    assert verify(CIMultiDict({"x-hub-signature-256": GOOD}), RAW, SECRET)


def test_an_empty_body_may_be_signed_too() -> None:
    assert verify({"X-Hub-Signature-256": signed(b"")}, b"", SECRET)


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "x", GOOD[:-1], GOOD + "0", GOOD[7:], GOOD.replace("sha256", "sha1"), GOOD.replace("sha", "SHA"),
     " " + GOOD, GOOD + " ", "sha256=" + "0" * 64, signed(RAW, "another secret"), signed(RAW, ""), signed(RAW[:-1]),
     "sha256=" + "ü" * 64, "sha256=" + "\u0661" * 64, "🙂", "\ud800", "sha256=\udcff"],
)  # fmt: skip
def test_any_other_signature_is_refused(signature: str) -> None:
    assert not verify({"X-Hub-Signature-256": signature}, RAW, SECRET)


def test_upper_case_digits_are_refused() -> None:
    """Meta writes small ones; one form is enough."""
    assert not verify({"X-Hub-Signature-256": "sha256=" + GOOD[7:].upper()}, RAW, SECRET)


def test_without_a_signature_nothing_is_believed() -> None:
    assert not verify({}, RAW, SECRET)
    assert not verify({"X-Hub-Signature": GOOD}, RAW, SECRET)


@pytest.mark.parametrize("raw", [RAW + b" ", RAW[:-1], b"", RAW.replace(b"Meena", b"Mina")])
def test_other_bytes_are_refused(raw: bytes) -> None:
    assert not verify({"X-Hub-Signature-256": GOOD}, raw, SECRET)


def test_the_bytes_are_signed_not_their_meaning() -> None:
    """Meta escapes what is not ASCII; JSON written anew says the same with other bytes."""
    again = json.dumps(json.loads(RAW), ensure_ascii=False).encode()
    assert not verify({"X-Hub-Signature-256": GOOD}, again, SECRET)


def test_without_a_secret_nothing_is_believed() -> None:
    assert not verify({"X-Hub-Signature-256": signed(RAW, "")}, RAW, "")


@given(st.binary(), st.text(st.characters(codec=None)))
def test_no_signature_breaks_the_check(raw: bytes, signature: str) -> None:
    assert not verify({"X-Hub-Signature-256": signature}, raw, SECRET)


def test_the_challenge_is_echoed_to_who_knows_the_token() -> None:
    assert "1158201444" == handshake(ASKED, TOKEN)


@pytest.mark.parametrize(
    "wrong",
    [{"hub.mode": "unsubscribe"}, {"hub.mode": ""}, {"hub.verify_token": "guessed"}, {"hub.verify_token": ""},
     {"hub.verify_token": TOKEN.upper()}, {"hub.verify_token": TOKEN + " "}, {"hub.verify_token": "\ud800"},
     {"hub.challenge": ""}, {"hub.challenge": "x" * 300}, {"hub.challenge": "\ud800"}, {"hub.challenge": "a\r\nb"}],
)  # fmt: skip
def test_nobody_else_hears_it(wrong: dict[str, str]) -> None:
    assert handshake(ASKED | wrong, TOKEN) is None


@pytest.mark.parametrize("missing", sorted(ASKED))
def test_a_handshake_that_lacks_something_is_none(missing: str) -> None:
    assert handshake({name: told for name, told in ASKED.items() if name != missing}, TOKEN) is None


def test_without_a_token_nobody_is_known() -> None:
    assert handshake(ASKED | {"hub.verify_token": ""}, "") is None


@given(st.dictionaries(st.sampled_from(sorted(ASKED)), st.text(st.characters(codec=None))))
def test_no_query_breaks_the_handshake(query: dict[str, str]) -> None:
    assert handshake(query, TOKEN) is None
