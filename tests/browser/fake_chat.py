"""A chat server for the widget's tests: the protocol of the web chat socket, with faults to switch on.

It serves the widget and the shop's page under a strict Content-Security-Policy, so that what the tests see is what a
careful site allows.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web
from jinja2 import Environment, FileSystemLoader

from model.language import NAMES

from .fake_shop import PICTURE, SHOP_PAGE

Content = dict[str, Any]
Frame = dict[str, Any]

WIDGET = Path(__file__).parents[2] / "widget"
POLICY = (
    "default-src 'none'; script-src 'self'{server}; style-src 'self'; img-src 'self'{server}; "
    "connect-src 'self'{server}{socket}; base-uri 'none'; form-action 'none'"
)
EMBED = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<link rel="stylesheet" href="/host.css"></head>
<body><h1>Some page</h1><button>Before</button><div id="here"></div>
<script src="{server}/webchat/widget.js" async {attributes}></script></body></html>"""
HOSTILE_CSS = (
    "* { letter-spacing: 9px !important; color: lime; text-transform: uppercase; } "
    "button { display: none } #here { height: 500px } h1 { color: rgb(1, 2, 3) }"
)


def text(words: str, language: str = "") -> Content:
    """The content of a plain reply, said in a language."""
    return {"kind": "text", "text": words} | ({"language": language} if language else {})


def nothing(said: str) -> list[Content]:
    """Answers no message."""
    return []


def echo(said: str) -> list[Content]:
    """Answers every message with its own words."""
    return [text(f"You said: {said}")]


@dataclass(slots=True)
class Session:
    """A customer's conversation: `lines` are reply and said frames with seq 1, 2, 3 …"""

    token: str
    lines: list[Frame] = field(default_factory=list)

    def add(self, author: str, content: Content, **more: str) -> Frame:
        """Writes the next line of the transcript; returns its frame."""
        at = datetime.now(UTC).isoformat()
        kind = {"type": "said"} if author == "customer" else {"type": "reply", "from": author}
        frame = {**kind, "seq": len(self.lines) + 1, "at": at, "content": content, **more}
        self.lines.append(frame)
        return frame

    def knows(self, client_id: str) -> bool:
        """Whether a message with this id of the client's was stored before."""
        return any(line.get("id") == client_id for line in self.lines)


