"""Fetching what MediaUrl names, and whether the channel takes it.

Twilio: MMS 5 MB in all; WhatsApp 16 MB, pictures 5 MB, of these types alone.
"""

from aiohttp import ClientError, ClientSession, ClientTimeout, StreamReader

from sandbox.telephone.entries import Network

_MB = 1024 * 1024
_TYPES = frozenset(
    {"image/jpeg", "image/jpg", "image/png", "image/webp", "application/pdf", "video/mp4", "video/3gpp"}
    | {"audio/ogg", "audio/amr", "audio/3gpp", "audio/aac", "audio/mpeg", "text/vcard", "text/plain"}
)


class Spoiled(Exception):
    """The file cannot be sent, for the reason of Twilio's `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Downloads:
    """One session for all of them."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    async def fetch(self, url: str, network: Network) -> tuple[str, bytes]:
        """MIME type and bytes. Raises `Spoiled`."""
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=15))
        lost = 63019 if network == "whatsapp" else 11200
        try:
            async with self._session.get(url) as answer:
                mime, raw = answer.content_type, await _read(answer.content, 16 * _MB)
        except (ClientError, TimeoutError):
            raise Spoiled(lost) from None
        if answer.status != 200 or not raw:
            raise Spoiled(lost)
        _check(mime, len(raw), network)
        return mime, raw

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()


async def _read(content: StreamReader, most: int) -> bytes:
    """All of it, or a little more than `most` bytes where it is longer."""
    raw = bytearray()
    async for piece in content.iter_chunked(64 * 1024):
        raw += piece
        if len(raw) > most:
            break
    return bytes(raw)


def _check(mime: str, size: int, network: Network) -> None:
    if network == "sms":
        if size > 5 * _MB:
            raise Spoiled(11751)
        return
    if mime not in _TYPES:
        raise Spoiled(63021)
    if size > 16 * _MB:
        raise Spoiled(11751)
    if mime.startswith("image/") and size > 5 * _MB:
        raise Spoiled(63034)
