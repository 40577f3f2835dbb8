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

    @property
    def carried(self) -> bool:
        """Whether a network carries it that knows people by ids of its own and may refuse a message."""
        return self not in (Channel.WEBCHAT, Channel.TERMINAL)


@dataclass(frozen=True, slots=True)
class Address:
    """One identity of a customer: `user` is what the channel calls them (never assume a phone number)."""

    channel: Channel
    account: str
    user: str


class Sort(StrEnum):
    """What a message is. Only plain ones are answered by what they say; the others by what they are."""

    PLAIN = "plain"
    """Words, a tap, or a file that is kept already."""
    MEDIA = "media"
    """A picture, paper, video, sticker or recording that is still with the provider; `text` is its caption."""
    PLACE = "place"
    CONTACTS = "contacts"
    REACTION = "reaction"
    """`text` is the emoji, empty where it was taken back."""
    EDITED = "edited"
    """`text` is how an earlier message reads now."""
    DELETED = "deleted"
    UNSUPPORTED = "unsupported"


class MediaKind(StrEnum):
    """What kind of media a message carries."""

    IMAGE = "image"
    DOCUMENT = "document"
    VIDEO = "video"
    AUDIO = "audio"
    VOICE = "voice"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class Media:
    """Something to fetch from the provider: `ref` is the provider's own id of it, never an address to be believed."""

    kind: MediaKind
    ref: str
    mime: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map in degrees, with what the customer's app calls it."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message from a customer: `text`, `tap` (the id of the choice that was tapped) or `file`.

    `provider_id` is unique within the address; a repeat of it is the same message. `file` is the id of a kept picture
    or paper; its ending tells which (`.pdf` is a paper). `name` and `phone` (E.164) are what the provider tells of the
    customer, `also` another id of theirs there. `about` holds facts for agents: `quoted` (the provider's id of the
    message answered), `referral` (the ad or link they came by), `forwarded`.
    """

    address: Address
    provider_id: str
    text: str = ""
    tap: str = ""
    file: str = ""
    sort: Sort = Sort.PLAIN
    media: Media | None = None
    place: Place | None = None
    name: str = ""
    phone: str = ""
    also: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


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


_SURELY_ANGRY = 0.75


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

    @property
    def angry(self) -> bool:
        """Whether the customer is surely angry."""
        return self.sentiment == "angry" and self.sentiment_confidence >= _SURELY_ANGRY

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
    wants_place: bool = False
    """A point on the map would be an answer."""


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


class Progress(StrEnum):
    """How far a message of ours has come, in this order; `failed` ends it anywhere before `delivered`."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Trouble(StrEnum):
    """Why a message of ours does not go, as far as that tells what to do next."""

    WINDOW_CLOSED = "window_closed"
    """More than 24 hours since the customer wrote: only a template may go."""
    OPTED_OUT = "opted_out"
    """They asked the provider for silence: nothing may go until they take that back."""
    NO_MARKETING = "no_marketing"
    """They want no advertising, or had enough of it for now."""
    UNREACHABLE = "unreachable"
    """The provider cannot bring it to this person."""
    TEMPLATE = "template"
    """The template is unknown, wrong, paused or disabled."""
    MEDIA = "media"
    """The picture or paper in it was not taken."""
    CHANNEL_DOWN = "channel_down"
    """Token, account or number are no longer good: nothing goes to anybody until the shop mends it."""
    REFUSED = "refused"
    """Anything else that will not get better by itself."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a provider reports of a message of ours. They come in any order, repeated, and some not at all.

    A failure without a `trouble` is one that passes by itself and surely kept the message from the customer: it may
    be sent again.
    """

    channel: Channel
    account: str
    provider_id: str
    progress: Progress
    at: datetime | None = None
    trouble: Trouble | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Preference:
    """A customer told the provider whether they want to hear from the shop; `marketing`: of its advertising only.

    `at` is when they did, where the provider tells it.
    """

    address: Address
    wanted: bool
    marketing: bool = True
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A customer is now reached under another `user` of the same channel and account."""

    address: Address
    user: str


@dataclass(frozen=True, slots=True)
class AccountNews:
    """Something about the shop's own account: a template's or number's state. `what` is the provider's word for it."""

    channel: Channel
    account: str
    what: str
    details: Mapping[str, str] = field(default_factory=dict)


Arrival = Inbound | Status | Preference | Moved | AccountNews
"""What a channel's webhook may bring, many at once."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One message was taken by the provider. `more`: the reply has further parts."""

    provider_id: str
    more: bool = False
