"""A channel's way out, as docs/how-to-add.md tells it: Telegram. Replies go part by part, files come in.

Facts (Telegram's "Bot API"): a text has at most 4,096 characters, a caption 1,024, a button's data 64 bytes; an answer
is `{"ok": true, "result"}` or `{"ok": false, "error_code", "description", "parameters"?}`, where `retry_after` names
seconds; a button shows that it works until its tap is answered; a file's path is asked for by its id.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from gateways.render.addresses import is_address
from gateways.render.content import Card, Choice, Content, tame
from gateways.render.graphemes import shorten
from gateways.render.splitting import split, within
from model.errors import Fault, HaatError, Refused, Unavailable, Undeliverable
from model.message import Address, Media, Sent, Trouble
from model.rows import OutboxRow

Call = tuple[str, dict[str, Any]]
"""A method of the API, and what it is given besides the chat."""

_NAME = "telegram"
_TEXT, _CAPTION, _DATA = 4096, 1024, 64
_MOST_MEDIA = 16 * 1024 * 1024
_PAUSE = 2.0
_WITHIN = aiohttp.ClientTimeout(total=10)
_PATH = re.compile(r"[\w./-]{1,200}", re.ASCII)
_TROUBLES = {401: Trouble.CHANNEL_DOWN, 403: Trouble.OPTED_OUT, 404: Trouble.CHANNEL_DOWN}
"""By error code. 403: they blocked the bot; 401, 404: the token is no longer good."""


class Telegram:
    """The `Sender`, `Attentive` and `MediaSource` ports. `api_url` has no slash at its end."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, token: str) -> None:
        self._session = session
        self._calls, self._files = f"{api_url}/bot{token}", f"{api_url}/file/bot{token}"

    async def send(self, row: OutboxRow) -> Sent:
        """Send part `row.parts` of the reply. Raises Unavailable or Undeliverable."""
        calls = messages(row.content)
        if row.parts >= len(calls):
            return Sent("")
        method, body = calls[row.parts]
        taken = await self._call(method, {"chat_id": int(row.address.user), **body})
        return Sent(str(taken["message_id"]), more=row.parts + 1 < len(calls))

    async def attend(self, address: Address, provider_id: str) -> None:
        """A tap's button stops working, a message is seen to be answered; no harm if that fails."""
        kind, _, tap = provider_id.rpartition(":")
        try:
            if kind == "tap":
                await self._call("answerCallbackQuery", {"callback_query_id": tap})
            await self._call("sendChatAction", {"chat_id": int(address.user), "action": "typing"})
        except HaatError:
            return

    async def fetch(self, address: Address, media: Media) -> bytes:
        """The whole of a customer's file. Raises Unavailable, Refused("media_too_large") or Fault."""
        try:
            path = str((await self._call("getFile", {"file_id": media.ref})).get("file_path"))
        except Undeliverable as gone:
            raise Fault("Telegram has no such file") from gone
        if not _PATH.fullmatch(path) or ".." in path:
            raise Fault("Telegram named no path")
        try:
            async with self._session.get(f"{self._files}/{path}", timeout=_WITHIN) as response:
                raw = await response.content.read(_MOST_MEDIA + 1)
        except (aiohttp.ClientError, TimeoutError):
            raise Unavailable(_NAME, _PAUSE) from None  # its words hold the token
        if len(raw) > _MOST_MEDIA:
            raise Refused("media_too_large")
        return raw

    async def _call(self, method: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            async with self._session.post(f"{self._calls}/{method}", json=body, timeout=_WITHIN) as response:
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise Unavailable(_NAME, _PAUSE) from None
        if not answer.get("ok"):
            raise _refusal(answer)
        result = answer["result"]
        return result if isinstance(result, dict) else {}


def _refusal(answer: Mapping[str, Any]) -> HaatError:
    code = int(answer.get("error_code", 0))
    if code == 429 or code >= 500:
        return Unavailable(_NAME, float(answer.get("parameters", {}).get("retry_after", _PAUSE)))
    return Undeliverable(_TROUBLES.get(code, Trouble.REFUSED), str(code))


def messages(content: Mapping[str, Any]) -> list[Call]:
    """The calls, in order, that show a reply: its words, a picture for each product, its choices beneath the last."""
    shown = tame(content)
    if not all(map(_is_tappable, shown.choices)):
        return _texts(shown.plain, [])
    keyboard = [*_link(shown), *([_button(choice)] for choice in shown.choices)]
    if not shown.cards:
        return _texts(shown.body if keyboard else shown.plain, keyboard)
    last = _texts(shown.labels["choose"], keyboard) if keyboard else []
    return [*_texts(shown.body, []), *(_card(card) for card in shown.cards), *last]


def _is_tappable(choice: Choice) -> bool:
    return 0 < len(choice.id.encode()) <= _DATA


def _button(choice: Choice) -> dict[str, str]:
    return {"text": choice.title, "callback_data": choice.id}


def _link(content: Content) -> list[list[dict[str, str]]]:
    return [[{"text": content.title, "url": content.url}]] if content.title and is_address(content.url) else []


def _texts(words: str, keyboard: Sequence[object]) -> list[Call]:
    calls = [("sendMessage", {"text": text}) for text in split(words, within(_TEXT))]
    return [*calls[:-1], *((method, _with(body, keyboard)) for method, body in calls[-1:])]


def _card(card: Card) -> Call:
    keyboard = [[_button(choice)] for choice in card.choices if _is_tappable(choice)]
    if is_address(card.image):
        return "sendPhoto", _with({"photo": card.image, "caption": shorten(card.words, _CAPTION)}, keyboard)
    return "sendMessage", _with({"text": shorten(card.words, _TEXT)}, keyboard)


def _with(body: dict[str, Any], keyboard: Sequence[object]) -> dict[str, Any]:
    return body | ({"reply_markup": {"inline_keyboard": list(keyboard)}} if keyboard else {})
