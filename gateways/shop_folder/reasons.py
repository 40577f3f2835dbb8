"""What pydantic found, in the words of a shop owner."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateways.shop_folder.problems import did_you_mean, nearest, shown
from gateways.shop_folder.sheet import Loc, Sheet

_ADVICE = {
    "advice": "{text}",
    "bool_type": "write true or false",
    "date_type": "write a day of the calendar as 2026-01-31",
    "dict_type": "write lines 'key: value' under it",
    "greater_than_equal": "write at least {ge}",
    "int_type": "write a whole number",
    "less_than_equal": "write at most {le}",
    "literal_error": "write {expected}",
    "model_type": "write lines 'key: value' under it",
    "string_too_long": "write at most {max_length} letters",
    "string_too_short": "write a text",
    "string_type": "write a text, in quotes if it looks like a number, a day or yes and no",
    "too_short": "write at least one item",
    "tuple_type": "write a list: items in [ ], or a line each that begins with '- '",
}


def reasons(error: ValidationError, model: type[BaseModel], sheet: Sheet, base: Loc) -> Iterator[tuple[int, str]]:
    """Lines and reasons. `base` is where the entry stands that `model` refused."""
    found = error.errors(include_url=False)
    meant = set(_meant(found, model))
    for detail in found:
        if detail["type"] != "missing" or detail["loc"] not in meant:
            loc = (*base, *detail["loc"])
            yield sheet.line(loc), _reason(detail, model)


def _meant(found: Iterable[ErrorDetails], model: type[BaseModel]) -> Iterator[Loc]:
    """The keys that misspelt ones stand for: that they are missing need not be told."""
    for detail in found:
        if detail["type"] == "extra_forbidden":
            *outer, key = detail["loc"]
            if near := nearest(str(key), _keys(model, outer)):
                yield *outer, near


def _reason(detail: ErrorDetails, model: type[BaseModel]) -> str:
    loc, kind = detail["loc"], detail["type"]
    context: Mapping[str, Any] = detail.get("ctx", {})
    if kind == "missing":
        return f"'{_label(loc)}' is missing; add it here"
    if kind == "extra_forbidden":
        return f"unknown key {shown(loc[-1])}{did_you_mean(str(loc[-1]), _keys(model, loc[:-1]))}"
    if kind == "sentence":
        return f"{_label(loc)} {context['text']}"
    instead = _ADVICE[kind].format_map(context) if kind in _ADVICE else detail["msg"]
    return f"{_label(loc)} is {shown(detail['input'])}; {instead}"


def _label(loc: Loc) -> str:
    """ "name.hi", or "aliases, item 3"."""
    if loc and loc[-1] == "[key]":
        return f"a language of {_label(loc[:-2])}"
    keys = ".".join(part for part in loc if isinstance(part, str))
    items = [f"item {part + 1}" for part in loc if isinstance(part, int)]
    return ", ".join([keys, *items]) or "the entry"


def _keys(model: type[BaseModel], loc: Iterable[str | int]) -> Iterable[str]:
    """The keys that the map at `loc` may have."""
    for part in loc:
        inner = model.model_fields[str(part)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return model.model_fields
