"""Replies go out: in order within a conversation, retried while that is worth it, kept when it is not."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from weakref import WeakValueDictionary

import structlog

from bot.parts import Parts, wait_before
from model.errors import Fault, Refused, Unavailable
from model.rows import OutboxRow

log = structlog.get_logger()

_PAGE = 200
_AFTER_A_DEFECT = 5.0


class Outbox:
    """Delivers committed replies of this process at once, and what else is due when asked to look."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._under_way: set[int] = set()
        self._ended: set[int] = set()
        """Rows no longer under way since the last look began: that look may still have read them as due."""
        self._waiting: dict[int, int] = {}
        """Conversation -> its row that will be tried again; those after it wait for it."""
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def deliver(self, rows: Sequence[OutboxRow]) -> None:
        """Send these rows, conversation by conversation."""
        mine = [row for row in rows if row.id not in self._under_way and row.address.channel in self._parts.senders]
        ids = {row.id for row in mine}
        self._under_way |= ids
        try:
            by_conversation: dict[int, list[OutboxRow]] = {}
            for row in mine:
                by_conversation.setdefault(row.conversation_id, []).append(row)
            await asyncio.gather(*(self._in_order(rows) for rows in by_conversation.values()))
        finally:
            self._under_way -= ids
            self._ended |= ids

    async def deliver_due(self) -> None:
        """Send what is due: left over from before a crash, written by another process, or to be tried again."""
        self._ended.clear()
        now = self._parts.clock()
        channels = list(self._parts.senders)
        due = await self._parts.store.transact(lambda uow: uow.outbox.due(now, _PAGE, channels))
        first = {row.conversation_id: row.id for row in reversed(due)}
        self._waiting = {talk: row_id for talk, row_id in self._waiting.items() if first.get(talk, row_id) <= row_id}
        await self.deliver([row for row in due if row.id not in self._ended])

    async def _in_order(self, rows: list[OutboxRow]) -> None:
        lock = self._turns.setdefault(rows[0].conversation_id, asyncio.Lock())
        async with lock:
            sent: list[int] = []
            try:
                for row in rows:
                    if self._is_behind(row) or not await self._send(row, sent):
                        break
            finally:
                await self._mark(sent)

    async def _mark(self, sent: list[int]) -> None:
        """What went is marked whatever else happened, and even if we are being stopped."""
        if sent:
            await asyncio.shield(self._parts.store.transact(lambda uow: uow.outbox.sent(sent)))

    def _is_behind(self, row: OutboxRow) -> bool:
        return self._waiting.get(row.conversation_id, row.id) < row.id

    async def _send(self, row: OutboxRow, sent: list[int]) -> bool:
        """Whether it went, or never will: either way the next may go."""
        try:
            await self._parts.senders[row.address.channel].send(row)
        except Unavailable as down:
            return await self._again(row, down.retry_after)
        except (Refused, Fault) as never:
            await self._never(row, str(never))
        except Exception:
            log.exception("send_broke", outbox=row.id, channel=row.address.channel.value)
            return await self._again(row, _AFTER_A_DEFECT)
        else:
            sent.append(row.id)
        self._waiting.pop(row.conversation_id, None)
        return True

    async def _never(self, row: OutboxRow, reason: str) -> None:
        log.warning("send_impossible", outbox=row.id, channel=row.address.channel.value)
        await self._parts.store.transact(lambda uow: uow.outbox.dead(row.id, reason))

    async def _again(self, row: OutboxRow, seconds: float) -> bool:
        self._waiting[row.conversation_id] = row.id
        at = self._parts.clock() + timedelta(seconds=wait_before(seconds, row.attempts))
        await self._parts.store.transact(lambda uow: uow.outbox.retry(row.id, at))
        return False
