"""The journey of one message, from taking its conversation to having its replies on their way.

accept (bot.inbox) → take → too much? → what is certain? → who holds it? → hear → decide and act → commit → deliver
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from actions.context import Context
from bot import brake, dialogue, handoff, notify
from bot.brake import Weighed
from bot.certain import certain
from bot.media import opened
from bot.parts import Parts
from bot.shown import shown
from model.conversation import Conversation, Handover, Holder, Outcome
from model.errors import Conflict, Refused, Unavailable
from model.message import Author, Heard, Inbound, MediaKind, Sort, reply
from model.rows import InboxRow, OutboxRow
from shop.work import Work

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
TRIES = 5
"""A message whose turn fails so often is parked and goes to a person."""
_LOOK_AHEAD = 20
_HEARD_CHARS = 1000
"""So much of a long message is given to the NLU (its bodies are at most 8 KiB)."""
_NOTHING = Heard("", "none", 0.0)


@dataclass(frozen=True, slots=True)
class Taken:
    """A message whose conversation is leased to us, loaded after the lease was had."""

    conversation: Conversation
    row: InboxRow
    alone: bool = False
    """Nothing else waited in the conversation when it was taken."""
    early: asyncio.Task[Heard] | None = None
    """The NLU, asked while the message was being stored."""
    weighed: Weighed = brake.LIGHT
    """Whether it asks too much."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a turn committed: rows to deliver, and facts for the log line."""

    rows: list[OutboxRow]
    holder: Holder
    missed: bool = False
    effects: bool = False
    more: bool = True
    """Whether another message may wait (a new one wakes its lane in any case)."""


async def turn(parts: Parts, conversation_id: int, taken: Taken | None = None) -> Done | None:
    """One message of a conversation; None where none waits or somebody else has the conversation.

    `taken`: the message, where accepting it took the conversation as well.
    """
    started = time.perf_counter()
    if taken is None:
        with _timed(parts, "take"):
            taken = await parts.transact("bot", lambda work: take(work, conversation_id, parts.owner))
    if taken is None:
        return None
    try:
        done, heard = await _answer(parts, taken)
    except Unavailable as down:
        wait = down.retry_after
        return await parts.transact("bot", lambda work: defer(work, parts, taken, wait))
    except Conflict:
        return Done([], taken.conversation.holder)
    except Exception:
        log.exception("turn_failed", conversation=conversation_id, inbox=taken.row.id)
        return await parts.transact("bot", lambda work: failed(work, parts, taken))
    parts.observe("turn", time.perf_counter() - started)
    _canonical_line(taken, heard, done, started)
    return done


async def _answer(parts: Parts, taken: Taken) -> tuple[Done, Heard]:
    taken = replace(taken, weighed=parts.brake.weigh(taken.conversation, taken.row.inbound, parts.clock()))
    if taken.row.inbound.media:
        taken = await _with_file(parts, taken)
    with _timed(parts, "hear"):
        heard = await hear(parts, taken)
    with _timed(parts, "decide"):
        try:
            return await parts.transact("customer", lambda work: commit(work, parts, taken, heard)), heard
        except Refused as refusal:
            said = refusal
            return await parts.transact("customer", lambda work: commit(work, parts, taken, heard, said)), heard


async def _with_file(parts: Parts, taken: Taken) -> Taken:
    """The message with its file; where today's files are too many, what is written under it is what they say."""
    row = taken.row
    if not taken.weighed.fetch:
        said = replace(row.inbound, sort=Sort.PLAIN) if row.inbound.text.strip() else row.inbound
        return replace(taken, row=replace(row, inbound=said))
    with _timed(parts, "fetch"):
        found = await opened(parts, row)
    weighed = taken.weighed if found.size is None else taken.weighed.with_file(found.size, parts.clock())
    return replace(taken, row=replace(row, inbound=found.inbound), weighed=weighed)


def take(work: Work, conversation_id: int, owner: str) -> Taken | None:
    """Lease the conversation, load it, and pick the message whose turn it is."""
    waiting = work.uow.inbox.waiting(conversation_id, _LOOK_AHEAD)
    row = _next(waiting, work)
    conversation = work.uow.conversations.take(conversation_id, owner, work.now, work.now + LEASE) if row else None
    return Taken(conversation, row) if conversation and row else None


def take_first(work: Work, row: InboxRow, owner: str) -> Taken | None:
    """The same for a message just stored, if nothing waits before it: one commit serves both."""
    until = work.now + LEASE
    conversation = work.uow.conversations.take(row.conversation_id, owner, work.now, until, row.id)
    if conversation is None:
        return None
    inbound = replace(row.inbound, address=conversation.address)
    return Taken(conversation, replace(row, inbound=inbound), alone=True)


