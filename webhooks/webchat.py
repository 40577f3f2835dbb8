"""The web chat socket: frames in are read into values; lines of the transcript go out in order, each once.

The protocol is told in `docs/webchat.md`. A token is unguessable, stored hashed, and shows its holder only their
own conversation.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from aiohttp import WSMsgType, web

from bot.engine import Engine
from model.message import Address, Author, Channel, Inbound, Line
from model.ports import Queries
from webhooks.limits import Buckets

log = structlog.get_logger()

MAX_FRAME = 16 * 1024
_MAX_TEXT = 5000
_MAX_ID = 80
_PAGE = 500
_HEARTBEAT = 30.0
_ACCOUNT = "web"


class Refusal(Exception):
    """A frame that cannot be taken; told to the client as an error frame."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame: who the client is and what it has seen."""

    token: str | None
    after: int


@dataclass(frozen=True, slots=True)
class Said:
    """A message: text or tap, with the client's own id."""

    id: str
    text: str
    tap: str


@dataclass(frozen=True, slots=True)
class Typing:
    """Whether the customer is typing."""

    on: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What the customer has read up to."""

    seq: int


Frame = Hello | Said | Typing | Seen


def verify(origin: str | None, allowed: frozenset[str]) -> bool:
    """Whether a page of this origin may carry the widget."""
    return origin is not None and origin.rstrip("/").casefold() in allowed


def read(raw: bytes | str) -> Frame:
    """One frame. Raises Refusal on anything that is not one."""
    if len(raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")) > MAX_FRAME:
        raise Refusal("frame_too_large", "A frame holds at most 16 KiB.")
    try:
        frame = orjson.loads(raw)
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        raise Refusal("bad_json", "That is not JSON.") from error
    if not isinstance(frame, dict) or frame.get("type") not in _READERS:
        raise Refusal("unknown_type", "Send a frame of type hello, message, typing or seen.")
    return _READERS[frame["type"]](frame)


def _hello(frame: Mapping[str, Any]) -> Frame:
    token, after = frame.get("token"), frame.get("after", 0)
    if not (token is None or isinstance(token, str)) or not _is_seq(after):
        raise Refusal("bad_frame", "hello has a token (text) and after (a number), both optional.")
    return Hello(token or None, after)


def _is_seq(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _said(frame: Mapping[str, Any]) -> Frame:
    own_id, text, tap = frame.get("id"), frame.get("text", ""), frame.get("tap", "")
    if not isinstance(own_id, str) or not 0 < len(own_id) <= _MAX_ID:
        raise Refusal("bad_frame", "A message has an id of 1 to 80 characters.")
    if not isinstance(text, str) or not isinstance(tap, str) or bool(text) == bool(tap):
        raise Refusal("bad_frame", "A message has either text or tap.")
    if len(text) > _MAX_TEXT or len(tap) > 200:
        raise Refusal("too_long", f"A message holds at most {_MAX_TEXT} characters.")
    return Said(own_id, text.replace("\x00", ""), tap.replace("\x00", ""))


def _typing(frame: Mapping[str, Any]) -> Frame:
    return Typing(frame.get("on") is True)


def _seen(frame: Mapping[str, Any]) -> Frame:
    seq = frame.get("seq")
    if not _is_seq(seq):
        raise Refusal("bad_frame", "seen has a seq (a number).")
    return Seen(int(seq or 0))


_READERS = {"hello": _hello, "message": _said, "typing": _typing, "seen": _seen}


def line_event(line: Line) -> dict[str, Any]:
    """A line of the transcript as the sockets of a conversation are told of it."""
    event = {"type": "line", "seq": line.seq, "author": str(line.author), "content": line.content}
    return event | {"at": line.at.isoformat(), "client_id": line.client_id}


def line_frame(event: Mapping[str, Any]) -> dict[str, Any]:
    """What the client gets: `reply`, or `said` for the customer's own words (its id tells which)."""
    shown = {"seq": event["seq"], "at": event["at"], "content": event["content"]}
    if event["author"] == Author.CUSTOMER:
        return {"type": "said", "id": event["client_id"], **shown}
    return {"type": "reply", "from": event["author"], **shown}


