"""Reading single fields of a request's JSON, refusing as Razorpay does."""

import re
from typing import Any

from sandbox.razorpay.errors import Refusal, unknown_fields

_CONTACT = re.compile(r"\+?[0-9]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*")

Json = dict[str, Any]


def known(body: object, names: frozenset[str]) -> Json:
    """`body`, if it is an object with no other fields than `names`."""
    if not isinstance(body, dict):
        raise Refusal("wrong input fields sent.")
    if extra := [name for name in body if name not in names]:
        raise unknown_fields(extra)
    return body


def text(body: Json, name: str, longest: int) -> str:
    """A text of at most `longest` characters; empty where absent."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise faulty(name)
    if len(value) > longest:
        raise Refusal(f"{name}: the length must be no more than {longest}.", field=name)
    return value


def flag(body: Json, name: str) -> bool:
    """True or false; false where absent."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise faulty(name)
    return value


def notes(body: Json) -> dict[str, str]:
    """At most 15 notes of at most 255 characters each."""
    value = body.get("notes") or {}
    if not isinstance(value, dict) or not all(isinstance(note, str) for note in value.values()):
        raise faulty("notes")
    if len(value) > 15:
        raise Refusal("notes: number of key-value pairs must not be greater than 15.", field="notes")
    if any(len(piece) > 255 for pair in value.items() for piece in pair):
        raise Refusal("value: the length must not be greater than 255.", field="notes")
    return value


def contact(customer: Json) -> str:
    """A phone number of 8 to 14 characters, with or without +; may be empty."""
    value = text(customer, "contact", 255)
    if value and not 8 <= len(value) <= 14:
        raise Refusal("contact: the length must be between 8 and 14.", field="contact")
    if value and not _CONTACT.fullmatch(value):
        raise Refusal("contact: must be in a valid format.", field="contact")
    return value


def email(customer: Json) -> str:
    """An e-mail address; may be empty."""
    value = text(customer, "email", 255)
    if value and not _EMAIL.fullmatch(value):
        raise Refusal("email: must be in a valid format for e.g. abcxyz@domain.com.", field="email")
    return value


def web_address(body: Json, name: str) -> str:
    """An absolute http or https address; may be empty."""
    value = text(body, name, 2048)
    if value and not _WEB_ADDRESS.fullmatch(value):
        raise Refusal(f"{name}: URL should be sent in {name} field.", field=name)
    return value


def faulty(name: str) -> Refusal:
    """A field of the wrong JSON type."""
    return Refusal(f"incorrect JSON object received - faulty key: {name}.", field=name)
