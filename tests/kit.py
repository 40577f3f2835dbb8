"""What the tests of the shop and the bot are built of.

Imported as `from tests.kit import …`; there is no `tests/__init__.py`, the folder is found from the root.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from app.responses import read_responses
from app.templates import read_templates
from bot.engine import Engine
from bot.parts import Parts
from bot.speech import Speech
from gateways.live import LocalLive
from model.catalogue import Catalogue
from model.conversation import Conversation
from model.message import Address, Arrival, Channel, Inbound, Line
from model.order import Cart, CartLine, Customer, Order, PayBy, PaymentLink, ShipTo
from model.ports import Files, PaymentGateway, Store, Transcriber, UnitOfWork
from model.rows import OutboxRow
from shop import orders
from shop.proofs import Codes
from shop.work import Work
from store import migrate
from store.memory import MemoryStore
from tests.fakes import FakeMedia, FakeRazorpay, RecordingAttentive, RecordingSender, ScriptedNlu
from tests.goods import STOCK, catalogue, product

__all__ = [
    "CODES", "HOME", "NOW", "ROOT", "SPEECH", "STOCK",
    "FakeMedia", "FakeRazorpay", "MovableClock", "RecordingAttentive", "RecordingSender", "Scene", "ScriptedNlu",
    "Stall",
    "address", "at_once", "cart_of", "catalogue", "customer_of", "eventually", "new_database", "product",
]  # fmt: skip

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
"""A Monday, noon in India."""
HOME = ShipTo("Asha Rao", "+919845012345", "12, 4th Cross, Jayanagar", "560011", "Bengaluru")


@dataclass
class MovableClock:
    """The time, moved by hand."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """`minutes=20` and the like."""
        self.now += timedelta(**by)


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that waits for nothing, as those of the store in memory do."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it waits for something")


@dataclass
class Stall:
    """A seeded shop in memory, without a bot; each call of `do` is one transaction."""

    goods: Catalogue = field(default_factory=catalogue)
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: MovableClock = field(default_factory=MovableClock)

    def __post_init__(self) -> None:
        self.do(lambda work: work.uow.catalogue.replace(self.goods, work.now))

    def do(self, work: Callable[[Work], T], actor: str = "customer") -> T:
        """The result of a piece of work; where it raises, nothing of it happened."""
        return at_once(self.store.transact(lambda uow: work(Work(uow, self.clock(), actor))))

    def customer(self, user: str = "asha") -> Customer:
        """A customer, with a conversation of their own."""
        return self.do(lambda work: customer_of(work.uow, user, work.now))

    def pick(self, customer: Customer, packs: Mapping[str, int], coupon: str | None = None) -> None:
        """Have exactly this in the cart, whether it is in stock or not."""
        self.do(lambda work: work.uow.customers.save_cart(cart_of(customer, packs, coupon)))

    def order(self, user: str = "asha", pay_by: PayBy = PayBy.ONLINE, **packs: int) -> Order:
        """An order placed; `packs` by SKU with underscores (`mango_250=2`), else one small jar of mango."""
        customer = self.customer(user)
        self.pick(customer, {sku.replace("_", "-"): count for sku, count in packs.items()} or {"mango-250": 1})
        return self.do(lambda work: orders.place(work, customer, HOME, pay_by))

    def shelf(self, product_id: str) -> tuple[int, int]:
        """On hand and held, in base units."""
        shelf = self.store.data.stock[product_id]
        return shelf.on_hand, shelf.held

    def now_of(self, order: Order) -> Order:
        """The order as it stands."""
        return self.store.data.orders[order.number]

    def links(self, order: Order) -> list[PaymentLink]:
        """Its links, oldest first."""
        return self.do(lambda work: work.uow.payments.links_of(order.number))

    def events(self) -> list[str]:
        """Kinds of all events so far."""
        return [event.kind.value for event in self.store.data.events.values()]


def customer_of(uow: UnitOfWork, user: str, at: datetime) -> Customer:
    """The customer at an address of the web chat, made where there is none."""
    return uow.customers.get(uow.conversations.open(address(user), at).customer_id)


def cart_of(customer: Customer, packs: Mapping[str, int], coupon: str | None = None) -> Cart:
    """A cart of so many packs by SKU."""
    return Cart(customer.id, tuple(CartLine(sku, count) for sku, count in packs.items()), coupon)


def address(user: str = "asha", channel: Channel = Channel.WEBCHAT) -> Address:
    """Where a customer writes from."""
    return Address(channel, "shop", user)


_RESPONSES = read_responses(ROOT / "data" / "responses")
SPEECH = Speech(_RESPONSES, "/shop", read_templates(ROOT / "data" / "templates", _RESPONSES["en"]))
"""The shop's real responses, and the templates that stand for some."""
CODES = Codes(b"the shop's secret", ((Channel.SMS, "shop"), (Channel.WHATSAPP, "shop")))


