"""News of providers: how far messages of ours came, what customers wish, what became of an account."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot import deliveries
from bot.outbox import Outbox
from bot.parts import Parts
from model.delivery import moves
from model.errors import Unavailable
from model.message import Arrival, Inbound, Progress, Status
from model.rows import OutboxRow

log = structlog.get_logger()
Send = Callable[[list[OutboxRow]], Awaitable[None]]


class News:
    """Heeds news in the order in which it came: what comes while some is being stored is then stored together.

    A busy shop is told of its messages several times as often as it is written to, each time by a webhook of its own.
    """

    def __init__(self, parts: Parts, outbox: Outbox, send: Send) -> None:
        self._parts, self._outbox, self._send = parts, outbox, send
        self._waiting: list[Arrival] = []
        self._under_way: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def heed(self, news: Sequence[Arrival]) -> None:
        """Returns when it is stored for good. Raises Unavailable; what a defect of ours breaks is left out."""
        self._waiting += news
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._under_way))
        await asyncio.shield(self._next)

    async def close(self) -> None:
        """Wait for what is being stored."""
        tasks = [task for task in (self._under_way, self._next) if task]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _after(self, before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.wait({before})
        news, self._waiting = self._waiting, []
        self._under_way, self._next = self._next, None
        await self._heed(folded(news))

    async def _heed(self, news: Sequence[Arrival]) -> None:
        """One that a defect of ours keeps from being heeded is left out: it must not keep the others."""
        try:
            await self._heed_all(news)
        except Unavailable:
            raise
        except Exception:
            log.exception("news_failed", kinds=sorted({type(one).__name__ for one in news}))
            for one in news if len(news) > 1 else ():
                await self._heed([one])

    async def _heed_all(self, news: Sequence[Arrival]) -> None:
        heeded = await self._parts.transact("provider", lambda work: deliveries.take(work, news), first=True)
        self._outbox.expect(heeded.later)
        await self._send(heeded.rows)
        for conversation_id in heeded.moved:
            await deliveries.show(self._parts.live, conversation_id)


def among(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """What is neither a message nor known already: that a message was sent, we know since its provider took it."""
    return [one for one in arrivals if not isinstance(one, Inbound) and not _says_sent(one)]


def _says_sent(one: Arrival) -> bool:
    return isinstance(one, Status) and one.progress is Progress.SENT


def folded(news: Sequence[Arrival]) -> list[Arrival]:
    """Of several reports on one message the one that tells most, where the first of them stood."""
    kept: dict[object, Arrival] = {}
    for place, one in enumerate(news):
        key = (one.channel, one.account, one.provider_id) if isinstance(one, Status) else place
        known = kept.get(key)
        if not (isinstance(known, Status) and isinstance(one, Status)) or moves(known.progress, one.progress):
            kept[key] = one
    return list(kept.values())
