"""SMS and WhatsApp through Twilio, by its own SDK: replies go out part by part; files, and what was missed, come in.

Rules (Twilio's "Message resource" and "Rate limits"): a long number sends one SMS segment a second, other senders
more; a WhatsApp number 80 messages a second; what is beyond that Twilio queues. Outside WhatsApp's window of 24 hours
only a template goes, by its `ContentSid`.
"""

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
import structlog
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest import Client

from gateways.rates import Rates
from gateways.render import TextMessage, sms, twilio_template, twilio_whatsapp
from gateways.twilio_archive import Read, TwilioArchive, is_service
from gateways.twilio_wire import TooFast, Wire
from model.delivery import window_open
from model.errors import Fault, HaatError, Unavailable, Undeliverable
from model.message import Address, Channel, Media, Sent, Trouble
from model.rows import OutboxRow
from model.troubles import TWILIO, TWILIO_BUSY

log = structlog.get_logger()

_NAME = "twilio"
_MOST_MEDIA = 16 * 1024 * 1024
"""Bytes of a file that is taken in: WhatsApp's own limit."""
_MEDIA_REF = re.compile(r"Messages/(?:MM|SM)\w{32}/Media/ME\w{32}", re.ASCII)
_BURST = 0.05
"""What a sender may send at once, as a share of its rate: no second sees much more than the rate."""
_BUSY_FOR = 5.0
"""Seconds until what Twilio could not take now, or what did not get its turn, is tried again."""
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
_FILE = aiohttp.ClientTimeout(total=60, connect=3, sock_read=10)


