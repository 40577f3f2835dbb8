"""WhatsApp customers as Meta tells of them: webhooks signed over their own bytes, sent up to three times, and again
until they are answered 200."""

import asyncio
import hashlib
import hmac
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientConnectionError, ClientSession

Json = dict[str, Any]

NUMBER_ID, APP_SECRET = "330011223344556", "app-secret-of-the-soak"
WARE = "MANGO-PICKLE-250"
_AT_ONCE = 64
_PATIENCE = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 2.0
_LATEST_COPY = 2.0
"""Seconds. Meta waits longer before it sends something again; here there is less time."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a customer: its id with Meta, what it holds, and how its answer is known."""

    id: str
    content: Json
    answer: str


@dataclass(frozen=True, slots=True)
class Talk:
    """All that one customer says, in order."""

    user: str
    said: tuple[Said, ...]

    @property
    def answers(self) -> list[str]:
        """How the answers are known, in order."""
        return [said.answer for said in self.said]


def talk(place: int, messages: int, dice: random.Random) -> Talk:
    """A customer who puts one pack after the other into the cart, and asks in between for things not sold.

    How many packs are in the cart is told each time: one taken in twice, or not at all, shows in all answers after it.
    """
    user = f"9198{place:08d}"
    return Talk(user, tuple(_said(user, messages, dice)))


def _said(user: str, messages: int, dice: random.Random) -> Iterator[Said]:
    packs = 0
    for number in range(messages):
        own_id = f"wamid.{user}.{number}"
        if dice.random() < 0.5:
            packs += 1
            yield Said(own_id, _tap(f"add:{WARE}:1"), f"packs {packs}")
        else:
            yield Said(own_id, _text(f"do you have teapot № {number}?"), f"teapot {number}")


def _text(words: str) -> Json:
    return {"type": "text", "text": {"body": words}}


def _tap(tap: str) -> Json:
    return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": tap, "title": "Add"}}}


def webhook(user: str, said: Said) -> bytes:
    """As Meta writes it: what is not ASCII is escaped in the bytes that are signed, and slashes are too."""
    message = {"from": user, "id": said.id, "timestamp": "1764000000", **said.content}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "919876500001", "phone_number_id": NUMBER_ID},
        "contacts": [{"profile": {"name": "आशा / Asha"}, "wa_id": user}],
        "messages": [message],
    }
    entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).replace("/", "\\/").encode("ascii")


def signed(raw: bytes) -> dict[str, str]:
    """The headers of a webhook."""
    digest = hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}


@dataclass
class Meta:
    """Sends what customers say to the shop's webhook, side by side for different ones.

    A customer's next message follows when one copy of the last was answered 200; its other copies come whenever.
    `answers` counts all that was answered or went wrong, by its status.
    """

    http: ClientSession
    url: str
    dice: random.Random
    answers: Counter[int] = field(default_factory=Counter)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def tell(self, talks: list[Talk]) -> None:
        """Returns when every copy of every message was answered 200."""
        async with asyncio.TaskGroup() as copies, asyncio.TaskGroup() as people:
            for one in talks:
                people.create_task(self._tell(one, copies))

    async def _tell(self, one: Talk, copies: asyncio.TaskGroup) -> None:
        for said in one.said:
            raw, taken = webhook(one.user, said), asyncio.Event()
            for late in self._copies():
                copies.create_task(self._deliver(raw, late, taken))
            await taken.wait()

    def _copies(self) -> list[float]:
        """Seconds until each copy is sent: the first at once, others at the same time or later."""
        more = self.dice.randint(0, 2)
        return [0.0, *(self.dice.choice((0.0, self.dice.uniform(0.0, _LATEST_COPY))) for _ in range(more))]

    async def _deliver(self, raw: bytes, late: float, taken: asyncio.Event) -> None:
        await asyncio.sleep(late)
        pause = _FIRST_PAUSE
        while await self._post(raw) != 200:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        taken.set()

    async def _post(self, raw: bytes) -> int:
        """The status, 0 for no answer."""
        async with self._room:
            try:
                async with (
                    asyncio.timeout(_PATIENCE),
                    self.http.post(self.url, data=raw, headers=signed(raw)) as answer,
                ):
                    await answer.read()
                    status = answer.status
            except (ClientConnectionError, TimeoutError):
                status = 0
        self.answers[status] += 1
        return status
