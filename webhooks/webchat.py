"""The web chat socket: frames in are read into values; lines of the transcript go out in order, each once.

The protocol is told in `docs/webchat.md`. A token is unguessable, stored hashed, and shows its holder only their
own conversation.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import orjson
import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.engine import Engine
from model.language import DEFAULT
from model.live import chat_topic, line_event
from model.message import Inbound
from model.ports import Files, Queries
from webhooks.frames import Forget, Frame, Hello, Refusal, Said, Typing, error_frame, line_frame, read
from webhooks.limits import Buckets, counted
from webhooks.sessions import Session, forget, resume, start, verify

log = structlog.get_logger()

_PAGE = 500
_HEARTBEAT = 30.0
_LARGEST = 4 * 1024 * 1024
"""Bytes of a frame that is still answered; a larger one ends the connection."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every socket shares."""

    engine: Engine
    queries: Queries
    origins: frozenset[str]
    sessions: Buckets
    messages: Buckets
    files: Files


class Socket:
    """One connected client."""

    def __init__(self, desk: Desk, ws: web.WebSocketResponse, peer: str) -> None:
        self._desk, self._ws, self._peer = desk, ws, peer
        self._session: Session | None = None
        self._token = ""
        self._language = DEFAULT
        self._sent = 0
        self._pump: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Take frames until the client goes."""
        try:
            async for message in self._ws:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    await self._take(message.data)
        finally:
            if self._pump:
                self._pump.cancel()

    async def _take(self, raw: bytes | str) -> None:
        """A frame that cannot be taken gets an error frame; the connection stays."""
        own_id = ""
        try:
            frame = read(raw)
            own_id = frame.id if isinstance(frame, Said) else ""
            await self._act(frame)
        except Refusal as refusal:
            await self._send(error_frame(refusal, own_id))
        except ConnectionResetError:
            raise
        except Exception:
            log.exception("webchat_frame_failed", conversation=self._conversation)
            broke = Refusal("internal", "Something went wrong on our side. Please send it again.")
            await self._send(error_frame(broke, own_id))

    @property
    def _conversation(self) -> int:
        return self._session.conversation_id if self._session else 0

    async def _act(self, frame: Frame) -> None:
        if isinstance(frame, Hello):
            await self._begin(frame)
        elif isinstance(frame, Said):
            await self._accept(self._session or await self._begin(Hello(None, 0)), frame)
        elif self._session is None:
            raise Refusal("hello_first", "Say hello or send a message first.")
        elif isinstance(frame, Typing):
            event = {"type": "typing", "conversation": self._conversation, "on": frame.on}
            await self._desk.engine.parts.live.publish(f"desk:{self._conversation}", event)
        elif isinstance(frame, Forget):
            await self._forget()

    async def _begin(self, hello: Hello) -> Session:
        """Resume the session of the token, or start one; then everything after what the client has."""
        self._language = hello.language
        token, session = await self._resume(hello.token) if hello.token else await self._start()
        sent = await self._seen_at_most(session, hello.after)
        self._session, self._token, self._sent = session, token, sent
        await self._listen(token)
        return session

    async def _forget(self) -> None:
        """The chat is gone from this device; here a new one begins, its other pages are told."""
        topic = chat_topic(self._conversation)
        await forget(self._desk.engine, self._token)
        self._session = None
        if self._pump:
            self._pump.cancel()
        await self._desk.engine.parts.live.publish(topic, {"type": "forgotten"})
        await self._begin(Hello(None, 0, self._language))

    async def _resume(self, token: str) -> tuple[str, Session]:
        session = await resume(self._desk.engine, token)
        if session is None:
            raise Refusal("session_unknown", "That session is not known any more. Say hello without a token.")
        return token, session

    async def _start(self) -> tuple[str, Session]:
        if not self._desk.sessions.take(counted(self._peer)):
            raise Refusal("rate_limited", "Too many new chats from here. Please wait a minute.")
        return await start(self._desk.engine, self._language, self._peer)

    async def _seen_at_most(self, session: Session, after: int) -> int:
        """A client that says it has seen lines that were never written is sent everything."""
        there = await self._desk.queries.transcript(session.conversation_id, after - 1, 1) if after else []
        return after if there else 0

    async def _listen(self, token: str) -> None:
        """Greet, send what was missed, then what comes; listening begins before reading, so nothing falls between."""
        if self._pump:
            self._pump.cancel()
        ready = asyncio.Event()
        self._pump = asyncio.create_task(self._pump_lines(token, ready))
        await ready.wait()

    async def _pump_lines(self, token: str, ready: asyncio.Event) -> None:
        live = self._desk.engine.parts.live
        try:
            async with live.subscribe(chat_topic(self._conversation)) as events:
                await self._send({"type": "session", "token": token, "seq": self._sent})
                await self._catch_up()
                ready.set()
                async for event in events:
                    if event.get("type") == "forgotten":
                        return await self._leave()
                    await self._pass_on(event)
        except ConnectionResetError:
            return
        except Exception:
            log.exception("webchat_pump_failed", conversation=self._conversation)
            await self._ws.close()
        finally:
            ready.set()

    async def _leave(self) -> None:
        """Another page of this chat had it forgotten."""
        self._session = None
        gone = Refusal("session_forgotten", "This chat was forgotten. Say hello without a token.")
        await self._send(error_frame(gone, ""))

    async def _catch_up(self) -> None:
        """Everything after what was sent, from the transcript."""
        while True:
            lines = await self._desk.queries.transcript(self._conversation, self._sent, _PAGE)
            for line in lines:
                await self._send_line(line.seq, line_frame(line_event(line)))
            if len(lines) < _PAGE:
                return

    async def _pass_on(self, event: Mapping[str, Any]) -> None:
        if event.get("type") == "typing":
            await self._send({"type": "typing", "on": bool(event.get("on"))})
        elif event.get("type") == "line" and event["seq"] == self._sent + 1:
            await self._send_line(event["seq"], line_frame(event))
        elif event.get("type") == "line" and event["seq"] > self._sent:
            await self._catch_up()

    async def _send_line(self, seq: int, frame: dict[str, Any]) -> None:
        await self._send(frame)
        self._sent = seq

    async def _accept(self, session: Session, said: Said) -> None:
        if not self._desk.messages.take(str(session.conversation_id)):
            raise Refusal("rate_limited", "That was very fast. Please wait a moment and send it again.")
        if said.file and not self._desk.files.find(session.conversation_id, said.file):
            raise Refusal("file_unknown", "That file is not there. Send it to /webchat/files first.")
        inbound = Inbound(session.address, said.id, said.text, said.tap, said.file)
        accepted = await self._desk.engine.accept(inbound)
        await self._send({"type": "ack", "id": said.id})
        if accepted.line:
            await self._desk.engine.parts.live.publish(chat_topic(self._conversation), line_event(accepted.line))

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._ws.send_str(orjson.dumps(frame).decode())


def add_routes(app: web.Application, desk: Desk) -> None:
    """`GET /webchat/socket`. The server's end closes every socket: their clients come back to the next one."""
    sockets: WeakSet[web.WebSocketResponse] = WeakSet()

    async def socket(request: web.Request) -> web.StreamResponse:
        if not verify(request.headers.get("Origin"), desk.origins):
            raise web.HTTPForbidden()
        ws = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_LARGEST)
        await ws.prepare(request)
        sockets.add(ws)
        await Socket(desk, ws, request.remote or "").serve()
        return ws

    async def close_all(_: web.Application) -> None:
        going = [ws.close(code=WSCloseCode.GOING_AWAY, message=b"the server ends") for ws in set(sockets)]
        await asyncio.gather(*going)

    app.router.add_get("/webchat/socket", socket)
    app.on_shutdown.append(close_all)
