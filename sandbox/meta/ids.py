"""Identifiers as Meta makes them."""

import base64
import secrets


def message_id(number: str) -> str:
    """Something like `wamid.HBgMOTE5ODc2NTAwMDAxFQIAERgSRjMx…`: opaque, but grown from the customer's number."""
    grown = b"\x1c\x18" + bytes([len(number)]) + number.encode() + b"\x15\x02\x00\x11\x18" + secrets.token_bytes(12)
    return "wamid." + base64.b64encode(grown).decode()
