"""Twilio's signature: it covers the whole public address and every parameter, and nothing else is believed."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict

from tests.webhooks.twilio_kit import PUBLIC, SMS, TOKEN, reported, said, signature, texted
from webhooks.twilio import SIGNATURE, verify

URL = PUBLIC + SMS
FIELDS = texted(Body="2 mango", FromCity="", Unheard="of", ÅNamn="ärt ₹5 आम")
SIGNED = {SIGNATURE: signature(URL, FIELDS.items())}


def test_the_example_of_twilios_documentation_is_signed() -> None:
    called = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    signed = {"X-Twilio-Signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ="}
    assert verify("https://mycompany.com/myapp.php?foo=1&bar=2", called, signed, "12345")


@pytest.mark.parametrize("fields", [FIELDS, said(), said(Body="", ProfileName=""), reported("sent")])
def test_what_twilio_signed_is_believed(fields: dict[str, str]) -> None:
    assert verify(URL, fields, {SIGNATURE: signature(URL, fields.items())}, TOKEN)


TAMPERED = {
    "another text": FIELDS | {"Body": "3 mango"},
    "a parameter more": FIELDS | {"Extra": ""},
    "a value more": FIELDS | {"Extra": "1"},
    "a parameter less": {name: value for name, value in FIELDS.items() if name != "Unheard"},
    "a blank parameter less": {name: value for name, value in FIELDS.items() if name != "FromCity"},
    "another writing": FIELDS | {"Unheard": "Of"},
    "nothing": {},
}


@pytest.mark.parametrize("case", TAMPERED)
def test_what_was_changed_on_the_way_is_not_believed(case: str) -> None:
    assert verify(URL, FIELDS, SIGNED, TOKEN)
    assert not verify(URL, TAMPERED[case], SIGNED, TOKEN)


@pytest.mark.parametrize(
    "url",
    [URL + "/", URL + "?a=1", URL.replace("https", "http"), URL.replace("shop.", "shops."),
     URL.replace("/sms", "/whatsapp"), URL.replace("/sms", "//sms"), PUBLIC],
)  # fmt: skip
def test_a_signature_for_another_address_is_not_believed(url: str) -> None:
    assert not verify(url, FIELDS, SIGNED, TOKEN)


def test_the_query_is_part_of_the_address() -> None:
    url = f"{URL}?shop=%E0%A4%86%E0%A4%AE&blank="
    assert verify(url, FIELDS, {SIGNATURE: signature(url, FIELDS.items())}, TOKEN)
    assert not verify(url.replace("&blank=", ""), FIELDS, {SIGNATURE: signature(url, FIELDS.items())}, TOKEN)


@pytest.mark.parametrize("port", ["", ":443"])
@pytest.mark.parametrize("signed_port", ["", ":443"])
def test_an_address_with_the_usual_port_and_without_are_the_same(port: str, signed_port: str) -> None:
    ours, theirs = (PUBLIC + each + SMS for each in (port, signed_port))
    assert verify(ours, FIELDS, {SIGNATURE: signature(theirs, FIELDS.items())}, TOKEN)


@pytest.mark.parametrize("signed_port", ["", ":8443"])
def test_with_a_port_of_its_own_twilio_may_sign_either(signed_port: str) -> None:
    theirs = PUBLIC + signed_port + SMS
    assert verify(f"{PUBLIC}:8443{SMS}", FIELDS, {SIGNATURE: signature(theirs, FIELDS.items())}, TOKEN)


def test_repeated_keys_count_each_value_once_in_order() -> None:
    twice = MultiDict([("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234"), ("Sid", "CA123")])
    assert verify(URL, twice, {SIGNATURE: signature(URL, twice.items())}, TOKEN)
    fewer = MultiDict([("Digits", "1234"), ("Sid", "CA123")])
    assert not verify(URL, fewer, {SIGNATURE: signature(URL, twice.items())}, TOKEN)


@pytest.mark.parametrize(
    "given",
    ["", " ", "x", "0" * 28, SIGNED[SIGNATURE][:-1], SIGNED[SIGNATURE] + "=", SIGNED[SIGNATURE].lower(),
     signature(URL, FIELDS.items(), "another token"), "🙂" * 28, "\udcff" * 28],
)  # fmt: skip
def test_a_wrong_signature_is_not_believed(given: str) -> None:
    assert not verify(URL, FIELDS, {SIGNATURE: given}, TOKEN)


def test_without_a_signature_or_a_token_nothing_is_believed() -> None:
    assert not verify(URL, FIELDS, {}, TOKEN)
    assert not verify(URL, FIELDS, {SIGNATURE: signature(URL, FIELDS.items(), "")}, "")


def _json(body: str) -> tuple[str, dict[str, str]]:
    url = f"{URL}?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    return url, {SIGNATURE: signature(url)}


def test_a_json_body_is_bound_by_its_hash_in_the_address() -> None:
    body = json.dumps(said(Body="आम"))
    url, signed = _json(body)
    assert verify(url, body, signed, TOKEN)
    assert not verify(url, body + " ", signed, TOKEN)
    assert not verify(url, body.replace("mango", "lemon").replace("Meena", "Asha"), signed, TOKEN)
    assert not verify(url.replace("bodySHA256=", "bodySHA256=0"), body, signed, TOKEN)


def test_a_json_body_without_its_hash_in_the_address_is_not_believed() -> None:
    """The signature covers the address alone: it would do for any body."""
    assert not verify(URL, "{}", {SIGNATURE: signature(URL)}, TOKEN)
    assert not verify(URL, "", {SIGNATURE: signature(URL)}, TOKEN)


def test_a_form_is_not_freed_from_its_signature_by_a_hash_in_the_address() -> None:
    url, signed = _json("{}")
    assert not verify(url, FIELDS, signed, TOKEN)


@given(st.dictionaries(st.text(), st.text()), st.text(st.characters(codec=None)))
def test_no_form_and_no_signature_break_the_check(fields: dict[str, str], given_signature: str) -> None:
    assert not verify(URL, fields, {SIGNATURE: given_signature}, TOKEN)
