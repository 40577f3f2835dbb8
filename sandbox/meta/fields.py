"""Reading single fields of a message's JSON, refusing as Meta does.

`where` is how Meta names the place of a field: `interactive['action']`.
"""

from collections.abc import Iterable
from typing import Any

from sandbox.meta.errors import GraphError, invalid, missing, parameter

Json = dict[str, Any]


def known(value: object, where: str, names: frozenset[str]) -> Json:
    """`value`, if it is an object with no other keys than `names`."""
    if not isinstance(value, dict):
        raise (
            missing(f"Parameter '{where}' is mandatory")
            if value is None
            else parameter(f"Param {where} must be a JSON object.")
        )
    for key in value:
        if key not in names:
            raise parameter(f'Unexpected key "{key}" on param "{where}".')
    return value


def items(holder: Json, name: str, where: str) -> list[Any]:
    """The list of that name. Raises `GraphError` where there is none."""
    value = holder.get(name)
    if value is None:
        raise missing(f"Parameter '{name}' of {where} is mandatory")
    if not isinstance(value, list):
        raise parameter(f"Param {where}['{name}'] must be an array.")
    return value


def text(holder: Json, name: str, where: str, most: int, *, needed: bool = True) -> str:
    """A text of 1 to `most` characters; "" where it may be absent and is."""
    value = holder.get(name)
    if value is None:
        if needed:
            raise missing(f"Parameter '{name}' of {where} is mandatory")
        return ""
    if not isinstance(value, str):
        raise parameter(f"Param {where}['{name}'] must be a string.")
    if not value.strip() or units(value) > most:
        raise invalid(f"{where}['{name}'] length invalid. Min length: 1, Max length: {most}")
    return value


def units(words: str) -> int:
    """The length in UTF-16 units, in which Meta's own programs count: the strictest reading of its limits."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def number(holder: Json, name: str, where: str, most: float) -> float:
    """A number from -most to most, which Meta takes as text too."""
    value = holder.get(name)
    if value is None:
        raise missing(f"Parameter '{name}' of {where} is mandatory")
    try:
        read = float(value)
    except (TypeError, ValueError):
        raise parameter(f"Param {where}['{name}'] must be a number.") from None
    if not -most <= read <= most:
        raise invalid(f"{where}['{name}'] is out of range")
    return read


def count(found: int, least: int, most: int, what: str) -> None:
    """Raises `GraphError` unless there are `least` to `most` of `what`."""
    if not least <= found <= most:
        raise invalid(f"Invalid {what} count. Min allowed {what}: {least}, Max allowed {what}: {most}")


def unique(values: Iterable[str], what: str) -> None:
    """Raises `GraphError` where one comes twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise invalid(f"Duplicated {what}: {value}")
        seen.add(value)


def one_of(value: object, where: str, allowed: Iterable[str]) -> str:
    """`value`, if it is allowed."""
    for name in allowed:
        if value == name:
            return name
    raise parameter(f'Param {where} must be one of {{{", ".join(allowed)}}} - got "{value}".')


def required(message: str) -> GraphError:
    """A top-level parameter is not there."""
    return parameter(f"The parameter {message} is required.")
