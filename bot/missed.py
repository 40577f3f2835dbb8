"""Messages that a provider could not bring: it is asked for them at the start, and again and again.

Twilio calls a webhook once, and gives up within 15 seconds. So what comes while the shop is down, or while it answers
an error, lies at Twilio and would be lost. Everything that an archive holds and the inbox lacks is taken as though it
had come by itself; the inbox knows repeats, so asking for too much does no harm.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.parts import Parts
from model.errors import Unavailable
from model.message import Arrival, Inbound
from model.ports import Archive
from shop.work import Work

log = structlog.get_logger()

ASK_EVERY = 60.0
"""Seconds between two looks into an archive."""
_LEFT_TO_THE_WEBHOOK = timedelta(seconds=30)
"""So young a message may still come by itself, and then with more than an archive keeps of it."""
_AGAIN = timedelta(minutes=5)
"""So much of what was asked for is asked for again: archives may be late, and their clock is not ours."""
_LONGEST = timedelta(hours=24)
"""Nobody wants an answer to older ones; on WhatsApp none may be given either."""


class Missed:
    """Keeps the inbox in step with one archive. `arrive` takes messages in as it does those of webhooks."""

    def __init__(self, parts: Parts, archive: Archive, arrive: Callable[[Sequence[Arrival]], Awaitable[None]]) -> None:
        self._parts, self._archive, self._arrive = parts, archive, arrive

    async def ask_for_missed(self) -> None:
        """Take in what is missing. Raises Unavailable; then the next call asks for the same and more.

        From when on is to be asked stands in the store, so a crash on the way loses nothing; an account that was never
        heard of before begins now.
        """
        now = self._parts.clock()
        since, known = await self._parts.transact("provider", self._begin)
        until = now - _LEFT_TO_THE_WEBHOOK
        if since >= until:
            return
        missed = await self._archive.missed(since, until, known)
        for one in missed:
            await self._take(one)
        if missed:
            log.info("missed_taken", channel=self._archive.channel.value, count=len(missed))
        await self._parts.transact("provider", lambda work: self._ask_from(work, max(since, now - _AGAIN)))

    def _begin(self, work: Work) -> tuple[datetime, set[str]]:
        """From when on to ask, and which messages of that time are here.

        A time that is yet to come was written while the clock was wrong; it is as good as none.
        """
        asked = work.uow.inbox.asked(self._archive.channel, self._archive.account)
        if asked is None or asked > work.now:
            self._ask_from(work, work.now)
            return work.now, set()
        since = max(asked, work.now - _LONGEST)
        return since, work.uow.inbox.known_since(since - _AGAIN)

    def _ask_from(self, work: Work, at: datetime) -> None:
        work.uow.inbox.ask_from(self._archive.channel, self._archive.account, at)

    async def _take(self, one: Inbound) -> None:
        """One that a defect of ours keeps out must not keep out those after it; of it the id alone is logged."""
        try:
            await self._arrive([one])
        except Unavailable:
            raise
        except Exception as error:
            log.error("missed_failed", id=one.provider_id, error=type(error).__name__)
