"""Checks of single values: each takes what a shop owner wrote and returns it tamed, or raises an advice."""

import re
from collections.abc import Callable
from functools import cache
from zoneinfo import available_timezones

from gateways.shop_folder.advising import advice, sentence
from gateways.shop_folder.amounts import Amount, read_amount
from gateways.shop_folder.problems import did_you_mean
from model.language import CODES, DEFAULT
from model.money import ZERO, Money

MAX_PRICE = Money(1_00_000_00)

_GSTIN = re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]")
_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NUMBER = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,2})?")
_PINCODES = re.compile(r"([1-9][0-9]{5})(?: ?- ?([1-9][0-9]{5}))?")

_zones = cache(available_timezones)


def digits(value: object) -> object:
    """Digits written without quotes are the same digits."""
    return str(value) if type(value) is int else value


def language(code: str) -> str:
    """A language code we know."""
    if code not in CODES:
        raise advice(f"write one of {', '.join(CODES)}")
    return code


def with_english(texts: dict[str, str]) -> dict[str, str]:
    """Texts by language, English among them."""
    if DEFAULT not in texts:
        raise sentence(f"has no English text; add a line '{DEFAULT}: …'")
    return texts


def rupees(value: object) -> Money:
    """249 or "249.50"; never a float."""
    if isinstance(value, float) and value > 0:
        raise advice(f'write rupees as {int(value)} or "{value:.2f}"')
    if type(value) is int or isinstance(value, str):
        try:
            return Money.rupees(str(value).strip())
        except ValueError:
            pass
    raise advice('write rupees as 249 or "249.50", without ₹ and commas')


def price(money: Money) -> Money:
    """More than nothing, and no slip of the key."""
    if not ZERO < money <= MAX_PRICE:
        raise advice(f"write a price above ₹0 and up to {MAX_PRICE}")
    return money


def amount(value: object) -> Amount:
    """ "25 kg"; nothing at all is "0 g"."""
    found = read_amount(value) if isinstance(value, str) else None
    if found is None:
        raise advice("write an amount with its unit, such as 250 g, 1 kg or 6 pieces")
    return found


def pack(found: Amount) -> Amount:
    """An amount that is sold: more than nothing."""
    if found.size == 0:
        raise advice("write a pack that holds something")
    return found


def number_up_to(bound: int) -> Callable[[object], str]:
    """A check for a whole number or a quoted decimal from 0 to `bound`."""

    def check(value: object) -> str:
        text = value.strip() if isinstance(value, str) else str(digits(value))
        if isinstance(value, float) or not _NUMBER.fullmatch(text) or float(text) > bound:
            raise advice(f'write a number from 0 to {bound}, a decimal in quotes: "2.1"')
        return text

    return check


def gstin_digit(first: str) -> str:
    """The check digit of a GSTIN's first 14 characters: Luhn's sum in base 36."""
    products = [_BASE36.index(letter) * (1 + place % 2) for place, letter in enumerate(first)]
    return _BASE36[-sum(product // 36 + product % 36 for product in products) % 36]


def gstin(text: str) -> str:
    """A GST number whose check digit is right."""
    if not _GSTIN.fullmatch(text):
        raise advice("write the 15 characters of the GST certificate, such as 29ABCDE1234F1ZW")
    if text[-1] != gstin_digit(text[:-1]):
        raise advice("one of its characters is wrong (the last one checks the others); copy it from the certificate")
    return text


def zone(name: str) -> str:
    """An IANA time zone."""
    if name not in _zones():
        raise advice(f"write a time zone such as Asia/Kolkata{did_you_mean(name, _zones())}")
    return name


def hours(text: str) -> str:
    """ "09:00-21:00" the right way round, or "closed"."""
    opening, _, closing = text.partition("-")
    if text != "closed" and not opening < closing:
        raise advice("write the opening time before the closing time; past midnight, close at 23:59")
    return text


def pincodes(value: object) -> tuple[int, int]:
    """The inclusive ends of "560001-560110"; one pincode alone is both."""
    found = _PINCODES.fullmatch(str(digits(value)).strip())
    if not found:
        raise advice('write two pincodes of six digits, such as "560001-560110"')
    low, high = int(found[1]), int(found[2] or found[1])
    if low > high:
        raise advice(f'write the lower pincode first: "{high}-{low}"')
    return low, high


def days(value: object) -> tuple[int, int]:
    """The fewest and the most days of a delivery."""
    match value:
        case (int(low), int(high)) if bool not in map(type, (low, high)) and 0 <= low <= high <= 60:
            return low, high
    raise advice("write the fewest and the most days, such as [1, 2], at most 60")