@dataclass(frozen=True, slots=True)
class Account:
    """The shop's account. `api_url` and `public_url` (where Twilio reaches us) have no slash at their end.

    `sms_sender`: a number, a sender id or a messaging service (MG…) that every SMS goes out by; without it the number
    that the customer wrote to.
    """

    api_url: str
    sid: str
    token: str = field(repr=False)
    public_url: str
    sms_sender: str = ""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long Twilio may take (`call` in seconds); `turn` is how long a reply waits for its turn until put back."""

    call: float = 10.0
    file: aiohttp.ClientTimeout = _FILE
    turn: float = 20.0


_TIMEOUTS = Timeouts()


def sms_rates(per_second: float = 1.0) -> Rates:
    """What a sender of SMS may send: one a second for a long number in India, more where Twilio granted that."""
    return Rates(per_second, max(1, int(per_second * _BURST)))


def whatsapp_rates(per_second: float = 80.0) -> Rates:
    """What a WhatsApp number may send."""
    return Rates(per_second, max(1, int(per_second * _BURST)))


def _now() -> datetime:
    return datetime.now(UTC)


class Twilio:
    """The `Sender` port for both channels, and the `MediaSource` port. Made and closed within a running event loop.

    The two rates limit each sender of the shop on its own.
    """

    def __init__(
        self,
        account: Account,
        sms: Rates,
        whatsapp: Rates,
        timeouts: Timeouts = _TIMEOUTS,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._account, self._timeouts, self._clock = account, timeouts, clock
        self._rates = {Channel.SMS: sms, Channel.WHATSAPP: whatsapp}
        self._wire = Wire(account.api_url, (account.sid, account.token), timeouts.call)
        # Asked for here and not at the first message: the SDK loads itself then, which takes more than a second.
        self._messages = Client(account.sid, account.token, http_client=self._wire).messages
        self._reports = f"{account.public_url}/webhooks/twilio/status"

    async def close(self) -> None:
        """Let the connections go."""
        await self._wire.close()

    async def send(self, row: OutboxRow) -> Sent:
        """Send part `row.parts` of the reply, or the template that stands for all of it where nothing else may go.

        A yes is believed though no id can be read in it (the `provider_id` is empty then). Raises Unavailable or
        Undeliverable.
        """
        parts = self._parts(row)
        if row.parts >= len(parts):
            return Sent("")
        sender = self._sender(row.address)
        await self._turn(row.address.channel, sender)
        try:
            sid = await self._create({**self._envelope(row.address, sender), **parts[row.parts]})
        except TooFast as busy:
            await self._rates[row.address.channel].hold(sender, busy.retry_after)
            raise
        return Sent(sid, more=row.parts + 1 < len(parts) and not row.resends)

    async def fetch(self, address: Address, media: Media) -> bytes:
        """The whole of a customer's file.

        Raises Unavailable (also while the token is refused), Refused("media_too_large") above 16 MB, or Fault where it
        is gone or Twilio names a place that is not its own.
        """
        if not _MEDIA_REF.fullmatch(media.ref):
            raise Fault("a media path that is none")
        path = f"/2010-04-01/Accounts/{self._account.sid}/{media.ref}"
        return await self._wire.download(path, _MOST_MEDIA, self._timeouts.file)

    def archive(self, channel: Channel, account: str, read: Read) -> TwilioArchive:
        """The `Archive` port for a number of the shop, or (SMS) for the numbers of a messaging service."""
        return TwilioArchive(self._messages, self._account.sid, channel, account, read)

    def _sender(self, address: Address) -> str:
        chosen = self._account.sms_sender if address.channel is Channel.SMS else ""
        return chosen or address.account

    def _envelope(self, address: Address, sender: str) -> dict[str, str]:
        """From whom, to whom, and where reports go.

        They name the sender alone, of a messaging service the number it chose: so the account is told beside it.
        """
        named = sender == address.account and not is_service(sender)
        told = "" if named else f"?{urlencode({'account': address.account})}"
        return {**_ends(address, sender), "status_callback": self._reports + told}

    def _parts(self, row: OutboxRow) -> Sequence[Mapping[str, Any]]:
        """The messages of a reply. Raises Undeliverable where only a template may go and there is none.

        So it does where the window closed on a reply that is half sent: what follows then, the caller decides.
        """
        if row.address.channel is Channel.SMS:
            return [{"body": text} for text in sms(row.content)]
        closed = not window_open(Channel.WHATSAPP, row.wrote_at, self._clock())
        if not closed and "template" not in (row.form, row.content.get("kind")):
            return [_fields(message) for message in twilio_whatsapp(row.content)]
        stand_in = None if row.parts else twilio_template(row.content)
        if stand_in is None:
            raise Undeliverable(Trouble.WINDOW_CLOSED if closed else Trouble.TEMPLATE)
        return [_fields(stand_in)]

    async def _turn(self, channel: Channel, sender: str) -> None:
        """Wait until this sender may send. Raises Unavailable after a while."""
        try:
            async with asyncio.timeout(self._timeouts.turn):
                await self._rates[channel].turn(sender)
        except TimeoutError as error:
            raise Unavailable(_NAME, _BUSY_FOR) from error

    async def _create(self, fields: Mapping[str, Any]) -> str:
        """The id of a message that Twilio took, "" where it names none that can be read."""
        try:
            made = await self._messages.create_async(**fields)
            if not made.sid:
                log.warning("twilio_named_no_id")
            return str(made.sid or "")
        except (TwilioRestException, TwilioServiceException) as error:
            # Not `from error`: the words of Twilio's errors hold phone numbers, and causes are logged.
            raise _refusal(error.status, error.code) from None
        except _UNREADABLE as error:
            raise Unavailable(_NAME, _BUSY_FOR) from error


def _ends(address: Address, sender: str) -> dict[str, str]:
    """From whom and to whom. A person without a number (a BSUID, `IN.1349…`) is written to by that."""
    number = f"+{address.user}" if address.user.isdigit() else address.user
    if address.channel is Channel.WHATSAPP:
        return {"from_": f"whatsapp:{sender}", "to": f"whatsapp:{number}"}
    return {"messaging_service_sid" if is_service(sender) else "from_": sender, "to": number}


def _fields(message: TextMessage) -> dict[str, Any]:
    """As the SDK names them; what is empty is left out."""
    variables = dict(message.content_variables)
    fields = {
        "body": message.body,
        "media_url": list(message.media_urls),
        "content_sid": message.content_sid,
        "content_variables": json.dumps(variables, ensure_ascii=False) if variables else "",
    }
    return {name: value for name, value in fields.items() if value}


def _refusal(status: int, code: int | str | None) -> HaatError:
    """What an error of Twilio's means; where it has no code the SDK gives the HTTP status for one."""
    number = int(str(code)) if str(code).isdigit() else 0
    log.warning("twilio_refused", status=status, code=number)
    if number in TWILIO_BUSY:
        return Unavailable(_NAME, _BUSY_FOR)
    trouble = TWILIO.get(number) or (Trouble.CHANNEL_DOWN if status == 401 else Trouble.REFUSED)
    return Undeliverable(trouble, str(number or status))
