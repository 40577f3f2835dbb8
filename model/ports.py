"""What the shop and the bot need of the world. `store` and `gateways` implement these; `app.wiring` hands them in.

The unit of work is synchronous and runs whole, in one transaction: return, and it is committed; raise, and
nothing of it happened. Never await anything in it, nor wait for anything: on SQLite the event loop waits with it.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from model.catalogue import Catalogue
from model.conversation import Conversation
from model.effect import Effect
from model.events import Event
from model.message import Address, Author, Channel, Heard, Inbound, Line, Media, Notice, Progress, Sent, Status
from model.money import Money
from model.order import Cart, Customer, Hold, Order, Payment, PaymentLink, Refund, Ticket, TicketKind
from model.rows import (
    CodesSent,
    Consent,
    ConversationRow,
    DeadLetter,
    Delivery,
    Depths,
    EventRow,
    InboxRow,
    NoticeRow,
    OrderRow,
    OutboxRow,
    Proof,
    User,
)

T = TypeVar("T")


class Inbox(Protocol):
    """Accepted messages and notices."""

    def add(self, inbound: Inbound, conversation_id: int, at: datetime) -> InboxRow | None:
        """Keep a message; None where its provider id is known in this conversation (a repeat)."""

    def waiting(self, conversation_id: int, limit: int) -> list[InboxRow]:
        """The messages that wait, oldest first."""

    def conversations(self, limit: int) -> list[int]:
        """Conversations that have messages waiting, the longest waiting first."""

    def done(self, row_id: int) -> None:
        """The message was answered."""

    def failed(self, row_id: int) -> int:
        """Its turn failed; returns how often that is now."""

    def defer(self, row_id: int, until: datetime) -> None:
        """Not before then."""

    def park(self, row_id: int) -> None:
        """It failed too often: it waits for nobody any more, a person was told."""

    def add_notice(self, notice: Notice, at: datetime) -> bool:
        """Keep a notice; False where its source and provider id are known (a repeat)."""

    def notices(self, limit: int) -> list[NoticeRow]:
        """Notices that wait, oldest first."""

    def notice_done(self, row_id: int) -> None:
        """The notice was acted on."""

    def notice_failed(self, row_id: int) -> int:
        """It failed; returns how often that is now."""

    def notice_park(self, row_id: int) -> None:
        """It failed too often and is kept aside."""

    def forget(self, before: datetime) -> int:
        """Drop what was done and received before then; returns how many rows."""

    def known_since(self, at: datetime) -> set[str]:
        """The providers' ids of all messages kept since then."""

    def asked(self, channel: Channel, account: str) -> datetime | None:
        """From when on an archive is to be asked for what is missing here; None where it never was asked."""

    def ask_from(self, channel: Channel, account: str, at: datetime) -> None:
        """All that it holds from before then is here: from now on it is asked for what came later."""


class Conversations(Protocol):
    """Conversations, their leases and transcripts."""

    def open(self, address: Address, at: datetime, also: str = "") -> Conversation:
        """The conversation at this address, made (with its customer and identity) where there is none.

        `also`: another id of the same person there, by which the conversation is found from now on too.
        """

    def get(self, conversation_id: int) -> Conversation | None:
        """The conversation as it stands."""

    def take(
        self, conversation_id: int, owner: str, now: datetime, until: datetime, message: int | None = None
    ) -> Conversation | None:
        """Lease it to `owner`, then load it; None where somebody else's lease has not ended.

        `message` (of the inbox): None also where another one waits before it.
        """

    def release(self, conversation_id: int, owner: str) -> None:
        """Give the lease back, if it is still `owner`'s."""

    def save(self, conversation: Conversation, reason: str | None = None, *, release: bool = False) -> Conversation:
        """Store memory, holder, agent and times if the stored version is `conversation.version`; the version rises.

        `reason` (why it is queued) is kept when given; `release` gives the lease back in the same statement.
        Raises Conflict where the version is another.
        """

    def latest_of(self, customer_id: int) -> Conversation | None:
        """The conversation in which the customer wrote last."""

    def held_and_silent(self, since: datetime) -> list[Conversation]:
        """Those held by an agent whose `agent_seen_at` is before `since`."""

    def append(
        self, conversation_id: int, author: Author, content: Mapping[str, Any], at: datetime, client_id: str = ""
    ) -> Line:
        """Add a line to the transcript; its seq is the conversation's next."""

    def line(self, conversation_id: int, seq: int) -> Line | None:
        """One line of the transcript."""

    def amend(self, conversation_id: int, client_id: str, content: Mapping[str, Any]) -> None:
        """What a customer's message shows is known better now: its picture was fetched, its words were heard."""


