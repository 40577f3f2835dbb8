"""The brake: who asks too much of the bot is told so once, kindly, and is not answered for a while.

Two machines that answer each other, somebody who floods the shop, files without end: each message costs a parse and an
answer (an SMS is paid for), each file its fetching. Nothing is lost meanwhile: what comes is stored and shown to the
agents as ever, files are kept as far as the day's quota goes, and STOP, START and the wish for a person act. What was
asked stays asked, so that a customer goes on where they were.

Of the web chat nothing is counted here: it has limits at its door and costs no sends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from actions.context import Context
from bot import notify
from bot.speech import Speech
from model import pace
from model.conversation import Conversation, Holder, Outcome
from model.message import Address, Inbound, MediaKind, Sort, reply
from model.pace import Limits, Rest, Step
from model.rows import OutboxRow
from shop.work import Work

log = structlog.get_logger()

_MOST = 20_000
_NO_LIMITS = Limits()
_UNASKED = frozenset({Sort.REACTION, Sort.DELETED})
_TOLD = {
    Rest.MINUTE: reply("rest_minute"),
    Rest.DAY: reply("rest_day"),
    Rest.LOOP: reply("rest_loop"),
    Rest.ECHO: reply("rest_echo"),
}
_NOTES = {
    Rest.MINUTE: "Very many messages within a minute: the bot is silent here for some minutes.",
    Rest.DAY: "Very many messages within a day: the bot is silent here until the day is over.",
    Rest.LOOP: "The same message again and again, perhaps from a machine: the bot does not answer it.",
    Rest.ECHO: "The bot's own words came back, perhaps from a machine: the bot is silent here for a minute.",
}
"""For the agents, in the console's language."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One message against what was asked before. `fetch`: its file, if it has one, may be fetched."""

    step: Step
    fetch: bool = True

    @property
    def rest(self) -> Rest | None:
        """Why it is not answered."""
        return self.step.rest

    def with_file(self, size: int, now: datetime) -> "Weighed":
        """The same after a file of so many bytes was fetched, or was tried in vain (0)."""
        asked = pace.fetched(self.step.pace, size, int(now.timestamp()))
        return replace(self, step=replace(self.step, pace=asked))


LIGHT = Weighed(Step({}))
"""A message that asks nothing."""


class Brake:
    """Weighs messages. Besides it remembers, in this process, whose last one was not answered."""

    def __init__(self, limits: Limits = _NO_LIMITS) -> None:
        self._limits = limits
        self._resting: set[Address] = set()

    def weigh(self, conversation: Conversation, inbound: Inbound, now: datetime) -> Weighed:
        """What is to be done with it; nothing is changed in the conversation yet."""
        asked, seconds = conversation.memory.pace, int(now.timestamp())
        if not conversation.address.channel.carried:
            return Weighed(Step(asked))
        counts = conversation.holder is not Holder.AGENT and _asks(inbound)
        words, tapped = inbound.text, bool(inbound.tap)
        step = pace.step(asked, self._limits, words, seconds, tapped=tapped) if counts else Step(asked)
        self._remember(inbound.address, step.rest)
        return Weighed(step, not _has_file(inbound) or pace.may_fetch(asked, self._limits, seconds))

    def _remember(self, address: Address, rest: Rest | None) -> None:
        if rest is None:
            self._resting.discard(address)
        elif len(self._resting) < _MOST:
            self._resting.add(address)

    def rests_from(self, address: Address) -> bool:
        """Whether the last message from there was not answered, as far as this process knows.

        Then nothing is prepared for the next one before it is weighed.
        """
        return address in self._resting


def _asks(inbound: Inbound) -> bool:
    """Whether it wants an answer: no reaction, deletion or sticker does."""
    return inbound.sort not in _UNASKED and (inbound.media is None or _has_file(inbound))


def _has_file(inbound: Inbound) -> bool:
    """Whether something is to be fetched: stickers are not."""
    return inbound.media is not None and inbound.media.kind is not MediaKind.STICKER


def tell(work: Work, speech: Speech, conversation: Conversation, step: Step) -> list[OutboxRow]:
    """Say that the bot rests, where that begins, and note it for the agents before."""
    if step.rest is None or not step.first:
        return []
    channel = conversation.address.channel.value
    log.warning("bot_rests", conversation=conversation.id, channel=channel, why=step.rest.value)
    notify.note(work, conversation.id, _NOTES[step.rest])
    return [notify.send(work, speech, conversation, _TOLD[step.rest])]


def remember(conversation: Conversation, rows: Sequence[OutboxRow]) -> None:
    """What was answered, so that it is known again where it comes back."""
    if rows and conversation.address.channel.carried:
        texts = (str(row.content["text"]) for row in rows)
        conversation.memory.pace = pace.answered(conversation.memory.pace, texts)


def without_file(ctx: Context, inbound: Inbound, outcome: Outcome) -> Outcome:
    """The outcome of a message whose file was left where it is: said so once a day; its words are answered."""
    ctx.memory.pace, first = pace.enough(ctx.memory.pace, int(ctx.work.now.timestamp()))
    told = [reply("files_enough")] if first else []
    answered = outcome.replies if inbound.text.strip() else []
    return replace(outcome, replies=[*told, *answered])


def shown_without(content: Mapping[str, object]) -> dict[str, object]:
    """How the agents see such a message."""
    text = f"{content['text']} (not fetched: too many files today)"
    return {**content, "body": text, "text": text}
