"""A clock that is moved by hand, and sleepers that wake by it."""

import asyncio
from dataclasses import dataclass, field


@dataclass
class Time:
    """Seconds; `sleepers` wake when their time has come."""

    now: float = 0.0
    sleepers: list[tuple[float, asyncio.Future[None]]] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.now + seconds, woken))
        await woken

    async def passes(self, seconds: float) -> None:
        """Let so much time go by, waking everyone at their time."""
        end = self.now + seconds
        await settle()
        while due := [sleeper for sleeper in self.sleepers if sleeper[0] <= end]:
            first = min(due, key=lambda sleeper: sleeper[0])
            self.sleepers.remove(first)
            self.now = max(self.now, first[0])
            if not first[1].done():
                first[1].set_result(None)
            await settle()
        self.now = end


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(5):
        await asyncio.sleep(0)
