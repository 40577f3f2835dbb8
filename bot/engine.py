"""The bot at work: accepts, takes turns, delivers, carries out effects, watches the clock."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import structlog

from bot import handoff, news, notices, notify
from bot.background import Background
from bot.effects import Effects
from bot.inbox import Accepted, Lanes, accept
from bot.missed import ASK_EVERY, Missed
from bot.outbox import Outbox
from bot.parts import Parts
from bot.turn import Taken, hear_early, turn
from model.conversation import Holder, Memory
from model.errors import Conflict, Fault, HaatError, Unavailable
from model.message import Address, Arrival, Inbound, Line, Notice
from model.rows import NoticeRow, OutboxRow
from shop import payments, proofs
from shop.work import Work

log = structlog.get_logger()
T = TypeVar("T")

_PAGE = 200
_OUTBOX_EVERY = 1.0
_LOOK_EVERY = 5.0
"""Seconds between looks for work that no wake-up told of (another process's, a crashed one's, deferred)."""
_CLOCK_EVERY = 15.0
_FORGET_EVERY = 3600.0
_KEPT = timedelta(days=9)
"""Ids of messages and notices are kept so long; providers repeat theirs for up to 7 days."""
_STATUSES_KEPT = timedelta(days=90)


class Engine:
    """Start it, hand it what arrives, change things through it, stop it."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.outbox = Outbox(parts)
        self._lanes = Lanes(self._step)
        self._deliveries = Background()
        self._effects = Effects(parts, self._commit)
        self._news = news.News(parts, self.outbox, self._after)
        self._notices_due = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, *, beside: bool = False) -> None:
        """Take up what was left, then keep at it.

        `beside` a server: only replies of our own channels go out, and effects where we have the keys for them.
        """
        await self.outbox.take_up()
        self._repeat(self.outbox.deliver_due, _OUTBOX_EVERY)
        if self.parts.payments:
            self._repeat(self._carry_out, _LOOK_EVERY, self._effects.due)
        if beside:
            return
        self._repeat(self._look, _LOOK_EVERY)
        self._repeat(self.watch_clock, _CLOCK_EVERY)
        self._repeat(self._forget, _FORGET_EVERY)
        self._repeat(self._act_on_notices, _LOOK_EVERY, self._notices_due)
        for archive in self.parts.archives:
            self._repeat(Missed(self.parts, archive, self.arrive).ask_for_missed, ASK_EVERY)

    async def stop(self) -> None:
        """End the turns under way; everything else is in the store."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._news.close()
        await self._lanes.close()
        await self._deliveries.close()
        await self.outbox.close()

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store a message, then work on it. Returns when it is stored for good."""
        early = None if self._lanes.busy(inbound.address) else hear_early(self.parts, inbound)
        try:
            accepted = await self.parts.transact(
                "customer", lambda work: accept(work, inbound, self.parts.owner), first=True
            )
            if accepted.line:
                await self._show(accepted.line)
                taken = accepted.taken and replace(accepted.taken, early=early)
                early = None if self._lanes.wake(accepted.conversation.id, taken) else early
            return accepted
        finally:
            if early:
                early.cancel()

    async def arrive(self, arrivals: Sequence[Arrival]) -> None:
        """Everything that a channel's webhook brought. Returns when it is stored for good.

        Raises Unavailable, or Fault where a defect of ours kept a message from being stored, when all else is stored.
        Then the provider brings everything again, Meta for up to 7 days, and once the defect is mended the message is
        answered. Until then the repeats harm nobody: the inbox knows longer than that what it has, a status moves
        nothing twice, and a wish counts by the time when the customer had it.
        """
        told = news.among(arrivals)
        if told:
            await self._news.heed(told)
        talks: dict[Address, list[Inbound]] = {}
        for one in arrivals:
            if isinstance(one, Inbound):
                talks.setdefault(one.address, []).append(one)
        if len(talks) == 1:  # as nearly always: that needs no task of its own
            return await self._accept_in_order(next(iter(talks.values())))
        ends = await asyncio.gather(*map(self._accept_in_order, talks.values()), return_exceptions=True)
        for error in ends:
            if error:
                raise error

    async def _accept_in_order(self, said: Sequence[Inbound]) -> None:
        """Messages of one customer; those of others are stored at the same time.

        One that a defect of ours keeps from being stored must not keep those behind it: it is told of at the end.
        """
        broken = 0
        for one in said:
            try:
                await self._show_attention(await self.accept(one), one)
            except Unavailable:
                raise
            except Exception as error:
                _log_unstored(one, error)
                broken += 1
        if broken:
            raise Fault(f"{broken} messages could not be stored")

    async def _show_attention(self, accepted: Accepted, inbound: Inbound) -> None:
        """Read, and an answer is coming: shown where the bot answers and the channel can show it."""
        attentive = self.parts.attentive.get(inbound.address.channel)
        answers = accepted.conversation.holder is Holder.BOT and not self.parts.brake.rests_from(inbound.address)
        if attentive and accepted.line and answers:
            self._deliveries.create(attentive.attend(inbound.address, inbound.provider_id))

    async def accept_notice(self, notice: Notice) -> None:
        """Store a provider's notice, then act on it."""
        now = self.parts.clock()
        if await self.parts.store.transact(lambda uow: uow.inbox.add_notice(notice, now), first=True):
            self._notices_due.set()

    async def change(self, actor: str, work: Callable[[Work], T]) -> T:
        """Change something in one transaction; customers concerned are told in it, and the replies go out."""
        speech = self.parts.speech

        def whole(at_hand: Work) -> tuple[T, list[OutboxRow], bool]:
            result = work(at_hand)
            return result, notify.tell(at_hand, speech), bool(at_hand.wanted)

        result, rows, effects = await self.parts.transact(actor, whole)
        await self._after(rows, effects)
        return result

    async def post(self, actor: str, work: Callable[[Work], list[OutboxRow]]) -> None:
        """The same for work that itself writes rows to be delivered."""
        await self._after(await self.parts.transact(actor, work))

    async def _commit(self, actor: str, conclude: Callable[[Work], None]) -> None:
        await self.change(actor, conclude)

    async def _after(self, rows: list[OutboxRow], effects: bool = False) -> None:
        """Before anything is awaited: a look at what is due could else send these rows, and they would go twice."""
        if rows:
            self._deliveries.create(self._deliver(rows))
        if effects:
            self._effects.due.set()
        for row in rows:
            await self._show(row)

    async def _deliver(self, rows: list[OutboxRow]) -> None:
        """Nobody waits for a slow channel; within a conversation the outbox keeps the order."""
        started = time.perf_counter()
        await self.outbox.deliver(rows)
        self.parts.observe("deliver", time.perf_counter() - started)

    async def _show(self, line: Line | OutboxRow) -> None:
        """To whoever watches this conversation in the console."""
        event = {"type": "line", "conversation": line.conversation_id, "seq": line.seq, "author": str(line.author)}
        await self.parts.live.publish(f"desk:{line.conversation_id}", event)
        await self.parts.live.publish("desk", event)

    async def _step(self, conversation_id: int, taken: Taken | None) -> bool:
        """One message of a conversation; whether there may be another."""
        done = await turn(self.parts, conversation_id, taken)
        if done is None:
            return False
        await self._after(done.rows, done.effects)
        return done.more

    async def _look(self) -> None:
        waiting = await self.parts.store.transact(lambda uow: uow.inbox.conversations(_PAGE))
        for conversation_id in waiting:
            self._lanes.wake(conversation_id)

    async def _carry_out(self) -> None:
        while await self._effects.carry_out_due():
            pass

    async def _act_on_notices(self) -> None:
        for row in await self.parts.store.transact(lambda uow: uow.inbox.notices(_PAGE)):
            await self._act_on(row)

    async def _act_on(self, row: NoticeRow) -> None:
        def whole(work: Work) -> None:
            notices.act_on(work, row.notice)
            work.uow.inbox.notice_done(row.id)

        try:
            await self.change(row.notice.source, whole)
        except Unavailable:
            raise
        except Exception:
            log.exception("notice_failed", notice=row.id, kind=row.notice.kind.value)
            await self.parts.transact("bot", lambda work: _notice_failed(work, row))

    async def _forget(self) -> None:
        before, long_before = self.parts.clock() - _KEPT, self.parts.clock() - _STATUSES_KEPT
        await self.parts.store.transact(lambda uow: uow.inbox.forget(before) + uow.outbox.forget(long_before))

    async def watch_clock(self) -> None:
        """Holds that ended, agents that went away."""
        ended = await self.parts.transact("timer", lambda work: work.uow.orders.holds_ended(work.now))
        for hold in ended:
            await self._end_hold(hold.order_number)
        await self.post("timer", lambda work: handoff.lapse(work, self.parts.speech))
        for conversation_id in await self.parts.store.transact(lambda uow: uow.identities.lapsed(self.parts.clock())):
            await self._part(conversation_id)

    async def _part(self, conversation_id: int) -> None:
        """A proof of identity has lapsed; where a turn is under way, it is looked at again later."""
        try:
            await self.parts.transact("timer", lambda work: parted(work, conversation_id))
        except Conflict:
            log.info("lapse_waits", conversation=conversation_id)

    async def _end_hold(self, number: str) -> None:
        """One that cannot be ended must not keep the others."""
        try:
            await self.change("timer", lambda work: payments.hold_ended(work, number))
        except HaatError:
            log.exception("hold_failed", order=number)

    def _repeat(self, job: Callable[[], Awaitable[None]], seconds: float, due: asyncio.Event | None = None) -> None:
        self._tasks.append(asyncio.create_task(self._keep_doing(job, seconds, due)))

    async def _keep_doing(self, job: Callable[[], Awaitable[None]], seconds: float, due: asyncio.Event | None) -> None:
        """Do a job now, and again whenever it is due or the time has passed; a failure is logged, not fatal."""
        while True:
            if due:
                due.clear()
            try:
                await job()
            except Unavailable as down:
                log.warning("job_waits", job=job.__name__, what=down.what)
            except Exception:
                log.exception("job_failed", job=job.__name__)
            await _either(due, seconds)


def parted(work: Work, conversation_id: int) -> None:
    """A chat goes on with a customer of its own, remembering nothing of the one before but the language."""
    conversation = work.uow.conversations.get(conversation_id)
    if conversation:
        proofs.part(work, conversation_id)
        memory = Memory(conversation.memory.language, conversation.memory.language_fixed)
        work.uow.conversations.save(replace(conversation, memory=memory))


def _log_unstored(inbound: Inbound, error: Exception) -> None:
    """What went wrong and where, without the error's words: they may hold the customer's."""
    *_, frame = traceback.extract_tb(error.__traceback__)
    where = f"{frame.filename}:{frame.lineno}"
    channel, sort = inbound.address.channel.value, inbound.sort.value
    log.error("message_not_stored", channel=channel, sort=sort, error=type(error).__name__, where=where)


async def _either(due: asyncio.Event | None, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await (due or asyncio.Event()).wait()
    except TimeoutError:
        return


def _notice_failed(work: Work, row: NoticeRow) -> None:
    if work.uow.inbox.notice_failed(row.id) >= notices.TRIES:
        work.uow.inbox.notice_park(row.id)
        notices.tell_a_person(work, row.notice)
