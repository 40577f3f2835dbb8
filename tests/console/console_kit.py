"""A console on a real socket over a real engine, the store in dicts and a fake NLU."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import yaml
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.engine import Engine
from bot.parts import Parts
from bot.speech import Speech
from console import add_console, sessions
from console.users import hash_password, make_user
from gateways.files import KeptFiles
from gateways.live import LocalLive
from model.catalogue import Catalogue, Category, DeliveryArea, Product, Shop, Unit, Variant
from model.message import Address, Channel, Heard, Inbound, Line
from model.money import ZERO, Money
from model.order import CartLine, Order, PayBy, ShipTo
from model.ports import Nlu
from model.rows import User
from shop import carts, orders
from shop.work import Work
from store.memory import MemoryQueries, MemoryStore

T = TypeVar("T")
Client = TestClient[web.Request, web.Application]

PASSWORD = "mango pickle and curd rice"
RESPONSES = Path(__file__).parents[2] / "data" / "responses" / "en.yml"
TEXT = {"en": "Good"}
SHOP = Shop(
    "Haat", TEXT, TEXT, "7 Lane", "Bengaluru", "Karnataka", "29", "560004", "29AABFB0000K1Z1", "+91 80 0555 0142",
    "shop@example.in", "Asia/Kolkata", {},
)  # fmt: skip
PICKLE = Product(
    "mango", "pickles", {"en": "Mango Pickle"}, (), TEXT, TEXT, True, (), (), {}, 365, TEXT, TEXT, 5, "2001",
    Unit.GRAM, None,
)  # fmt: skip
AREA = DeliveryArea("Bengaluru", (), "Karnataka", ((560001, 560110),), ZERO, None, (1, 2), True)
CATALOGUE = Catalogue(
    SHOP,
    (Category("pickles", {"en": "Pickles"}, (), "🥭"),),
    (PICKLE,),
    (Variant("MANGO-500", "mango", "500 g", 500, "jar", Money(22000)),),
    areas=(AREA,),
    stock={"mango": 50_000},
)
HOME = ShipTo("Meera", "+919845012345", "12, 8th Cross", "560003", "Bengaluru")


@cache
def hashed(password: str) -> str:
    """Hashing is slow on purpose: once a run is enough."""
    return hash_password(password)


class FakeNlu(Nlu):
    """Understands who wants a person; all else is a greeting."""

    async def hear(self, text: str, message_id: str) -> Heard:
        intent = "human" if "person" in text else "greet"
        return Heard(text, intent, 0.99, ((intent, 0.99),))

    async def put_catalogue(self, catalogue: Catalogue) -> None:
        """Nothing to recognise."""

    async def healthy(self) -> bool:
        return True


@dataclass
class Stand:
    """A running console. `now` is its clock's time and can be moved; customers' files lie in `folder`."""

    folder: Path
    secure: bool = False
    demo: bool = True
    now: datetime = datetime(2025, 11, 20, 9, 30, tzinfo=UTC)
    store: MemoryStore = field(default_factory=MemoryStore)
    live: LocalLive = field(default_factory=LocalLive)
    ids: "count[int]" = field(default_factory=count)

    async def start(self) -> None:
        """Seed the shop, then serve on a free port of the loopback."""
        speech = Speech({"en": yaml.safe_load(RESPONSES.read_text(encoding="utf-8"))}, "/shop")
        parts = Parts(self.store, FakeNlu(), speech, self.live, lambda: self.now, "test", None)
        self.engine, self.queries = Engine(parts), MemoryQueries(self.store)
        await self.transact(lambda work: work.uow.catalogue.replace(CATALOGUE, work.now))
        app = web.Application()
        self.files = KeptFiles(self.folder)
        add_console(app, self.engine, self.queries, self.files, secret="signs", secure=self.secure, demo=self.demo)
        self.server = TestServer(app)
        await self.server.start_server()
        self.clients: list[Client] = []

    async def stop(self) -> None:
        """Close what was opened."""
        for client in self.clients:
            await client.session.close()
        await self.server.close()
        await self.engine.stop()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return str(self.server.make_url("")).rstrip("/")

    async def transact(self, work: Callable[[Work], T]) -> T:
        """Change or read the store directly."""
        return await self.engine.parts.transact("test", work)

    async def user(self, name: str, password: str = PASSWORD, demo: bool = False) -> User:
        """An agent who may sign in."""
        await self.transact(lambda work: make_user(work, name, hashed(password), "agent", demo))
        found = await self.transact(lambda work: work.uow.desk.user(name))
        assert found is not None
        return found

    def browser(self) -> Client:
        """A fresh client with a cookie jar of its own."""
        client = TestClient(self.server)
        self.clients.append(client)
        return client

    async def agent(self, name: str) -> "Agent":
        """A user by this name, whose session has begun (without the sign-in, which is slow on purpose)."""
        user, token = await self.user(name), sessions.new_token()
        await self.transact(lambda work: sessions.begin(work, token, user))
        browser = self.browser()
        browser.session.cookie_jar.update_cookies({sessions.COOKIE: token}, self.server.make_url("/console"))
        return Agent(self, browser, user, sessions.Visitor(user, token, ZoneInfo("UTC"), "signs").csrf)

    async def say(self, customer: str, text: str, channel: Channel = Channel.WEBCHAT, file: str = "") -> int:
        """A customer writes; returns the conversation's id. The bot answers by and by."""
        address = Address(channel, "demo", customer)
        accepted = await self.engine.accept(Inbound(address, f"m{next(self.ids)}", text, file=file))
        return accepted.conversation.id

    async def send(self, customer: str, raw: bytes, channel: Channel = Channel.WHATSAPP) -> tuple[int, str]:
        """A customer sends a file; returns the conversation's id and the file's address in the console."""
        where = Address(channel, "demo", customer)
        talk = await self.transact(lambda work: work.uow.conversations.open(where, work.now))
        file = self.files.keep(talk.id, raw)
        await self.say(customer, "", channel, file)
        await self.lines(talk.id, 2)
        return talk.id, f"/console/files/{talk.id}/{file}"

    async def lines(self, conversation_id: int, least: int) -> list[Line]:
        """The transcript, once it has so many lines."""
        async with self.live.subscribe(f"desk:{conversation_id}") as events:
            while len(found := await self.queries.transcript(conversation_id, 0, 1000)) < least:
                await anext(events)
        return found

    async def queued(self, customer: str) -> int:
        """A conversation that waits for a person: the customer's wish, and the bot's answer."""
        conversation_id = await self.say(customer, "a person please")
        await self.lines(conversation_id, 2)
        return conversation_id

    async def order(self, customer: str) -> Order:
        """A confirmed order of two jars, to be paid in cash."""
        conversation_id = await self.say(customer, "hello")
        await self.lines(conversation_id, 2)
        return await self.transact(lambda work: place(work, conversation_id))