class Outbox(Protocol):
    """Replies on their way out, and how far those that went have come."""

    def add(self, conversation: Conversation, line: Line) -> OutboxRow:
        """A line of the transcript that is to be delivered."""

    def again(self, conversation_id: int, seq: int, form: str, at: datetime) -> OutboxRow | None:
        """A line that went in vain is to go once more, whole and in another form.

        None where it waits, is kept or went in that form already.
        """

    def resend(self, delivery: Delivery, at: datetime) -> OutboxRow:
        """A part that went in vain is to go once more, alone, not before `at`. Its line must be known."""

    def settled(self, row: OutboxRow) -> bool:
        """Whether what is left of a row need not go any more.

        So it is where the part that was to go again came after all, or the template goes or went in the line's place.
        """

    def kept(self, conversation_id: int, seq: int) -> bool:
        """Whether anything of a line is kept as what can never go."""

    def went(self, row: OutboxRow, sent: Sent, at: datetime) -> Delivery:
        """A part of a row was taken by the provider; the row is done with its last part.

        Returns how far that message has come, for its status may have been quicker than we.
        """

    def status(self, status: Status, at: datetime) -> Delivery | None:
        """Keep what a provider reports; None where we knew as much before: progress never goes backwards."""

    def deliveries(self, conversation_id: int, seqs: Sequence[int]) -> Mapping[int, Progress]:
        """How far lines have come, as `model.delivery.farthest` tells of their parts."""

    def due(self, now: datetime, limit: int, channels: Sequence[Channel]) -> list[OutboxRow]:
        """Undelivered rows of these channels whose time has come, oldest first.

        None stands behind an earlier row of its conversation that is not due yet.
        """

    def left(self) -> Mapping[int, Sequence[int]]:
        """By conversation, its undelivered rows."""

    def sent(self, row_ids: Sequence[int]) -> None:
        """They were delivered."""

    def retry(self, row_id: int, at: datetime) -> int:
        """Try again at that time; returns how often it failed."""

    def dead(self, row_id: int, reason: str) -> None:
        """It can never go; it is kept with the reason."""

    def revive(self, row_ids: Sequence[int], at: datetime) -> int:
        """Dead rows are due again; returns how many there were."""

    def with_code(self, row_ids: Sequence[int]) -> list[int]:
        """Which of these dead rows hold a one-time code."""

    def forget(self, before: datetime) -> int:
        """Drop statuses reported before then; returns how many rows."""


class Effects(Protocol):
    """Work for vendors. Within a lane one waits for the earlier ones."""

    def add(self, effect: Effect, due_at: datetime) -> None:
        """To be carried out, not before `due_at`."""

    def take(self, now: datetime, until: datetime, limit: int) -> list[Effect]:
        """Due effects, the first of each lane, claimed until then; attempts are counted up by the claim.

        An effect whose `attempts` is above 1 may have been done already: ask before doing it again.
        """

    def unclaim(self) -> None:
        """Drop every claim: the only server of a database starts, so whoever made them is gone."""

    def done(self, effect_id: int) -> None:
        """It was carried out (or found done)."""

    def retry(self, effect_id: int, due_at: datetime) -> None:
        """Again at that time."""

    def dead(self, effect_id: int, reason: str) -> None:
        """It cannot be done; kept with the reason."""


class Customers(Protocol):
    """People and their carts."""

    def get(self, customer_id: int) -> Customer:
        """The customer. Raises Fault where there is none."""

    def save(self, customer: Customer) -> None:
        """Store name, phone, street, pincode."""

    def cart(self, customer_id: int) -> Cart:
        """Their cart; an empty one where they have none."""

    def save_cart(self, cart: Cart) -> None:
        """Store the cart whole."""

    def consent(self, consent: Consent) -> None:
        """Write an opt-in or opt-out down for good; it holds from now on, on every channel of the customer."""

    def consents(self, customer_id: int) -> list[Consent]:
        """Oldest first."""


