"""SMS from end to end: customers' telephones at the sandbox, the bot as it is served, its database."""

import re

import pytest

from model.message import Progress
from model.order import OrderStatus
from tests.channels.channel_kit import SMS_NUMBER, Shop, Telephone

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def at_the_till(shop: Shop) -> Telephone:
    """A new customer who has ordered by SMS and is asked how to pay."""
    phone = shop.telephone("sms", SMS_NUMBER)
    await phone.says("2 mango pickle 250 g")
    await phone.picks("Order now")
    await phone.hears("Your name")
    await phone.says("Asha Rao")
    await phone.hears("house number and street")
    await phone.says("12, 4th Cross, Jayanagar 560011")
    return phone


async def ordered(shop: Shop) -> Telephone:
    """One who pays in cash."""
    phone = await at_the_till(shop)
    await phone.picks("Cash on delivery")
    await phone.hears("is confirmed")
    return phone


async def test_an_order_by_numbers(shop: Shop) -> None:
    """Choices are numbered lines and a number picks one; the texts are plain, the phone's number is known."""
    phone = await ordered(shop)
    order = await shop.order(phone)
    assert (2, f"+{phone.number}") == (order.lines[0].packs, order.ship_to.phone)
    assert not [text for text in phone.texts() if "*" in text or "🎉" in text]
    await phone.has("delivered")
    await shop.quiet()
    assert {Progress.DELIVERED} == await shop.progress(phone)


async def test_a_link_is_paid(shop: Shop) -> None:
    """The link comes whole in a text, and the payment is told."""
    phone = await at_the_till(shop)
    await phone.picks("Pay online")
    link = await phone.hears("please pay")
    found = re.search(r"https?://\S+", link["text"])
    assert found
    await shop.pays(found[0])
    await phone.hears("We have received")


async def test_stop_is_answered_by_twilio_and_heeded_by_us(shop: Shop) -> None:
    """After STOP nothing of ours goes out, not even an answer to it; after START the next news does."""
    phone = await ordered(shop)
    order = await shop.order(phone)
    before = await shop.said(phone)
    await phone.says("STOP")
    await phone.hears("unsubscribed")
    await shop.quiet()
    await shop.moves(order, OrderStatus.PACKED)
    await shop.quiet()
    assert ([], before) == (phone.unheard(), await shop.said(phone))
    await phone.says("START")
    await phone.hears("re-subscribed")
    await shop.quiet()
    await shop.moves(order, OrderStatus.SHIPPED)
    await phone.hears(f"your order {order.number} is on its way")


async def test_help_is_answered_once_by_twilio(shop: Shop) -> None:
    phone = shop.telephone("sms", SMS_NUMBER)
    await phone.says("HELP")
    await phone.hears("Reply STOP to unsubscribe")
    await shop.quiet()
    assert ([], []) == (phone.unheard(), await shop.said(phone))


async def test_who_opted_out_elsewhere_is_left_alone(shop: Shop) -> None:
    """Twilio's refusal is taken for what it is: agents are told, and nothing more is tried."""
    phone = await ordered(shop)
    order = await shop.order(phone)
    await shop.lever(f"twilio/opt_out/{phone.number}", out=True)
    await shop.moves(order, OrderStatus.PACKED)
    await shop.quiet()
    assert ["opted_out: 21610"] == [letter.reason for letter in await shop.letters(phone)]
    assert "asked for silence" in (await shop.lines(phone))[-1]["text"]
    told = await shop.said(phone)
    await shop.moves(order, OrderStatus.SHIPPED)
    assert told == await shop.said(phone)


async def test_doubled_and_shuffled_webhooks_change_nothing(shop: Shop) -> None:
    """Every webhook twice, statuses the wrong way round: one order, each thing said once."""
    await shop.lever("twilio/chaos", duplicate=True, shuffle=True)
    phone = await ordered(shop)
    await phone.has("delivered")
    await shop.quiet()
    assert ["added", "ask_name", "ask_street", "summary", "order_placed"] == await shop.said(phone)
    assert 5 == len(phone.told())
    assert {Progress.DELIVERED} == await shop.progress(phone)


async def test_a_number_is_proved_on_the_shops_page(shop: Shop) -> None:
    """A code by SMS makes the orders of the number the web chat's too; the code itself is kept nowhere."""
    phone = await ordered(shop)
    order = await shop.order(phone)
    async with shop.tab() as tab:
        unknown = await tab.say(f"where is my order {order.number}", "m1")
        assert "prove" in [choice["id"] for choice in unknown["content"]["choices"]]
        await tab.send(type="message", id="m2", tap="prove")
        await tab.get("reply")
        asked = await tab.say(phone.number.removeprefix("91"), "m3")
        assert "code of 6 digits" in asked["content"]["text"]
        text = (await phone.hears("Your code is"))["text"]
        code = re.findall(r"\d{6}", text)[0]
        done = await tab.say(code, "m4")
        assert "that is your number" in done["content"]["text"]
        theirs = await tab.say(f"where is my order {order.number}", "m5")
    assert f"Order *{order.number}*: confirmed" in theirs["content"]["text"]
    assert code not in str(await shop.lines(phone))
