"""Identifiers as Twilio makes them: two letters and 32 hexadecimal digits; and what WhatsApp calls its people."""

import hashlib
import secrets

import phonenumbers


def new_sid(prefix: str) -> str:
    """`new_sid("SM")` gives something like `SM6a2f…`, 34 characters."""
    return f"{prefix}{secrets.token_hex(16)}"


def country(number: str) -> str:
    """The country of a number in digits, `IN` where that cannot be told."""
    try:
        found = phonenumbers.region_code_for_number(phonenumbers.parse(f"+{number}"))
    except phonenumbers.NumberParseException:
        found = None
    return found or "IN"


def scoped_id(number: str) -> str:
    """WhatsApp's business-scoped user id of a number in digits: `IN.` and sixteen digits, always the same."""
    spread = int(hashlib.sha256(number.encode()).hexdigest(), 16)
    return f"{country(number)}.{10**15 + spread % (9 * 10**15)}"
