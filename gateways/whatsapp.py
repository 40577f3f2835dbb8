"""WhatsApp through Meta's Cloud API: replies go out part by part, media come in, messages are marked as read.

Rules (Meta's Cloud API reference): a number may send 80 messages a second (up to 1,000 where Meta granted it), one
person takes a message each 6 seconds with bursts of 45, and after error 131056 one waits 4^n seconds for that person.
"""

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import structlog

from gateways.graph import NUMBER_LIMITS, PAIR_LIMIT, Answer, Graph, explain
from gateways.rates import Rates
from gateways.render import template, whatsapp
from model.delivery import window_open
from model.errors import Fault, HaatError, Refused, Unavailable, Undeliverable
from model.message import Address, Channel, Media, Sent, Trouble
from model.rows import OutboxRow

log = structlog.get_logger()

_MOST_MEDIA = 16 * 1024 * 1024
"""Bytes of a file that is taken in: Meta's own limit for sound and video; for documents Meta would bring more."""
_MOST_ATTENDING = 50
"""Marks of attention under way at once; beyond it they are dropped, for no answer waits for a courtesy."""
_MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
_BURST = 0.05
"""What a number may send at once, as a share of its rate: no second sees much more than the rate."""
_PERSON_EVERY, _PERSON_BURST = 6.0, 45
_UNKNOWN = 33
"""Meta's code where there is no such object."""
_TOKEN_TAKES = 60.0
"""Seconds until a refused token is tried again for a file: it may be being changed."""
_TURN_MISSED = 5.0
"""Seconds until a reply that did not get its turn is tried again."""
_CALL = aiohttp.ClientTimeout(total=10, sock_connect=3)
_ATTEND = aiohttp.ClientTimeout(total=3, sock_connect=1)
_FILE = aiohttp.ClientTimeout(total=60, sock_connect=3, sock_read=10)
"""`connect` would count the wait for a connection that is free as well, and costs more than the rest of them."""


@dataclass(frozen=True, slots=True)
class Account:
    """One WhatsApp number of the shop. `api_url` holds the version and has no slash at its end."""

    api_url: str
    phone_number_id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long Meta may take; `turn` is how long (seconds) a reply waits for its turn before it is put back."""

    call: aiohttp.ClientTimeout = _CALL
    attend: aiohttp.ClientTimeout = _ATTEND
    file: aiohttp.ClientTimeout = _FILE
    turn: float = 20.0


_TIMEOUTS = Timeouts()


@dataclass(frozen=True, slots=True)
class Profile:
    """What Meta shows of the shop's number; `quality` is GREEN, YELLOW, RED or UNKNOWN."""

    number: str
    name: str
    quality: str


def number_rates(per_second: float = 80.0) -> Rates:
    """What a number may send: 80 a second, up to 1,000 where Meta granted that."""
    return Rates(per_second, max(1, int(per_second * _BURST)))


def people_rates() -> Rates:
    """What each person may be sent."""
    return Rates(1 / _PERSON_EVERY, _PERSON_BURST)


def _now() -> datetime:
    return datetime.now(UTC)


