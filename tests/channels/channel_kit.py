"""A shop on WhatsApp and SMS: the bot as `haat serve` builds it, the providers' stand-ins, and customers' telephones.

All of it talks over real sockets. The NLU is a server that hears what a script says, and in all else a bare value.
"""

import asyncio
import json
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientSession, ClientTimeout, web

from app.processes import free_port
from app.settings import Settings
from app.templates import as_meta
from app.web import build_app, serving
from app.wiring import Bot, build, running
from model.conversation import Conversation
from model.message import Address, Channel, Progress
from model.order import Order, OrderStatus
from model.rows import DeadLetter
from sandbox.server import build_app as build_sandbox
from sandbox.settings import read_settings
from shop import orders
from shop.work import Work
from tests.kit import ROOT, eventually
from tests.sandbox.sandbox_kit import address_of, listening, serve
from tests.webhooks.edge_kit import Tab
from tools.bench import canned_nlu

Json = dict[str, Any]
T = TypeVar("T")

META_NUMBER, SMS_NUMBER, TWILIO_WHATSAPP = "106540352242922", "+15005550006", "+15005550007"
KEYS = {
    "WHATSAPP_PHONE_NUMBER_ID": META_NUMBER,
    "WHATSAPP_ACCESS_TOKEN": "token",
    "WHATSAPP_APP_SECRET": "app-secret",
    "WHATSAPP_VERIFY_TOKEN": "verify-me",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "auth-token",
    "TWILIO_SMS_FROM": SMS_NUMBER,
    "TWILIO_WHATSAPP_FROM": f"whatsapp:{TWILIO_WHATSAPP}",
    "RAZORPAY_KEY_ID": "rzp_test_channels",
    "RAZORPAY_KEY_SECRET": "key-secret",
    "RAZORPAY_WEBHOOK_SECRET": "webhook-secret",
}
_FIRST_NUMBER = 919845000000
_PARTS = ("meta", "twilio", "razorpay")
_PATIENCE = 10.0
_HEARD = {
    "hi": "greet",
    "checkout": "checkout",
    "where is my order": "track",
    "one jar was broken": "complain",
    "do you have": "search",
}
"""What is heard in words that begin so: an intent, surely. An amount with a product and its pack is an order."""
_NAMES = (
    re.compile(r"do you have (?P<product>.+)\?"),
    re.compile(r"(?P<quantity>\d+) (?P<product>[a-z ]+) (?P<pack>\d+ k?g)"),
)


def _parsed(text: str) -> Json:
    """Rasa's parse JSON."""
    found = next((hit for pattern in _NAMES if (hit := pattern.fullmatch(text))), None)
    entities = _entities(found) if found else []
    else_ = "order" if len(entities) > 1 else "inform"
    name = next((intent for begins, intent in _HEARD.items() if text.startswith(begins)), else_)
    intent = {"name": name, "confidence": 0.98}
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": entities}


def _entities(found: re.Match[str]) -> list[Json]:
    return [
        {"entity": kind, "value": value, "start": found.start(kind), "end": found.end(kind)}
        for kind, value in found.groupdict().items()
    ]


def _nlu() -> web.Application:
    return canned_nlu.build_app(lambda text: json.dumps(_parsed(text)).encode())


