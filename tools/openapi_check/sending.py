"""Everything that the gateways can send, sent through them to a judge."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession, web

from gateways import twilio as by_twilio
from gateways import whatsapp as by_meta
from gateways.rates import Rates
from model.message import Address, Channel, Media, MediaKind
from model.ports import Sender
from model.rows import OutboxRow
from tools.openapi_check import judge as judges
from tools.openapi_check.contents import Content, standing_for
from tools.openapi_check.judge import MEDIA_ID, Judge

Replies = Iterable[tuple[str, Content]]
"""(what it is, content); gone through more than once."""
_NUMBER_ID, _NUMBER, _SERVICE = "106540352242922", "+919000000001", "MG" + "0b" * 16
_SID = "AC" + "0c" * 16
_PERSON, _NAMELESS = "919845012345", "IN.13491208655302741918"
_TWILIO_MEDIA = f"Messages/MM{'0d' * 16}/Media/ME{'0e' * 16}"
_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_LONG_AGO = _NOW - timedelta(days=2)


def _now() -> datetime:
    return _NOW


@asynccontextmanager
async def _serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def to_meta(judge: Judge, replies: Replies) -> None:
    """Replies to people with and without a number, templates, a file, attention, the number's profile."""
    async with _serving(judges.meta(judge)) as url, ClientSession() as session:
        account = by_meta.Account(f"{url}/v23.0", _NUMBER_ID, "EAAG0token")
        gateway = by_meta.WhatsApp(session, account, _free(), _free(), clock=_now)
        addresses = [Address(Channel.WHATSAPP, _NUMBER_ID, user) for user in (_PERSON, _NAMELESS)]
        for address in addresses:
            await _send_all(gateway, judge, address, replies)
        judge.about = "attention"
        await gateway.attend(addresses[0], "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQUYzMjEzNDM2RTZGQ0MzMDJBRgA=")
        judge.about = "a file"
        await gateway.fetch(addresses[0], Media(MediaKind.IMAGE, MEDIA_ID))
        judge.about = "the profile"
        await gateway.profile()


async def to_twilio(judge: Judge, replies: Replies) -> None:
    """Replies on WhatsApp and as SMS, by a number and by a messaging service, and a file."""
    async with _serving(judges.twilio(judge)) as url:
        addresses = [Address(Channel.WHATSAPP, _NUMBER, user) for user in (_PERSON, _NAMELESS)]
        addresses.append(Address(Channel.SMS, _NUMBER, _PERSON))
        for sender in ("", _SERVICE):
            account = by_twilio.Account(url, _SID, "token", "https://shop.example", sender)
            gateway = by_twilio.Twilio(account, _free(), _free(), clock=_now)
            for address in addresses:
                await _send_all(gateway, judge, address, replies)
            judge.about = "a file"
            await gateway.fetch(addresses[0], Media(MediaKind.IMAGE, _TWILIO_MEDIA))
            await gateway.close()


async def _send_all(gateway: Sender, judge: Judge, address: Address, replies: Replies) -> None:
    for about, content in replies:
        await _send(gateway, judge, about, address, content, _NOW)
    await _send(gateway, judge, "a reply in a closed window", address, standing_for(), _LONG_AGO)


async def _send(
    gateway: Sender, judge: Judge, about: str, address: Address, content: Content, wrote_at: datetime
) -> None:
    """Every part of a reply."""
    parts, more = 0, True
    while more:
        judge.about = f"{about}, part {parts}, {address.channel.value} to {address.user}"
        row = OutboxRow(1, 1, address, 1, "bot", content, _NOW, parts=parts, wrote_at=wrote_at)
        sent = await gateway.send(row)
        parts, more = parts + 1, sent is not None and sent.more


def _free() -> Rates:
    """A limiter that keeps nobody waiting."""
    return Rates(100_000, 100_000)
