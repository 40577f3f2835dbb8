"""The shop that is being crashed, with its customers."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web

from tests.crash import scripted_nlu
from tests.crash.chat_client import ChatClient
from tests.crash.customers import Buyer, Chatterer, Customer
from tests.crash.processes import ROOT, Bot, Razorpay, bot_process, free_ports, sandbox_process, until

PLENTY = 1_000_000_000
"""Base units of everything that is sold here at the start."""
_KEYS = {
    "RAZORPAY_KEY_ID": "rzp_test_crash",
    "RAZORPAY_KEY_SECRET": "key-secret",
    "RAZORPAY_WEBHOOK_SECRET": "webhook-secret",
    "SANDBOX_RAZORPAY_CHAOS": '{"duplicate": true, "shuffle": true, "refund_ms": 50}',
}
_UNDONE = {
    "inbox": "SELECT id FROM inbox WHERE state <> 'done'",
    "notice": "SELECT id FROM notice WHERE state <> 'done'",
    "outbox": "SELECT id FROM outbox",
    "effect": "SELECT id FROM effect",
}
_LAST_SEQS = """
    SELECT substr(client_id, 1, instr(client_id, '-') - 1) AS name, last_seq
    FROM message JOIN conversation ON id = conversation_id WHERE author = 'customer' GROUP BY name
"""


@dataclass
class Floor:
    """The shop: its parts, its database, and who is in it."""

    bot: Bot
    till: Razorpay
    file: Path
    log: Path
    http: ClientSession
    customers: list[Customer] = field(default_factory=list)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What stands in the bot's database."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query)]

    def left_to_do(self) -> dict[str, int]:
        """How much work waits or was given up, by table."""
        return {table: len(self.rows(query)) for table, query in _UNDONE.items()}

    async def open(self) -> None:
        """One undisturbed life seeds the shop; then there is plenty of everything."""
        await self.bot.live()
        await until(self.bot.is_up, 30)
        assert await self.bot.end("SIGTERM", within=10) == 0
        with closing(sqlite3.connect(self.file)) as database, database:
            database.execute("UPDATE stock SET on_hand = ?", (PLENTY,))

    def welcome(self, dice: random.Random, buyers: int, chatterers: int) -> None:
        """Customers come in."""
        chats = [ChatClient(self.http, self.bot.url, f"customer{place}") for place in range(buyers + chatterers)]
        self.customers += [Buyer(chat, dice, self.till) for chat in chats[:buyers]]
        self.customers += [Chatterer(chat, dice) for chat in chats[buyers:]]

    @asynccontextmanager
    async def busy(self, seconds: float) -> AsyncIterator[None]:
        """Customers run their errands in this context; so long may it take after it until all is done and quiet."""
        closing_time = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            chats = [tasks.create_task(customer.chat.stay_connected()) for customer in self.customers]
            errands = [tasks.create_task(_run_errands(customer, closing_time)) for customer in self.customers]
            yield
            closing_time.set()
            try:
                async with asyncio.timeout(seconds):
                    await asyncio.gather(*errands)
                    await until(self._is_quiet, seconds)
            except TimeoutError as error:
                waiting = {c.chat.name: c.chat.waits_for for c in self.customers}
                raise AssertionError(f"not quiet after {seconds} s: {waiting}, {self.left_to_do()}") from error
            for chat in chats:
                chat.cancel()

    async def _is_quiet(self) -> bool:
        """Whether nobody has anything left to do, to tell or to show."""
        last = {row["name"]: row["last_seq"] for row in self.rows(_LAST_SEQS)}
        shown = all(customer.chat.last_seq == last[customer.chat.name] for customer in self.customers)
        return shown and await self.till.has_told_everything() and not any(self.left_to_do().values())


async def _run_errands(customer: Customer, closing_time: asyncio.Event) -> None:
    """At least one."""
    await customer.go_on()
    while not closing_time.is_set():
        await customer.go_on()


@asynccontextmanager
async def shop_floor(folder: Path) -> AsyncIterator[Floor]:
    """Everything but the bot's first life; nothing of it outlives the context."""
    bot_port, till_port = free_ports()
    url, till_url = f"http://127.0.0.1:{bot_port}", f"http://127.0.0.1:{till_port}"
    file, log = folder / "haat.db", folder / "bot.log"
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(ClientSession())
        keys = {**_KEYS, "RAZORPAY_API_URL": till_url, "SANDBOX_WEBHOOK_URL": f"{url}/webhooks/razorpay"}
        await stack.enter_async_context(sandbox_process(folder, keys, till_port))
        settings = {
            "HAAT_DATABASE_URL": f"sqlite+aiosqlite:///{file}",
            "HAAT_NLU_URL": await stack.enter_async_context(nlu()),
            "HAAT_PORT": str(bot_port),
            "HAAT_PUBLIC_URL": url,
            "HAAT_SHOP": str(ROOT / "data" / "shop"),
        }
        process = await stack.enter_async_context(bot_process(folder, log, {**keys, **settings}))
        yield Floor(Bot(process, http, url), Razorpay(http, till_url), file, log, http)


@asynccontextmanager
async def nlu() -> AsyncIterator[str]:
    """The scripted NLU in this process; gives its address."""
    runner = web.AppRunner(scripted_nlu.build_app())
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