def _next(waiting: list[InboxRow], work: Work) -> InboxRow | None:
    """The oldest; while that one waits for the NLU or its file, the oldest that needs neither may go before it."""
    if not waiting:
        return None
    head = waiting[0]
    if head.deferred_until is None or head.deferred_until <= work.now:
        return head
    return next((row for row in waiting if _is_certain(row) and not row.inbound.media), None)


def _is_certain(row: InboxRow) -> bool:
    return bool(row.inbound.tap) or certain(row.inbound.text) is not None


async def hear(parts: Parts, taken: Taken) -> Heard:
    """What the NLU understands, asked with no transaction open; nothing is asked where it is not needed."""
    text = taken.row.inbound.text
    unheard = _is_certain(taken.row) or not _speaks(taken.row.inbound) or taken.weighed.rest is not None
    if unheard or taken.conversation.holder is Holder.AGENT or not text.strip():
        if taken.early:
            taken.early.cancel()
        return replace(_NOTHING, text=text)
    asked = taken.early or parts.nlu.hear(text[:_HEARD_CHARS], taken.row.inbound.provider_id)
    return replace(await asked, text=text)


def _speaks(inbound: Inbound) -> bool:
    """Whether its text is what the customer says (not an emoji on a message of ours, say)."""
    return inbound.sort is Sort.PLAIN


def hear_early(parts: Parts, inbound: Inbound) -> asyncio.Task[Heard] | None:
    """Ask the NLU while the message is still being stored: the two need nothing of each other."""
    if inbound.tap or not _speaks(inbound) or not inbound.text.strip() or certain(inbound.text):
        return None
    if parts.brake.rests_from(inbound.address):
        return None
    return asyncio.create_task(parts.nlu.hear(inbound.text[:_HEARD_CHARS], inbound.provider_id))


def commit(work: Work, parts: Parts, taken: Taken, heard: Heard, refusal: Refused | None = None) -> Done:
    """Decide, act and store it all: state, shop changes, events, replies, effects, and the message's done mark.

    Raises Refused before anything is stored; called again with that refusal, it tells it. Raises Conflict where
    the conversation was changed meanwhile.
    """
    conversation = replace(taken.conversation, memory=taken.conversation.memory.copy())
    conversation.memory.pace = taken.weighed.step.pace
    ctx = _context(work, parts, conversation, heard)
    outcome = dialogue.refused(ctx, refusal) if refusal else _decide(ctx, taken)
    rows = _say_all(work, parts, ctx, outcome) or brake.tell(work, parts.speech, conversation, taken.weighed.step)
    saved = _hand_over(work, parts, ctx, outcome.handover, rows)
    brake.remember(saved, rows)
    work.uow.conversations.save(saved, outcome.handover.reason if outcome.handover else None, release=True)
    rows += notify.tell(work, parts.speech)
    work.uow.inbox.done(taken.row.id)
    if taken.row.inbound.media:
        inbound, seen = taken.row.inbound, shown(conversation, taken.row.inbound)
        content = seen if taken.weighed.fetch else brake.shown_without(seen)
        work.uow.conversations.amend(conversation.id, inbound.provider_id, content)
    return Done(rows, saved.holder, outcome.missed, bool(work.wanted), more=not taken.alone)


def _context(work: Work, parts: Parts, conversation: Conversation, heard: Heard) -> Context:
    customer = work.uow.customers.get(conversation.customer_id)
    finder, online = parts.finders.of(work.catalogue), parts.payments is not None
    return Context(work, conversation, customer, heard, finder, online, parts.codes)


def _decide(ctx: Context, taken: Taken) -> Outcome:
    """Who answers: certain things act whoever holds it; an agent's customer hears nothing from the bot."""
    inbound = taken.row.inbound
    by_words = dialogue.by_words(ctx, inbound.text) if inbound.sort is not Sort.REACTION else None
    if taken.weighed.rest:
        return _at_rest(ctx, inbound, by_words)
    if by_words:
        return by_words
    if ctx.conversation.holder is Holder.AGENT:
        return Outcome()
    outcome = _by_bot(ctx, inbound)
    if ctx.conversation.holder is Holder.QUEUE and outcome.missed:
        outcome = Outcome([reply("queued_still")], outcome.question)
    return outcome if taken.weighed.fetch else brake.without_file(ctx, inbound, outcome)


