"""A conversation: its holder, and what the bot remembers of it between messages."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from model.language import DEFAULT
from model.message import Address, Reply
from model.pace import Pace


class Holder(StrEnum):
    """Who answers: the bot, nobody yet (queued for a person), or an agent."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


@dataclass(slots=True)
class Question:
    """What the bot is waiting for.

    `asker` names the function of `actions` that takes the answer and can ask again; `params` (plain JSON values)
    is what it needs to go on. `free`: any text may be the answer (a name, a street), so that only a clear wish
    for something else is a digression.
    """

    asker: str
    params: dict[str, Any] = field(default_factory=dict)
    free: bool = False


@dataclass(slots=True)
class Memory:
    """What the bot remembers of one conversation; it stays small however long the talk goes on."""

    language: str = DEFAULT
    language_fixed: bool = False
    greeted: bool = False
    question: Question | None = None
    misses: int = 0
    topic: str | None = None
    """The product talked of last: "how much is it?" means this one."""
    last_sku: str | None = None
    draft: dict[str, str] = field(default_factory=dict)
    """The address being taken down: name, phone, street, pincode."""
    choices: list[list[str]] = field(default_factory=list)
    """[tap id, title] of the choices shown last: they can be answered by number or by title, too."""
    waiting_told: bool = False
    """Whether the customer has been told that understanding takes a moment."""
    pace: Pace = field(default_factory=dict)
    """How much was asked of the bot, where that is counted."""

    def copy(self) -> "Memory":
        """One that can be changed and thrown away; a question's values are never changed in place."""
        return replace(self, draft=dict(self.draft), choices=list(self.choices))


NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a customer wrote last who never did: a conversation may begin with a message of ours."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer on one channel. `version` rises with every change of state or holder.

    `wrote_at` is when the customer wrote last, as it was when this was loaded.
    """

    id: int
    customer_id: int
    address: Address
    holder: Holder
    agent_id: int | None
    version: int
    memory: Memory
    queued_at: datetime | None = None
    agent_seen_at: datetime | None = None
    wrote_at: datetime = NEVER


@dataclass(frozen=True, slots=True)
class Handover:
    """The wish to hand the talk to a person, and why (a word for the console)."""

    reason: str


@dataclass(slots=True)
class Outcome:
    """What an action returns. It never sends and never waits."""

    replies: list[Reply] = field(default_factory=list)
    question: Question | None = None
    handover: Handover | None = None
    missed: bool = False
    """Whether this was not understood: the second one in a row offers a person."""


def say(*replies: Reply, ask: Question | None = None, handover: Handover | None = None) -> Outcome:
    """An outcome of some replies, and perhaps a question."""
    return Outcome(list(replies), ask, handover)


Clock = Callable[[], datetime]
"""The time now, aware, in UTC."""
