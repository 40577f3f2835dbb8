"""A stand-in for Telegram: its Bot API with its limits, and people who write to the bot."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from tests.channels.telegram_edge import PATH, SECRET

TOKEN, KNOWN_BY = "123456:bot-token", "secret-of-the-webhook"
Json = dict[str, Any]


class _No(Exception):
    """What the API answers instead."""

    def __init__(self, code: int, **parameters: int) -> None:
        self.code = code
        self.answer = {"ok": False, "error_code": code, "description": "No", "parameters": parameters}


@dataclass
class Telegram:
    """`chats` holds what the bot sent by chat, `calls` every method called. `refuse`: the next sends' error codes."""

    http: ClientSession
    shop: str = ""
    chats: dict[int, list[Json]] = field(default_factory=lambda: defaultdict(list))
    calls: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    refuse: list[int | None] = field(default_factory=list)
    _count: int = 0

    def application(self) -> web.Application:
        """The API at `/bot<token>/<method>`, files at `/file/bot<token>/<path>`."""
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path}", self._file)
        return app

    def person(self, chat: int = 700100200) -> "Person":
        """Somebody with a private chat of their own."""
        return Person(self, chat)

    async def tell(self, kind: str, about: Json, secret: str = KNOWN_BY) -> int:
        """An update goes to the shop's webhook; the status of the answer."""
        body = {"update_id": self.next(), kind: about}
        async with self.http.post(self.shop + PATH, json=body, headers={SECRET: secret}) as answer:
            return answer.status

    def next(self) -> int:
        """A new number."""
        self._count += 1
        return self._count

    async def _call(self, request: web.Request) -> web.Response:
        method, body = request.match_info["method"], await request.json()
        self.calls.append(method)
        try:
            if request.match_info["token"] != TOKEN:
                raise _No(401)
            result = self._do(method, body)
        except _No as no:
            return web.json_response(no.answer, status=no.code)
        return web.json_response({"ok": True, "result": result})

    def _do(self, method: str, body: Json) -> Any:
        match method:
            case "sendMessage":
                return self._take(body, body.get("text", ""), 4096)
            case "sendPhoto":
                return self._take(body, body.get("caption", ""), 1024)
            case "getFile" if body["file_id"] in self.files:
                return {"file_id": body["file_id"], "file_path": f"{body['file_id']}.png"}
            case "answerCallbackQuery" | "sendChatAction":
                return True
        raise _No(400)

    def _take(self, body: Json, words: str, most: int) -> Json:
        code = self.refuse.pop(0) if self.refuse else None
        if code:
            raise _No(code, **({"retry_after": 7} if code == 429 else {}))
        if body["chat_id"] in self.blocked:
            raise _No(403)
        if not 0 < len(words) <= most or not all(map(_is_fit, buttons(body))):
            raise _No(400)
        self.chats[body["chat_id"]].append(body)
        return {"message_id": self.next(), "chat": {"id": body["chat_id"], "type": "private"}}

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["path"].removesuffix(".png")])


def buttons(sent: Json) -> Iterator[Json]:
    """The buttons beneath what was sent."""
    for row in sent.get("reply_markup", {}).get("inline_keyboard", ()):
        yield from row


def _is_fit(button: Json) -> bool:
    """Either a link or data of 1 to 64 bytes."""
    return "url" in button or 0 < len(button["callback_data"].encode()) <= 64


@dataclass
class Person:
    """A customer on Telegram."""

    telegram: Telegram
    chat: int

    @property
    def read(self) -> list[str]:
        """What the bot wrote to them, captions of pictures too, in order."""
        return [sent.get("text") or sent.get("caption", "") for sent in self.telegram.chats[self.chat]]

    async def writes(self, text: str) -> None:
        """A text."""
        await self.sends(text=text)

    async def sends(self, **content: Any) -> Json:
        """A message; it, for who wants to send it again."""
        message = {"message_id": self.telegram.next(), "chat": self._chat, "from": self._self, **content}
        assert await self.telegram.tell("message", message) == 200
        return message

    async def sends_photo(self, raw: bytes, caption: str) -> None:
        """A picture, in two sizes."""
        self.telegram.files["large"] = raw
        await self.sends(photo=[{"file_id": "small"}, {"file_id": "large"}], caption=caption)

    async def taps(self, title: str) -> None:
        """The newest button of that title."""
        sent, button = next(
            (sent, button)
            for sent in reversed(self.telegram.chats[self.chat])
            for button in buttons(sent)
            if button["text"] == title
        )
        query = {"id": str(self.telegram.next()), "from": self._self, "message": sent | {"chat": self._chat}}
        assert await self.telegram.tell("callback_query", query | {"data": button["callback_data"]}) == 200

    async def blocks(self, *, blocks: bool = True) -> None:
        """They block the bot, or let it in again."""
        status = "kicked" if blocks else "member"
        change = {"chat": self._chat, "from": self._self, "new_chat_member": {"status": status}}
        assert await self.telegram.tell("my_chat_member", change) == 200

    @property
    def _chat(self) -> Json:
        return {"id": self.chat, "type": "private"}

    @property
    def _self(self) -> Json:
        return {"id": self.chat, "is_bot": False, "first_name": "Meera", "last_name": "Rao"}
