"""A small server that plays Twilio's API: it writes down what it is asked, and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

ACCOUNT, TOKEN = "AC" + "0" * 32, "auth-token-of-the-shop"
LOGIN = aiohttp.encode_basic_auth(ACCOUNT, TOKEN)
SID = "SM" + "a1b2c3d4" * 4

Fields = dict[str, list[str]]
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    login: str | None
    fields: Fields = field(default_factory=dict)


@dataclass
class Play:
    """Twilio's side. `answers` are given in turn; where none is left, messages are taken."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        fields = {name: [str(value) for value in form.getall(name)] for name in form}
        self.asked.append(Asked(request.method, request.path_qs, request.headers.get("Authorization"), fields))
        return await (self.answers.pop(0) if self.answers else created)(request)

    @property
    def fields(self) -> list[Fields]:
        """Of every message posted."""
        return [asked.fields for asked in self.asked]


async def created(request: web.Request) -> web.Response:
    """The message is taken."""
    return web.json_response({"sid": SID, "status": "queued", "error_code": None}, status=201)


def error(status: int, code: int | None, message: str = "It went wrong", **headers: str) -> Answer:
    """An error as Twilio tells it."""

    async def answer(request: web.Request) -> web.Response:
        body: dict[str, Any] = {"message": message, "more_info": "https://www.twilio.com/docs/errors", "status": status}
        return web.json_response(body | ({"code": code} if code else {}), status=status, headers=headers)

    return answer


def plain(status: int, body: bytes = b"", kind: str = "text/html", **headers: str) -> Answer:
    """Anything at all."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, body=body, content_type=kind, headers=headers)

    return answer


async def cut(request: web.Request) -> web.Response:
    """The connection ends without an answer."""
    assert request.transport
    request.transport.close()
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    """The connection ends in the middle of a file."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"x" * 10)
    assert request.transport
    request.transport.close()
    return response


async def never(request: web.Request) -> web.Response:
    """No answer comes."""
    await asyncio.Event().wait()
    return web.Response()


@asynccontextmanager
async def playing() -> AsyncIterator[Play]:
    """Twilio's API on a free port of loopback."""
    play, app = Play(), web.Application()
    app.router.add_route("*", "/{path:.*}", play.serve)
    async with TestServer(app, host="127.0.0.1") as server:
        play.url = str(server.make_url("")).rstrip("/")
        yield play
