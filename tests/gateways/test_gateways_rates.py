"""Turns at sending: a burst at once, a steady rate after it, in the order asked, by a clock that is moved by hand."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.rates import Rates
from tests.gateways.hand_clock import Time


@dataclass
class Stand:
    """Callers of a limiter; `went` is who had a turn, and when."""

    rates: Rates
    time: Time
    went: list[tuple[float, str]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def ask(self, *keys: str) -> list[asyncio.Task[None]]:
        """One caller a key, in this order."""
        asked = [asyncio.create_task(self._take(key)) for key in keys]
        self.tasks += asked
        return asked

    async def _take(self, key: str) -> None:
        await self.rates.turn(key)
        self.went.append((self.time.now, key))

    @property
    def times(self) -> list[float]:
        return [round(at, 3) for at, _ in self.went]


Make = Callable[..., Stand]


@pytest.fixture
def make() -> Make:
    def made(per_second: float, burst: int, most: int = 20_000) -> Stand:
        time = Time()
        return Stand(Rates(per_second, burst, most, time, time.sleep), time)

    return made


async def test_a_burst_goes_at_once_and_the_rest_at_the_rate(make: Make) -> None:
    stand = make(per_second=0.5, burst=3)
    stand.ask(*"aaaaa")
    await stand.time.passes(10)
    assert [0, 0, 0, 2, 4] == stand.times


async def test_a_long_rest_gives_no_more_than_the_burst(make: Make) -> None:
    stand = make(per_second=1, burst=2)
    await stand.time.passes(3600)
    stand.ask(*"aaa")
    await stand.time.passes(0.5)
    assert [3600, 3600] == stand.times


async def test_who_need_not_wait_need_not_queue(make: Make) -> None:
    stand = make(per_second=1, burst=2)
    assert [True, True, False] == [stand.rates.at_once("a") for _ in range(3)]
    await stand.time.passes(1)
    assert stand.rates.at_once("a")


async def test_nobody_gets_in_before_those_who_wait(make: Make) -> None:
    stand = make(per_second=1, burst=1)
    stand.ask(*"aaa")
    await stand.time.passes(1.5)
    assert not stand.rates.at_once("a")
    await stand.time.passes(10)
    assert [0, 1, 2] == stand.times


async def test_while_a_key_is_held_nothing_goes_at_once(make: Make) -> None:
    stand = make(per_second=1, burst=5)
    await stand.rates.hold("a", 2)
    assert [False, True] == [stand.rates.at_once(key) for key in "ab"]


async def test_turns_come_in_the_order_asked(make: Make) -> None:
    stand = make(per_second=1, burst=1)
    order: list[int] = []

    async def take(number: int) -> None:
        await stand.rates.turn("a")
        order.append(number)

    tasks = [asyncio.create_task(take(number)) for number in range(5)]
    await stand.time.passes(1.5)
    tasks.append(asyncio.create_task(take(5)))
    await stand.time.passes(10)
    assert list(range(6)) == order


async def test_one_key_never_waits_for_another(make: Make) -> None:
    stand = make(per_second=0.001, burst=1)
    await stand.rates.hold("held", 1000)
    stand.ask("held", "a", "a", "a", "b")
    await stand.time.passes(1)
    assert [(0, "a"), (0, "b")] == stand.went
    _cancel(stand)


async def test_a_held_key_waits_and_so_do_those_who_wait_already(make: Make) -> None:
    stand = make(per_second=1, burst=1)
    stand.ask(*"aa")
    await stand.time.passes(0.5)
    await stand.rates.hold("a", 10)
    await stand.time.passes(20)
    assert [0, 10.5] == stand.times


async def test_a_shorter_hold_does_not_end_a_longer_one(make: Make) -> None:
    stand = make(per_second=10, burst=10)
    await stand.rates.hold("a", 10)
    await stand.rates.hold("a", 1)
    stand.ask("a")
    await stand.time.passes(20)
    assert [10] == stand.times


async def test_who_gives_up_uses_nothing_and_the_next_takes_the_place(make: Make) -> None:
    stand = make(per_second=1, burst=1)
    _, second, third, _ = stand.ask(*"aaaa")
    await stand.time.passes(0.5)
    second.cancel()
    third.cancel()
    await stand.time.passes(0.6)
    assert [0, 1] == stand.times
    assert not [task for task in stand.tasks if not task.done()]


async def test_the_least_used_keys_are_forgotten(make: Make) -> None:
    stand = make(per_second=0.001, burst=1, most=2)
    stand.ask("a", "b")
    await stand.time.passes(1)
    stand.ask("a", "c", "b")
    await stand.time.passes(1)
    assert ["a", "b", "c", "b"] == [key for _, key in stand.went]
    _cancel(stand)


async def test_a_key_that_is_held_or_waited_for_is_not_forgotten(make: Make) -> None:
    stand = make(per_second=0.1, burst=1, most=2)
    await stand.rates.hold("held", 30)
    stand.ask(*"aa")
    await stand.time.passes(1)
    stand.ask(*"bcdef", "held", "a")
    await stand.time.passes(60)
    assert [(0, "a"), (10, "a"), (20, "a")] == [turn for turn in stand.went if turn[1] == "a"]
    assert [30] == [at for at, key in stand.went if key == "held"]


@given(
    per_second=st.floats(0.01, 1000), burst=st.integers(1, 50), gaps=st.lists(st.floats(0, 10), min_size=1, max_size=60)
)
async def test_no_span_of_time_sees_more_than_burst_and_rate(per_second: float, burst: int, gaps: list[float]) -> None:
    time = Time()
    stand = Stand(Rates(per_second, burst, clock=time, sleep=time.sleep), time)
    for gap in gaps:
        stand.ask("a")
        await time.passes(gap)
    await time.passes(len(gaps) / per_second)
    at = [moment for moment, _ in stand.went]
    assert len(gaps) == len(at)
    for first in range(len(at)):
        for last in range(first, len(at)):
            allowed = burst + (at[last] - at[first]) * per_second
            assert last - first + 1 <= allowed + 1e-3


async def test_by_the_real_clock_nobody_waits_within_the_burst() -> None:
    rates = Rates(0.001, 100)
    async with asyncio.timeout(5):
        await asyncio.gather(*(rates.turn("a") for _ in range(100)))


def _cancel(stand: Stand) -> None:
    for task in stand.tasks:
        task.cancel()
