"""A phone number is proved on the shop's page with what can go wrong: over real sockets, the code by SMS."""

import re

import pytest

from shop.proofs import TRIES
from tests.channels.channel_kit import SMS_NUMBER, Shop, Telephone
from tests.webhooks.edge_kit import Tab

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def code(phone: Telephone) -> str:
    """The code that comes to a telephone."""
    return str(re.findall(r"\d{6}", (await phone.hears("Your code is"))["text"])[0])


async def begins(tab: Tab, phone: Telephone) -> None:
    """Somebody on the page says that this telephone is theirs."""
    await tab.send(type="message", id="p1", tap="prove")
    await tab.get("reply")
    asked = await tab.say(phone.number.removeprefix("91"), "p2")
    assert "prove_ask_code" == asked["content"]["key"]


async def test_after_too_many_wrong_codes_a_new_one_is_asked_for_by_the_number_at_once(shop: Shop) -> None:
    phone = shop.telephone("sms", SMS_NUMBER)
    async with shop.tab() as tab:
        await begins(tab, phone)
        first = await code(phone)
        wrong = f"{(int(first) + 1) % 1_000_000:06d}"
        told = [(await tab.say(wrong, f"w{n}"))["content"]["key"] for n in range(TRIES)]
        assert [*["prove_wrong"] * (TRIES - 1), "prove_over"] == told
        again = await tab.say(first, "late")
        assert "prove_over" == again["content"]["key"]
        asked = await tab.say(f"+{phone.number}", "anew")
        assert "prove_ask_code" == asked["content"]["key"]
        done = await tab.say(await code(phone), "right")
        assert "prove_done" == done["content"]["key"]


async def test_a_stranger_is_sent_three_codes_however_many_chats_ask(shop: Shop) -> None:
    phone = shop.telephone("sms", SMS_NUMBER)
    told = []
    for _ in range(6):
        async with shop.tab() as tab:
            await tab.send(type="message", id="p1", tap="prove")
            await tab.get("reply")
            told.append((await tab.say(phone.number, "p2"))["content"]["key"])
    await shop.quiet()
    assert [*["prove_ask_code"] * 3, *["prove_wait"] * 3] == told
    assert 3 == len(phone.told())
    await phone.says("who is this?")
    await phone.hears("did not get that")
    async with shop.tab() as tab:
        await begins(tab, phone)
        done = await tab.say(await code(phone), "right")
    assert "prove_done" == done["content"]["key"]
