"""Webhooks of Meta's Cloud API, signed and sent over HTTP, and a door that records what is handed in."""

import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web

from app.web import errors
from model.errors import HaatError
from model.message import Address, Arrival, Channel, Inbound
from tests.webhooks.edge_kit import serving
from webhooks import whatsapp

SECRET, TOKEN = "app-secret-of-the-tests", "token-of-the-tests"
PAYLOADS = Path(__file__).parents[1] / "payloads" / "whatsapp"
NUMBER_ID, BUSINESS = "330011223344556", "440055667788990"
MEENA, MEENA_ID = "919000000101", "IN.70010020030040050060"
FROM_MEENA = Address(Channel.WHATSAPP, NUMBER_ID, MEENA)
OURS = "wamid.HBgMOTE5MDAwMDAwMTAxFQIAERgSMDAwMUFB"
"""The id of a message that the shop sent."""


def raw_of(name: str) -> bytes:
    """One of our own payloads, as it stands."""
    return (PAYLOADS / f"{name}.json").read_bytes()


def parsed(name: str) -> Any:
    return json.loads(raw_of(name))


def arrivals(body: Any) -> list[Arrival]:
    """What is read of a body that was changed by a test."""
    return whatsapp.read(json.dumps(body).encode())


def only(name: str) -> Arrival:
    """The one arrival of a payload."""
    [found] = whatsapp.read(raw_of(name))
    return found


def inbound(name: str) -> Inbound:
    found = only(name)
    assert isinstance(found, Inbound)
    return found


def value_of(body: Any) -> Any:
    """The value of the first change, to be changed in place."""
    return body["entry"][0]["changes"][0]["value"]


def changed(name: str, **fields: Any) -> Any:
    """The payload with these fields of its first message replaced."""
    body = parsed(name)
    value_of(body)["messages"][0].update(fields)
    return body


def signed(raw: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


@dataclass
class RecordingDoor:
    """Keeps what arrives, each time by itself; fails once it has taken `fails_after` times."""

    taken: list[list[Arrival]] = field(default_factory=list)
    fails_after: int | None = None
    failure: HaatError | None = None

    async def arrive(self, arrivals: Sequence[Arrival]) -> None:
        if self.failure and len(self.taken) == self.fails_after:
            raise self.failure
        self.taken.append(list(arrivals))


@dataclass
class Shop:
    """A served edge: sends to it as Meta does."""

    door: RecordingDoor
    url: str
    http: ClientSession

    async def post(self, raw: bytes | AsyncIterator[bytes], signature: str | None) -> int:
        """The status of the answer."""
        headers = {"X-Hub-Signature-256": signature} if signature is not None else {}
        data = io.BytesIO(raw) if isinstance(raw, bytes) else raw
        async with self.http.post(self.url, data=data, headers=headers) as answer:
            told = await answer.json()
            assert told == {"ok": True} if answer.status == 200 else "error" in told
            return answer.status

    async def send(self, raw: bytes) -> int:
        return await self.post(raw, signed(raw))

    async def ask(self, query: Mapping[str, str]) -> tuple[int, str, str]:
        """Status, type and text of the answer to a handshake."""
        async with self.http.get(self.url, params=query) as answer:
            return answer.status, answer.content_type, await answer.text()

    @property
    def all(self) -> list[Arrival]:
        return [arrival for arrivals in self.door.taken for arrival in arrivals]


@asynccontextmanager
async def shop(secret: str = SECRET, token: str = TOKEN, number_id: str = NUMBER_ID) -> AsyncIterator[Shop]:
    """The edge of one WhatsApp number on a real socket."""
    app, door = web.Application(middlewares=[errors]), RecordingDoor()
    whatsapp.add_routes(app, door, secret, token, number_id)
    async with serving(app) as url, ClientSession() as http:
        yield Shop(door, f"{url}/webhooks/whatsapp", http)
