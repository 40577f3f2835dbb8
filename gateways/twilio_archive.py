"""Twilio's own list of messages: what customers wrote, whether or not its webhook could bring it.

Rules (Twilio's "Messages resource"): newest first, at most 1,000 a page, narrowed by recipient and by `DateSent` in
GMT. That is promised to the day and shown to the second, so what is too old is left out here as well. The `date_sent`
of an incoming message is when its webhook was called.

Of a message the list tells from, to, body and files, and no more. So a tap comes as the words on the button; a place,
which has no words, as a message of an unknown kind; and what was quoted, forwarded or advertised, a profile's name, a
second id and the words that a shop chose for STOP at Twilio's (`OptOutType`) are lost.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog
from twilio.base.exceptions import TwilioException

from model.errors import Unavailable
from model.message import Arrival, Channel, Inbound

log = structlog.get_logger()

Read = Callable[[Mapping[str, str], str], Sequence[Arrival]]
"""Reads the form of a webhook; `str` is the messaging service that was written to, or "". ValueError: no message."""

_NAME = "twilio"
_BUSY_FOR = 5.0
_PAGE = 200
_MOST_PAGES = 50
"""10,000 messages at a time: were there more, the oldest are left out."""
_MOST_FILES = 10
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}", re.ASCII)
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


def is_service(sender: str) -> bool:
    """Whether a sender is a messaging service, not a number or a name."""
    return _SERVICE.fullmatch(sender) is not None


class TwilioArchive:
    """The `Archive` port for one account of a channel: a number of the shop, or a messaging service (MG…) for SMS.

    `messages` is the SDK's list; `read` reads what is made of it as it reads the webhook's forms.
    """

    def __init__(self, messages: Any, account_sid: str, channel: Channel, account: str, read: Read) -> None:
        self._messages, self._account_sid, self._read_form = messages, account_sid, read
        self._channel, self._account = channel, account
        self._service = account if is_service(account) else ""
        self._to = f"whatsapp:{account}" if channel is Channel.WHATSAPP else account

    @property
    def channel(self) -> Channel:
        """See `Archive`."""
        return self._channel

    @property
    def account(self) -> str:
        """See `Archive`."""
        return self._account

    async def missed(self, since: datetime, until: datetime, known: Collection[str]) -> list[Inbound]:
        """See `Archive`."""
        whole = since.replace(microsecond=0)  # Twilio's times are whole seconds
        with _asking():
            listed = await self._listed(whole)
        wanted = [one for one in listed if whole <= _sent_at(one) <= until and self._is_ours(one)]
        # Stable, so of one second's messages the first in the reversed list stays the first.
        lacking = sorted((one for one in reversed(wanted) if _lacks(known, one)), key=_sent_at)
        return [inbound for one in lacking for inbound in await self._read(one) if inbound.provider_id not in known]

    async def _listed(self, since: datetime) -> list[Any]:
        """Page by page, until one holds nothing that was sent since then."""
        asked = {} if self._service else {"to": self._to}
        page = await self._messages.page_async(date_sent_after=since, page_size=_PAGE, **asked)
        found: list[Any] = []
        for _ in range(_MOST_PAGES):
            dated = [one for one in page if one.date_sent or one.date_created]
            found += dated
            if not any(_sent_at(one) >= since for one in dated):
                return found
            page = await page.next_page_async()
            if page is None:
                return found
        log.warning("twilio_list_too_long", channel=self._channel.value, read=len(found))
        return found

    def _is_ours(self, message: Any) -> bool:
        """A customer's, arrived whole, and for this account: of a messaging service no filter of Twilio's knows."""
        if message.direction != "inbound" or message.status == "receiving":
            return False
        to = str(message.to)
        if self._service:
            return message.messaging_service_sid == self._service and not to.startswith("whatsapp:")
        return to == self._to

    async def _read(self, message: Any) -> list[Inbound]:
        form = {
            "AccountSid": self._account_sid,
            "MessageSid": str(message.sid or ""),
            "From": str(message.from_ or ""),
            "To": str(message.to or ""),
            "Body": str(message.body or ""),
            **await self._files(message),
        }
        try:
            return [one for one in self._read_form(form, self._service) if isinstance(one, Inbound)]
        except ValueError:
            log.warning("twilio_message_unread", id=form["MessageSid"])
            return []

    async def _files(self, message: Any) -> dict[str, str]:
        """As the webhook names them. A file that is gone, or that Twilio does not tell of, is left out."""
        if not _files_in(message):
            return {}
        try:
            files = await self._messages(message.sid).media.list_async(limit=_MOST_FILES)
        except (TwilioException, *_UNREADABLE) as error:
            log.warning("twilio_files_unread", id=message.sid, status=_status(error))
            return {}
        path = f"/2010-04-01/Accounts/{self._account_sid}/Messages/{message.sid}/Media/"
        named = [(f"MediaUrl{n}", f"MediaContentType{n}", file) for n, file in enumerate(files)]
        urls = {url: f"{path}{file.sid}" for url, _, file in named}
        return urls | {mime: str(file.content_type or "") for _, mime, file in named}


def _sent_at(message: Any) -> datetime:
    at: datetime = message.date_sent or message.date_created
    return at


def _files_in(message: Any) -> int:
    told = str(message.num_media or "")
    return min(int(told), _MOST_FILES) if told.isascii() and told.isdecimal() else 0


def _lacks(known: Collection[str], message: Any) -> bool:
    """Each file but the first is kept as a message of its own: `sid:1`, `sid:2`…"""
    more = (f"{message.sid}:{place}" for place in range(1, _files_in(message)))
    return any(one not in known for one in (message.sid, *more))


@contextmanager
def _asking() -> Iterator[None]:
    """Tells of what goes wrong in our own words: Twilio's hold numbers and texts, and causes are logged."""
    try:
        yield
    except (TwilioException, *_UNREADABLE) as error:
        log.warning("twilio_list_unread", status=_status(error))
        raise Unavailable(_NAME, _BUSY_FOR) from None


def _status(error: Exception) -> int | None:
    """The HTTP status that the SDK's error is about, where it is about one."""
    status = getattr(error, "status", None) or getattr(error.args[-1] if error.args else None, "status_code", None)
    return status if isinstance(status, int) else None
