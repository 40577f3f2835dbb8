"""Messages come in: stored first, then worked on, in order within a conversation and side by side across them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from model.conversation import Conversation
from model.message import Author, Inbound, Line
from shop.work import Work

log = structlog.get_logger()

SIDE_BY_SIDE = 64
"""Conversations worked on at a time."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that is stored now; `line` is None where it had been stored before (a repeat)."""

    conversation: Conversation
    line: Line | None


def accept(work: Work, inbound: Inbound) -> Accepted:
    """Store a message and its line in the transcript. Only after this may its sender be told that it arrived."""
    conversation = work.uow.conversations.open(inbound.address, work.now)
    if not work.uow.inbox.add(inbound, conversation.id, work.now):
        return Accepted(conversation, None)
    content = _shown(conversation, inbound)
    line = work.uow.conversations.append(conversation.id, Author.CUSTOMER, content, work.now, inbound.provider_id)
    return Accepted(conversation, line)


def _shown(conversation: Conversation, inbound: Inbound) -> dict[str, object]:
    """A tap is shown by the title of what was tapped."""
    titles = {choice[0]: choice[1] for choice in conversation.memory.choices}
    text = inbound.text or titles.get(inbound.tap, inbound.tap.partition(":")[0])
    return {"kind": "text", "body": text, "text": text}


class Lanes:
    """One task a conversation while it has work; `step` does one message and tells whether there may be more."""

    def __init__(self, step: Callable[[int], Awaitable[bool]]) -> None:
        self._step = step
        self._running: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._room = asyncio.Semaphore(SIDE_BY_SIDE)

    def wake(self, conversation_id: int) -> None:
        """There is work in this conversation."""
        if conversation_id in self._running:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._run(conversation_id), name=f"lane-{conversation_id}")
        self._running[conversation_id] = task

    async def _run(self, conversation_id: int) -> None:
        try:
            async with self._room:
                await self._work_off(conversation_id)
        except Exception:
            log.exception("lane_failed", conversation=conversation_id)
        finally:
            del self._running[conversation_id]

    async def _work_off(self, conversation_id: int) -> None:
        more = True
        while more:
            self._again.discard(conversation_id)
            more = await self._step(conversation_id) or conversation_id in self._again

    async def close(self) -> None:
        """Let the turns under way end; what waits is taken up at the next start."""
        running = list(self._running.values())
        await asyncio.gather(*running, return_exceptions=True)
