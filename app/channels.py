"""The channels that reach a phone: WhatsApp by Meta or by Twilio, SMS by Twilio, as far as they are set up."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from app.settings import Settings
from bot.engine import Engine
from gateways import twilio as twilio_out
from gateways import whatsapp as meta_out
from gateways.twilio_archive import is_service
from model.errors import Unavailable
from model.message import Address, Channel, Media, Sent
from model.ports import Archive, Attentive, MediaSource, Sender
from model.rows import OutboxRow
from webhooks import twilio as twilio_in
from webhooks import whatsapp as meta_in
from webhooks.twilio_form import bare, read_message

_FILES_AT_ONCE = 16
"""A channel's: each may take 16 MB of memory, and hold one of the 64 turns for a minute where its provider is slow."""
_FILES_LATER = 2.0
"""Seconds until what found no room is tried again."""


@dataclass(slots=True)
class Channels:
    """What is set up."""

    senders: dict[Channel, Sender] = field(default_factory=dict)
    media: dict[Channel, MediaSource] = field(default_factory=dict)
    attentive: dict[Channel, Attentive] = field(default_factory=dict)
    archives: list[Archive] = field(default_factory=list)


class EitherWhatsApp:
    """WhatsApp where Meta's number and Twilio's are both in use: a conversation goes on where it began."""

    def __init__(self, meta: meta_out.WhatsApp, twilio: twilio_out.Twilio) -> None:
        self._meta, self._twilio = meta, twilio

    def _of(self, address: Address) -> meta_out.WhatsApp | twilio_out.Twilio:
        """Twilio's accounts are numbers with a plus, Meta's the ids of numbers."""
        return self._twilio if address.account.startswith("+") else self._meta

    async def send(self, row: OutboxRow) -> Sent:
        """See `Sender`."""
        return await self._of(row.address).send(row)

    async def fetch(self, address: Address, media: Media) -> bytes:
        """See `MediaSource`."""
        return await self._of(address).fetch(address, media)

    async def attend(self, address: Address, provider_id: str) -> None:
        """See `Attentive`; Twilio shows nothing of the kind."""
        if self._of(address) is self._meta:
            await self._meta.attend(address, provider_id)


class FewFiles:
    """A `MediaSource` of which a few files are asked at once; more wait in the inbox, where they keep no turn."""

    def __init__(self, source: MediaSource, most: int = _FILES_AT_ONCE) -> None:
        self._source, self._most, self._under_way = source, most, 0

    async def fetch(self, address: Address, media: Media) -> bytes:
        """See `MediaSource`; Unavailable also where too many are under way."""
        if self._under_way >= self._most:
            raise Unavailable("files", _FILES_LATER)
        self._under_way += 1
        try:
            return await self._source.fetch(address, media)
        finally:
            self._under_way -= 1


async def open_channels(stack: AsyncExitStack, settings: Settings, session: aiohttp.ClientSession) -> Channels:
    """The ways out, closed with the stack."""
    channels = Channels()
    twilio = _twilio(stack, settings) if settings.twilio_account_sid else None
    meta = _meta(settings, session) if settings.whatsapp_phone_number_id else None
    if twilio and settings.twilio_sms_from:
        channels.senders[Channel.SMS] = channels.media[Channel.SMS] = twilio
    _add_whatsapp(channels, meta, twilio if settings.twilio_whatsapp_from else None)
    channels.media = {channel: FewFiles(source) for channel, source in channels.media.items()}
    channels.archives = [*_archives(twilio, settings)] if twilio else []
    return channels


def _add_whatsapp(channels: Channels, meta: meta_out.WhatsApp | None, twilio: twilio_out.Twilio | None) -> None:
    both = EitherWhatsApp(meta, twilio) if meta and twilio else None
    way = both or meta or twilio
    if way:
        channels.senders[Channel.WHATSAPP] = channels.media[Channel.WHATSAPP] = way
    if both or meta:
        channels.attentive[Channel.WHATSAPP] = both or meta  # type: ignore[assignment]


def _archives(twilio: twilio_out.Twilio, settings: Settings) -> Iterator[Archive]:
    """What is asked for missed messages; Meta brings its own again for days, and a sender that is a name gets none."""
    sms, whatsapp = settings.twilio_sms_from, bare(settings.twilio_whatsapp_from)
    if is_service(sms) or sms.removeprefix("+").isdecimal():
        yield twilio.archive(Channel.SMS, sms, read_message)
    if whatsapp:
        yield twilio.archive(Channel.WHATSAPP, whatsapp, read_message)


def _meta(settings: Settings, session: aiohttp.ClientSession) -> meta_out.WhatsApp:
    token = settings.whatsapp_access_token.get_secret_value()
    account = meta_out.Account(settings.whatsapp_api_url, settings.whatsapp_phone_number_id, token)
    return meta_out.WhatsApp(session, account, meta_out.number_rates(settings.whatsapp_rate), meta_out.people_rates())


def _twilio(stack: AsyncExitStack, settings: Settings) -> twilio_out.Twilio:
    account = twilio_out.Account(
        settings.twilio_api_url,
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        settings.public_url,
        settings.twilio_sms_from,
    )
    rates = twilio_out.sms_rates(settings.twilio_sms_rate), twilio_out.whatsapp_rates(settings.whatsapp_rate)
    twilio = twilio_out.Twilio(account, *rates)
    stack.push_async_callback(twilio.close)
    return twilio


def add_doors(app: web.Application, engine: Engine, settings: Settings) -> None:
    """The ways in. A provider that is not set up has no routes."""
    if settings.whatsapp_phone_number_id:
        secret = settings.whatsapp_app_secret.get_secret_value()
        token = settings.whatsapp_verify_token.get_secret_value()
        meta_in.add_routes(app, engine, secret, token, settings.whatsapp_phone_number_id)
    if settings.twilio_account_sid:
        whatsapp = bare(settings.twilio_whatsapp_from)
        numbers = frozenset(filter(None, (settings.twilio_sms_from, whatsapp and f"whatsapp:{whatsapp}")))
        token = settings.twilio_auth_token.get_secret_value()
        twilio_in.add_routes(app, engine, settings.twilio_account_sid, token, settings.public_url, numbers)
