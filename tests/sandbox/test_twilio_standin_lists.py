"""The list of messages, asked by Twilio's own client: who and when, page by page, whether the shop was there or not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException

from tests.sandbox.twilio_kit import (
    ACCOUNT,
    LOGIN,
    NUMBER,
    SMS,
    SMS_FROM,
    WHATSAPP,
    WHATSAPP_FROM,
    Stand,
    twilio_stand,
)

SERVICE = "MG" + "5" * 32
OTHER = "919999900002"


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with twilio_stand() as stand:
        yield stand


def at(stand: Stand, **before: float) -> datetime:
    """The stand-in's time, or so much before it."""
    return datetime.fromtimestamp(stand.clock.now, UTC) - timedelta(**before)


def hourly(stand: Stand, *texts: str) -> None:
    """SMS of a customer, an hour from one to the next and after the last."""
    for text in texts:
        stand.says("sms", text)
        stand.clock.now += 3600


async def bodies(stand: Stand, **asked: Any) -> list[str]:
    return [message.body for message in await stand.sdk.messages.list_async(to=SMS_FROM, **asked)]


async def test_what_customers_write_is_kept_though_the_shop_takes_nothing() -> None:
    """Its webhook is called and given up; the message is there for whoever asks."""
    async with twilio_stand(drop=("received",)) as stand:
        stand.says("sms", "two jars")
        stand.says("whatsapp", "and ghee")
        (sms,) = await stand.sdk.messages.list_async(to=SMS_FROM)
        (whatsapp,) = await stand.sdk.messages.list_async(to=f"whatsapp:{WHATSAPP_FROM}")

        assert ("inbound", "received", SMS, SMS_FROM) == (sms.direction, sms.status, sms.from_, sms.to)
        assert (WHATSAPP, "and ghee", "0") == (whatsapp.from_, whatsapp.body, whatsapp.num_media)
        assert at(stand) == sms.date_sent
        assert [] == stand.shop.received


async def test_a_list_begins_and_ends_when_it_is_asked_to(stand: Stand) -> None:
    hourly(stand, "one", "two", "three")
    assert ["three", "two", "one"] == await bodies(stand)
    assert ["three", "two"] == await bodies(stand, date_sent_after=at(stand, hours=2))
    assert ["three"] == await bodies(stand, date_sent_after=at(stand, hours=2) + timedelta(seconds=1))
    assert ["two", "one"] == await bodies(stand, date_sent_before=at(stand, hours=2))
    assert ["two"] == await bodies(stand, date_sent_after=at(stand, hours=2), date_sent_before=at(stand, hours=2))


async def test_times_may_be_looked_at_to_the_day_alone() -> None:
    """More than that Twilio does not promise."""
    async with twilio_stand(by_day=True) as stand:
        stand.clock.now -= stand.clock.now % 86400
        hourly(stand, "one", "two")
        assert ["two", "one"] == await bodies(stand, date_sent_after=at(stand))
        stand.clock.now += 86400
        assert [] == await bodies(stand, date_sent_after=at(stand))
        assert ["two", "one"] == await bodies(stand, date_sent=at(stand, days=1))


async def test_a_day_may_be_written_as_a_day(stand: Stand) -> None:
    hourly(stand, "one")
    url = f"{stand.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    for day, count in (("2025-10-09", 1), ("2025-10-08", 0)):
        async with stand.http.get(url, params={"DateSent": day}, headers=LOGIN) as answer:
            assert count == len((await answer.json())["messages"])


async def test_what_is_no_time_is_refused(stand: Stand) -> None:
    with pytest.raises(TwilioException) as refused:
        await stand.sdk.messages.list_async(date_sent_after="yesterday")
    assert 400 == refused.value.args[1].status_code
    assert '"code": 20001' in refused.value.args[1].text


async def test_the_next_page_goes_on_where_the_last_ended_whatever_came_meanwhile(stand: Stand) -> None:
    hourly(stand, *(f"number {n}" for n in range(5)))
    asked = {"to": SMS_FROM, "date_sent_after": at(stand, hours=4)}
    page = await stand.sdk.messages.page_async(page_size=2, **asked)
    first = [message.body for message in page]
    stand.says("sms", "meanwhile")
    stand.does("sms", "text", OTHER, text="another's")
    page = await page.next_page_async()
    second = [message.body for message in page]

    assert ["number 4", "number 3", "number 2", "number 1"] == first + second
    assert await page.next_page_async() is None


async def test_what_came_by_a_messaging_service_says_so() -> None:
    async with twilio_stand(service_sid=SERVICE) as stand:
        stand.says("sms", "Hello")
        stand.says("whatsapp", "Hello")
        listed = await stand.sdk.messages.list_async()

        assert [None, SERVICE] == [message.messaging_service_sid for message in listed]


async def test_a_message_not_yet_sent_was_sent_at_no_time() -> None:
    async with twilio_stand(status_ms=60_000) as stand:
        await stand.sms()

        assert [] == await stand.sdk.messages.list_async(date_sent_after=at(stand, days=1))
        assert [f"+{NUMBER}"] == [message.to for message in await stand.sdk.messages.list_async()]