def hashed(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Desk:
    """What every socket shares."""

    engine: Engine
    queries: Queries
    origins: frozenset[str]
    sessions: Buckets
    messages: Buckets


class Socket:
    """One connected client."""

    def __init__(self, desk: Desk, ws: web.WebSocketResponse, peer: str) -> None:
        self._desk, self._ws, self._peer = desk, ws, peer
        self._conversation = 0
        self._address = Address(Channel.WEBCHAT, _ACCOUNT, "")
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
        try:
            await self._act(read(raw))
        except Refusal as refusal:
            await self._send({"type": "error", "code": refusal.code, "message": refusal.message})
        except ConnectionResetError:
            raise
        except Exception:
            log.exception("webchat_frame_failed", conversation=self._conversation)
            text = "Something went wrong on our side. Please send it again."
            await self._send({"type": "error", "code": "internal", "message": text})

    async def _act(self, frame: Frame) -> None:
        if isinstance(frame, Hello):
            await self._begin(frame)
            return
        if not self._conversation:
            await self._begin(Hello(None, 0))
        if isinstance(frame, Said):
            await self._accept(frame)
        elif isinstance(frame, Typing):
            event = {"type": "typing", "conversation": self._conversation, "on": frame.on}
            await self._desk.engine.parts.live.publish(f"desk:{self._conversation}", event)

    async def _begin(self, hello: Hello) -> None:
        """Resume the session of the token, or start one; then everything after what the client has."""
        token = hello.token
        found = await self._resume(token) if token else None
        if token and found is None:
            raise Refusal("session_unknown", "That session is not known any more. Say hello without a token.")
        if found is None or token is None:
            token, found = await self._start()
        self._conversation, self._address = found
        self._sent = hello.after
        await self._listen(token)

    async def _resume(self, token: str) -> tuple[int, Address] | None:
        def known(uow: Any) -> tuple[int, Address] | None:
            conversation = uow.conversations.get(uow.desk.chat(hashed(token)) or 0)
            return (conversation.id, conversation.address) if conversation else None

        return await self._desk.engine.parts.store.transact(known)

    async def _start(self) -> tuple[str, tuple[int, Address]]:
        if not self._desk.sessions.take(self._peer):
            raise Refusal("rate_limited", "Too many new chats from here. Please wait a minute.")
        token, address = secrets.token_urlsafe(32), Address(Channel.WEBCHAT, _ACCOUNT, secrets.token_urlsafe(16))

        def opened(uow: Any) -> int:
            now = self._desk.engine.parts.clock()
            conversation = uow.conversations.open(address, now)
            uow.desk.add_chat(hashed(token), conversation.id, now)
            return int(conversation.id)

        return token, (await self._desk.engine.parts.store.transact(opened), address)

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
            async with live.subscribe(f"chat:{self._conversation}") as events:
                await self._send({"type": "session", "token": token, "seq": self._sent})
                await self._catch_up()
                ready.set()
                async for event in events:
                    await self._pass_on(event)
        except ConnectionResetError:
            return
        except Exception:
            log.exception("webchat_pump_failed", conversation=self._conversation)
            await self._ws.close()
        finally:
            ready.set()

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

    async def _accept(self, said: Said) -> None:
        if not self._desk.messages.take(str(self._conversation)):
            raise Refusal("rate_limited", "That was very fast. Please wait a moment and send it again.")
        inbound = Inbound(self._address, said.id, said.text, said.tap)
        accepted = await self._desk.engine.accept(inbound)
        await self._send({"type": "ack", "id": said.id})
        if accepted.line:
            await self._desk.engine.parts.live.publish(f"chat:{self._conversation}", line_event(accepted.line))

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._ws.send_str(orjson.dumps(frame).decode())


def add_routes(app: web.Application, desk: Desk) -> None:
    """`GET /webchat/socket`."""

    async def socket(request: web.Request) -> web.StreamResponse:
        if not verify(request.headers.get("Origin"), desk.origins):
            raise web.HTTPForbidden()
        ws = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=4 * 1024 * 1024)
        await ws.prepare(request)
        await Socket(desk, ws, request.remote or "").serve()
        return ws

    app.router.add_get("/webchat/socket", socket)