@dataclass
class Telephone:
    """A customer's telephone on one network, watched live. `entries` are the bubbles on it by id, oldest first."""

    http: ClientSession
    sandbox: str
    network: str
    shop: str
    number: str
    entries: dict[str, Json] = field(default_factory=dict)
    _heard: set[str] = field(default_factory=set)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _on: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> Address:
        """Where the bot knows its owner."""
        return Address(Channel(self.network), self.shop, self.number)

    @property
    def _path(self) -> str:
        return f"{self.sandbox}/phone/{self.network}/{self.number}"

    async def watch(self) -> None:
        """Keep up with what it shows, until cancelled."""
        async with self.http.get(f"{self._path}/live", timeout=ClientTimeout()) as stream:
            event = ""
            async for line in stream.content:
                word, _, rest = line.decode().strip().partition(": ")
                event = rest if word == "event" else event
                if word == "data" and event != "typing":
                    await self._show(json.loads(rest))

    async def _show(self, shown: Json) -> None:
        async with self._news:
            for entry in shown.get("entries", [shown]):
                self.entries[entry["id"]] = entry
            self._on.set()
            self._news.notify_all()

    async def does(self, deed: str, **content: Any) -> Json:
        """The customer does something; the bubble that it makes."""
        await self._on.wait()
        body = {"deed": deed, "name": "Asha Rao", "shop": self.shop, **content}
        async with self.http.post(self._path, json=body) as answer:
            made: Json = await answer.json()
            assert answer.status == 200, made
            return made

    async def says(self, text: str) -> Json:
        """The customer writes."""
        return await self.does("text", text=text)

    async def taps(self, title: str, beside: str = "") -> Json:
        """The customer taps the newest choice with that title, in a bubble or card that says `beside`."""
        entry, choice = next(
            (entry["id"], choice["id"])
            for entry, words, choice in self._choices()
            if choice["title"] == title and beside in words
        )
        return await self.does("tap", entry=entry, choice=choice)

    async def picks(self, title: str) -> Json:
        """The same where choices are numbered lines: the customer writes the number, once they are there."""
        numbered = re.compile(rf"^(\d+)\. {re.escape(title)}$", re.MULTILINE)
        await self.hears(f". {title}")
        found = next(hit for text in reversed(self.texts()) if (hit := numbered.search(text)))
        return await self.says(found[1])

    async def hears(self, words: str) -> Json:
        """The first bubble of the shop's with these words after those heard before, once it is there."""
        try:
            async with asyncio.timeout(_PATIENCE), self._news:
                await self._news.wait_for(lambda: self._find(words))
        except TimeoutError:
            raise AssertionError(f"{words!r} was not heard; said were: {self.texts()}") from None
        found = self._find(words)
        assert found
        self._heard |= {entry["id"] for entry in self._upto(found)}
        return found

    async def sees(self, entry: Json, ticks: str) -> None:
        """Waits until a bubble has these ticks ("delivered")."""
        async with asyncio.timeout(_PATIENCE), self._news:
            await self._news.wait_for(lambda: self.entries[entry["id"]]["ticks"] == ticks)

    async def has(self, ticks: str) -> None:
        """Waits until all that the shop said has them."""
        for entry in self.told():
            await self.sees(entry, ticks)

    def told(self) -> list[Json]:
        """The shop's bubbles."""
        return [entry for entry in self.entries.values() if entry["from"] == "shop"]

    def texts(self) -> list[str]:
        """What the shop said, in order."""
        return [entry.get("text", "") for entry in self.told()]

    def unheard(self) -> list[str]:
        """What the shop said after what was heard."""
        return [entry.get("text", "") for entry in self.told() if entry["id"] not in self._heard]

    def _find(self, words: str) -> Json | None:
        unheard = (entry for entry in self.told() if entry["id"] not in self._heard)
        return next((entry for entry in unheard if words in entry.get("text", "")), None)

    def _upto(self, last: Json) -> Iterator[Json]:
        for entry in self.told():
            yield entry
            if entry is last:
                return

    def _choices(self) -> Iterator[tuple[Json, str, Json]]:
        """Newest first: the bubble, the words beside a choice, the choice."""
        for entry in reversed(self.told()):
            rows = [row for section in entry.get("list", {}).get("sections", ()) for row in section["rows"]]
            for choice in (*entry.get("buttons", ()), *rows):
                yield entry, entry.get("text", ""), choice
            for card in entry.get("cards", ()):
                for choice in card.get("buttons", ()):
                    yield entry, card.get("text", ""), choice


