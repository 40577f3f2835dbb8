"""Media: uploads of the shop, files of customers, and the links that messages bring.

Limits: Meta, "Media": image 5 MB (JPEG, PNG), audio and video 16 MB, document 100 MB, sticker 500 KB (WebP); an address
of a file is good for 5 minutes, ids in webhooks for 7 days, ids of uploads for 30.
"""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterable
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from sandbox.meta.errors import GraphError, invalid, no_such_object
from sandbox.meta.mediafields import bad_link, fetchable, reachable_here
from sandbox.telephone.entries import Media
from sandbox.telephone.exchange import Exchange

Json = dict[str, Any]

_MB = 1024 * 1024
_MOST = {"image": 5 * _MB, "audio": 16 * _MB, "video": 16 * _MB, "document": 100 * _MB, "sticker": 500 * 1024}
_AUDIO = ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus")
_TYPES: dict[str, tuple[str, ...]] = {
    "image": ("image/jpeg", "image/png"),
    "audio": _AUDIO,
    "video": ("video/mp4", "video/3gpp"),
    "sticker": ("image/webp",),
}
_KINDS_OF_TYPE = {mime: kind for kind, mimes in _TYPES.items() for mime in mimes}
_PAPERS = ("text/plain", "application/pdf", "application/vnd.", "application/msword")
_ADDRESS_GOOD, _UPLOAD_GOOD, _WEBHOOK_GOOD = 300, 30 * 86_400, 7 * 86_400
_CACHED = 600.0
_DOWNLOAD_WITHIN = 20.0


class MediaDesk:
    """Files by id. `secret` signs the addresses under which they are fetched."""

    def __init__(self, exchange: Exchange, shop_url: str, secret: str) -> None:
        self._exchange = exchange
        self._shop_url = shop_url
        self._secret = secret
        self._fetched: dict[tuple[str, str], float] = {}
        self._session: ClientSession | None = None

    def check(self, kind: str, media_id: str, link: str) -> Json:
        """Where the page finds a medium that a message brings: see `CheckMedia`."""
        if link:
            if not fetchable(link, self._shop_url):
                raise bad_link(kind)
            return {"url": link}
        media = self._exchange.media.get(media_id)
        if media is None:
            raise invalid(f"{kind}['id']: no media with this id")
        if not _suits(kind, media.mime):
            raise GraphError(131053, f"{media.mime} cannot be sent as {kind}")
        return {"url": f"/phone/media/{media.id}", "mime": media.mime}

    def upload(self, mime: str, raw: bytes, name: str) -> str:
        """Keeps a file of the shop; gives its id. Raises `GraphError`."""
        mime = mime.split(";")[0].strip().lower()
        kind = _KINDS_OF_TYPE.get(mime) or ("document" if _suits("document", mime) else "")
        if not kind:
            raise GraphError(
                100, message=f"(#100) Param file must be a file with one of WhatsApp's types - got {mime}."
            )
        if not 0 < len(raw) <= _MOST[kind]:
            raise GraphError(131053, f"{kind} of {len(raw)} bytes; at most {_MOST[kind]}")
        return self._exchange.keep_media(mime, raw, name)

    def media(self, media_id: str, method: str) -> Media:
        """The file. Raises `GraphError` where there is none, or its time is over."""
        media = self._exchange.media.get(media_id)
        if media is None or self._exchange.clock() - media.at > _lasts(media):
            raise no_such_object(method, media_id)
        return media

    def drop(self, media_id: str) -> None:
        """The shop deletes it. Raises `GraphError`."""
        del self._exchange.media[self.media(media_id, "delete").id]

    def described(self, media: Media, origin: URL) -> Json:
        """What Meta tells of a file, with the address where it lies for the next five minutes."""
        until = int(self._exchange.clock()) + _ADDRESS_GOOD
        query = {"mid": media.id, "ext": str(until), "hash": self._seal(media.id, until)}
        return {
            "messaging_product": "whatsapp",
            "url": str((origin / "whatsapp_business/attachments/").with_query(query)),
            "mime_type": media.mime,
            "sha256": hashlib.sha256(media.raw).hexdigest(),
            "file_size": len(media.raw),
            "id": media.id,
        }

    def lying_at(self, media_id: str, until: str, seal: str) -> Media | None:
        """The file at an address that `described` made, None where that is wrong or its time over."""
        now = int(self._exchange.clock())
        if not until.isascii() or not until.isdigit() or int(until) < now:
            return None
        if not hmac.compare_digest(seal.encode(), self._seal(media_id, int(until)).encode()):
            return None
        return self._exchange.media.get(media_id)

    async def fetched(self, kind: str, link: str) -> str:
        """Fetch a link as Meta does; what was wrong with it, or "". Those of other machines are taken on trust."""
        now = self._exchange.clock()
        if not reachable_here(URL(link), self._shop_url) or self._fetched.get((kind, link), 0) > now - _CACHED:
            return ""
        trouble = await self._trouble(kind, link)
        if not trouble:
            self._fetched[kind, link] = now
        return trouble

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    async def _trouble(self, kind: str, link: str) -> str:
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=_DOWNLOAD_WITHIN))
        try:
            async with self._session.get(link, allow_redirects=False) as answer:
                if answer.status != 200:
                    return f"Downloading media from weblink failed with http code {answer.status}"
                if not _suits(kind, answer.content_type):
                    return f"Downloaded media has type {answer.content_type}, which is no {kind}"
                return await _length_trouble(answer.content.iter_chunked(65_536), _MOST[kind])
        except (ClientError, TimeoutError):
            return "Downloading media from weblink failed: no answer"

    def _seal(self, media_id: str, until: int) -> str:
        made = hmac.new(self._secret.encode(), f"{media_id}|{until}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).decode().rstrip("=")


async def _length_trouble(chunks: AsyncIterable[bytes], most: int) -> str:
    length = 0
    async for chunk in chunks:
        length += len(chunk)
        if length > most:
            return f"Downloaded media is larger than {most} bytes"
    return "" if length else "Downloaded media is empty"


def _lasts(media: Media) -> int:
    return _UPLOAD_GOOD if media.owner == "shop" else _WEBHOOK_GOOD


def _suits(kind: str, mime: str) -> bool:
    if kind == "document":
        return mime.startswith(_PAPERS) or mime in _TYPES["image"]
    return mime in _TYPES[kind]
