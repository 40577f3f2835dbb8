"""The wire beneath Twilio's SDK: to the address that is set, within a time, and files from Twilio's own hosts alone.

Facts: the SDK's `AsyncTwilioHttpClient` knows no time-out unless each call names one, and writes Twilio's own host into
every address; a file of a customer is redirected to a store that must not see our credentials.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from yarl import URL

from gateways.http import named_pause, read_body
from model.errors import Fault, Refused, Unavailable

log = structlog.get_logger()

_NAME = "twilio"
_PAUSE = 2.0
"""Seconds to wait where Twilio names none."""
_TOKEN_TAKES = 60.0
"""Seconds until a refused token is tried again for a file: it may be being changed."""
_HOPS = 3
"""Redirects followed for a file."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DOMAINS = (".twilio.com", ".twiliocdn.com", ".amazonaws.com")
"""Where Twilio keeps files."""
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_URL = re.compile(r"[!-~]{1,4000}", re.ASCII)


class TooFast(Unavailable):
    """Twilio takes nothing more for a while (429)."""


class Wire:
    """What the SDK takes for its `http_client`. Made and closed within a running event loop.

    `api_url` has no slash at its end; `within` is how many seconds a call may take.
    """

    is_async = True

    def __init__(self, api_url: str, login: tuple[str, str], within: float) -> None:
        self._client = AsyncTwilioHttpClient()
        self._api, self._within = api_url, within
        self._authorization = aiohttp.encode_basic_auth(*login)

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.close()

    async def request(self, method: str, url: str, **call: Any) -> Any:
        """The SDK's `Response`; of what was made it tells the `sid` alone.

        Raises TooFast or Unavailable where the same call may be made again.
        """
        # The SDK's own way to sign in (`auth`) is one that aiohttp is giving up.
        headers = {**call["headers"], "Authorization": self._authorization}
        steady = call | {"headers": headers, "auth": None, "timeout": self._within, "allow_redirects": False}
        asked = urlsplit(url)._replace(scheme="", netloc="").geturl()
        with _reaching():
            response = await self._client.request(method, self._api + asked, **steady)
        if response.status_code == 429:
            raise TooFast(_NAME, named_pause(response.headers) or _PAUSE)
        # Twilio redirects no call: that is something which stands between.
        if response.status_code >= 500 or 300 <= response.status_code < 400 or response.status_code == 408:
            raise Unavailable(_NAME, named_pause(response.headers) or _PAUSE)
        return _made(response) if method == "POST" and response.ok else response

    async def download(self, path: str, most: int, within: aiohttp.ClientTimeout) -> bytes:
        """A file of at most so many bytes; `path` is one of the API.

        Raises Unavailable, Refused("media_too_large"), or Fault where it is gone or lies elsewhere.
        """
        api = source = URL(self._api + path)
        session: aiohttp.ClientSession = self._client.session
        for _ in range(_HOPS + 1):
            headers = {"Authorization": self._authorization} if source.origin() == api.origin() else {}
            with _reaching():
                async with session.get(source, headers=headers, timeout=within, allow_redirects=False) as response:
                    if response.status not in _REDIRECTS:
                        return await _file(response, most)
                    source = further(api, source, response.headers.get("Location", ""))
        raise Fault("a file of Twilio's is redirected without end")


@contextmanager
def _reaching() -> Iterator[None]:
    """Tells of a network fault in our own words."""
    try:
        yield
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("twilio_unreachable", error=type(error).__name__)
        raise Unavailable(_NAME, _PAUSE) from error


def _made(response: Response) -> Response:
    """An answer to what was sent that the SDK cannot stumble over, whatever there was in it to read.

    Twilio: a 2xx says that the message is made, "queued" or "accepted", and reports tell what becomes of it. Nobody
    else can give one over https. Sent again because its words are odd, the customer would have the message twice, the
    shop would pay for both, and nothing would end it.
    """
    try:
        told = json.loads(response.text)
    except ValueError:
        told = None
    sid = told.get("sid") if isinstance(told, dict) else None
    return Response(response.status_code, json.dumps({"sid": sid if isinstance(sid, str) else ""}), response.headers)


def further(api: URL, here: URL, location: str) -> URL:
    """Where a redirect leads: by https to a host of Twilio's, or back to the API; from a sandbox to this machine.

    The address stays as it is written, for it may be signed.
    """
    try:
        there = here.join(URL(location, encoded=True)) if _URL.fullmatch(location) else URL()
        known = there.absolute and there.raw_user is None and there.raw_password is None
        if known and (_is_twilios(there) or there.origin() == api.origin() or _is_sandbox(api, there)):
            return there
    except ValueError as error:
        raise Fault("Twilio named no address for a file") from error
    raise Fault("a file does not lie with Twilio")


def _is_twilios(url: URL) -> bool:
    return url.scheme == "https" and url.port == 443 and (url.host or "").casefold().endswith(_DOMAINS)


def _is_sandbox(api: URL, url: URL) -> bool:
    return api.host in _LOOPBACK and url.host in _LOOPBACK and url.scheme in ("http", "https")


async def _file(response: aiohttp.ClientResponse, most: int) -> bytes:
    if response.status == 200:
        raw = await read_body(response, most)
        if raw is None:
            raise Refused("media_too_large")
        return raw
    if response.status == 401:
        raise Unavailable(_NAME, _TOKEN_TAKES)
    if response.status == 429 or response.status >= 500:
        raise Unavailable(_NAME, named_pause(response.headers) or _PAUSE)
    raise Fault(f"Twilio answered {response.status} and no file")
