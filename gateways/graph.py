"""Meta's Graph API: calls with a token, what its answers mean, and files from Meta's own hosts alone.

Errors (Graph API reference): `{"error": {"message", "type", "code", "is_transient"?, "fbtrace_id"}}`. The code counts,
not the HTTP status. Neither the message nor anything else of an answer but code and trace may be logged.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
import structlog
from yarl import URL

from gateways.http import named_pause, read_body
from model.errors import Fault, Refused, Unavailable, Undeliverable
from model.message import Trouble
from model.troubles import META, META_BUSY

log = structlog.get_logger()

PAIR_LIMIT = 131056
"""Too much for one person."""
NUMBER_LIMITS = frozenset({4, 80007, 130429})
"""Too much for the app, the account, the number: nothing goes to anybody for a while."""
_NAME = "whatsapp"
_AGENT = "Haat/1.0.0"
"""Meta's OpenAPI description wants name/x.y.z; aiohttp's own name is of another shape."""
_MOST_JSON = 1024 * 1024
_HOPS = 3
"""Redirects followed for a file, each to a host of Meta's own."""
_HOSTS = ("graph.facebook.com",)
_DOMAINS = (".fbsbx.com", ".fbcdn.net", ".whatsapp.net")
_URL = re.compile(r"https?://[!-~]{1,4000}", re.ASCII)
_BUSY = (408, 425, 429)
_PAUSES = {130429: 1.0, 4: 10.0, 80007: 10.0, 131048: 60.0, 131057: 60.0}
"""Seconds to wait where Meta names none: its throughput counts by the second, its quotas and blocks by far more."""
_PAUSE = 2.0
_PAIR_BASE, _PAIR_POWERS, _PAIR_LONGEST = 4.0, 5, 300.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` is None where it was no JSON object; `retry_after` (seconds) is 0 where none was named."""

    status: int
    body: Mapping[str, Any] | None
    retry_after: float = 0.0

    @property
    def taken(self) -> bool:
        """Whether what was sent was taken, be there anything to read in the answer or not.

        Meta: a 200 says that the request was accepted, the webhook tells what becomes of it. Nobody but Meta can give
        one over https, and it does so without an id only by a fault of its own; but a message that is sent again
        because of that the customer has twice, and nothing would end it.
        """
        return 200 <= self.status < 300 and not self.error

    @property
    def good(self) -> bool:
        """Whether it is a yes that tells what was asked for."""
        return self.taken and self.body is not None

    @property
    def error(self) -> Mapping[str, Any]:
        """The error object, empty where there is none."""
        error = (self.body or {}).get("error")
        return error if isinstance(error, dict) else {}

    @property
    def code(self) -> int | None:
        """Meta's error code."""
        code = self.error.get("code")
        return code if isinstance(code, int) else None

    @property
    def trace(self) -> str:
        """Meta's own name for this call, for its support."""
        return str(self.error.get("fbtrace_id") or "")[:64]

    @property
    def known(self) -> Trouble | None:
        """What its code means where that is known for good."""
        return None if self.code is None else META.get(self.code)

    @property
    def passing(self) -> bool:
        """Whether it will go away by itself: the code says so, or says nothing and Meta or a server between is busy.

        So is an answer to a question that cannot be read.
        """
        if self.known:
            return False
        busy = self.status in _BUSY or self.status >= 500 or (self.status < 400 and not self.error)
        return busy or self.code in META_BUSY or self.error.get("is_transient") is True


class Graph:
    """Calls to one address of the API with one token. `api_url` holds the version and has no slash at its end."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, token: str) -> None:
        self._session, self._api = session, URL(api_url)
        self._headers = {"Authorization": f"Bearer {token}", "User-Agent": _AGENT}
        self._posting = {**self._headers, "Content-Type": "application/json"}

    async def post(self, path: str, body: Mapping[str, Any], within: aiohttp.ClientTimeout) -> Answer:
        """Send a JSON object. Raises Unavailable where no answer came; it may have been taken all the same."""
        with _reaching():
            async with self._session.post(
                self._api / path, data=orjson.dumps(body), headers=self._posting, timeout=within, allow_redirects=False
            ) as response:
                return await _taken(response)

    async def get(self, path: str, query: Mapping[str, str], within: aiohttp.ClientTimeout) -> Answer:
        """Read an object. Raises Unavailable where no answer came."""
        with _reaching():
            async with self._session.get(
                self._api / path, params=query, headers=self._headers, timeout=within, allow_redirects=False
            ) as response:
                return await _answer(response)

    async def download(self, url: str, most: int, within: aiohttp.ClientTimeout) -> bytes:
        """A file of at most so many bytes, from a host of Meta's own: the token goes nowhere else.

        Raises Unavailable, Refused("media_too_large"), or Fault where it is gone or lies elsewhere.
        """
        for _ in range(_HOPS + 1):
            with _reaching():
                async with self._session.get(
                    self._source(url), headers=self._headers, timeout=within, allow_redirects=False
                ) as response:
                    if not 300 <= response.status < 400:
                        return await _file(response, most)
                    url = response.headers.get("Location", "")
        raise Fault("a file of Meta's is redirected without end")

    def _source(self, raw: str) -> URL:
        """Where a file may be fetched: by https from Meta; where the API is on this machine (a sandbox), from it.

        The address stays as it is written, for it is signed.
        """
        try:
            url = URL(raw, encoded=True) if _URL.fullmatch(raw) else URL()
            if "@" not in url.raw_authority and (_is_metas(url) or self._is_sandbox(url)):
                return url
        except ValueError as error:
            raise Fault("Meta named no address for a file") from error
        raise Fault("a file does not lie with Meta")

    def _is_sandbox(self, url: URL) -> bool:
        same = (url.scheme, url.host, url.port) == (self._api.scheme, self._api.host, self._api.port)
        return same and _is_loopback(self._api.host)


@contextmanager
def _reaching() -> Iterator[None]:
    """Tells of a network fault in our own words."""
    try:
        yield
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("whatsapp_unreachable", error=type(error).__name__)
        raise Unavailable(_NAME, _PAUSE) from error


def _is_metas(url: URL) -> bool:
    host = (url.host or "").casefold()
    return url.scheme == "https" and url.port == 443 and (host in _HOSTS or host.endswith(_DOMAINS))


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


async def _answer(response: aiohttp.ClientResponse) -> Answer:
    raw = await read_body(response, _MOST_JSON)
    return Answer(response.status, _object(raw or b""), named_pause(response.headers))


async def _taken(response: aiohttp.ClientResponse) -> Answer:
    """The same for something that was sent: of a yes the status counts, even where the rest was lost on the way."""
    try:
        return await _answer(response)
    except (aiohttp.ClientError, TimeoutError):
        if not 200 <= response.status < 300:
            raise
        return Answer(response.status, None)


async def _file(response: aiohttp.ClientResponse, most: int) -> bytes:
    if response.status == 200:
        raw = await read_body(response, most)
        if raw is None:
            raise Refused("media_too_large")
        return raw
    if response.status in (401, *_BUSY) or response.status >= 500:
        raise Unavailable(_NAME, named_pause(response.headers) or _PAUSE)
    raise Fault(f"Meta answered {response.status} and no file")


def _object(raw: bytes) -> Mapping[str, Any] | None:
    try:
        answer = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None


def explain(answer: Answer, attempts: int = 0) -> Unavailable | Undeliverable:
    """The error that an answer other than a yes stands for, after so many earlier attempts."""
    if answer.passing:
        return Unavailable(_NAME, _pause(answer, attempts))
    trouble = answer.known or (Trouble.CHANNEL_DOWN if answer.status == 401 else Trouble.REFUSED)
    return Undeliverable(trouble, str(answer.status if answer.code is None else answer.code))


def _pause(answer: Answer, attempts: int) -> float:
    """Meta's word for the pair limit: 4^n seconds."""
    if answer.code == PAIR_LIMIT:
        return min(max(_PAIR_BASE, _PAIR_BASE ** min(attempts, _PAIR_POWERS)), _PAIR_LONGEST)
    return max(answer.retry_after, _PAUSES.get(answer.code or 0, _PAUSE))
