"""Identifiers as Razorpay makes them: a prefix and fourteen letters or digits."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """`new_id("plink")` gives something like `plink_QaIrRSjWiIuxAO`."""
    return f"{prefix}_{bare_id()}"


def bare_id() -> str:
    """Fourteen unguessable letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(14))


def digits(count: int) -> str:
    """Bank references: that many random digits."""
    return "".join(secrets.choice(string.digits) for _ in range(count))
