"""Messages that a provider takes, and then reports failed for something that passes by itself: end to end."""

from datetime import timedelta

import pytest

from bot import deliveries
from model.message import Progress
from tests.channels.channel_kit import META_NUMBER, SMS_NUMBER, Shop, Telephone

pytestmark = pytest.mark.asyncio(loop_scope="module")
GREETING = "Namaste"


@pytest.fixture(autouse=True)
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here waits half a minute."""
    waits = tuple(timedelta(seconds=seconds) for seconds in (0.2, 0.4))
    monkeypatch.setattr(deliveries, "RESEND_AFTER", waits)


def greetings(phone: Telephone) -> list[str]:
    """What became of each greeting, in order."""
    return [entry["ticks"] for entry in phone.told() if GREETING in entry.get("text", "")]


async def notes(shop: Shop, phone: Telephone) -> list[str]:
    return [line["text"] for line in await shop.lines(phone) if line["kind"] == "note"]


async def test_a_fault_of_metas_costs_the_customer_a_moment(shop: Shop) -> None:
    await shop.lever("meta/chaos", undelivered_next=2, undelivered_code=131000)
    phone = shop.telephone("whatsapp", META_NUMBER)
    await phone.says("hi")
    for _ in range(3):
        answer = await phone.hears(GREETING)
    await phone.sees(answer, "delivered")
    await shop.quiet()
    assert ["failed", "failed", "delivered"] == greetings(phone)
    assert {Progress.DELIVERED} == await shop.progress(phone)
    assert ([], []) == (await shop.letters(phone), await notes(shop, phone))


async def test_one_that_does_not_pass_ends_as_a_letter(shop: Shop) -> None:
    await shop.lever("meta/chaos", undelivered_next=9, undelivered_code=131016)
    phone = shop.telephone("whatsapp", META_NUMBER)
    await phone.says("hi")
    for _ in range(3):
        await phone.sees(await phone.hears(GREETING), "failed")
    await shop.quiet()
    assert ["refused: 131016"] == [letter.reason for letter in await shop.letters(phone)]
    assert 1 == len(await notes(shop, phone))
    assert 3 == len(greetings(phone))


async def test_an_sms_that_twilio_never_handed_on_goes_again(shop: Shop) -> None:
    await shop.lever("twilio/chaos", fail_messages=1, error_code=30001, failed_as="failed")
    phone = shop.telephone("sms", SMS_NUMBER)
    await phone.says("hi")
    for _ in range(2):
        answer = await phone.hears(GREETING)
    await phone.sees(answer, "delivered")
    await shop.quiet()
    assert ["failed", "delivered"] == greetings(phone)
    assert [] == await shop.letters(phone)


async def test_an_sms_that_may_have_come_does_not(shop: Shop) -> None:
    await shop.lever("twilio/chaos", fail_messages=1, error_code=30017)
    phone = shop.telephone("sms", SMS_NUMBER)
    await phone.says("hi")
    await phone.hears(GREETING)
    await shop.quiet()
    await shop.quiet()
    assert 1 == len(greetings(phone))
    assert ["refused: 30017"] == [letter.reason for letter in await shop.letters(phone)]