class WhatsApp:
    """The `Sender`, `Attentive` and `MediaSource` ports. `numbers` limits the shop's number, `people` each customer."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        account: Account,
        numbers: Rates,
        people: Rates,
        timeouts: Timeouts = _TIMEOUTS,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._graph = Graph(session, account.api_url, account.token)
        self._number = account.phone_number_id
        self._numbers, self._people = numbers, people
        self._timeouts, self._clock = timeouts, clock
        self._begun: dict[int, tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]] = {}
        """By row, its content and the messages made of it, until the last of them went."""
        self._attending = 0

    async def send(self, row: OutboxRow) -> Sent:
        """Send part `row.parts` of the reply, or the template that stands for all of it where nothing else may go.

        A yes is believed though no id can be read in it (the `provider_id` is empty then): see `Answer.taken`. Raises
        Unavailable or Undeliverable.
        """
        parts = self._parts_left(row)
        if row.parts >= len(parts):
            return Sent("")
        await self._turn(row.address.user)
        body = {**_envelope(row.address.user), **parts[row.parts]}
        answer = await self._graph.post(f"{self._number}/messages", body, self._timeouts.call)
        if not answer.taken:
            raise await self._trouble(answer, row)
        more = row.parts + 1 < len(parts) and not row.resends
        if more:
            self._begun[row.id] = row.content, parts
        return Sent(_message_id(answer), more=more)

    def _parts_left(self, row: OutboxRow) -> Sequence[Mapping[str, Any]]:
        """The messages of a reply: made once, unless it goes in another form now."""
        content, parts = self._begun.pop(row.id, (None, ()))
        return parts if content is row.content else self._parts(row)

    def _parts(self, row: OutboxRow) -> Sequence[Mapping[str, Any]]:
        """The messages of a reply. Raises Undeliverable where only a template may go and there is none.

        So it does where the window closed on a reply that is half sent: what follows then, the caller decides.
        """
        closed = not window_open(Channel.WHATSAPP, row.wrote_at, self._clock())
        if not closed and "template" not in (row.form, row.content.get("kind")):
            return whatsapp(row.content)
        stand_in = None if row.parts else template(row.content)
        if stand_in is None:
            raise Undeliverable(Trouble.WINDOW_CLOSED if closed else Trouble.TEMPLATE)
        return [stand_in]

    async def _turn(self, user: str) -> None:
        """The person's turn first: whoever waits for it keeps nobody else waiting. Raises Unavailable after a while."""
        theirs = self._people.at_once(user)
        if theirs and self._numbers.at_once(self._number):
            return
        try:
            async with asyncio.timeout(self._timeouts.turn):
                if not theirs:
                    await self._people.turn(user)
                await self._numbers.turn(self._number)
        except TimeoutError as error:
            raise Unavailable("whatsapp", _TURN_MISSED) from error

    async def _trouble(self, answer: Answer, row: OutboxRow) -> HaatError:
        """What went wrong, and a pause for whom Meta had too much of."""
        trouble = explain(answer, row.attempts)
        if isinstance(trouble, Unavailable):
            if answer.code == PAIR_LIMIT:
                await self._people.hold(row.address.user, trouble.retry_after)
            elif answer.code in NUMBER_LIMITS or answer.status == 429:
                await self._numbers.hold(self._number, trouble.retry_after)
        log.warning("whatsapp_refused", outbox=row.id, code=answer.code, status=answer.status, trace=answer.trace)
        return trouble

    async def attend(self, address: Address, provider_id: str) -> None:
        """Mark a message as read and show that an answer is being written: one call, and no harm if it fails.

        WhatsApp takes the typing away when the answer comes, or after 25 seconds.
        """
        if self._attending >= _MOST_ATTENDING:
            return
        self._attending += 1
        seen = {"messaging_product": "whatsapp", "status": "read", "message_id": provider_id}
        body = seen | {"typing_indicator": {"type": "text"}}
        try:
            answer = await self._graph.post(f"{self._number}/messages", body, self._timeouts.attend)
            log.debug("whatsapp_attended", status=answer.status, code=answer.code)
        except Unavailable:
            log.debug("whatsapp_not_attended")
        finally:
            self._attending -= 1

    async def fetch(self, address: Address, media: Media) -> bytes:
        """The whole of a customer's file.

        Raises Unavailable (also while the token is refused), Refused("media_too_large") above 16 MB, or Fault where it
        is gone, is not what Meta said it was, or Meta names a place that is not its own.
        """
        if not _MEDIA_ID.fullmatch(media.ref):
            raise Fault("no media id")
        answer = await self._graph.get(media.ref, {"phone_number_id": self._number}, self._timeouts.call)
        if not answer.good:
            raise _no_file(answer)
        about = answer.body or {}
        if _size(about) > _MOST_MEDIA:
            raise Refused("media_too_large")
        raw = await self._graph.download(str(about.get("url") or ""), _MOST_MEDIA, self._timeouts.file)
        if not _is_whole(raw, str(about.get("sha256") or "")):
            raise Fault("a file is not what Meta said it was")
        return raw

    async def profile(self) -> Profile:
        """What Meta shows of the number. Raises Unavailable, or Undeliverable where token or number are no good."""
        fields = {"fields": "display_phone_number,verified_name,quality_rating"}
        answer = await self._graph.get(self._number, fields, self._timeouts.call)
        if not answer.good:
            trouble = explain(answer)
            raise trouble if isinstance(trouble, Unavailable) else Undeliverable(Trouble.CHANNEL_DOWN, trouble.code)
        told = answer.body or {}
        return Profile(
            number=str(told.get("display_phone_number") or ""),
            name=str(told.get("verified_name") or ""),
            quality=str(told.get("quality_rating") or "UNKNOWN"),
        )


def _envelope(user: str) -> dict[str, Any]:
    """Whom it is for: a number is `to`; whoever has none is reached by their business-scoped id as `recipient`."""
    whom = {"to": user} if _DIGITS.fullmatch(user) else {"recipient": user}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **whom}


def _message_id(answer: Answer) -> str:
    """The id of the message that Meta took, "" where it names none."""
    match answer.body:
        case {"messages": [{"id": str(found)}, *_]} if found:
            return found
    log.warning("whatsapp_named_no_id", status=answer.status)
    return ""


def _no_file(answer: Answer) -> HaatError:
    trouble = explain(answer)
    if isinstance(trouble, Unavailable):
        return trouble
    log.warning("whatsapp_file_refused", code=answer.code, status=answer.status, trace=answer.trace)
    if trouble.trouble is Trouble.CHANNEL_DOWN and answer.code != _UNKNOWN:
        return Unavailable("whatsapp", _TOKEN_TAKES)
    return Fault(f"Meta has no such file ({trouble.code})")


def _size(about: Mapping[str, Any]) -> int:
    """The size in bytes; Meta writes it as a number and as a text. 0 where it cannot be read."""
    size = str(about.get("file_size") or "")
    return int(size) if _DIGITS.fullmatch(size) and len(size) < 20 else 0


def _is_whole(raw: bytes, digest: str) -> bool:
    """Whether it has that SHA-256: Meta's media answer writes it in hex, its webhooks in base64. None is no proof."""
    found = hashlib.sha256(raw).digest()
    return digest.casefold() == found.hex() or digest in ("", base64.b64encode(found).decode("ascii"))
