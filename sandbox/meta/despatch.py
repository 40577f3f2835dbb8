"""Sends updates to the shop: in order for each customer, side by side for different ones, together where they wait."""

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass, field

from sandbox.meta.chaos import Chaos
from sandbox.meta.settings import MetaSettings
from sandbox.meta.updates import Update, webhook
from sandbox.postman import Letter, Postman
from sandbox.tasks import Tasks
from sandbox.telephone.exchange import Exchange

_LANES = 16
_SHUFFLING = 0.1


@dataclass(slots=True)
class _Lane:
    waiting: deque[Update] = field(default_factory=deque)
    busy: bool = False


class Despatch:
    """Gathers updates into webhooks as the knobs say, and ticks the customer's messages that the shop has taken."""

    def __init__(
        self, settings: MetaSettings, chaos: Chaos, postman: Postman, tasks: Tasks, exchange: Exchange
    ) -> None:
        self._settings = settings
        self._chaos = chaos
        self._postman = postman
        self._tasks = tasks
        self._exchange = exchange
        self._lanes = [_Lane() for _ in range(_LANES)]
        self._shape = 0

    def tell(self, update: Update) -> None:
        """Send it, without waiting for that."""
        if update.name in self._chaos.knobs.drop:
            return
        lane = self._lanes[hash(update.key) % _LANES]
        lane.waiting.append(update)
        if not lane.busy:
            lane.busy = True
            self._tasks.start(self._run(lane))

    async def _run(self, lane: _Lane) -> None:
        while lane.waiting:
            await self._gather()
            await self._postman.send([self._letter(self._batch(lane))])
        lane.busy = False

    async def _gather(self) -> None:
        knobs = self._chaos.knobs
        together = max(knobs.batch_ms / 1000, _SHUFFLING if knobs.shuffle else 0)
        if together:
            await asyncio.sleep(together)

    def _batch(self, lane: _Lane) -> list[Update]:
        knobs = self._chaos.knobs
        batch = [lane.waiting.popleft() for _ in range(min(knobs.batch, len(lane.waiting)))]
        return batch[::-1] if knobs.shuffle else batch

    def _letter(self, batch: list[Update]) -> Letter:
        self._shape += 1
        names = "+".join(dict.fromkeys(update.name for update in batch))
        written = [update.item["id"] for update in batch if update.name == "message"]

        def taken(_: str, __: bytes) -> None:
            for message_id in written:
                self._exchange.tick(message_id, "delivered")

        return Letter(secrets.token_hex(8), names, webhook(self._settings, batch, self._shape), taken=taken)