def _at_rest(ctx: Context, inbound: Inbound, by_words: Outcome | None) -> Outcome:
    """What was certain is done, but not talked of; a person is called once."""
    wish = (by_words and by_words.handover) or (Handover("asked") if inbound.tap == "human" else None)
    return Outcome(handover=wish if ctx.conversation.holder is Holder.BOT else None)


def _by_bot(ctx: Context, inbound: Inbound) -> Outcome:
    if inbound.place:
        return dialogue.with_place(ctx, inbound.place)
    if not _speaks(inbound):
        return dialogue.with_anything_else(ctx, inbound)
    if inbound.file and not _is_recording(inbound):
        return dialogue.with_file(ctx, inbound.file)
    if not inbound.tap and not inbound.text.strip():
        return Outcome([reply("not_understood")], missed=True)
    return dialogue.decide(ctx, inbound.tap)


def _is_recording(inbound: Inbound) -> bool:
    """One whose words were written down: they are what the customer says."""
    return inbound.media is not None and inbound.media.kind in (MediaKind.AUDIO, MediaKind.VOICE)


def _say_all(work: Work, parts: Parts, ctx: Context, outcome: Outcome) -> list[OutboxRow]:
    rows = [notify.send(work, parts.speech, ctx.conversation, said) for said in outcome.replies]
    shown = [choice for row in rows for choice in row.content.get("choices", ())]
    if rows:
        ctx.memory.choices = [[choice["id"], choice["title"]] for choice in shown]
        ctx.memory.waiting_told = False
    return rows


def _hand_over(work: Work, parts: Parts, ctx: Context, wish: Handover | None, rows: list[OutboxRow]) -> Conversation:
    """Into the queue, if a person is wanted; who waits already is told that one is coming."""
    if wish is None:
        return ctx.conversation
    if ctx.conversation.holder is Holder.BOT:
        queued = handoff.queued(work, ctx.conversation)
        if wish.reason != "angry" or not rows:
            rows.append(notify.send(work, parts.speech, queued, reply("queued"), Author.SYSTEM))
        return queued
    if ctx.conversation.holder is Holder.QUEUE:
        rows.append(notify.send(work, parts.speech, ctx.conversation, reply("queued_still"), Author.SYSTEM))
    return ctx.conversation


def defer(work: Work, parts: Parts, taken: Taken, seconds: float) -> Done:
    """The NLU or a file is not to be had: the message waits, and the customer hears so once, unless from an agent."""
    work.uow.inbox.defer(taken.row.id, work.now + timedelta(seconds=seconds))
    rows: list[OutboxRow] = []
    if not taken.conversation.memory.waiting_told and taken.conversation.holder is not Holder.AGENT:
        memory = replace(taken.conversation.memory, waiting_told=True)
        conversation = work.uow.conversations.save(replace(taken.conversation, memory=memory))
        rows.append(notify.send(work, parts.speech, conversation, reply("one_moment")))
    work.uow.conversations.release(taken.conversation.id, parts.owner)
    return Done(rows, taken.conversation.holder)


def failed(work: Work, parts: Parts, taken: Taken) -> Done:
    """The turn broke: try again; after the fifth time the message is parked and a person is called."""
    work.uow.conversations.release(taken.conversation.id, parts.owner)
    if work.uow.inbox.failed(taken.row.id) < TRIES:
        return Done([], taken.conversation.holder)
    work.uow.inbox.park(taken.row.id)
    conversation = work.uow.conversations.get(taken.conversation.id) or taken.conversation
    waiting = handoff.queued(work, conversation)
    work.uow.conversations.save(waiting, "stuck")
    return Done([notify.send(work, parts.speech, waiting, reply("something_wrong"))], waiting.holder)


@contextmanager
def _timed(parts: Parts, step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    parts.observe(step, time.perf_counter() - started)


def _kind(inbound: Inbound) -> str:
    if not _speaks(inbound):
        return inbound.sort.value
    return "file" if inbound.file else "tap" if inbound.tap else "text"


def _canonical_line(taken: Taken, heard: Heard, done: Done, started: float) -> None:
    """One line a turn: never its text, never an address."""
    log.info(
        "turn_done",
        conversation=taken.conversation.id,
        channel=taken.conversation.address.channel.value,
        kind=_kind(taken.row.inbound),
        intent=heard.intent,
        confidence=round(heard.confidence, 3),
        language=taken.conversation.memory.language,
        holder=done.holder.value,
        missed=done.missed,
        replies=len(done.rows),
        ms=round((time.perf_counter() - started) * 1e3, 1),
    )
