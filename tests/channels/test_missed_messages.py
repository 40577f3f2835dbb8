"""A shop that was closed while its customers wrote by SMS and by WhatsApp through Twilio, and opens again.

Twilio called its webhook in vain and will not again. The stand-in's clock is two minutes slow, so that what customers
write is old enough to be asked for at once; and the shop is made to have opened an hour ago.
"""

import base64
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from model.message import Progress
from tests.app.app_kit import bare
from tests.channels.channel_kit import META_NUMBER, SMS_NUMBER, TWILIO_WHATSAPP, Shop, Street, Telephone, street_of
from tests.kit import eventually
from tests.webhooks.edge_kit import PNG

TWILIOS = [("sms", SMS_NUMBER), ("whatsapp", TWILIO_WHATSAPP)]


@pytest.fixture
async def street(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Street]:
    bare(monkeypatch, tmp_path)
    async with street_of(tmp_path, lambda: time.time() - 120) as made:
        yield made


async def opened_an_hour_ago(street: Street, network: str, shop_number: str) -> Telephone:
    """The shop served a customer and is closed now; the customer's telephone is on."""
    async with street.opened() as shop:
        phone = shop.telephone(network, shop_number)
        await phone.says("hi")
        await phone.hears("")
        await shop.comes_to(phone, Progress.DELIVERED)
        await shop.quiet()
    await set_back(street)
    return phone


async def set_back(street: Street) -> None:
    """From when on Twilio is asked is an hour earlier. It was asked before: the shop was open."""
    with closing(sqlite3.connect(street.folder / "haat.db")) as database, database:
        changed = database.execute("UPDATE asked SET since = datetime(since, '-1 hour')").rowcount
    assert changed == len(TWILIOS)


async def asked_again(street: Street) -> None:
    """Twilio was asked for all of that hour, and what it told is in."""

    async def up_to_now() -> bool:
        with closing(sqlite3.connect(street.folder / "haat.db")) as database:
            query = "SELECT COUNT(*) FROM asked WHERE since > datetime('now', '-10 minutes')"
            return bool(database.execute(query).fetchone()[0] == len(TWILIOS))

    await eventually(up_to_now)


async def in_vain(street: Street) -> None:
    """Every webhook under way has been given up."""

    async def all_given_up() -> bool:
        async with street.http.get(f"{street.sandbox}/_sandbox/twilio/state") as answer:
            webhooks = (await answer.json())["webhooks"]
        return bool(webhooks) and all(webhook["state"] != "waiting" for webhook in webhooks)

    await eventually(all_given_up)


async def said_of(shop: Shop, phone: Telephone) -> list[str]:
    """What the customer said, as the shop has it."""
    return [line["text"] for line in await shop.lines(phone) if line["author"] == "customer"]


@pytest.mark.parametrize(("network", "number"), TWILIOS)
async def test_who_wrote_to_a_closed_shop_is_answered_once_when_it_opens(
    street: Street, network: str, number: str
) -> None:
    phone = await opened_an_hour_ago(street, network, number)
    await phone.says("2 mango pickle 250 g")
    await phone.says("do you have laddu?")
    await in_vain(street)
    async with street.opened() as shop:
        await phone.hears("Here is what I found")
        await shop.comes_to(phone, Progress.DELIVERED)
        await shop.quiet()
        assert ["hi", "2 mango pickle 250 g", "do you have laddu?"] == await said_of(shop, phone)
        assert ["greet", "added", "search_found"] == await shop.said(phone)
    told = len(phone.told())
    await set_back(street)
    async with street.opened() as shop:
        await asked_again(street)
        await shop.quiet()
        assert ["greet", "added", "search_found"] == await shop.said(phone)
    assert told == len(phone.told())


async def test_a_picture_is_fetched_though_nobody_was_there_to_take_it(street: Street) -> None:
    phone = await opened_an_hour_ago(street, "whatsapp", TWILIO_WHATSAPP)
    await phone.does("picture", data=base64.b64encode(PNG).decode(), mime="image/png", text="one jar was broken")
    await in_vain(street)
    async with street.opened() as shop:
        await phone.hears("")
        await shop.quiet()
        (shown,) = [line for line in await shop.lines(phone) if "one jar was broken" in line["text"]]
        assert PNG == next((street.folder / "files").rglob(shown["file"])).read_bytes()


async def test_stop_is_heeded_though_it_came_to_a_closed_shop(street: Street) -> None:
    """CANCEL is Twilio's own word for it; START brings the customer back, and Twilio alone answers both."""
    phone = await opened_an_hour_ago(street, "sms", SMS_NUMBER)
    await phone.says("CANCEL")
    await phone.hears("unsubscribed")
    await in_vain(street)
    async with street.opened() as shop:
        await eventually(lambda: silent(shop, phone, True))
        await shop.quiet()
    await phone.says("Start")
    await phone.hears("re-subscribed")
    await in_vain(street)
    await set_back(street)
    async with street.opened() as shop:
        await eventually(lambda: silent(shop, phone, False))
        await shop.quiet()
    assert [] == phone.unheard()


async def silent(shop: Shop, phone: Telephone, expected: bool) -> bool:
    talk = await shop.do(lambda work: work.uow.conversations.open(phone.address, work.now))
    customer = await shop.do(lambda work: work.uow.customers.get(talk.customer_id))
    return customer.silent is expected


async def test_a_shop_that_opens_for_the_first_time_leaves_old_messages_alone(street: Street) -> None:
    """Somebody else answered them, or nobody did; it was not this shop that they were written to."""
    async with street.opened() as shop:
        phone, other = shop.telephone("sms", SMS_NUMBER), shop.telephone("whatsapp", META_NUMBER)
        await other.says("hi")
        await other.hears("")
        await shop.quiet()
    with closing(sqlite3.connect(street.folder / "haat.db")) as database, database:
        database.execute("DELETE FROM asked")
    await phone.says("hello, old bot")
    await in_vain(street)
    async with street.opened() as shop:
        await asked_again(street)
        await shop.quiet()
        assert [] == await said_of(shop, phone)
    assert [] == phone.told()