@dataclass
class Scene:
    """A bot at work on fakes. Its engine is not started: `settle` does whatever is due, so that nothing sleeps."""

    store: Store = field(default_factory=MemoryStore)
    clock: MovableClock = field(default_factory=MovableClock)
    nlu: ScriptedNlu = field(default_factory=ScriptedNlu)
    sender: RecordingSender = field(default_factory=RecordingSender)
    owner: str = "tests"
    gateway: PaymentGateway | None = None
    """In place of the fake Razorpay."""
    channel: Channel = Channel.WEBCHAT
    """Where customers write."""
    files: Files | None = None
    media: FakeMedia = field(default_factory=FakeMedia)
    attentive: RecordingAttentive = field(default_factory=RecordingAttentive)
    transcriber: Transcriber | None = None

    def __post_init__(self) -> None:
        self.razorpay = FakeRazorpay(self.clock)
        self.live = LocalLive()
        self.parts = Parts(
            store=self.store,
            nlu=self.nlu,
            speech=SPEECH,
            live=self.live,
            clock=self.clock,
            owner=self.owner,
            payments=self.gateway or self.razorpay,
            senders=dict.fromkeys(Channel, self.sender),
            files=self.files,
            media={Channel.WHATSAPP: self.media, Channel.SMS: self.media},
            attentive={Channel.WHATSAPP: self.attentive},
            transcriber=self.transcriber,
            codes=CODES,
        )
        self.engine = Engine(self.parts)
        self._said = 0

    async def open(self, goods: Catalogue | None = None) -> "Scene":
        """Seed the shop."""
        await self.do(lambda work: work.uow.catalogue.replace(goods or catalogue(), work.now))
        return self

    def on(self, channel: Channel) -> "Scene":
        """From now on customers write there."""
        self.channel = channel
        return self

    async def do(self, work: Callable[[Work], T], actor: str = "tests") -> T:
        """One transaction, telling nobody."""
        return await self.parts.transact(actor, work)

    async def change(self, actor: str, work: Callable[[Work], T]) -> T:
        """Somebody changes something through the engine; the customers concerned were told."""
        changed = await self.engine.change(actor, work)
        await self.turns()
        return changed

    async def post(self, actor: str, work: Callable[[Work], list[OutboxRow]]) -> None:
        """The same for work that writes its own rows."""
        await self.engine.post(actor, work)
        await self.turns()

    async def receive(self, text: str = "", user: str = "asha", *, tap: str = "", message_id: str = "") -> None:
        """A message is accepted; its turn may be still to come."""
        await self.engine.accept(self.inbound(text, user, tap=tap, message_id=message_id))

    def inbound(
        self, text: str = "", user: str = "asha", *, tap: str = "", message_id: str = "", **more: Any
    ) -> Inbound:
        """A message as a webhook reads it; `more` as in Inbound."""
        self._said += 1
        return Inbound(address(user, self.channel), message_id or f"m{self._said}", text, tap, **more)

    async def arrive(self, *arrivals: Arrival) -> None:
        """A webhook brings all this at once, and everything that follows from it now is done."""
        await self.engine.arrive(arrivals)
        await self.settle()

    async def say(self, text: str, user: str = "asha") -> None:
        """A customer writes, and everything that follows from it now is done."""
        await self.receive(text, user)
        await self.settle()

    async def tap(self, tap: str, user: str = "asha") -> None:
        """The same for a tapped choice."""
        await self.receive(user=user, tap=tap)
        await self.settle()

    async def turns(self) -> None:
        """Every turn under way has ended, and its replies went out."""
        await self.engine._lanes.close()
        await self.engine._deliveries.close()

    async def settle(self) -> None:
        """What is due now is done: the very jobs that a started engine repeats."""
        await self.engine._act_on_notices()
        await self.engine._look()
        await self.turns()
        await self.engine._carry_out()
        await self.engine.outbox.deliver_due()

    async def later(self, **by: float) -> None:
        """Time passes (`minutes=20`), the clock is looked at, and what is due is done."""
        self.clock.advance(**by)
        await self.engine.watch_clock()
        await self.settle()

    async def order(self, user: str = "asha", way: str = "online", sku: str = "mango-250", packs: int = 1) -> Order:
        """A customer whose address is known orders by taps; the order as it stands."""
        name, phone, street, pincode = HOME.name, HOME.phone, HOME.street, HOME.pincode
        known = replace(await self.customer(user), name=name, phone=phone, street=street, pincode=pincode)
        await self.do(lambda work: work.uow.customers.save(known))
        for tap in (f"add:{sku}:{packs}", "checkout", f"pay:{way}"):
            await self.tap(tap, user)
        return (await self.orders(user))[0]

    async def orders(self, user: str = "asha") -> list[Order]:
        """A customer's orders, newest first."""
        customer_id = (await self.talk(user)).customer_id
        return await self.do(lambda work: work.uow.orders.of_customer(customer_id, 50))

    async def customer(self, user: str = "asha") -> Customer:
        """A customer as they are known."""
        customer_id = (await self.talk(user)).customer_id
        return await self.do(lambda work: work.uow.customers.get(customer_id))

    async def talk(self, user: str = "asha") -> Conversation:
        """A customer's conversation as it stands."""
        where = address(user, self.channel)
        return await self.do(lambda work: work.uow.conversations.open(where, work.now))

    async def lines(self, user: str = "asha") -> list[Line]:
        """The transcript of a customer's conversation."""
        key = (await self.talk(user)).id
        found = await self.do(lambda work: [work.uow.conversations.line(key, seq) for seq in range(1, 200)])
        return [line for line in found if line]

    def told(self, user: str = "asha") -> list[str]:
        """Response keys sent to a customer since the last look, in order."""
        keys = self.sender.keys(user)
        self.sender.sent = [row for row in self.sender.sent if row.address.user != user]
        return keys


def new_database(folder: Path) -> str:
    """The address of an empty, migrated SQLite file, for `SqlStore`."""
    url = f"sqlite+aiosqlite:///{folder / 'haat.db'}"
    migrate.upgrade(url)
    return url


async def eventually(condition: Callable[[], Awaitable[T | None]], seconds: float = 15.0) -> T:
    """What the condition gives, once that is true; for what another process does, which sends no event."""
    async with asyncio.timeout(seconds):
        while not (found := await condition()):  # noqa: ASYNC110 - it sends no event
            await asyncio.sleep(0.02)
    return found
