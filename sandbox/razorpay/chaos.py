"""What may be made to go wrong, on demand, as it does in real life."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

Way = Literal[429, 500, 502, 503, 504, "timeout", "cut"]
WAYS: tuple[Way, ...] = (429, 500, 502, 503, 504, "timeout", "cut")


class ChaosError(Exception):
    """A knob that does not exist, or a value it cannot take."""


@dataclass(frozen=True, slots=True)
class Knobs:
    """All knobs at rest. Webhooks: `duplicate` sends each event twice (same id, same bytes),
    `shuffle` sends the events of one happening last first, `delay_ms` waits before the first
    attempt, `drop` names events never sent, `old_secret` signs with the older webhook secret.

    Refunds: `refund_ms` until a refund is processed.

    The API: `slow_ms` is what creating a link or a refund takes; the next `fail_next` calls whose
    `METHOD /path` contains `fail_match` go wrong in the way `fail_with` says: a status (429 refuses
    before any work, the others come after the work is done), `"timeout"` (work done, no answer for
    `hold_ms`) or `"cut"` (work done, connection closed without an answer).
    """

    duplicate: bool = False
    shuffle: bool = False
    delay_ms: int = 0
    drop: tuple[str, ...] = ()
    old_secret: bool = False
    refund_ms: int = 2000
    slow_ms: int = 0
    fail_next: int = 0
    fail_with: Way = 500
    fail_match: str = ""
    hold_ms: int = 60_000


class Chaos:
    """The knobs as they stand now."""

    def __init__(self, knobs: Knobs) -> None:
        self.knobs = knobs
        self._at_start = knobs

    def turn(self, changes: object) -> dict[str, Any]:
        """Change some knobs, leave the others; returns all. Raises `ChaosError`."""
        self.knobs = turned(self.knobs, changes)
        return asdict(self.knobs)

    def rest(self) -> dict[str, Any]:
        """Back to how the sandbox was started; returns all knobs."""
        self.knobs = self._at_start
        return asdict(self.knobs)

    def next_failure(self, call: str) -> Way | None:
        """How `call` ("POST /v1/payment_links") shall go wrong, if it shall; counts it."""
        knobs = self.knobs
        if knobs.fail_next == 0 or knobs.fail_match not in call:
            return None
        self.knobs = replace(knobs, fail_next=knobs.fail_next - 1)
        return knobs.fail_with

    async def work(self) -> None:
        """Take as long as the knobs say that work takes."""
        await asyncio.sleep(self.knobs.slow_ms / 1000)


def turned(knobs: Knobs, changes: object) -> Knobs:
    """`knobs` with `changes` (a JSON object by knob name). Raises `ChaosError`."""
    if not isinstance(changes, dict):
        raise ChaosError("knobs come as a JSON object")
    names = {field.name for field in fields(Knobs)}
    if unknown := sorted(changes.keys() - names):
        raise ChaosError(f"unknown knobs: {', '.join(unknown)}")
    return replace(knobs, **{name: _tamed(name, value) for name, value in changes.items()})


def _tamed(name: str, value: object) -> Any:
    takes, said = _TAKES[name]
    if not takes(value):
        raise ChaosError(f"{name} takes {said}")
    return tuple(value) if isinstance(value, list) else value


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


_FLAG = (lambda value: isinstance(value, bool), "true or false")
_COUNT = (_is_count, "a whole number, 0 or more")
_TAKES: dict[str, tuple[Callable[[object], bool], str]] = {
    "duplicate": _FLAG,
    "shuffle": _FLAG,
    "delay_ms": _COUNT,
    "drop": (_is_names, "a list of event names"),
    "old_secret": _FLAG,
    "refund_ms": _COUNT,
    "slow_ms": _COUNT,
    "fail_next": _COUNT,
    "fail_with": (lambda value: value in WAYS, f"one of {', '.join(map(str, WAYS))}"),
    "fail_match": (lambda value: isinstance(value, str), "a piece of text"),
    "hold_ms": _COUNT,
}
