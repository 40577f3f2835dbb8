"""A web chat client that outlives its server, by the protocol alone.

It says hello with the last seq it saw, sends again what was not acknowledged, and keeps every line it is shown.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientConnectionError, ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

Frame = dict[str, Any]

_TRY_AGAIN = 0.05
"""Seconds between tries to reach a server that is being started: it sends no event when it is there."""
_SLOWER = 0.5
"""Seconds that a client waits which was told that it is too fast."""


@dataclass
class ChatClient:
    """One customer. `ids` are all messages sent, `acknowledged` those that the server said it had stored."""

    http: ClientSession
    origin: str
    name: str
    ids: list[str] = field(default_factory=list)
    acknowledged: Counter[str] = field(default_factory=Counter)
    lines: list[Frame] = field(default_factory=list)
    troubles: list[Frame] = field(default_factory=list)
    waits_for: str = ""
    _token: str | None = None
    _unacknowledged: dict[str, Frame] = field(default_factory=dict)
    _ws: ClientWebSocketResponse | None = None
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def stay_connected(self) -> None:
        """Connect, and again whenever the connection is lost, until cancelled."""
        while True:
            with suppress(ClientConnectionError, ConnectionError, WSServerHandshakeError):
                async with self.http.ws_connect(f"{self.origin}/webchat/socket", origin=self.origin) as ws:
                    await self._talk(ws)
            await asyncio.sleep(_TRY_AGAIN)

    async def _talk(self, ws: ClientWebSocketResponse) -> None:
        hello = {"type": "hello", "token": self._token, "after": self.last_seq}
        await ws.send_json({name: value for name, value in hello.items() if value})
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    await self._take(ws, json.loads(message.data))
        finally:
            self._ws = None

    async def _take(self, ws: ClientWebSocketResponse, frame: Frame) -> None:
        match frame["type"]:
            case "session":
                self._token, self._ws = frame["token"], ws
                await self._send_again()
            case "ack":
                self.acknowledged[frame["id"]] += 1
                self._unacknowledged.pop(frame["id"], None)
            case "said" | "reply":
                self.lines.append(frame)
            case "error":
                await self._take_error(frame)
        async with self._news:
            self._news.notify_all()

    async def _take_error(self, frame: Frame) -> None:
        if frame["code"] != "rate_limited":
            self.troubles.append(frame)
            return
        await asyncio.sleep(_SLOWER)
        await self._send_again()

    async def _send_again(self) -> None:
        for frame in list(self._unacknowledged.values()):
            await self._send(frame)

    async def _send(self, frame: Frame) -> None:
        if self._ws is not None:
            with suppress(ClientConnectionError, ConnectionError):
                await self._ws.send_json(frame)

    async def say(self, **what: str) -> None:
        """Send a message (`text=` or `tap=`) as often as it takes; returns once it is acknowledged."""
        own_id = f"{self.name}-{len(self.ids)}"
        self.ids.append(own_id)
        self._unacknowledged[own_id] = frame = {"type": "message", "id": own_id, **what}
        await self._send(frame)
        await self.until(lambda: own_id not in self._unacknowledged, f"the ack of {own_id}")

    async def until(self, fact: Callable[[], bool], what: str) -> None:
        """Wait until what was received makes it so."""
        self.waits_for = what
        async with self._news:
            await self._news.wait_for(fact)

    @property
    def last_seq(self) -> int:
        return int(self.lines[-1]["seq"]) if self.lines else 0

    def replies(self, key: str) -> list[Frame]:
        """The contents of the replies made of this response, in order."""
        return [line["content"] for line in self.lines if line["content"].get("key") == key]