@dataclass(slots=True)
class FakeChat:
    """The server. `base` is its address; `received` every frame from clients, in order, repeats too.

    Faults: `withholds_acks`, `repeats` (every reply goes out twice), `refuses` (no connection is taken), `loses` (the
    next live frame is written to the transcript but not sent), `errors` (error frames to answer messages with, first
    to last, in place of storing them), `no_words` (the files of words cannot be had), `words_go` (not set: they are
    held back until it is), `forget()` and `drop()`.
    """

    base: str = ""
    answer: Callable[[str], list[Content]] = echo
    withholds_acks: bool = False
    repeats: bool = False
    refuses: bool = False
    loses: bool = False
    errors: list[Frame] = field(default_factory=list)
    no_words: bool = False
    words_go: asyncio.Event = field(default_factory=asyncio.Event)
    words_asked: list[str] = field(default_factory=list)
    received: list[Frame] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    sockets: dict[web.WebSocketResponse, Session] = field(default_factory=dict)
    transports: list[asyncio.WriteTransport] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    numbers: Any = field(default_factory=itertools.count)

    # What tests look at and wait for.

    def of(self, kind: str) -> list[Frame]:
        """The received frames of a type."""
        return [frame for frame in self.received if frame["type"] == kind]

    async def until(self, holds: Callable[[], object]) -> None:
        """Waits until `holds()`, looking again after every frame and every change of connection."""
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: bool(holds()))

    async def messages(self, count: int) -> list[Frame]:
        """Waits for that many message frames, repeats too, and returns them."""
        await self.until(lambda: len(self.of("message")) >= count)
        return self.of("message")

    # What tests do.

    async def say(self, *contents: Content, author: str = "bot") -> None:
        """Says things to the newest session, and to everyone connected to it."""
        session = list(self.sessions.values())[-1]
        for content in contents:
            await self._broadcast(session, session.add(author, content))

    async def send(self, frame: Frame) -> None:
        """Sends a frame as it is to all who are connected."""
        for socket in list(self.sockets):
            await socket.send_json(frame)

    async def drop(self) -> None:
        """Cuts every connection without a goodbye."""
        for transport in self.transports:
            transport.abort()
        self.transports.clear()
        await self.until(lambda: not self.sockets)

    def forget(self) -> None:
        """No token is known any more."""
        self.sessions.clear()

    # The protocol.

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """`GET /webchat/socket`."""
        if self.refuses:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.WriteTransport)
        self.transports.append(request.transport)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._take(socket, json.loads(message.data))
        finally:
            self.sockets.pop(socket, None)
            await self._notify()
        return socket

    async def _take(self, socket: web.WebSocketResponse, frame: Frame) -> None:
        self.received.append(frame)
        if frame["type"] == "hello":
            await self._hello(socket, frame)
        if frame["type"] == "forget":
            self.sessions = {token: one for token, one in self.sessions.items() if one is not self.sockets[socket]}
            await self._hello(socket, {})
        if frame["type"] == "message":
            await self._message(socket, self.sockets[socket], frame)
        await self._notify()

    async def _hello(self, socket: web.WebSocketResponse, frame: Frame) -> None:
        token = frame.get("token")
        if token and token not in self.sessions:
            await socket.send_json({"type": "error", "code": "session_unknown", "message": "No such session"})
            return
        session = self.sessions.setdefault(token or f"token-{next(self.numbers)}", Session(""))
        session.token = token or list(self.sessions)[-1]
        self.sockets[socket] = session
        await socket.send_json({"type": "session", "token": session.token, "seq": len(session.lines)})
        for line in session.lines[frame.get("after", 0) :]:
            await socket.send_json(line)

    async def _message(self, socket: web.WebSocketResponse, session: Session, frame: Frame) -> None:
        if self.errors:
            await socket.send_json({"type": "error", "message": "", **self.errors.pop(0)})
            return
        said = frame.get("text") or frame["tap"]
        known = session.knows(frame["id"])
        if not known:
            session.add("customer", text(said), id=frame["id"])
        if not self.withholds_acks:
            await socket.send_json({"type": "ack", "id": frame["id"]})
        for content in [] if known else self.answer(said):
            await self._broadcast(session, session.add("bot", content))

    async def _broadcast(self, session: Session, frame: Frame) -> None:
        if self.loses:
            self.loses = False
            return
        for socket in [one for one, held in self.sockets.items() if held is session]:
            for _ in range(2 if self.repeats else 1):
                await socket.send_json(frame)

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    # The pages.

    async def embed(self, request: web.Request) -> web.Response:
        """`GET /embed?open=true&…`: somebody's page with the widget, whose data attributes are the query's.

        With `server` the widget is that other server's, and the page's policy allows what the README says it needs.
        """
        asked = dict(request.query)
        server = asked.pop("server", "")
        attributes = " ".join(f'data-{key}="{escape(value)}"' for key, value in asked.items())
        return _html(EMBED.format(attributes=attributes, server=escape(server)), server)

    async def shop(self, request: web.Request) -> web.Response:
        """`GET /`: the demo shop's page, in the language of `?lang=`."""
        templates = Environment(loader=FileSystemLoader(WIDGET), autoescape=True)
        page = templates.get_template("page.html.j2")
        return _html(page.render(**SHOP_PAGE, languages=NAMES, lang=request.query.get("lang", "en")))

    async def words(self, request: web.Request) -> web.FileResponse:
        """`GET /webchat/words/<code>.json`, for pages of any site."""
        self.words_asked.append(request.match_info["code"])
        await self._notify()
        await self.words_go.wait()
        if self.no_words:
            raise web.HTTPNotFound
        path = WIDGET / "words" / f"{request.match_info['code']}.json"
        return web.FileResponse(path, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"})

    def application(self) -> web.Application:
        """The routes."""
        app = web.Application()
        app.router.add_get("/", self.shop)
        app.router.add_get("/embed", self.embed)
        app.router.add_get("/webchat/socket", self.socket)
        app.router.add_get("/webchat/{file:widget.js|page.js|page.css|icon.svg}", _file)
        app.router.add_get("/webchat/words/{code}.json", self.words)
        app.router.add_get("/shop/pictures/{file}", _picture)
        app.router.add_get("/host.css", _host_css)
        app.router.add_get("/favicon.ico", _nothing)
        return app


def _html(page: str, server: str = "") -> web.Response:
    policy = POLICY.format(server=server and f" {server}", socket=server and server.replace("http", " ws", 1))
    return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": policy})


async def _file(request: web.Request) -> web.FileResponse:
    return web.FileResponse(WIDGET / request.match_info["file"])


async def _picture(request: web.Request) -> web.Response:
    if request.match_info["file"].startswith("missing"):
        raise web.HTTPNotFound
    return web.Response(text=PICTURE, content_type="image/svg+xml")


async def _host_css(request: web.Request) -> web.Response:
    return web.Response(text=HOSTILE_CSS, content_type="text/css")


async def _nothing(request: web.Request) -> web.Response:
    return web.Response(status=204)


@asynccontextmanager
async def serving(port: int = 0) -> AsyncIterator[FakeChat]:
    """A fake server on a loopback port (any free one unless named) for as long as the block runs."""
    chat = FakeChat()
    chat.words_go.set()
    runner = web.AppRunner(chat.application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    chat.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield chat
    finally:
        await runner.cleanup()
