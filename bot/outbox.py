"""Replies go out: in order within a conversation, retried while that is worth it, kept when it is not."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import orjson
import structlog

from bot import deliveries
from bot.parts import Parts, wait_before
from model.delivery import TEMPLATE, window_open
from model.errors import Fault, Refused, Unavailable, Undeliverable
from model.message import Progress, Sent, Trouble
from model.rows import OutboxRow
from shop.proofs import GOOD_FOR, MASK
from shop.work import Work

log = structlog.get_logger()
T = TypeVar("T")

_PAGE = 200
_AFTER_A_DEFECT = 5.0
_LOOK_WAITS = 1.0
"""Seconds that a look waits for what it sends."""
_WHILE_DOWN = 60.0
"""Seconds between tries at an account that lets nothing through."""
_MARK_WAITS = (0.2, 1.0, 3.0)
"""Seconds between tries to mark what went while the database takes nothing: unmarked, it would go once more."""
_MOST_TRIES = 300
_JITTER = 1.25
"""Tries after an outage are spread by up to a quarter."""


class Outbox:
    """Delivers committed replies of this process at once, and what else is due when asked to look."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._under_way: set[int] = set()
        self._ended: set[int] = set()
        """Rows no longer under way since the last look began: that look may still have read them as due."""
        self._left: dict[int, set[int]] = {}
        """By conversation, its rows that are being sent or that a later look will send: later ones wait for them."""
        self._stopped: dict[tuple[str, str], datetime] = {}
        """Accounts whose token or number no longer works, and when they are tried again."""
        self._late: set[asyncio.Future[None]] = set()
        """Deliveries that a look began: one that is slow does not keep the next look waiting."""
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
            going = (self._in_order(rows) for rows in by_conversation.values())
            ends = await asyncio.gather(*going, return_exceptions=True)
        finally:
            self._under_way -= ids
            self._ended |= ids
        for error in ends:  # only now: while the others were under way no look might send their rows as well
            if error:
                raise error

    async def deliver_due(self) -> None:
        """Send what is due: left over from before a crash, written by another process, or to be tried again."""
        self._ended.clear()
        now = self._parts.clock()
        channels = list(self._parts.senders)
        due = await self._parts.store.transact(lambda uow: uow.outbox.due(now, _PAGE, channels))
        first = {row.conversation_id: row.id for row in reversed(due)}
        kept = ((talk, {row for row in left if row >= first.get(talk, 0)}) for talk, left in self._left.items())
        self._left = {talk: left for talk, left in kept if left}
        fresh = [row for row in due if row.id not in self._ended]
        going = asyncio.ensure_future(self.deliver(fresh))
        self._late.add(going)
        going.add_done_callback(self._late.discard)
        await asyncio.wait({going}, timeout=_LOOK_WAITS)

    async def take_up(self) -> None:
        """What was left from before: replies made from now on go after it."""
        left = await self._parts.store.transact(lambda uow: uow.outbox.left())
        self._left = {talk: set(rows) for talk, rows in left.items()}

    def expect(self, rows: Sequence[OutboxRow]) -> None:
        """These a later look will send: replies made from now on go after them."""
        for row in rows:
            if row.address.channel in self._parts.senders:
                self._left.setdefault(row.conversation_id, set()).add(row.id)

    async def close(self) -> None:
        """Wait for what is being sent."""
        await asyncio.gather(*self._late, return_exceptions=True)

    async def _in_order(self, rows: list[OutboxRow]) -> None:
        lock = self._turns.setdefault(rows[0].conversation_id, asyncio.Lock())
        async with lock:
            sent: list[int] = []
            self._left.setdefault(rows[0].conversation_id, set()).update(row.id for row in rows)
            try:
                for row in rows:
                    if not self._is_behind(row):
                        await self._send(row, sent)
            finally:
                await self._mark(sent)

    async def _mark(self, sent: list[int]) -> None:
        """What went is marked whatever else happened, and even if we are being stopped."""
        if sent:
            await asyncio.shield(self._surely(lambda work: work.uow.outbox.sent(sent)))

    async def _surely(self, mark: Callable[[Work], T]) -> T:
        """Mark what went, though the database has to be waited for. Raises Unavailable after a while."""
        for wait in _MARK_WAITS:
            try:
                return await self._parts.transact("bot", mark, first=True)
            except Unavailable:
                log.warning("mark_waits")
                await asyncio.sleep(wait)
        return await self._parts.transact("bot", mark, first=True)

    def _is_behind(self, row: OutboxRow) -> bool:
        return any(row_id < row.id for row_id in self._left.get(row.conversation_id, ()))

    async def _send(self, row: OutboxRow, sent: list[int]) -> bool:
        """Whether it went, or never will: either way the next may go."""
        stopped = self._stopped_for(row)
        if stopped:
            return await self._again(row, stopped)
        shaped = self._shaped(row)
        if self._is_stale_code(row) or await self._is_settled(row):
            sent.append(row.id)
        elif shaped is None:
            await self._never(row, Trouble.WINDOW_CLOSED)
        elif not await self._try(shaped, sent):
            return False
        self._left.get(row.conversation_id, set()).discard(row.id)
        return True

    def _is_stale_code(self, row: OutboxRow) -> bool:
        """A code that opens nothing any more is not sent: the customer asks for a new one in the web chat."""
        stale = bool(row.content.get("proof")) and self._parts.clock() >= row.at + GOOD_FOR
        if stale:
            log.warning("code_too_late", outbox=row.id, channel=row.address.channel.value)
        return stale

    async def _is_settled(self, row: OutboxRow) -> bool:
        """Whether the rest of it need not go: only where something of it went may anything have been told of that."""
        begun = row.parts or row.resends
        return bool(begun) and await self._parts.store.transact(lambda uow: uow.outbox.settled(row))

    async def _try(self, row: OutboxRow, sent: list[int]) -> bool:
        """The same for a row in the form in which it may go."""
        try:
            await self._all_parts(row, sent)
        except Unavailable as down:
            return await self._later(row, down)
        except Undeliverable as never:
            return await self._undeliverable(row, never, sent)
        except (Refused, Fault) as never:
            await self._never(row, Trouble.REFUSED, str(never))
        except Exception:
            log.exception("send_broke", outbox=row.id, channel=row.address.channel.value)
            return await self._again(row, _AFTER_A_DEFECT)
        else:
            self._stopped.pop(_account(row), None)
        return True

    async def _all_parts(self, row: OutboxRow, sent: list[int]) -> None:
        """One after the other, each marked before the next: what went once does not go again."""
        while True:
            done = await self._parts.senders[row.address.channel].send(row)
            if done is None:
                sent.append(row.id)
                return
            if row.resends:  # this part alone was to go again
                done = replace(done, more=False)
            await asyncio.shield(self._went(row, done))
            if not done.more:
                return
            row = replace(row, parts=row.parts + 1)

    async def _went(self, row: OutboxRow, done: Sent) -> None:
        def mark(work: Work) -> deliveries.Heeded:
            heeded, delivery = deliveries.Heeded(), work.uow.outbox.went(row, done, work.now)
            if delivery.progress is Progress.FAILED:
                deliveries.failed(work, delivery, heeded)
            return heeded

        heeded = await self._surely(mark)
        self.expect([*heeded.rows, *heeded.later])
        await deliveries.show(self._parts.live, row.conversation_id)

    async def _undeliverable(self, row: OutboxRow, never: Undeliverable, sent: list[int]) -> bool:
        """What the provider's refusal asks for: another form, a pause of the whole account, or nothing more."""
        if never.trouble is Trouble.CHANNEL_DOWN:
            self._stop(row, never.code)
            return await self._again(row, _WHILE_DOWN)
        instead = _as_template(row) if never.trouble is Trouble.WINDOW_CLOSED else None
        if instead and row.content["kind"] != TEMPLATE:
            return await self._stand_in(row, instead, sent)
        await self._never(row, never.trouble, str(never))
        return True

    async def _stand_in(self, row: OutboxRow, instead: OutboxRow, sent: list[int]) -> bool:
        """The template, unless the failure of an earlier part has sent it off already."""
        if await self._parts.store.transact(lambda uow: uow.outbox.settled(row)):
            sent.append(row.id)
            return True
        return await self._try(instead, sent)

    def _shaped(self, row: OutboxRow) -> OutboxRow | None:
        """The row as it may go now: whole, or as its template; None where neither may. Codes are put in here.

        Where the window closed between two parts, the template follows what went of the reply. It tells the whole in
        one short message, so that its beginning is told twice, in other words; but half a reply tells nothing for
        certain, and what stands in the rest nobody would learn. Without a template the rest is a letter.
        """
        if row.content.get("proof") and self._parts.codes:
            code = self._parts.codes.code(row.content["proof"])
            row = replace(row, content=with_code(row.content, code))
        is_open = window_open(row.address.channel, row.wrote_at, self._parts.clock())
        return row if is_open and row.form != TEMPLATE else _as_template(row)

    def _stop(self, row: OutboxRow, code: str) -> None:
        account = _account(row)
        log.error("channel_down", channel=account[0], code=code)
        self._stopped[account] = self._parts.clock() + timedelta(seconds=_WHILE_DOWN)

    def _stopped_for(self, row: OutboxRow) -> float:
        """Seconds until this row's account is tried again; 0 where it works."""
        until = self._stopped.get(_account(row))
        return max(0.0, (until - self._parts.clock()).total_seconds()) if until else 0.0

    @property
    def stopped(self) -> list[str]:
        """Channels with an account that the provider lets send nothing."""
        return sorted({channel for channel, _ in self._stopped})

    async def _never(self, row: OutboxRow, trouble: Trouble, reason: str = "") -> None:
        log.warning("send_impossible", outbox=row.id, channel=row.address.channel.value, trouble=trouble.value)

        def end(work: Work) -> None:
            deliveries.bury(work, row, trouble, reason or str(trouble))

        await self._parts.transact("bot", end)
        await deliveries.show(self._parts.live, row.conversation_id)

    async def _later(self, row: OutboxRow, down: Unavailable) -> bool:
        """Again after a while, for about a day: what nobody took by then is news no more."""
        if row.attempts >= _MOST_TRIES:
            await self._never(row, Trouble.REFUSED, f"no end of trouble: {down.what}")
            return True
        return await self._again(row, down.retry_after)

    async def _again(self, row: OutboxRow, seconds: float) -> bool:
        wait = wait_before(seconds, row.attempts) * random.uniform(1.0, _JITTER)  # noqa: S311 - spreads, hides nothing
        at = self._parts.clock() + timedelta(seconds=wait)
        await self._parts.store.transact(lambda uow: uow.outbox.retry(row.id, at))
        return False


def _account(row: OutboxRow) -> tuple[str, str]:
    return row.address.channel.value, row.address.account


def _as_template(row: OutboxRow) -> OutboxRow | None:
    """The row as the template that stands for it, whole whatever part was next; None where none does."""
    template = row.content.get("template")
    if template is None:
        return None
    content = {"kind": TEMPLATE, "text": row.content["text"], "template": template}
    return replace(row, content=content, form=TEMPLATE, parts=0)


def with_code(content: Mapping[str, Any], code: str) -> dict[str, Any]:
    """The content with the code in place of its mask."""
    filled: dict[str, Any] = orjson.loads(orjson.dumps(content).replace(MASK.encode(), code.encode()))
    return filled
