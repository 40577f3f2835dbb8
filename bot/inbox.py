"""Messages come in: stored first, then worked on, in order within a conversation and side by side across them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog

from bot.shown import shown
from bot.turn import Taken, take_first
from model.conversation import NEVER, Conversation
from model.errors import Refused
from model.message import Address, Author, Inbound, Line
from model.order import Customer
from shop import consents, contacts
from shop.work import Work

log = structlog.get_logger()

SIDE_BY_SIDE = 64
"""Conversations worked on at a time."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that is stored now; `line` is None where it had been stored before (a repeat).

    `taken` where nothing of its conversation waited before it: then it was taken in the same transaction.
    """

    conversation: Conversation
    line: Line | None
    taken: Taken | None = None


def accept(work: Work, inbound: Inbound, owner: str) -> Accepted:
    """Store a message and its line in the transcript. Only after this may its sender be told that it arrived."""
    conversation = work.uow.conversations.open(inbound.address, work.now, inbound.also)
    row = work.uow.inbox.add(inbound, conversation.id, work.now)
    if row is None:
        return Accepted(conversation, None)
    if inbound.address.channel.carried:
        _meet(work, conversation, inbound)
    content = shown(conversation, inbound)
    line = work.uow.conversations.append(conversation.id, Author.CUSTOMER, content, work.now, inbound.provider_id)
    return Accepted(conversation, line, take_first(work, row, owner))


def _meet(work: Work, conversation: Conversation, inbound: Inbound) -> None:
    """Their first message, though a code of ours may have come before it; a second id may come with any."""
    first = conversation.wrote_at == NEVER
    if not first and not inbound.also:
        return
    customer = work.uow.customers.get(conversation.customer_id)
    if first:
        consents.first_message(work, conversation, customer)
    _remember(work, customer, inbound)


def _remember(work: Work, customer: Customer, inbound: Inbound) -> None:
    """What the provider tells of a new customer, where they have not told us better."""
    name, phone = customer.name or _name(inbound.name), customer.phone or inbound.phone or None
    if (name, phone) != (customer.name, customer.phone):
        work.uow.customers.save(replace(customer, name=name, phone=phone))


def _name(profile: str) -> str | None:
    """The name of a provider's profile, where it could stand on a parcel."""
    try:
        return contacts.read_name(profile)
    except Refused:
        return None


class Lanes:
    """One task a conversation while it has work; `step` does one message and tells whether there may be more."""

    def __init__(self, step: Callable[[int, Taken | None], Awaitable[bool]]) -> None:
        self._step = step
        self._running: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._busy: set[Address] = set()
        self._room = asyncio.Semaphore(SIDE_BY_SIDE)

    def wake(self, conversation_id: int, taken: Taken | None = None) -> bool:
        """There is work in this conversation; `taken` is its first message where that was taken already.

        Tells whether `taken` will be worked on as it is (else the conversation is looked at again).
        """
        if conversation_id in self._running:
            self._again.add(conversation_id)
            return False
        task = asyncio.create_task(self._run(conversation_id, taken), name=f"lane-{conversation_id}")
        self._running[conversation_id] = task
        if taken:
            self._busy.add(taken.conversation.address)
        return taken is not None

    def busy(self, address: Address) -> bool:
        """Whether a message from there is being worked on: another one will have to wait for it."""
        return address in self._busy

    async def _run(self, conversation_id: int, taken: Taken | None) -> None:
        try:
            async with self._room:
                await self._work_off(conversation_id, taken)
        except Exception:
            log.exception("lane_failed", conversation=conversation_id)
        finally:
            del self._running[conversation_id]
            if taken:
                self._busy.discard(taken.conversation.address)

    async def _work_off(self, conversation_id: int, taken: Taken | None) -> None:
        more = True
        while more:
            if taken is None:  # a look takes whatever was told of before it; a message taken before does not
                self._again.discard(conversation_id)
            more = await self._step(conversation_id, taken) or conversation_id in self._again
            taken = None

    async def close(self) -> None:
        """Let the turns under way end; what waits is taken up at the next start."""
        running = list(self._running.values())
        await asyncio.gather(*running, return_exceptions=True)
