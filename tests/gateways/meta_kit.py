"""Meta on a real socket: it answers as it is told and keeps what it was asked."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from gateways.rates import Rates
from gateways.whatsapp import Account, Timeouts, WhatsApp
from model.message import Address, Channel
from model.rows import OutboxRow

NUMBER, TOKEN = "106540352242922", "EAAG-a-token-that-nobody-may-see"
ASHA, RAVI = "919845012345", "919845099999"
PICTURE = b"\xff\xd8\xff\xe0" + b"\x07" * 2000
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Meta:
    """Takes every message; `answers` come first, in turn (status, body, headers); `cut` hangs up, `gate` holds back.

    `half` is where the next answer breaks off (see `breaks_off`).
    `media` is what it tells of any media id, `files` what lies under `/files/…` (bytes, or where it is redirected
    to), `file_status` how they are answered (0: it hangs up in the middle).
    """

    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)
    cut: bool = False
    half: tuple[int, int, asyncio.Event | None] | None = None
    gate: asyncio.Event | None = None
    asked: list[Asked] = field(default_factory=list)
    media: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes | str] = field(default_factory=dict)
    file_status: int = 200
    came: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    def next(self, status: int, body: Any = None, **headers: str) -> None:
        """The next answer; a body that is no bytes is told as JSON."""
        self.answers.append((status, body, {name.replace("_", "-"): value for name, value in headers.items()}))

    def breaks_off(self, status: int, after: int, end: asyncio.Event | None = None) -> None:
        """The next answer ends after so many bytes of many more: it hangs up, or (`end`) only when that is set."""
        self.half = status, after, end

    def refuses(self, code: int, status: int = 400, **more: Any) -> None:
        """The next answer is an error of this code."""
        error = {"message": f"(#{code}) about {ASHA}", "type": "OAuthException", "code": code, "fbtrace_id": "AzTrace"}
        self.next(status, {"error": error | more})

    def has(self, raw: bytes = PICTURE, **other: Any) -> None:
        """A file of a customer."""
        self.files["picture"] = raw
        self.media = {
            "url": f"{self.url}/files/picture?ext=1&hash=a%2Fb",
            "mime_type": "image/jpeg",
            "sha256": hashlib.sha256(raw).hexdigest(),
            "file_size": len(raw),
            "id": "1",
            "messaging_product": "whatsapp",
        } | other

    @property
    def bodies(self) -> list[Any]:
        """The JSON of every request."""
        return [asked.body for asked in self.asked]

    async def take(self, request: web.Request) -> web.StreamResponse:
        if self.half:
            return await self._break_off(request, *self.half)
        return await self._answer(request, {"messages": [{"id": f"wamid.{len(self.asked) + 1}"}]})

    async def tell(self, request: web.Request) -> web.Response:
        return await self._answer(request, self.media)

    async def give(self, request: web.Request) -> web.StreamResponse:
        await self._keep(request)
        file = self.files.get(request.match_info["name"])
        if isinstance(file, str):
            return web.Response(status=302, headers={"Location": file} if file else {})
        if file is None or self.file_status > 200:
            return web.Response(status=404 if file is None else self.file_status)
        response = web.StreamResponse(headers={"Content-Length": str(len(file))})
        await response.prepare(request)
        if self.file_status == 0 and request.transport:
            await response.write(file[:1000])
            request.transport.close()
            return response
        await response.write(file)
        return response

    async def _keep(self, request: web.Request) -> None:
        raw = await request.read()
        asked = Asked(request.method, request.path, dict(request.query), dict(request.headers), _json(raw))
        self.asked.append(asked)
        self.came.set()
        if self.gate:
            await self.gate.wait()
        if self.cut and request.transport:
            request.transport.close()

    async def _answer(self, request: web.Request, usual: Any) -> web.Response:
        await self._keep(request)
        status, body, headers = self.answers.pop(0) if self.answers else (200, usual, {})
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return web.Response(status=status, body=raw, headers=headers, content_type="application/json")

    async def _break_off(
        self, request: web.Request, status: int, after: int, end: asyncio.Event | None
    ) -> web.StreamResponse:
        self.half = None
        await self._keep(request)
        response = web.StreamResponse(status=status, headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b" " * after)
        if end:
            await end.wait()
        if request.transport:
            request.transport.close()
        return response

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/v23.0/{number}/messages", self.take)
        app.router.add_get("/v23.0/{id}", self.tell)
        app.router.add_get("/files/{name}", self.give)
        return app


def _json(raw: bytes) -> Any:
    return json.loads(raw) if raw else None


@asynccontextmanager
async def meta() -> AsyncIterator[Meta]:
    """Meta, listening on loopback."""
    played = Meta()
    async with TestServer(played.application(), host="127.0.0.1") as server:
        played.url = str(server.make_url("")).rstrip("/")
        yield played


def gateway(session: ClientSession, url: str, **other: Any) -> WhatsApp:
    """The gateway at an address, in no hurry to wait for anybody's turn."""
    parts: dict[str, Any] = {"numbers": free(), "people": free(), "timeouts": Timeouts(), "clock": lambda: NOW} | other
    return WhatsApp(session, Account(f"{url}/v23.0", NUMBER, TOKEN), **parts)


def free() -> Rates:
    """A limiter that lets everything through."""
    return Rates(1000, 1000)


def row(content: Mapping[str, Any], user: str = ASHA, **other: Any) -> OutboxRow:
    """A reply to somebody who wrote an instant ago."""
    address = Address(Channel.WHATSAPP, NUMBER, user)
    values: dict[str, Any] = {"id": 7, "conversation_id": 1, "seq": 2, "author": "bot", "at": NOW, "wrote_at": NOW}
    return OutboxRow(address=address, content=content, **(values | other))


def text(words: str) -> dict[str, Any]:
    """A reply of words alone."""
    return {"kind": "text", "body": words, "text": words}
