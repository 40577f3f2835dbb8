"""A shop on WhatsApp that is being crashed: the bot with its lives, and Meta's stand-in, where sends go wrong."""

import asyncio
import json
import math
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, TCPConnector

from tests.crash.boundaries import BOUNDARIES
from tests.crash.meta_customers import APP_SECRET, NUMBER_ID, Meta, Talk
from tests.crash.processes import ROOT, Bot, bot_process, free_ports, is_up, sandbox_process, until
from tests.crash.shop_floor import nlu

_KEYS = {
    "WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
    "WHATSAPP_ACCESS_TOKEN": "access-token-of-the-soak",
    "WHATSAPP_APP_SECRET": APP_SECRET,
    "WHATSAPP_VERIFY_TOKEN": "verify-token-of-the-soak",
    "WHATSAPP_RATE": "1000",
}
_KNOBS = {"window": "open", "rate": 1000, "fetch_links": False, "deliver_ms": 50}
"""The stand-in knows nothing of customers whose messages it did not send: to it their windows are shut."""
_TROUBLES: tuple[dict[str, Any], ...] = (
    {"fail_with": 500, "fail_before": True},
    {"fail_with": 429, "fail_before": True},
    {"fail_with": "cut", "fail_before": True},
    {"fail_with": "cut", "fail_before": False},
)
_LASTS = (0.1, 0.4)
"""Seconds that sends go wrong in one way."""
_SHARE = 0.1
_LONGEST_LIFE = 300.0
_GRACE = 0.3
"""Seconds: a call that was to be cut off is under way when that ends."""
_JUST_AFTER = 1.0
"""Seconds: what the bot had sent when it died, Meta may take only then."""
_JUST_BEFORE = 0.5
_IN_THE_AIR = 10.0
"""Seconds: longer the bot waits for no answer."""
_UNDONE = "SELECT (SELECT count(*) FROM inbox WHERE state <> 'done') + (SELECT count(*) FROM outbox)"
_REPORTED = "SELECT count(*) FROM delivery WHERE progress = 'delivered'"


@dataclass
class Weather:
    """What went wrong when (Unix seconds): from when to when answers were cut off, and the bot's deaths."""

    cuts: list[list[float]] = field(default_factory=list)
    deaths: list[float] = field(default_factory=list)

    def changed(self, before: float, after: float, *, cut: bool) -> None:
        """Between those two moments it began, or ended, that answers are cut off after a message was taken."""
        if self.cuts:
            self.cuts[-1][1] = min(self.cuts[-1][1], after)
        if cut:
            self.cuts.append([before, math.inf])

    def cause(self, at: float) -> str:
        """Why the answer to a message taken then was lost; "" where nothing was wrong."""
        if self._died(at, within=_JUST_BEFORE):
            return "killed"
        if any(begin <= at <= end + _GRACE for begin, end in self.cuts):
            return "cut off"
        return "killed" if self._died(at, within=_IN_THE_AIR) else ""

    def _died(self, at: float, within: float) -> bool:
        return any(death - within <= at <= death + _JUST_AFTER for death in self.deaths)


