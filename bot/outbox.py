"""Replies go out: in order within a conversation, retried while that is worth it, kept when it is not."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.parts import Parts
from model.errors import Fault, Refused, Unavailable
from model.rows import OutboxRow

log = structlog.get_logger()

_PAGE = 200
_LONGEST_WAIT = 300.0


class Outbox:
    """Delivers committed replies of this process at once, and what else is due when asked to look."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._under_way: set[int] = set()
        self._turns: dict[int, asyncio.Lock] = {}

    async def deliver(self, rows: Sequence[OutboxRow]) -> None:
        """Send these rows, conversation by conversation."""
        mine = [row for row in rows if row.id not in self._under_way and row.address.channel in self._parts.senders]
        self._under_way.update(row.id for row in mine)
        try:
            by_conversation: dict[int, list[OutboxRow]] = {}
            for row in mine:
                by_conversation.setdefault(row.conversation_id, []).append(row)
            await asyncio.gather(*(self._in_order(rows) for rows in by_conversation.values()))
        finally:
            self._under_way.difference_update(row.id for row in mine)

    async def deliver_due(self) -> None:
        """Send what is due: left over from before a crash, written by another process, or to be tried again."""
        now = self._parts.clock()
        due = await self._parts.store.transact(lambda uow: uow.outbox.due(now, _PAGE))
        await self.deliver(due)

    async def _in_order(self, rows: list[OutboxRow]) -> None:
        lock = self._turns.setdefault(rows[0].conversation_id, asyncio.Lock())
        async with lock:
            sent: list[int] = []
            for row in rows:
                if not await self._send(row):
                    break
                sent.append(row.id)
            if sent:
                await self._parts.store.transact(lambda uow: uow.outbox.sent(sent))
        if not lock.locked():
            self._turns.pop(rows[0].conversation_id, None)

    async def _send(self, row: OutboxRow) -> bool:
        """Whether it went, or never will: either way the next may go."""
        try:
            await self._parts.senders[row.address.channel].send(row)
        except Unavailable as down:
            await self._again(row, down.retry_after)
            return False
        except (Refused, Fault) as never:
            log.warning("send_impossible", outbox=row.id, channel=row.address.channel.value)
            reason = str(never)
            await self._parts.store.transact(lambda uow: uow.outbox.dead(row.id, reason))
        return True

    async def _again(self, row: OutboxRow, seconds: float) -> None:
        wait = min(seconds * 2**row.attempts, _LONGEST_WAIT)
        at = self._parts.clock() + timedelta(seconds=wait)
        await self._parts.store.transact(lambda uow: uow.outbox.retry(row.id, at))
