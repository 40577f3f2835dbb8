"""Names, phones and streets as customers give them."""

import re

import phonenumbers

from model.errors import Refused

_UNSEEN = re.compile(r"[\u0000-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_LETTER = re.compile(r"[^\W\d_]", re.UNICODE)


def tidy(text: str, limit: int) -> str:
    """One line without control and direction marks, at most `limit` characters; joiners, which spell words, stay."""
    return " ".join(_UNSEEN.sub(" ", text).split())[:limit].strip()


def read_name(text: str) -> str:
    """A person's name, at most 60 characters. Raises Refused("name_invalid")."""
    name = tidy(text, 60)
    if len(_LETTER.findall(name)) < 2 or any(c.isdigit() for c in name):
        raise Refused("name_invalid")
    return name


def read_phone(text: str) -> str:
    """A valid number as E.164; Indian where no country is given. Raises Refused("phone_invalid")."""
    try:
        number = phonenumbers.parse(tidy(text, 40), "IN")
    except phonenumbers.NumberParseException as error:
        raise Refused("phone_invalid") from error
    if not phonenumbers.is_valid_number(number):
        raise Refused("phone_invalid")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_street(text: str) -> str:
    """House and street, 6 to 200 characters. Raises Refused("street_invalid")."""
    street = tidy(text, 200)
    if len(street) < 6 or len(_LETTER.findall(street)) < 3:
        raise Refused("street_invalid")
    return street


def same_country(phone: str, other: str) -> bool:
    """Whether two E.164 numbers begin with the same country's code."""
    return phonenumbers.parse(phone).country_code == phonenumbers.parse(other).country_code
