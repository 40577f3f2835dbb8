"""Token buckets: a burst at once, a steady rate after it, and no memory that grows."""

from dataclasses import dataclass

import pytest

from webhooks.limits import Buckets, counted


@dataclass
class Clock:
    """Seconds, moved by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_let_through_and_then_the_rate() -> None:
    clock = Clock()
    buckets = Buckets(3, 2.0, clock=clock)
    assert [True, True, True, False] == [buckets.take("a") for _ in range(4)]
    clock.now += 0.4
    assert not buckets.take("a")
    clock.now += 0.2
    assert [True, False] == [buckets.take("a") for _ in range(2)]


def test_a_long_rest_gives_no_more_than_the_burst() -> None:
    clock = Clock()
    buckets = Buckets(2, 1.0, clock=clock)
    clock.now += 3600
    assert [True, True, False] == [buckets.take("a") for _ in range(3)]


def test_keys_do_not_share() -> None:
    buckets = Buckets(1, 0.0)
    assert [True, True, False] == [buckets.take(key) for key in ("a", "b", "a")]


def test_the_least_used_key_is_forgotten_first() -> None:
    buckets = Buckets(1, 0.0, most=2)
    for key in ("a", "b", "a", "c"):
        buckets.take(key)
    assert not buckets.take("a")
    assert buckets.take("b")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:4860:4860::8888", "2001:4860:4860::1:2:3", True),
        ("2001:4860:4860::1", "2001:4860:4861::1", False),
        ("8.8.8.8", "8.8.4.4", False),
        ("::ffff:8.8.8.8", "::ffff:8.8.4.4", False),
        ("unix:a", "unix:b", False),
        (None, "", True),
    ],
)
def test_of_ipv6_a_customers_whole_network_counts_as_one(one: str | None, other: str, same: bool) -> None:
    assert same == (counted(one) == counted(other))