@dataclass
class WhatsAppFloor:
    """The shop: its parts, its database, and what goes wrong."""

    bot: Bot
    meta: Meta
    sandbox: str
    file: Path
    log: Path
    http: ClientSession
    dice: random.Random
    weather: Weather = field(default_factory=Weather)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What stands in the bot's database."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query)]

    async def taken(self) -> list[dict[str, Any]]:
        """All messages that Meta took, in order."""
        async with self.http.get(f"{self.sandbox}/messages") as answer:
            taken: list[dict[str, Any]] = await answer.json()
            return taken

    async def goes_through(self, talks: list[Talk], deaths: Sequence[str], patience: float) -> None:
        """Customers talk while the bot dies so often, spread over the run, and a tenth of all sends goes wrong.

        Returns when all is quiet; so long (seconds) may that take after the last death.
        """
        span = sum(len(talk.said) for talk in talks) // (len(deaths) + 2)
        async with asyncio.TaskGroup() as tasks, self._bad_weather():
            telling = tasks.create_task(self.meta.tell(talks))
            for how in deaths:
                await self._live_and_die(how, span)
            await self.bot.live()
            async with asyncio.timeout(patience):
                await telling
                await until(self._is_quiet, patience)

    async def _live_and_die(self, how: str, after: int) -> None:
        """A life that ends when a boundary is reached for that time, or by a signal once so many messages went out.

        They may have come in long before: in a crowd, messages are taken before any is answered.
        """
        so_many = (await self._counts())["accepted"] + after

        async def went() -> bool:
            return (await self._counts())["accepted"] >= so_many

        if how in BOUNDARIES:
            await self.bot.live(how, after)
            exited = await self.bot.dies(within=_LONGEST_LIFE)
        else:
            await self.bot.live()
            await until(went, _LONGEST_LIFE)
            exited = await self.bot.end(how, within=30)
        self.weather.deaths.append(time.time())
        assert exited == -signal.SIGKILL, how

    async def _is_quiet(self) -> bool:
        """Whether all is answered, and everything that was taken is reported as delivered."""
        return not self._count(_UNDONE) and self._count(_REPORTED) == (await self._counts())["accepted"]

    async def told(self) -> str:
        """Both sides in figures: webhooks by the status of their answer (0: none), messages by what Meta said."""
        return f"webhooks {dict(self.meta.answers)}; messages {dict(await self._counts())}"

    def _count(self, query: str) -> int:
        [row] = self.rows(query)
        return int(next(iter(row.values())))

    async def _counts(self) -> Counter[str]:
        """How many messages Meta took ("accepted"), and how many it refused, by code."""
        async with self.http.get(f"{self.sandbox}/counts") as answer:
            return Counter(await answer.json())

    @asynccontextmanager
    async def _bad_weather(self) -> AsyncIterator[None]:
        """A tenth of all sends goes wrong in this context, in every way in turn."""
        async with asyncio.TaskGroup() as tasks:
            changing = tasks.create_task(self._keep_changing())
            yield
            changing.cancel()
        await self._change(fail_share=0)

    async def _keep_changing(self) -> None:
        while True:
            for trouble in self.dice.sample(_TROUBLES, len(_TROUBLES)):
                await self._change(**trouble, fail_share=_SHARE, fail_match="/messages")
                await asyncio.sleep(self.dice.uniform(*_LASTS))

    async def _change(self, **knobs: Any) -> None:
        before = time.time()
        async with self.http.post(f"{self.sandbox}/chaos", json=knobs) as answer:
            assert answer.status == 200, await answer.text()
        self.weather.changed(before, time.time(), cut=knobs.get("fail_before") is False)


@asynccontextmanager
async def whatsapp_floor(folder: Path, dice: random.Random) -> AsyncIterator[WhatsAppFloor]:
    """Everything but the bot's first life; nothing of it outlives the context."""
    bot_port, sandbox_port = free_ports()
    url, sandbox_url = f"http://127.0.0.1:{bot_port}", f"http://127.0.0.1:{sandbox_port}"
    file, log, levers = folder / "haat.db", folder / "bot.log", f"{sandbox_url}/_sandbox/meta"
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(ClientSession(connector=TCPConnector(limit=0)))
        keys = {**_KEYS, "SANDBOX_SHOP_URL": url, "SANDBOX_WHATSAPP_CHAOS": json.dumps(_KNOBS)}
        await stack.enter_async_context(sandbox_process(folder, keys, sandbox_port))
        settings = {
            "WHATSAPP_API_URL": f"{sandbox_url}/v23.0",
            "HAAT_DATABASE_URL": f"sqlite+aiosqlite:///{file}",
            "HAAT_NLU_URL": await stack.enter_async_context(nlu()),
            "HAAT_PORT": str(bot_port),
            "HAAT_PUBLIC_URL": url,
            "HAAT_SHOP": str(ROOT / "data" / "shop"),
        }
        process = await stack.enter_async_context(bot_process(folder, log, {**_KEYS, **settings}))
        await until(partial(is_up, http, sandbox_url), 30)
        meta = Meta(http, f"{url}/webhooks/whatsapp", dice)
        yield WhatsAppFloor(Bot(process, http, url), meta, levers, file, log, http, dice)
