"""What may be made to go wrong, on demand, as it does in real life: the part that all stand-ins share."""

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Generic, Literal, TypeVar

from sandbox.wanting import SettingsError

Way = Literal[429, 500, 502, 503, 504, "timeout", "cut"]
WAYS: tuple[Way, ...] = (429, 500, 502, 503, 504, "timeout", "cut")
Taker = tuple[Callable[[object], bool], str]
"""Whether a knob takes a value, and what it says that it takes."""


class ChaosError(Exception):
    """A knob that does not exist, or a value it cannot take."""


@dataclass(frozen=True, slots=True)
class Knobs:
    """All knobs at rest. Webhooks: `duplicate` sends each event twice (same id, same bytes), `shuffle` sends the events
    of one happening last first, `delay_ms` waits before the first attempt, `drop` names events never sent.

    The API: `slow_ms` is what work takes; the next `fail_next` calls (and beside them a random `fail_share` of all,
    0 to 1) whose `METHOD /path` contains `fail_match` go wrong in the way `fail_with` says: a status (429 refuses
    before any work, the others come after the work is done, or before with `fail_before`), `"timeout"` (no answer for
    `hold_ms`) or `"cut"` (connection closed without an answer).
    """

    duplicate: bool = False
    shuffle: bool = False
    delay_ms: int = 0
    drop: tuple[str, ...] = ()
    slow_ms: int = 0
    fail_next: int = 0
    fail_share: float = 0.0
    fail_with: Way = 500
    fail_match: str = ""
    fail_before: bool = False
    hold_ms: int = 60_000


K = TypeVar("K", bound=Knobs)


class Chaos(Generic[K]):
    """The knobs as they stand now. `takes` says what each may be turned to."""

    def __init__(self, knobs: K, takes: Mapping[str, Taker]) -> None:
        self.knobs = knobs
        self._at_start = knobs
        self._takes = takes

    def turn(self, changes: object) -> dict[str, Any]:
        """Change some knobs, leave the others; returns all. Raises `ChaosError`."""
        self.knobs = turned(self.knobs, changes, self._takes)
        return asdict(self.knobs)

    def rest(self) -> dict[str, Any]:
        """Back to how the sandbox was started; returns all knobs."""
        self.knobs = self._at_start
        return asdict(self.knobs)

    def next_failure(self, call: str) -> Way | None:
        """How `call` ("POST /v1/payment_links") shall go wrong, if it shall; counts it."""
        knobs = self.knobs
        if knobs.fail_match not in call:
            return None
        if knobs.fail_next:
            self.knobs = replace(knobs, fail_next=knobs.fail_next - 1)
            return knobs.fail_with
        return knobs.fail_with if knobs.fail_share and by_chance(knobs.fail_share) else None

    async def work(self) -> None:
        """Take as long as the knobs say that work takes."""
        if self.knobs.slow_ms:
            await asyncio.sleep(self.knobs.slow_ms / 1000)


def turned(knobs: K, changes: object, takes: Mapping[str, Taker]) -> K:
    """`knobs` with `changes` (a JSON object by knob name). Raises `ChaosError`."""
    if not isinstance(changes, dict):
        raise ChaosError("knobs come as a JSON object")
    names = {field.name for field in fields(knobs)}
    if unknown := sorted(changes.keys() - names):
        raise ChaosError(f"unknown knobs: {', '.join(unknown)}")
    return replace(knobs, **{name: _tamed(name, value, takes[name]) for name, value in changes.items()})


def knobs_from(env: Mapping[str, str], name: str, knobs: K, takes: Mapping[str, Taker]) -> K:
    """`knobs` as the JSON of the variable `name` turns them. Raises `SettingsError`."""
    try:
        return turned(knobs, json.loads(env.get(name) or "{}"), takes)
    except (ValueError, ChaosError) as error:
        raise SettingsError(f"{name}: {error}") from error


def by_chance(share: float) -> bool:
    """True in that share of all cases."""
    return secrets.randbelow(1_000_000) < share * 1_000_000


def one_of(*values: object) -> Taker:
    """Takes one of `values`."""
    return (lambda value: value in values), f"one of {', '.join(map(str, values))}"


def _tamed(name: str, value: object, taker: Taker) -> Any:
    takes, said = taker
    if not takes(value):
        raise ChaosError(f"{name} takes {said}")
    return tuple(value) if isinstance(value, list) else value


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


FLAG: Taker = (lambda value: isinstance(value, bool), "true or false")
COUNT: Taker = (_is_count, "a whole number, 0 or more")
SHARE: Taker = (_is_share, "a number from 0 to 1")
NAMES: Taker = (_is_names, "a list of event names")
TAKES: Mapping[str, Taker] = {
    "duplicate": FLAG,
    "shuffle": FLAG,
    "delay_ms": COUNT,
    "drop": NAMES,
    "slow_ms": COUNT,
    "fail_next": COUNT,
    "fail_share": SHARE,
    "fail_with": one_of(*WAYS),
    "fail_match": (lambda value: isinstance(value, str), "a piece of text"),
    "fail_before": FLAG,
    "hold_ms": COUNT,
}