class Identities(Protocol):
    """Which conversations belong to one person."""

    def move(self, address: Address, user: str) -> bool:
        """A customer is reached under another id now; False where the old one is unknown or the new one another's."""

    def at(self, address: Address) -> int | None:
        """The customer at an address, by whichever of their ids, if there is one."""

    def join(self, conversation_id: int, customer_id: int, until: datetime | None) -> None:
        """The conversation belongs to this customer; `until`: the proof of it lapses then."""

    def merge(self, customer_id: int, into: int) -> None:
        """Orders, tickets, consents and conversations of one customer become another's; carts are the shop's matter.

        Who was silent as either is silent now. A hold goes along unless there is one already. The versions of those
        conversations rise, for a turn under way in one of them serves the customer that was.
        """

    def others(self, conversation_id: int) -> int:
        """How many further conversations the customer of this one has."""

    def part(self, conversation_id: int) -> None:
        """The conversation goes on with a customer of its own: nothing of the one before is seen in it."""

    def lapsed(self, now: datetime) -> list[int]:
        """Conversations whose proof has lapsed."""

    def add_proof(self, conversation_id: int, address: Address, at: datetime, ends_at: datetime, peer: str = "") -> int:
        """A proof begins; returns its id. Its code is told by `set_code`.

        `peer` stands for the client's address that it was asked for from.
        """

    def set_code(self, proof_id: int, code_hash: str) -> None:
        """What its code hashes to."""

    def proof(self, conversation_id: int, now: datetime) -> Proof | None:
        """The newest proof under way in a conversation."""

    def proof_tried(self, proof_id: int) -> int:
        """A code was given; returns how many were by now."""

    def proof_done(self, proof_id: int) -> None:
        """It is over."""

    def codes_since(self, since: datetime, conversation_id: int, user: str, peer: str, wrote_at: datetime) -> CodesSent:
        """How many proofs were begun since then. `wrote_at`: when the owner of the number wrote last.

        Nobody else gets an answer until this unit of work ends: what was counted still holds where a proof is added.
        """

    def wrote_at(self, address: Address) -> datetime:
        """When somebody wrote last from an address, by whichever of their ids; `NEVER` where nobody did."""


class Catalogues(Protocol):
    """The catalogue and the stock."""

    def current(self) -> Catalogue:
        """The catalogue as last seeded (cached by its version). Raises Fault where the shop was never seeded."""

    def version(self) -> int:
        """0 where the shop was never seeded."""

    def replace(self, catalogue: Catalogue, at: datetime) -> int:
        """Put this catalogue and its opening stock in place of all before; returns the new version.

        Held stock stays held: a product's stock on hand becomes opening stock, at least what is held.
        """

    def free(self, product_ids: Sequence[str]) -> Mapping[str, int]:
        """Base units that are neither sold nor held; 0 for unknown products."""

    def hold(self, product_id: str, units: int) -> bool:
        """Reserve units if so many are free, in one statement; False otherwise."""

    def unhold(self, product_id: str, units: int) -> None:
        """Let reserved units go."""

    def take(self, product_id: str, units: int) -> bool:
        """Sell free units, in one statement; False where so many are not free."""

    def take_held(self, product_id: str, units: int) -> None:
        """Sell reserved units."""

    def put_back(self, product_id: str, units: int) -> None:
        """Return sold units to the shelf (a cancelled order)."""

    def set_on_hand(self, product_id: str, units: int) -> None:
        """What a count of the shelf found; raises Refused("stock_below_held") where more is held."""


class Orders(Protocol):
    """Orders, their holds and history."""

    def add(self, order: Order) -> bool:
        """Store a new order; False where its number is taken."""

    def get(self, number: str) -> Order | None:
        """The order."""

    def save(self, order: Order) -> None:
        """Store status, replaced_by, paid_at and ship_to."""

    def of_customer(self, customer_id: int, limit: int) -> list[Order]:
        """Their orders, newest first."""

    def add_hold(self, hold: Hold) -> None:
        """Store a hold. The database allows one a customer: a second raises Fault."""

    def hold_of(self, customer_id: int) -> Hold | None:
        """The customer's open hold."""

    def remove_hold(self, order_number: str) -> Hold | None:
        """Take the hold of an order away; None where it had none."""

    def holds_ended(self, now: datetime) -> list[Hold]:
        """Holds whose time is up."""

    def move_hold(self, order_number: str, ends_at: datetime) -> None:
        """Give a hold a later end."""

    def append(self, event: Event) -> None:
        """Write an event to the history."""

    def fresh(self) -> list[Event]:
        """The events appended in this unit of work, in order."""


