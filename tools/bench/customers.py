"""Customers on WhatsApp: what they write goes to the bot as webhooks that Meta signed, their answers are looked for
where the stand-in keeps what it took."""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from tools.bench.measure import Figures
from tools.bench.stage import APP_SECRET, NUMBER_ID

_ANSWER_WITHIN = 60.0
_CONNECTIONS = 100
_LOOK_EVERY = 0.02


def webhook(user: str, number: int, text: str) -> tuple[bytes, str]:
    """The body, what is not ASCII escaped as Meta does it, and its signature."""
    message = {
        "from": user,
        "id": f"wamid.{user}.{number}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "919876500001", "phone_number_id": NUMBER_ID},
        "contacts": [{"profile": {"name": "Asha"}, "wa_id": user}],
        "messages": [message],
    }
    entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
    raw = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).replace("/", "\\/").encode("ascii")
    return raw, "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()


@dataclass(slots=True)
class Answers:
    """Looks for new messages at the stand-in. `count` is how many it has taken."""

    session: aiohttp.ClientSession
    levers: str
    count: int = 0
    _waiting: dict[str, asyncio.Future[float]] = field(default_factory=dict)

    def expect(self, user: str) -> asyncio.Future[float]:
        """When (Unix seconds) the next message to this user is taken."""
        self._waiting[user] = asyncio.get_running_loop().create_future()
        return self._waiting[user]

    async def keep_looking(self) -> None:
        """Until cancelled."""
        while True:
            await self._look()
            await asyncio.sleep(_LOOK_EVERY)

    async def _look(self) -> None:
        async with self.session.get(f"{self.levers}/messages", params={"after": str(self.count)}) as response:
            for message in await response.json():
                self.count = max(self.count, message["seq"])
                waiting = self._waiting.pop(message["to"], None)
                if waiting and not waiting.done():
                    waiting.set_result(message["at"])


@dataclass(slots=True)
class Customers:
    """People who each write once and wait for the answer."""

    session: aiohttp.ClientSession
    webhook: str
    answers: Answers
    texts: Iterator[str]
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    async def side_by_side(self, people: range, at_once: int, seconds: float) -> Figures:
        """So many turns at once until everybody had theirs, or the time is up."""
        waiting, spent, started = iter(people), list[float](), time.perf_counter()

        async def one_after_the_other() -> None:
            while time.perf_counter() - started < seconds and (person := next(waiting, None)) is not None:
                spent.append((await self._turn(person))[1])

        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
        return Figures(spent, time.perf_counter() - started)

    async def steadily(self, people: range, rate: float) -> tuple[Figures, Figures]:
        """So many a second, whatever becomes of them: until the webhook was answered, and until the answer came."""
        started = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            turns = [tasks.create_task(self._turn_at(started + n / rate, who)) for n, who in enumerate(people)]
        wall = time.perf_counter() - started
        answered, taken = zip(*(turn.result() for turn in turns), strict=True)
        return Figures(list(answered), wall), Figures(list(taken), wall)

    async def _turn_at(self, due: float, person: int) -> tuple[float, float]:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        return await self._turn(person, time.perf_counter() - due)

    async def _turn(self, person: int, late: float = 0.0) -> tuple[float, float]:
        """Seconds until the webhook was answered, and until the answer was taken; `late` is how long it was due."""
        user = f"9198{person:08d}"
        taken = self.answers.expect(user)
        raw, signature = webhook(user, next(self._numbers), next(self.texts))
        began = time.time() - late
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature}
        async with self.session.post(self.webhook, data=raw, headers=headers) as response:
            response.raise_for_status()
            await response.read()
        answered = time.time() - began
        return answered, await asyncio.wait_for(taken, _ANSWER_WITHIN) - began


@asynccontextmanager
async def customers(webhook_url: str, levers: str, texts: Iterator[str]) -> AsyncIterator[Customers]:
    """With as many connections as a busy provider has."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS)) as session:
        answers = Answers(session, levers)
        looking = asyncio.create_task(answers.keep_looking())
        try:
            yield Customers(session, webhook_url, answers, texts)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
