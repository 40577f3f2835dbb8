"""Delivers webhooks: at least once, in no promised order, again until the receiver says 2xx."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Literal

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from sandbox.chaos import Knobs
from sandbox.tasks import Tasks

_LONGEST_PAUSE = 15.0


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to tell: its id (the same however often it is sent), its name and its exact bytes.

    `url` is where it goes, the postman's own address where empty; `taken`, where given, is called with the content type
    and the body of the first 2xx answer.
    """

    id: str
    name: str
    raw: bytes
    url: str = ""
    taken: Callable[[str, bytes], None] | None = None


@dataclass(frozen=True, slots=True)
class Rounds:
    """Seconds: how long a receiver may take, the first pause before a retry, and when to give up.

    `again` tells by what came of an attempt (a status, or what went wrong instead) whether another is worth while.
    """

    answer_within: float = 5.0
    retry_first: float = 0.5
    retry_for: float = 600.0
    again: Callable[[int | str], bool] = lambda _: True


@dataclass(slots=True)
class Delivery:
    """A letter on its way. `attempts`: the status of each answer, or what went wrong instead."""

    letter: Letter
    state: Literal["waiting", "delivered", "dropped", "given_up"] = "waiting"
    attempts: list[int | str] = field(default_factory=list)


class Postman:
    """Sends letters, to `url` where they do not say, and remembers the last `remember` of them (None: all).

    `stamp` gives a letter's headers at each attempt, `knobs` the chaos as it stands.
    """

    def __init__(
        self,
        stamp: Callable[[Letter], Mapping[str, str]],
        knobs: Callable[[], Knobs],
        rounds: Rounds,
        tasks: Tasks,
        log: logging.Logger,
        url: str = "",
        remember: int | None = None,
    ) -> None:
        self._stamp = stamp
        self._knobs = knobs
        self._rounds = rounds
        self._tasks = tasks
        self._log = log
        self._url = url
        self._session: ClientSession | None = None
        self.deliveries: deque[Delivery] = deque(maxlen=remember)

    def post(self, letters: Sequence[Letter]) -> None:
        """Send what happened together, as the knobs say, without waiting for it."""
        self._tasks.start(self.send(letters))

    async def send(self, letters: Sequence[Letter]) -> None:
        """Send what happened together, as the knobs say; returns after each was tried once."""
        batch = [Delivery(letter) for letter in letters]
        self.deliveries.extend(batch)
        ordered, delay = self._ordered(batch), self._knobs().delay_ms
        if delay:
            await asyncio.sleep(delay / 1000)
        for delivery in ordered:
            if not await self._attempt(delivery):
                self._tasks.start(self._retry(delivery))

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    def _ordered(self, batch: list[Delivery]) -> list[Delivery]:
        knobs = self._knobs()
        for delivery in batch:
            if delivery.letter.name in knobs.drop:
                delivery.state = "dropped"
        kept = [delivery for delivery in batch if delivery.state != "dropped"]
        ordered = kept[::-1] if knobs.shuffle else kept
        return ordered * 2 if knobs.duplicate else ordered

    async def _retry(self, delivery: Delivery) -> None:
        for pause in pauses(self._rounds.retry_first, self._rounds.retry_for):
            if not self._rounds.again(delivery.attempts[-1]):
                break
            await asyncio.sleep(pause)
            if await self._attempt(delivery):
                return
        if delivery.state == "waiting":
            delivery.state = "given_up"

    async def _attempt(self, delivery: Delivery) -> bool:
        letter = delivery.letter
        outcome, kind, said = await self._outcome(letter)
        delivery.attempts.append(outcome)
        attempt = len(delivery.attempts)
        self._log.info("webhook event=%s id=%s attempt=%d answer=%s", letter.name, letter.id, attempt, outcome)
        if not (isinstance(outcome, int) and 200 <= outcome < 300):
            return False
        if delivery.state != "delivered" and letter.taken is not None:
            letter.taken(kind, said)
        delivery.state = "delivered"
        return True

    async def _outcome(self, letter: Letter) -> tuple[int | str, str, bytes]:
        session, headers, url = self._open(), dict(self._stamp(letter)), letter.url or self._url
        try:
            async with session.post(url, data=letter.raw, headers=headers, allow_redirects=False) as answer:
                return answer.status, answer.content_type, await answer.read()
        except TimeoutError:
            return "no answer in time", "", b""
        except ClientError as error:
            return type(error).__name__, "", b""

    def _open(self) -> ClientSession:
        if self._session is None:
            timeout = ClientTimeout(total=self._rounds.answer_within)
            self._session = ClientSession(timeout=timeout, connector=TCPConnector(limit=0))
        return self._session


def pauses(first: float, total: float) -> Iterator[float]:
    """Seconds to wait before each retry: doubling, at most 15, until `total` is used up."""
    doubling = (first * 2**step for step in range(16))
    spent = 0.0
    for pause in chain(doubling, repeat(_LONGEST_PAUSE)):
        spent += min(pause, _LONGEST_PAUSE)
        if spent > total:
            return
        yield min(pause, _LONGEST_PAUSE)
