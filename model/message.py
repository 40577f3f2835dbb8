"""What arrives, what the NLU understood, what is said back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    """Where a conversation takes place."""

    WEBCHAT = "webchat"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Address:
    """One identity of a customer: `user` is what the channel calls them (never assume a phone number)."""

    channel: Channel
    account: str
    user: str


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message from a customer: `text`, `tap` (the id of the choice that was tapped) or `file`.

    `provider_id` is unique within the address; a repeat of it is the same message. `file` is the id of a kept picture
    or paper; its ending tells which (`.pdf` is a paper).
    """

    address: Address
    provider_id: str
    text: str = ""
    tap: str = ""
    file: str = ""


class NoticeKind(StrEnum):
    """What a provider tells us about, besides messages."""

    PAYMENT = "payment"
    PAYMENT_FAILED = "payment_failed"
    LINK_CLOSED = "link_closed"
    REFUND = "refund"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Notice:
    """A provider's notice about money. `body` holds plain values, shaped by `kind` (see `shop.payments`)."""

    source: str
    provider_id: str
    kind: NoticeKind
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entity:
    """Words of the message that name something; `value` as the customer wrote it, `start`/`end` in characters."""

    kind: str
    value: str
    start: int
    end: int
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What the NLU understood. `ranking` holds the calibrated scores before any rejection, best first."""

    text: str
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    language: str | None = None
    language_confidence: float = 0.0
    sentiment: str = "calm"
    sentiment_confidence: float = 0.0

    def all(self, kind: str) -> tuple[Entity, ...]:
        """The entities of a kind, in the order they stand in the text."""
        return tuple(e for e in self.entities if e.kind == kind)

    def first(self, kind: str) -> str | None:
        """The words of the first entity of a kind."""
        return next((e.value for e in self.entities if e.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Say:
    """A response by its key in `data/responses/`, with the values of its placeholders.

    Values may be str, int, Money, date, another Say, or texts by language code.
    """

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap. `id` carries the whole meaning: it still works when tapped next week."""

    id: str
    title: Any
    description: Any = None


@dataclass(frozen=True, slots=True)
class Card:
    """A product shown with its picture, price line and choices."""

    title: Any
    subtitle: Any
    price: Any
    picture: str | None
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An address to open, behind a label."""

    title: Any
    url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back, before language and channel shape it."""

    say: Say
    choices: tuple[Choice, ...] = ()
    cards: tuple[Card, ...] = ()
    link: Link | None = None


def reply(key: str, *choices: Choice, **params: Any) -> Reply:
    """A reply of one response key, with choices beneath it."""
    return Reply(Say(key, params), choices)


class Author(StrEnum):
    """Who wrote a line of the transcript."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript. `seq` rises by one within a conversation; `content` is as sent to a channel.

    `client_id` is the provider's id of a customer's message, empty for ours.
    """

    conversation_id: int
    seq: int
    author: Author
    content: Mapping[str, Any]
    at: datetime
    client_id: str = ""
