"""What becomes of a message that was taken: sent, delivered, read, or failed; each is told by webhook."""

import asyncio
from collections.abc import Iterable
from typing import get_args

from sandbox.meta.chaos import Chaos
from sandbox.meta.customers import Customer
from sandbox.meta.despatch import Despatch
from sandbox.meta.ledger import Record
from sandbox.meta.media import MediaDesk
from sandbox.meta.messages import Asked
from sandbox.meta.updates import status
from sandbox.tasks import Tasks
from sandbox.telephone.entries import Json, Ticks
from sandbox.telephone.exchange import Exchange

_ORDER: tuple[Ticks, ...] = get_args(Ticks)


class Fates:
    """Brings messages on their way."""

    def __init__(self, exchange: Exchange, chaos: Chaos, despatch: Despatch, media: MediaDesk, tasks: Tasks) -> None:
        self._exchange = exchange
        self._chaos = chaos
        self._despatch = despatch
        self._media = media
        self._tasks = tasks

    def begin(self, record: Record, customer: Customer, shut: bool) -> None:
        """A message was taken; `shut`: the customer's window is closed and it may not go."""
        doom = 131047 if shut else self._doom(record.asked, customer)
        self._tasks.start(self._go(record, customer, doom))

    def deliver(self, records: Iterable[Record], customer: Customer) -> None:
        """The customer's telephone is on again: what was sent is delivered."""
        for record in records:
            if record.status == "sent":
                self._come(record, customer, "delivered")

    def read(self, records: Iterable[Record], customer: Customer) -> None:
        """The customer has seen these."""
        for record in records:
            self._come(record, customer, "read")

    def _doom(self, asked: Asked, customer: Customer) -> int | None:
        """The code with which the message will be reported failed, if it will."""
        if customer.absent:
            return 131026
        if customer.no_marketing and asked.category == "MARKETING":
            return 131050
        return self._chaos.next_undelivered()

    async def _go(self, record: Record, customer: Customer, doom: int | None) -> None:
        if doom is None and self._chaos.knobs.fetch_links:
            doom = await self._media_doom(record.asked.shown)
        if doom is not None:
            record.trouble = doom
            self._come(record, customer, "failed")
            return
        self._come(record, customer, "sent")
        await asyncio.sleep(self._chaos.knobs.deliver_ms / 1000)
        if customer.offline:
            return
        self._come(record, customer, "delivered")
        if self._chaos.knobs.read_ms:
            await asyncio.sleep(self._chaos.knobs.read_ms / 1000)
            self._come(record, customer, "read")

    async def _media_doom(self, shown: Json) -> int | None:
        found = [shown.get("media"), shown.get("header"), *(card["header"] for card in shown.get("cards", []))]
        for medium in found:
            if medium and "url" in medium and "mime" not in medium and await self._media.fetched(**_link(medium)):
                return 131053
        return None

    def _come(self, record: Record, customer: Customer, ticks: Ticks) -> None:
        if record.status in ("failed", "read") or record.status == ticks:
            return
        record.status = ticks
        trouble = "" if record.trouble is None else str(record.trouble)
        self._exchange.tick(record.id, ticks, trouble)
        asked, at = record.asked, self._exchange.clock()
        update = status(customer, record.id, at, ticks, asked.category, asked.tracker, record.trouble)
        self._despatch.tell(update)


def _link(medium: Json) -> dict[str, str]:
    return {"kind": medium["kind"], "link": medium["url"]}