class Payments(Protocol):
    """Links, payments, refunds."""

    def add_link(self, link: PaymentLink) -> None:
        """Store a new link."""

    def save_link(self, link: PaymentLink) -> None:
        """Store status, provider_id and url."""

    def link(self, reference: str) -> PaymentLink | None:
        """By our reference."""

    def link_by_provider(self, provider_id: str) -> PaymentLink | None:
        """By Razorpay's id (plink_…)."""

    def links_of(self, order_number: str) -> list[PaymentLink]:
        """Oldest first."""

    def add(self, payment: Payment) -> bool:
        """Store a payment; False where its provider id is known: each counts once."""

    def get(self, provider_id: str) -> Payment | None:
        """By Razorpay's id (pay_…)."""

    def save(self, payment: Payment) -> None:
        """Store order_number and applied."""

    def of_order(self, order_number: str) -> list[Payment]:
        """Oldest first."""

    def add_refund(self, refund: Refund) -> bool:
        """Store a refund; False where its key is known."""

    def refund(self, key: str) -> Refund | None:
        """By its idempotency key."""

    def refund_by_provider(self, provider_id: str) -> Refund | None:
        """By Razorpay's id (rfnd_…)."""

    def refunds_of(self, order_number: str) -> list[Refund]:
        """Oldest first."""

    def save_refund(self, refund: Refund) -> None:
        """Store status and provider_id."""


class Desk(Protocol):
    """Tickets, users of the console, and sessions of both kinds. Tokens are stored hashed (SHA-256 hex)."""

    def add_ticket(self, ticket: Ticket) -> int:
        """Store a ticket; returns its id."""

    def is_open(self, kind: TicketKind, details: str) -> bool:
        """Whether there is an open ticket that says just this."""

    def close_ticket(self, ticket_id: int) -> bool:
        """False where there is no such open ticket."""

    def add_user(self, name: str, password_hash: str, role: str, demo: bool) -> int:
        """Make or replace a user by name; returns the id. Whoever was signed in as them is signed out."""

    def user(self, name: str) -> User | None:
        """By name."""

    def user_by_id(self, user_id: int) -> User | None:
        """By id."""

    def demo_users(self) -> int:
        """How many demo accounts there are."""

    def add_session(self, token_hash: str, user_id: int, until: datetime) -> None:
        """A console sign-in."""

    def session_user(self, token_hash: str, now: datetime) -> User | None:
        """Whose sign-in this is, while it lasts."""

    def drop_session(self, token_hash: str) -> None:
        """Signed out."""

    def add_chat(self, token_hash: str, conversation_id: int, at: datetime, peer: str = "") -> None:
        """A web chat session; `peer` stands for the client's address."""

    def chat(self, token_hash: str) -> int | None:
        """The conversation of a web chat session."""

    def drop_chat(self, token_hash: str) -> None:
        """The device is forgotten: the token opens nothing any more."""

    def peer(self, conversation_id: int) -> str:
        """What stands for the client's address that a web chat was begun from; "" where that is not known."""


