"""Telephones with carriers that write down what customers do, on a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse, ClientSession, web

from sandbox.pages import STATIC
from sandbox.telephone.entries import Entry, Json, Network, Writing
from sandbox.telephone.exchange import Exchange
from sandbox.telephone.part import install_telephone
from tests.sandbox.sandbox_kit import Clock, serve

NUMBER, SHOP, OTHER_SHOP = "919812345678", "106540352242922", "+14155238886"


@dataclass
class Stand:
    """The sandbox's address, its exchange, what the carriers were told, and a session."""

    url: str
    http: ClientSession
    exchange: Exchange
    told: list[Writing] = field(default_factory=list)
    count: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def carry(self, writing: Writing) -> str:
        """A carrier that gives ids of its own."""
        self.told.append(writing)
        self._news.set()
        return f"in.{len(self.told)}"

    async def until_told(self, count: int) -> list[Writing]:
        """What the carriers were told, once it is so much."""
        async with asyncio.timeout(10):
            while len(self.told) < count:
                self._news.clear()
                await self._news.wait()
        return self.told

    def entry(self, entry_id: str) -> Entry:
        """The entry of that id."""
        found = self.exchange.find(entry_id)
        assert found is not None
        return found

    def show(self, network: Network = "whatsapp", shop: str = SHOP, kind: str = "text", **content: Any) -> str:
        """The shop sends something; gives the entry's id."""
        self.count += 1
        entry = Entry.of_shop(f"out.{self.count}", self.exchange.clock(), shop, kind, content)
        self.exchange.show(network, NUMBER, entry)
        return entry.id

    async def does(self, deed: str, network: str = "whatsapp", **more: Any) -> tuple[int, Any]:
        """Status and JSON of a deed told over HTTP."""
        body = {"deed": deed, "name": "Asha", **more}
        async with self.http.post(f"{self.url}/phone/{network}/{NUMBER}", json=body) as answer:
            return answer.status, await answer.json()

    async def log(self, network: str = "whatsapp") -> list[Any]:
        async with self.http.get(f"{self.url}/phone/{network}/{NUMBER}") as answer:
            entries: list[Any] = (await answer.json())["entries"]
            return entries

    async def lever(self, name: str, body: object) -> tuple[int, Any]:
        async with self.http.post(f"{self.url}/_sandbox/phone/{name}", json=body) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def telephones() -> AsyncIterator[Stand]:
    """WhatsApp with two shops and SMS with one."""
    exchange, app = Exchange(Clock()), web.Application(client_max_size=32 * 1024 * 1024)
    install_telephone(app, exchange)
    app.router.add_static("/_sandbox/static/", STATIC)
    address, runner = await serve(app)
    try:
        async with ClientSession() as http:
            stand = Stand(address, http, exchange)
            exchange.on_write("whatsapp", SHOP, stand.carry, "Sri Lakshmi Foods")
            exchange.on_write("whatsapp", OTHER_SHOP, stand.carry, "Another shop")
            exchange.on_write("sms", OTHER_SHOP, stand.carry, "Sri Lakshmi Foods")
            yield stand
    finally:
        await runner.cleanup()


async def event(stream: ClientResponse) -> tuple[str, Json]:
    """The next server-sent event: its name and data."""
    name = (await stream.content.readline()).decode().removeprefix("event: ").strip()
    data = (await stream.content.readline()).decode().removeprefix("data: ")
    await stream.content.readline()
    return name, json.loads(data)
