"""What the store hands back: stored work waiting to be done, and rows made for a page to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from model.conversation import Holder
from model.message import Address, Channel, Inbound, Notice, Progress, Trouble
from model.order import OrderStatus, PayBy


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An accepted message that waits for its turn. `deferred_until`: not before then (the NLU was down)."""

    id: int
    conversation_id: int
    inbound: Inbound
    attempts: int
    received_at: datetime
    deferred_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """An accepted notice of a provider."""

    id: int
    notice: Notice
    attempts: int


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A reply committed and not yet delivered; `seq` is its line in the transcript.

    `parts` of it have gone already; `wrote_at` is when the customer wrote last, as far as is known. `form` is
    "template" where only the template that stands for the reply may go. `resends` above 0: the part after those alone
    is to go, for it went in vain so many times.
    """

    id: int
    conversation_id: int
    address: Address
    seq: int
    author: str
    content: Mapping[str, Any]
    at: datetime
    attempts: int = 0
    parts: int = 0
    wrote_at: datetime | None = None
    form: str = ""
    resends: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a message of ours has come. The line of the transcript is None where we do not know yet what it was.

    `form` and `resends` are those of its row, `part` is which part of the reply it was; `code` is the provider's word
    for a trouble.
    """

    conversation_id: int | None
    seq: int | None
    progress: Progress | None
    trouble: Trouble | None = None
    form: str = ""
    part: int = 0
    resends: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A reply that can never go as it stands; `reason` tells why."""

    id: int
    conversation_id: int
    channel: Channel
    reason: str
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """A one-time code under way: whoever writes in `conversation_id` says that `address` is theirs too."""

    id: int
    conversation_id: int
    address: Address
    code_hash: str
    tries: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CodesSent:
    """How many one-time codes: asked for in a chat, sent to a number, the same since its owner wrote last.

    Of these `both` were asked for from a client's address, `peer` from that to whichever number; `all` to anybody.
    """

    chat: int
    number: int
    fresh: int
    both: int
    peer: int
    all: int


@dataclass(frozen=True, slots=True)
class Consent:
    """One opt-in or opt-out; `source` tells how it came."""

    customer_id: int
    channel: Channel
    wanted: bool
    marketing: bool
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in to the console. `password_hash` is argon2's encoded form; role: agent or admin."""

    id: int
    name: str
    password_hash: str
    role: str
    demo: bool = False


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation as the console lists it; `last_text` is its newest line in plain text."""

    id: int
    channel: str
    holder: Holder
    agent_id: int | None
    agent_name: str | None
    customer_id: int
    customer_name: str | None
    language: str
    reason: str | None
    queued_at: datetime | None
    last_at: datetime
    last_text: str
    version: int


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as a list shows it; `total` in paise."""

    number: str
    customer_id: int
    customer_name: str
    status: OrderStatus
    pay_by: PayBy
    paid: bool
    total: int
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of an order's history."""

    kind: str
    at: datetime
    actor: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Depths:
    """How much work waits, for `/metrics` and `/health/ready`."""

    inbox: int
    notices: int
    outbox: int
    effects: int
    queue: int
