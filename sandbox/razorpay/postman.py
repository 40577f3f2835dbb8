"""Delivers webhooks: at least once, in no promised order, again until the receiver says 2xx."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Literal

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.razorpay.chaos import Chaos
from sandbox.razorpay.events import Event
from sandbox.razorpay.settings import RazorpaySettings
from sandbox.razorpay.signing import signature
from sandbox.tasks import Tasks

_LONGEST_PAUSE = 15.0
_log = logging.getLogger("sandbox.razorpay")


@dataclass(slots=True)
class Delivery:
    """An event on its way. `attempts`: the status of each answer, or what went wrong instead."""

    event: Event
    state: Literal["waiting", "delivered", "dropped", "given_up"] = "waiting"
    attempts: list[int | str] = field(default_factory=list)


class Postman:
    """Sends events to one address and remembers all of them."""

    def __init__(self, settings: RazorpaySettings, chaos: Chaos, tasks: Tasks) -> None:
        self._settings = settings
        self._chaos = chaos
        self._tasks = tasks
        self.deliveries: list[Delivery] = []

    def post(self, events: Sequence[Event]) -> None:
        """Send what happened together, as the knobs say, without waiting for it."""
        batch = [Delivery(event) for event in events]
        self.deliveries += batch
        self._tasks.start(self._send_all(self._ordered(batch)))

    def _ordered(self, batch: list[Delivery]) -> list[Delivery]:
        knobs = self._chaos.knobs
        for delivery in batch:
            if delivery.event.name in knobs.drop:
                delivery.state = "dropped"
        kept = [delivery for delivery in batch if delivery.state != "dropped"]
        ordered = kept[::-1] if knobs.shuffle else kept
        return ordered * 2 if knobs.duplicate else ordered

    async def _send_all(self, batch: list[Delivery]) -> None:
        await asyncio.sleep(self._chaos.knobs.delay_ms / 1000)
        async with ClientSession(timeout=ClientTimeout(total=self._settings.answer_within)) as session:
            for delivery in batch:
                if not await self._attempt(session, delivery):
                    self._tasks.start(self._retry(delivery))

    async def _retry(self, delivery: Delivery) -> None:
        async with ClientSession(timeout=ClientTimeout(total=self._settings.answer_within)) as session:
            for pause in pauses(self._settings.retry_first, self._settings.retry_for):
                await asyncio.sleep(pause)
                if await self._attempt(session, delivery):
                    return
        if delivery.state == "waiting":
            delivery.state = "given_up"

    async def _attempt(self, session: ClientSession, delivery: Delivery) -> bool:
        outcome = await self._outcome(session, delivery.event)
        delivery.attempts.append(outcome)
        taken = isinstance(outcome, int) and 200 <= outcome < 300
        if taken:
            delivery.state = "delivered"
        event = delivery.event
        _log.info("webhook event=%s id=%s attempt=%d answer=%s", event.name, event.id, len(delivery.attempts), outcome)
        return taken

    async def _outcome(self, session: ClientSession, event: Event) -> int | str:
        url, headers = self._settings.webhook_url, self._headers(event)
        try:
            async with session.post(url, data=event.raw, headers=headers, allow_redirects=False) as answer:
                return answer.status
        except TimeoutError:
            return "no answer in time"
        except ClientError as error:
            return type(error).__name__

    def _headers(self, event: Event) -> dict[str, str]:
        secrets = self._settings.webhook_secrets
        secret = secrets[-1] if self._chaos.knobs.old_secret else secrets[0]
        return {
            "Content-Type": "application/json",
            "User-Agent": "Razorpay-Webhook/v1",
            "X-Razorpay-Signature": signature(secret, event.raw),
            "x-razorpay-event-id": event.id,
        }


def pauses(first: float, total: float) -> Iterator[float]:
    """Seconds to wait before each retry: doubling, at most 15, until `total` is used up."""
    doubling = (first * 2**step for step in range(16))
    spent = 0.0
    for pause in chain(doubling, repeat(_LONGEST_PAUSE)):
        spent += min(pause, _LONGEST_PAUSE)
        if spent > total:
            return
        yield min(pause, _LONGEST_PAUSE)
