"""How often somebody may fail to sign in."""

from collections import deque
from collections.abc import Hashable
from datetime import datetime, timedelta

_KEPT = 10_000
"""Keys remembered; beyond that those whose time is over are forgotten."""


class Tries:
    """At most `most` tries in `span` for each key, counted when a try begins: many at once gain nothing."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._most, self._span = most, span
        self._tries: dict[Hashable, deque[datetime]] = {}

    def wait(self, key: Hashable, now: datetime) -> timedelta:
        """How long until another try is allowed; zero: now."""
        tries = self._live(key, now)
        return tries[0] + self._span - now if len(tries) >= self._most else timedelta()

    def count(self, key: Hashable, now: datetime) -> None:
        """A try begins."""
        if len(self._tries) >= _KEPT:
            self._forget_old(now)
        self._tries.setdefault(key, deque(maxlen=self._most)).append(now)

    def forgive(self, key: Hashable) -> None:
        """The latest try went well and does not count."""
        if self._tries.get(key):
            self._tries[key].pop()

    def clear(self, key: Hashable) -> None:
        """It went well: earlier failures no longer count."""
        self._tries.pop(key, None)

    def _live(self, key: Hashable, now: datetime) -> deque[datetime]:
        tries = self._tries.get(key, deque())
        while tries and tries[0] + self._span <= now:
            tries.popleft()
        return tries

    def _forget_old(self, now: datetime) -> None:
        for key in list(self._tries):
            if not self._live(key, now):
                del self._tries[key]