def place(work: Work, conversation_id: int) -> Order:
    """Put two jars into the cart of a conversation's customer and order them."""
    conversation = work.uow.conversations.get(conversation_id)
    assert conversation is not None
    customer = work.uow.customers.get(conversation.customer_id)
    carts.set_packs(work, customer.id, "MANGO-500", 2)
    assert work.uow.customers.cart(customer.id).lines == (CartLine("MANGO-500", 2),)
    return orders.place(work, customer, HOME, PayBy.CASH)


@dataclass
class Agent:
    """Somebody at the console."""

    stand: Stand
    client: Client
    user: User
    csrf: str = ""

    async def sign_in(self, password: str = PASSWORD) -> ClientResponse:
        """Sign in and keep the token that forms carry."""
        response = await sign_in(self.stand, self.client, self.user.name, password)
        self.csrf = (await response.text()).partition('name="csrf" content="')[2].partition('"')[0]
        return response

    async def page(self, path: str) -> str:
        """The text of a page that must be there."""
        response = await self.client.get(path)
        assert response.status == 200
        return await response.text()

    async def post(self, path: str, headers: dict[str, str] | None = None, **fields: Any) -> ClientResponse:
        """Send a form as one of our pages does, and follow where it leads."""
        sent = {"Origin": self.stand.origin, **(headers or {})}
        return await self.client.post(path, data={"csrf": self.csrf, **fields}, headers=sent)


async def sign_in(stand: Stand, client: Client, name: str, password: str) -> ClientResponse:
    """Send the sign-in form."""
    form = {"name": name, "password": password}
    return await client.post("/console/login", data=form, headers={"Origin": stand.origin})


MINUTE = timedelta(minutes=1)
Starter = Callable[..., Awaitable[Stand]]
