"""The telephones over HTTP: the page, what customers do, the log, live news, and files."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from aiohttp import web

from sandbox.levers import LeverError, json_object, levers
from sandbox.pages import page
from sandbox.telephone.entries import NETWORKS, Handset, Json, Network
from sandbox.telephone.exchange import Exchange, News, WriteError
from sandbox.telephone.write import keeper, read_writing, words

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; media-src 'self' https: http:; "
    # Pictures that the shop sends lie at the shop, or where the shop says.
    "img-src 'self' data: https: http:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_STILL_THERE = 15.0
"""Seconds between signs of life to whoever watches."""
_NUMBER, _NAME = "919812345678", "Asha"
_SHOWN = 20


def install_telephone(app: web.Application, exchange: Exchange) -> None:
    """Adds the page at /phone, what it needs below that, and the levers at /_sandbox/phone."""
    telephone = Telephone(exchange)
    below = web.Application(middlewares=[levers])
    below.add_routes(telephone.routes())
    control = web.Application(middlewares=[levers])
    control.add_routes(telephone.levers())
    app.router.add_get("/phone", telephone.show)
    app.add_subapp("/phone/", below)
    app.add_subapp("/_sandbox/phone/", control)
    app.on_shutdown.append(telephone.hang_up)


class Telephone:
    """Handlers, one a call."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> list[web.RouteDef]:
        """Relative to /phone."""
        handset = r"/{network:whatsapp|sms}/{number:\d{5,15}}"
        return [
            web.get(handset, self.log),
            web.post(handset, self.write),
            web.get(handset + "/live", self.live),
            web.get(r"/media/{id:\d+}", self.media),
        ]

    def levers(self) -> list[web.RouteDef]:
        """Relative to /_sandbox/phone."""
        return [web.post("/keep", self.keep), web.post("/forget", self.forget)]

    async def show(self, request: web.Request) -> web.Response:
        """The page: `network`, `number`, `name` and `shop` say whose telephone, and which chat."""
        network, number = self._network(request), _digits(request.query.get("number", "")) or _NUMBER
        handset = self._exchange.handset(network, number)
        lines = [line for line in self._exchange.lines if line.network == network]
        asked = request.query.get("shop", "")
        values = {
            "network": network,
            "networks": [one for one in NETWORKS if any(line.network == one for line in self._exchange.lines)],
            "number": number,
            "name": request.query.get("name", "").strip() or handset.name or (_NAME if number == _NUMBER else ""),
            "lines": lines,
            "line": next((line for line in lines if line.shop == asked), lines[0] if lines else None),
            "others": [(one, each) for one in NETWORKS for each in self._exchange.handsets(one)][-_SHOWN:],
        }
        return page("phone.html", values, policy=_POLICY)

    async def log(self, request: web.Request) -> web.Response:
        """What the telephone shows, oldest first."""
        network, number = _whose(request)
        return web.json_response(_log(self._exchange.handset(network, number)))

    async def write(self, request: web.Request) -> web.Response:
        """The customer does something: see `write.py`. Answers with the entry that this made, or `{}`."""
        network, number = _whose(request)
        body = await json_object(request)
        try:
            deed, content = read_writing(body, keeper(self._exchange, number))
            name, shop = words(body, "name", needed=False), words(body, "shop", needed=False)
            entry = self._exchange.write(network, number, name, shop, deed, content)
        except WriteError as error:
            raise LeverError(str(error)) from error
        return web.json_response(entry.shown() if entry else {})

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: `log` first, then `entry` (new, or changed) and `typing` as they come."""
        network, number = _whose(request)
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await stream.prepare(request)
        with self._exchange.watching(network, number) as news, suppress(ConnectionResetError):  # the page was closed
            await stream.write(_event("log", _log(self._exchange.handset(network, number))))
            async for piece in _pieces(news):
                await stream.write(piece)
        return stream

    async def media(self, request: web.Request) -> web.Response:
        """A file that was sent, either way."""
        media = self._exchange.media.get(request.match_info["id"])
        if media is None:
            raise web.HTTPNotFound
        headers = {"Content-Type": media.mime, "Content-Security-Policy": _FILE_POLICY}
        return web.Response(body=media.raw, headers=headers | {"X-Content-Type-Options": "nosniff"})

    async def keep(self, request: web.Request) -> web.Response:
        """`{"entries": 50}`: keep the last 50 of each telephone from now on; null keeps all."""
        entries = (await json_object(request)).get("entries")
        if entries is not None and (type(entries) is not int or entries < 1):
            raise LeverError("entries is a whole number, 1 or more, or null")
        self._exchange.keep = entries
        return web.json_response({"entries": entries})

    async def forget(self, _: web.Request) -> web.Response:
        """All telephones are new again."""
        self._exchange.forget()
        return web.json_response({})

    async def hang_up(self, _: web.Application) -> None:
        """The sandbox stops: nobody is to be waited for."""
        self._exchange.hang_up()

    def _network(self, request: web.Request) -> Network:
        asked = request.query.get("network", "")
        reached = [line.network for line in self._exchange.lines]
        return next((one for one in NETWORKS if one == asked), reached[0] if reached else "whatsapp")


def _whose(request: web.Request) -> tuple[Network, str]:
    network: Network = "sms" if request.match_info["network"] == "sms" else "whatsapp"
    return network, request.match_info["number"]


def _digits(text: str) -> str:
    digits = "".join(character for character in text if character.isascii() and character.isdigit())
    return digits if 5 <= len(digits) <= 15 else ""


def _log(handset: Handset) -> Json:
    return {"name": handset.name, "entries": [entry.shown() for entry in handset.entries.values()]}


async def _pieces(news: News) -> AsyncIterator[bytes]:
    while True:
        try:
            piece = await asyncio.wait_for(news.get(), _STILL_THERE)
        except TimeoutError:
            yield b": still there\n\n"
            continue
        if piece is None:
            return
        yield _event(piece["event"], piece["data"])


def _event(name: str, data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
