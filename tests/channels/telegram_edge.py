"""A channel's way in, as docs/how-to-add.md tells it: Telegram. `verify` the secret, `read` the update, hand it in.

Facts (Telegram's "Bot API"): an update comes as JSON with the secret that was given to `setWebhook` in a header, and
again until it is answered 2xx; a tap on a button is a `callback_query` with the button's own data; a picture comes in
several sizes, the largest last.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import cast

from aiohttp import web

from model.message import Address, Arrival, Channel, Inbound, Media, MediaKind, Place, Preference, Sort
from webhooks.body import read_body
from webhooks.door import Door
from webhooks.tame import Wild, degrees_of, id_of, kind_of, name_of, part, parts, text_of, whole_of

MAX_BODY = 1024 * 1024
SECRET = "X-Telegram-Bot-Api-Secret-Token"
PATH = "/webhooks/telegram"
_WANTED = {"kicked": False, "member": True}


class _Word(StrEnum):
    """The member that `model.message.Channel` would have, were Telegram a channel of this shop."""

    TELEGRAM = "telegram"

    @property
    def carried(self) -> bool:
        """As of every channel that a network carries."""
        return True


TELEGRAM = cast(Channel, _Word.TELEGRAM)


def verify(headers: Mapping[str, str], secret: str) -> bool:
    """Whether the sender knows our secret; compared in constant time, and never where there is none."""
    given = headers.get(SECRET, "").encode("utf-8", "surrogatepass")
    return bool(secret) and hmac.compare_digest(secret.encode(), given)


def read(raw: bytes, account: str) -> list[Arrival]:
    """What an update brings; nothing where it is of a kind that says nothing to us. Raises ValueError on no JSON."""
    update = json.loads(raw)
    if not isinstance(update, dict):
        raise ValueError("an update is an object")
    for kind, reader in _UPDATES.items():
        found = reader(update[kind], account) if isinstance(update.get(kind), dict) else None
        if found:
            return [found]
    return []


def add_routes(app: web.Application, door: Door, secret: str, account: str) -> None:
    """`POST /webhooks/telegram`, for the bot that is called `account`."""

    async def take(request: web.Request) -> web.Response:
        raw = await read_body(request, MAX_BODY)
        if not verify(request.headers, secret):
            raise web.HTTPUnauthorized()
        try:
            arrivals = read(raw, account)
        except (ValueError, RecursionError) as error:
            raise web.HTTPBadRequest() from error
        if arrivals:
            await door.arrive(arrivals)
        return web.Response()

    app.router.add_post(PATH, take)


def _message(message: Wild, account: str) -> Inbound | None:
    """A message in a private chat."""
    address, own_id = _address(part(message, "chat"), account), id_of(message.get("message_id"))
    if address is None or not own_id:
        return None
    bare = Inbound(address, own_id, name=_name(part(message, "from")))
    for kind, reader in _CONTENTS.items():
        found = reader(bare, message) if kind in message else None
        if found:
            return found
    return replace(bare, sort=Sort.UNSUPPORTED)


def _edited(message: Wild, account: str) -> Inbound | None:
    """How a message reads now; an edit is a message of its own, as often as it is made."""
    said = _message(message, account)
    own_id = f"{id_of(message.get('message_id'))}:{whole_of(message.get('edit_date'))}"
    return replace(said, provider_id=own_id, sort=Sort.EDITED) if said else None


def _tapped(query: Wild, account: str) -> Inbound | None:
    address, own_id = _address(part(part(query, "message"), "chat"), account), id_of(query.get("id"))
    tap = id_of(query.get("data"))
    return Inbound(address, f"tap:{own_id}", tap=tap) if address and own_id and tap else None


def _membership(change: Wild, account: str) -> Preference | None:
    """The customer blocked the bot, or let it in again."""
    address = _address(part(change, "chat"), account)
    wanted = _WANTED.get(kind_of(part(change, "new_chat_member").get("status")))
    return Preference(address, wanted, marketing=False) if address and wanted is not None else None


def _address(chat: Wild, account: str) -> Address | None:
    user = id_of(chat.get("id"))
    return Address(TELEGRAM, account, user) if user and chat.get("type") == "private" else None


def _name(sender: Wild) -> str:
    return name_of(" ".join(name_of(sender.get(name)) for name in ("first_name", "last_name")))


def _text(bare: Inbound, message: Wild) -> Inbound | None:
    text = text_of(message.get("text"))
    return replace(bare, text=text) if text.strip() else None


def _photo(bare: Inbound, message: Wild) -> Inbound | None:
    sizes = parts(message, "photo")
    return _with_media(bare, message, MediaKind.IMAGE, sizes[-1] if sizes else {})


def _file(kind: MediaKind) -> Callable[[Inbound, Wild], Inbound | None]:
    return lambda bare, message: _with_media(bare, message, kind, part(message, kind))


def _with_media(bare: Inbound, message: Wild, kind: MediaKind, told: Wild) -> Inbound | None:
    ref = id_of(told.get("file_id"))
    media = Media(kind, ref, name_of(told.get("mime_type")), name_of(told.get("file_name")))
    return replace(bare, sort=Sort.MEDIA, text=text_of(message.get("caption")), media=media) if ref else None


def _location(bare: Inbound, message: Wild) -> Inbound | None:
    told = part(message, "location")
    latitude, longitude = degrees_of(told.get("latitude"), 90), degrees_of(told.get("longitude"), 180)
    if latitude is None or longitude is None:
        return None
    venue = part(message, "venue")
    place = Place(latitude, longitude, name_of(venue.get("title")), name_of(venue.get("address")))
    return replace(bare, sort=Sort.PLACE, place=place)


_CONTENTS: dict[str, Callable[[Inbound, Wild], Inbound | None]] = {
    "text": _text,
    "photo": _photo,
    **{kind.value: _file(kind) for kind in (MediaKind.DOCUMENT, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.VOICE)},
    "location": _location,
}
_UPDATES: dict[str, Callable[[Wild, str], Arrival | None]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _tapped,
    "my_chat_member": _membership,
}
