"""How a check says what to write instead."""

import re

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def advice(text: str) -> PydanticCustomError:
    """What to write instead: told as "price is 249.5; <text>"."""
    return PydanticCustomError("advice", "{text}", {"text": text})


def sentence(text: str) -> PydanticCustomError:
    """A reason that needs no value: told as "name <text>"."""
    return PydanticCustomError("sentence", "{text}", {"text": text})


def written(pattern: str, instead: str) -> AfterValidator:
    """A check that a text has a form, with the advice for one that has not."""
    form = re.compile(pattern, re.ASCII)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise advice(instead)
        return text

    return AfterValidator(check)


def one_of(*known: int) -> AfterValidator:
    """A check that a number is one of a few."""

    def check(number: int) -> int:
        if number not in known:
            raise advice(f"write one of {', '.join(map(str, known))}")
        return number

    return AfterValidator(check)