class UnitOfWork(Protocol):
    """One transaction and what can be done in it."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def effects(self) -> Effects: ...
    @property
    def customers(self) -> Customers: ...
    @property
    def identities(self) -> Identities: ...
    @property
    def catalogue(self) -> Catalogues: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def desk(self) -> Desk: ...


class Store(Protocol):
    """Where everything is kept."""

    async def transact(self, work: Callable[[UnitOfWork], T], *, first: bool = False) -> T:
        """Run `work` whole in one transaction; durable when it returns, undone when it raises.

        `first`: where there is a crowd, before other work, because somebody outside waits for it, or because what was
        done would be done again if it were not stored.
        """

    async def close(self) -> None:
        """Let go of files and connections."""


class Queries(Protocol):
    """Reads for pages and APIs: they never write and never wait for the writer."""

    async def transcript(self, conversation_id: int, after: int, limit: int) -> list[Line]:
        """Lines with seq > after, oldest first."""

    async def conversation(self, conversation_id: int) -> ConversationRow | None:
        """One conversation as the console shows it."""

    async def conversations(self, holders: Sequence[str], limit: int) -> list[ConversationRow]:
        """Those with one of these holders: queued ones longest waiting first, others last used first."""

    async def orders(self, status: str | None, limit: int) -> list[OrderRow]:
        """Newest first."""

    async def order(self, number: str) -> Order | None:
        """One order."""

    async def history(self, order_number: str) -> list[EventRow]:
        """The events of an order, oldest first."""

    async def payments_of(self, order_number: str) -> list[Payment]:
        """The payments of an order."""

    async def tickets(self, closed: bool, limit: int) -> list[Ticket]:
        """Newest first."""

    async def unmatched(self, limit: int) -> list[Payment]:
        """Payments that match no order, newest first."""

    async def deliveries(self, conversation_id: int, seqs: Sequence[int]) -> Mapping[int, Progress]:
        """How far lines have come, as `Outbox.deliveries` tells it."""

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        """Replies that can never go as they stand, newest first."""

    async def depths(self) -> Depths:
        """How much work waits."""


class Nlu(Protocol):
    """Text in; intent, entities, language, sentiment out."""

    async def hear(self, text: str, message_id: str) -> Heard:
        """Raises Unavailable where no NLU answers in time."""

    async def put_catalogue(self, catalogue: Catalogue) -> None:
        """Push the names to recognise. Raises Unavailable."""

    async def healthy(self) -> bool:
        """Whether one is ready to parse."""


@dataclass(frozen=True, slots=True)
class PaidBy:
    """A captured payment as Razorpay tells of it."""

    payment_id: str
    amount: Money
    currency: str
    method: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkState:
    """A link as Razorpay has it. `status`: created, partially_paid, paid, cancelled or expired."""

    provider_id: str
    reference: str
    status: str
    url: str
    amount: Money
    currency: str
    payments: tuple[PaidBy, ...] = ()


class PaymentGateway(Protocol):
    """Razorpay, or what stands in for it. All raise Unavailable (try again) or Fault (it will not work)."""

    async def create(self, link: PaymentLink, customer: Mapping[str, str], description: str) -> LinkState:
        """Make a link. `customer` may hold name, contact."""

    async def find(self, reference: str) -> LinkState | None:
        """The link with our reference, if Razorpay has it."""

    async def fetch(self, provider_id: str) -> LinkState | None:
        """The link as it stands, with its captured payments; None where Razorpay knows no such link."""

    async def cancel(self, provider_id: str) -> LinkState | None:
        """Cancel it if that is still possible; returns how it stands after, as `fetch` does."""

    async def refund(self, refund: Refund) -> tuple[str, str]:
        """Send money back, idempotent by `refund.key`; returns (rfnd_… id, status: pending/processed/failed)."""


class Sender(Protocol):
    """A channel's way out."""

    async def send(self, row: OutboxRow) -> Sent | None:
        """Deliver part `row.parts` of the reply (the parts before it are gone already); None where it has but one.

        Where `row.resends` says that this part alone was to go again, whether there are more of them does not matter.

        Raises Unavailable (try again), Undeliverable or Fault (never).
        """


class Attentive(Protocol):
    """A channel that can show the customer that their message was read and that an answer is coming."""

    async def attend(self, address: Address, provider_id: str) -> None:
        """Show it. Never raises: it is a courtesy."""


class Archive(Protocol):
    """Where a provider keeps what customers wrote to one account of a channel, be it brought or not."""

    @property
    def channel(self) -> Channel: ...
    @property
    def account(self) -> str: ...

    async def missed(self, since: datetime, until: datetime, known: Collection[str]) -> list[Inbound]:
        """The messages sent between these moments whose ids are not `known`, oldest first.

        They are as the provider's webhook would have brought them, as far as it keeps that. Raises Unavailable.
        """


class MediaSource(Protocol):
    """Where a channel's media are fetched."""

    async def fetch(self, address: Address, media: Media) -> bytes:
        """The whole of it. Raises Unavailable (try again), Refused("media_too_large") or Fault (it is gone)."""


class Files(Protocol):
    """Where pictures, papers and recordings of customers are kept, by conversation."""

    def keep(self, conversation_id: int, raw: bytes) -> str:
        """Keep it for good; its id is the hash of the content with the kind as ending.

        Raises Refused("file_unreadable") for what is of no kind that we keep.
        """

    def find(self, conversation_id: int, file_id: str) -> Path | None:
        """Where a file of this conversation lies; None for what is not one."""


class Transcriber(Protocol):
    """Turns a recording into words."""

    async def words(self, recording: bytes, mime: str) -> str:
        """What is said in it, "" where nothing is understood. Raises Unavailable."""


class Live(Protocol):
    """Events between sockets, pages and workers. Lossy by nature: what matters is read from the store."""

    async def publish(self, topic: str, event: Mapping[str, Any]) -> None:
        """To everyone who listens now."""

    def subscribe(self, *topics: str) -> AbstractAsyncContextManager[AsyncIterator[Mapping[str, Any]]]:
        """Events published on these topics from entering the context on."""
