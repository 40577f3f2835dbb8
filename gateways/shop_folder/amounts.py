"""Amounts as a person writes them: "250 g", "1 kg", "0.5 kg", "6 pieces"."""

import re
from dataclasses import dataclass
from decimal import Decimal

from model.catalogue import Unit

_AMOUNT = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?) ?(kg|g|pieces?)")
_SIZES = {"kg": (1000, Unit.GRAM), "g": (1, Unit.GRAM), "piece": (1, Unit.PIECE), "pieces": (1, Unit.PIECE)}


@dataclass(frozen=True, slots=True)
class Amount:
    """`size` is in `unit`, the base unit (grams or pieces); `text` is how it is shown."""

    text: str
    size: int
    unit: Unit


def read_amount(text: str) -> Amount | None:
    """Read an amount; None where it is none, or not a whole number of grams or pieces."""
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        return None
    factor, unit = _SIZES[found[2]]
    size = Decimal(found[1]) * factor
    return Amount(f"{found[1]} {found[2]}", int(size), unit) if size == int(size) else None
