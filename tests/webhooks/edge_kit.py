"""The web chat on a real socket, and clients that talk to it."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

from app.web import errors
from bot.engine import Engine
from gateways.files import KeptFiles
from gateways.webchat import WebChat
from model.message import Channel
from model.ports import Queries, Store
from store import migrate
from store.memory import MemoryQueries, MemoryStore
from store.queries import SqlQueries
from store.sql import SqlStore
from tests.kit import Scene
from webhooks import files, webchat
from webhooks.limits import Buckets

ORIGIN = "https://shop.example"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\x01" * 40
PDF = b"%PDF-1.7\n" + b"x" * 40

Frame = dict[str, Any]


@dataclass
class Tab:
    """One open chat. `seen` keeps every frame that came, in order."""

    ws: ClientWebSocketResponse
    seen: list[Frame] = field(default_factory=list)

    async def send(self, **frame: Any) -> None:
        await self.ws.send_str(json.dumps(frame))

    async def next(self) -> Frame:
        """The next frame."""
        message = await self.ws.receive(timeout=10)
        assert message.type is WSMsgType.TEXT, message
        self.seen.append(json.loads(message.data))
        return self.seen[-1]

    async def get(self, kind: str) -> Frame:
        """The next frame of that type; those before it are passed over."""
        while (frame := await self.next())["type"] != kind:
            pass
        return frame

    async def hello(self, token: str | None = None, after: int = 0) -> Frame:
        """The answer to a hello."""
        await self.send(type="hello", **({"token": token} if token else {}), after=after)
        return await self.get("session")

    async def say(self, text: str, own_id: str) -> Frame:
        """Send a message; the bot's first reply to it."""
        await self.send(type="message", id=own_id, text=text)
        return await self.get("reply")

    async def upto(self, seq: int) -> Frame:
        """The line of that number; those before it are passed over."""
        while (frame := await self.next()).get("seq") != seq or frame["type"] == "session":
            pass
        return frame

    @property
    def lines(self) -> list[Frame]:
        """The lines of the transcript that came so far."""
        return [frame for frame in self.seen if frame["type"] in ("said", "reply")]

    async def error(self) -> str:
        """The code of the error that comes next."""
        return str((await self.get("error"))["code"])

    def of(self, kind: str) -> list[Frame]:
        """The frames of a type that came so far."""
        return [frame for frame in self.seen if frame["type"] == kind]


@dataclass
class Edge:
    """A served web chat: `scene` is the bot behind it."""

    scene: Scene
    queries: Queries
    url: str
    http: ClientSession
    folder: Path

    @asynccontextmanager
    async def tab(self, origin: str | None = ORIGIN) -> AsyncIterator[Tab]:
        headers = {"Origin": origin} if origin else {}
        async with self.http.ws_connect(f"{self.url}/webchat/socket", headers=headers, max_msg_size=0) as ws:
            yield Tab(ws)

    async def texts(self, conversation: int = 1) -> list[tuple[str, str]]:
        """(author, text) of every stored line."""
        lines = await self.queries.transcript(conversation, 0, 1000)
        return [(line.author.value, line.content["text"]) for line in lines]


@cache
def _migrated(folder: Path) -> Path:
    migrate.upgrade(f"sqlite+aiosqlite:///{folder / 'haat.db'}")
    return folder / "haat.db"


def sqlite(folder: Path, templates: Path) -> str:
    """The address of an empty, migrated database of one's own."""
    shutil.copy(_migrated(templates), folder / "haat.db")
    return f"sqlite+aiosqlite:///{folder / 'haat.db'}"


def stored(url: str) -> tuple[Store, Queries]:
    """A store and its reads; in memory where the address is empty."""
    if url:
        return SqlStore(url), SqlQueries(url)
    memory = MemoryStore()
    return memory, MemoryQueries(memory)


async def bot(store: Store) -> Scene:
    """A bot whose replies to web chats go to the sockets."""
    scene = await Scene(store=store).open()
    scene.parts = replace(scene.parts, senders={Channel.WEBCHAT: WebChat(scene.live)})
    scene.engine = Engine(scene.parts)
    return scene


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """The application on a free port of loopback; its address."""
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def edge(
    url: str, folder: Path, sessions: int = 1000, messages: int = 1000, uploads: int = 1000, from_address: int = 1000
) -> AsyncIterator[Edge]:
    """The web chat over a store, with so many sessions, messages and uploads (of one session, from one address)."""
    store, queries = stored(url)
    scene = await bot(store)
    origins, kept = frozenset({ORIGIN}), KeptFiles(folder / "files")
    desk = webchat.Desk(scene.engine, queries, origins, Buckets(sessions, 0), Buckets(messages, 0), kept)
    app = web.Application(middlewares=[errors])
    webchat.add_routes(app, desk)
    files.add_routes(app, files.Counter(scene.engine, kept, Buckets(uploads, 0), Buckets(from_address, 0), origins))
    async with serving(app) as address, ClientSession() as http:
        yield Edge(scene, queries, address, http, folder)
    await scene.turns()
    await asyncio.gather(store.close(), queries.close())  # type: ignore[attr-defined]
