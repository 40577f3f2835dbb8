"""How fast may be sent: token buckets that make callers wait their turn, kept in this process.

Not one of the limiters of PyPI: those let a newcomer slip in before the ones who wait, and none can be told to pause.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

_TRIES = 8
"""So many of the least used keys are looked at for one that may be forgotten."""
_AT_ONCE = 1e-6
"""Waits shorter than this (seconds) are rounding."""


@dataclass(slots=True)
class _Bucket:
    """`full_at` is when it will be full again, `held_until` the end of a pause; the lock is the queue of callers."""

    full_at: float
    held_until: float
    callers: int = 0
    queue: asyncio.Lock = field(default_factory=asyncio.Lock)


class Rates:
    """Each key may do `burst` things at once and `per_second` in the long run; beyond that its callers wait.

    Keys do not wait for each other. At most `most` keys are remembered: the least recently used are forgotten, but
    none that somebody waits for and none that is held.
    """

    def __init__(
        self,
        per_second: float,
        burst: int,
        most: int = 20_000,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._every, self._burst, self._most = 1 / per_second, burst, most
        self._clock, self._sleep = clock, sleep
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def at_once(self, key: str) -> bool:
        """One more thing for this key, if nobody waits for it and it need not wait."""
        bucket = self._bucket(key)
        free = not bucket.callers and self._wait(bucket) <= _AT_ONCE
        if free:
            self._take(bucket)
        return free

    async def turn(self, key: str) -> None:
        """Wait, in the order asked, until this key may do one more thing.

        Whoever is cancelled while waiting has used nothing up, and the next in the queue takes their place.
        """
        bucket = self._bucket(key)
        bucket.callers += 1
        try:
            async with bucket.queue:
                while (wait := self._wait(bucket)) > _AT_ONCE:
                    await self._sleep(wait)
                self._take(bucket)
        finally:
            bucket.callers -= 1

    def _take(self, bucket: _Bucket) -> None:
        bucket.full_at = max(bucket.full_at, self._clock()) + self._every

    async def hold(self, key: str, seconds: float) -> None:
        """Nothing more for this key for so long; those who wait already wait longer. Never shortens an earlier hold."""
        bucket = self._bucket(key)
        bucket.held_until = max(bucket.held_until, self._clock() + seconds)

    def _wait(self, bucket: _Bucket) -> float:
        """Seconds until there is a token and no pause."""
        free_at = bucket.full_at - (self._burst - 1) * self._every
        return max(free_at, bucket.held_until) - self._clock()

    def _bucket(self, key: str) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            self._make_room()
            now = self._clock()
            bucket = self._buckets[key] = _Bucket(now, now)
        self._buckets.move_to_end(key)
        return bucket

    def _make_room(self) -> None:
        """Forget the least recently used key that nobody waits for; what is in use gets a second chance."""
        for _ in range(_TRIES):
            if len(self._buckets) < self._most:
                return
            key, oldest = self._buckets.popitem(last=False)
            if oldest.callers or oldest.held_until > self._clock():
                self._buckets[key] = oldest
