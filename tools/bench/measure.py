"""Turns through the whole engine: a text is accepted, and its first reply is handed to the channel."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.engine import Engine
from model.message import Address, Channel, Inbound
from model.rows import OutboxRow

_ANSWER_WITHIN = 30.0


class Answers:
    """The `Sender` that hears the replies: the first one after a message ends its turn."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[float]] = {}

    async def send(self, row: OutboxRow) -> None:
        """A reply is out."""
        waiting = self._waiting.pop(row.address.user, None)
        if waiting and not waiting.done():
            waiting.set_result(time.perf_counter())

    def expect(self, user: str) -> asyncio.Future[float]:
        """The moment at which the next reply to this user is out."""
        self._waiting[user] = asyncio.get_running_loop().create_future()
        return self._waiting[user]


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of each turn and of the whole."""

    turns: list[float]
    wall: float

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.turns)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1e3

    @property
    def rate(self) -> float:
        """Turns a second."""
        return len(self.turns) / self.wall


class Load:
    """Conversations that write their next message when the last was answered."""

    def __init__(self, engine: Engine, answers: Answers, texts: Iterator[str]) -> None:
        self._engine, self._answers, self._texts = engine, answers, texts
        self._people = 0

    async def turn(self, user: str, number: int) -> float:
        """One message; seconds until its first reply is out."""
        inbound = Inbound(Address(Channel.TERMINAL, "bench", user), str(number), next(self._texts))
        answered = self._answers.expect(user)
        started = time.perf_counter()
        await self._engine.accept(inbound)
        return await asyncio.wait_for(answered, _ANSWER_WITHIN) - started

    async def conversation(self, turns: int) -> list[float]:
        """Seconds of each turn of a new conversation."""
        self._people += 1
        user = f"person-{self._people}"
        return [await self.turn(user, number) for number in range(turns)]

    async def side_by_side(self, conversations: int, turns: int) -> Figures:
        """So many conversations at once, each of so many turns."""
        started = time.perf_counter()
        spent = await asyncio.gather(*(self.conversation(turns) for _ in range(conversations)))
        return Figures([seconds for one in spent for seconds in one], time.perf_counter() - started)


def memory_of(pid: int) -> float:
    """Megabytes that a process keeps in memory for itself and its share of what it shares (Linux: PSS)."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used (Linux: utime + stime, in ticks of 10 ms)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