@dataclass
class Shop:
    """A shop that is open. `bot` is its engine and store, `sandbox` the address of the providers' stand-ins.

    `watches` keep up with what telephones show.
    """

    bot: Bot
    url: str
    sandbox: str
    http: ClientSession
    database: Path
    watches: list[asyncio.Task[None]] = field(default_factory=list)

    def telephone(self, network: str, shop: str) -> Telephone:
        """A new customer's telephone, switched on; `shop` is the number of the shop that they write to."""
        phone = Telephone(self.http, self.sandbox, network, shop, str(_FIRST_NUMBER + len(self.watches)))
        self.watches.append(asyncio.create_task(phone.watch()))
        return phone

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[Tab]:
        """The chat on the shop's page."""
        async with self.http.ws_connect(f"{self.url}/webchat/socket", origin=self.url) as ws:
            yield Tab(ws)

    async def calm(self) -> None:
        """Nothing goes wrong at any provider any more."""
        for part in _PARTS:
            async with self.http.delete(f"{self.sandbox}/_sandbox/{part}/chaos") as answer:
                assert answer.status == 200

    async def lever(self, path: str, **body: Any) -> Any:
        """A lever of the sandbox (`meta/chaos`); its JSON."""
        async with self.http.post(f"{self.sandbox}/_sandbox/{path}", json=body) as answer:
            told = await answer.json()
            assert answer.status < 300, told
            return told

    async def state(self, part: str) -> Any:
        """All that a provider knows."""
        async with self.http.get(f"{self.sandbox}/_sandbox/{part}/state") as answer:
            return await answer.json()

    async def pays(self, url: str) -> None:
        """A customer pays on the page that a link opens."""
        async with self.http.get(url) as page:
            token = re.search(r'name="token" value="([^"]+)"', await page.text())
        assert token
        form = {"choice": "upi", "token": token[1]}
        async with self.http.post(url, data=form, allow_redirects=False) as answer:
            assert answer.status == 303

    async def moves(self, order: Order, status: OrderStatus) -> None:
        """Somebody in the shop moves an order on."""
        await self.bot.engine.change("agent", lambda work: orders.move(work, order.number, status))

    async def do(self, work: Callable[[Work], T]) -> T:
        """A look into the store."""
        return await self.bot.engine.parts.transact("tests", work)

    async def order(self, phone: Telephone) -> Order:
        """The only order of a telephone's owner."""
        (order,) = await self.do(lambda work: work.uow.orders.of_customer(_talk(work, phone).customer_id, 50))
        return order

    async def lines(self, phone: Telephone) -> list[Json]:
        """What the transcript of a telephone's owner shows, in order."""
        talk = await self.do(lambda work: _talk(work, phone))
        found = await self.bot.queries.transcript(talk.id, 0, 1000)
        return [{"author": line.author.value, "seq": line.seq, **line.content} for line in found]

    async def said(self, phone: Telephone) -> list[str]:
        """The responses of the bot to them, by key, in order."""
        return [line["key"] for line in await self.lines(phone) if line["author"] == "bot"]

    async def progress(self, phone: Telephone) -> set[Progress]:
        """How far the bot's lines to them have come."""
        talk = await self.do(lambda work: _talk(work, phone))
        seqs = [line["seq"] for line in await self.lines(phone) if line["author"] == "bot"]
        return set((await self.do(lambda work: work.uow.outbox.deliveries(talk.id, seqs))).values())

    async def letters(self, phone: Telephone) -> list[DeadLetter]:
        """What could not be delivered to them."""
        talk = await self.do(lambda work: _talk(work, phone))
        return [letter for letter in await self.bot.queries.dead_letters(100) if letter.conversation_id == talk.id]

    def set_back(self, days: int) -> None:
        """What anybody wrote last was so many days earlier."""
        with closing(sqlite3.connect(self.database)) as database, database:
            database.execute("UPDATE conversation SET wrote_at = datetime(wrote_at, ?)", (f"-{days} days",))

    async def quiet(self) -> None:
        """All is done and told: nothing waits in the shop, and no webhook is under way to it."""
        await eventually(self._is_quiet)

    async def comes_to(self, phone: Telephone, progress: Progress) -> None:
        """Everything said to this customer comes so far: reports that were held back and turned round come late."""

        async def all_there() -> bool:
            return {progress} == await self.progress(phone)

        await eventually(all_there)

    async def _is_quiet(self) -> bool:
        waits = await self.bot.queries.depths()
        posts = [post for part in _PARTS for post in (await self.state(part))["webhooks"]]
        told = all(post["state"] != "waiting" for post in posts)
        return told and not (waits.inbox or waits.notices or waits.outbox or waits.effects)


