"""Money: a whole number of paise, never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency

_RUPEES = re.compile(r"\d{1,9}(?:\.\d{2})?")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in Indian rupees, kept as an integer of paise (100 paise = 1 rupee)."""

    paise: int

    def __post_init__(self) -> None:
        if type(self.paise) is not int:
            raise TypeError("paise must be a whole number")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.paise + other.paise)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.paise - other.paise)

    def __mul__(self, count: int) -> "Money":
        return Money(self.paise * count)

    def __bool__(self) -> bool:
        return self.paise != 0

    def __str__(self) -> str:
        """The Indian way: ₹1,23,456.50; whole rupees without paise: ₹120."""
        return _shown(self.paise)

    def percent(self, percent: int) -> "Money":
        """`percent` hundredths of it, rounded half up to a whole paisa."""
        return Money((self.paise * percent + 50) // 100)

    @classmethod
    def rupees(cls, text: str) -> "Money":
        """Read `"249"` or `"249.50"`. Raises ValueError on anything else."""
        if not _RUPEES.fullmatch(text):
            raise ValueError(f"{text!r} is not an amount in rupees such as 249 or 249.50")
        whole, _, paise = text.partition(".")
        return cls(int(whole) * 100 + int(paise or 0))


@lru_cache(maxsize=8192)
def _shown(paise: int) -> str:
    """Prices repeat, and Babel's formatting is the dearest part of many replies."""
    pattern = "¤#,##,##0" if paise % 100 == 0 else "¤#,##,##0.00"
    return format_currency(Decimal(paise) / 100, "INR", format=pattern, locale="en_IN", currency_digits=False)


ZERO = Money(0)