def _talk(work: Work, phone: Telephone) -> Conversation:
    return work.uow.conversations.open(phone.address, work.now)


@dataclass
class Street:
    """Where a shop may be open or closed: the providers' stand-ins, the NLU, and the telephones of its customers."""

    folder: Path
    port: int
    sandbox: str
    nlu: str
    http: ClientSession
    watches: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the shop is while it is open."""
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Shop]:
        """The shop is open, on the files that it had before."""
        async with (
            build(_settings(self.folder, self.port, self.sandbox, self.nlu)) as bot,
            running(bot),
            serving(build_app(bot), "127.0.0.1", self.port),
        ):
            yield Shop(bot, self.url, self.sandbox, self.http, self.folder / "haat.db", self.watches)


@asynccontextmanager
async def street_of(folder: Path, clock: Callable[[], float] = time.time) -> AsyncIterator[Street]:
    """All but the shop, whose files lie in `folder`; `clock` is the providers'."""
    own = listening()
    sandbox = address_of(own)
    async with AsyncExitStack() as stack:
        port = free_port()
        settings = read_settings(_sandbox_env(f"http://127.0.0.1:{port}", sandbox), "127.0.0.1", 0)
        _, sandbox_runner = await serve(build_sandbox(settings, clock), own)
        stack.push_async_callback(sandbox_runner.cleanup)
        nlu, nlu_runner = await serve(_nlu())
        stack.push_async_callback(nlu_runner.cleanup)
        street = Street(folder, port, sandbox, nlu, await stack.enter_async_context(ClientSession()))
        stack.push_async_callback(_hang_up, street.watches)
        yield street


async def _hang_up(watches: list[asyncio.Task[None]]) -> None:
    """All telephones are switched off."""
    for watch in watches:
        watch.cancel()
    await asyncio.gather(*watches, return_exceptions=True)


@asynccontextmanager
async def open_shop(folder: Path) -> AsyncIterator[Shop]:
    """Everything, with its files in `folder`; nothing of it outlives the context."""
    async with street_of(folder) as street, street.opened() as shop:
        yield shop


def _sandbox_env(url: str, sandbox: str) -> dict[str, str]:
    templates = json.dumps(as_meta(ROOT / "data" / "templates"))
    addresses = {"SANDBOX_SHOP_URL": url, "SANDBOX_WEBHOOK_URL": f"{url}/webhooks/razorpay"}
    haste = {"SANDBOX_WHATSAPP_CHAOS": '{"deliver_ms": 20}', "SANDBOX_TWILIO_CHAOS": '{"status_ms": 20, "sms_rate": 0}'}
    return {**KEYS, **addresses, **haste, "SANDBOX_PUBLIC_URL": sandbox, "SANDBOX_WHATSAPP_TEMPLATES": templates}


def _settings(folder: Path, port: int, sandbox: str, nlu: str) -> Settings:
    given: Json = {
        **KEYS,
        "HAAT_PORT": port,
        "HAAT_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'haat.db'}",
        "HAAT_NLU_URL": nlu,
        "HAAT_FILES": folder / "files",
        "HAAT_SHOP": ROOT / "data" / "shop",
        "WHATSAPP_API_URL": f"{sandbox}/v23.0",
        "TWILIO_API_URL": sandbox,
        "TWILIO_SMS_RATE": 100,
        "RAZORPAY_API_URL": sandbox,
    }
    return Settings(**given)
