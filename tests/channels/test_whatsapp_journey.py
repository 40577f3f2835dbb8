"""WhatsApp from end to end: customers' telephones at the sandbox, the bot as it is served, its database."""

import base64
import time

import pytest

from model.message import Progress
from model.order import OrderStatus
from tests.channels.channel_kit import META_NUMBER, TWILIO_WHATSAPP, Shop, Telephone
from tests.webhooks.edge_kit import PNG

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = {
    "latitude": 12.9299,
    "longitude": 77.5833,
    "name_of_place": "12, 4th Cross",
    "address": "Jayanagar, Bengaluru, Karnataka 560011",
}
WEEK = 7 * 24 * 3600.0


async def shopping(shop: Shop) -> Telephone:
    """A customer who has a jar of mango pickle in the cart."""
    phone = shop.telephone("whatsapp", META_NUMBER)
    await phone.says("do you have mango pickle?")
    await phone.hears("Choose")
    await phone.taps("Add 250 g", beside="*Mango Pickle*")
    await phone.hears("Added: 1 × Mango Pickle 250 g")
    return phone


async def at_the_till(phone: Telephone) -> None:
    """The customer says where they live by a point on the map, and is asked how to pay."""
    await phone.taps("Order now")
    asked = await phone.hears("house number and street")
    assert asked["kind"] == "location_request_message"
    await phone.does("location", **HOME, quoted=asked["id"])
    await phone.hears("How would you like to pay?")


async def ordered(shop: Shop) -> Telephone:
    """A customer who has ordered and pays in cash."""
    phone = await shopping(shop)
    await at_the_till(phone)
    await phone.taps("Cash on delivery")
    await phone.hears("is confirmed")
    return phone


async def test_an_order_by_taps_alone(shop: Shop) -> None:
    """Look around, a shelf of pictures, the cart, home by a point on the map, paid on the link's page: all by taps."""
    phone = shop.telephone("whatsapp", META_NUMBER)
    await phone.says("hi")
    await phone.hears("Namaste")
    await phone.taps("Look around")
    await phone.hears("Here is what we make")
    await phone.taps("🥭 Pickles")
    jar = await phone.hears("*Mango Pickle*")
    assert jar["header"]["kind"] == "image"
    await phone.hears("Choose")
    await phone.taps("Add 500 g", beside="*Mango Pickle*")
    await phone.hears("Added: 1 × Mango Pickle 500 g")
    await at_the_till(phone)
    summary = phone.texts()[-1]
    assert "Asha Rao, 12, 4th Cross, Jayanagar, Bengaluru" in summary
    assert f"+{phone.number}" in summary
    await phone.taps("Pay online")
    link = await phone.hears("please pay")
    await shop.pays(link["text"].split()[-1])
    await phone.hears("We have received")
    order = await shop.order(phone)
    assert (OrderStatus.CONFIRMED, True) == (order.status, order.paid_at is not None)


async def test_what_a_customer_saw_is_known(shop: Shop) -> None:
    """The shop's read mark shows on the customer's message, and theirs on each of ours once they looked."""
    phone = await shopping(shop)
    mine = next(entry for entry in phone.entries.values() if entry["from"] == "customer")
    await phone.sees(mine, "read")
    await phone.has("delivered")
    await shop.quiet()
    assert {Progress.DELIVERED} == await shop.progress(phone)
    await phone.does("open")
    await phone.has("read")
    await shop.quiet()
    assert {Progress.READ} == await shop.progress(phone)


async def test_silence_is_kept_until_it_is_taken_back(shop: Shop) -> None:
    """After STOP no news goes out, after START it does; both are on record with their time."""
    phone = await ordered(shop)
    order = await shop.order(phone)
    await phone.says("STOP")
    await phone.hears("You will get no more messages")
    await shop.moves(order, OrderStatus.PACKED)
    await shop.quiet()
    assert [] == phone.unheard()
    await phone.says("START")
    await phone.hears("Welcome back!")
    await shop.moves(order, OrderStatus.SHIPPED)
    await phone.hears(f"your order {order.number} is on its way")
    consents = await shop.do(lambda work: work.uow.customers.consents(order.customer_id))
    assert ["wrote first", "said STOP", "said START"] == [consent.source for consent in consents]


async def test_a_photo_with_a_complaint(shop: Shop) -> None:
    """The picture is fetched from the provider and kept; ticket and transcript show it beside the words."""
    phone = await ordered(shop)
    photo = base64.b64encode(PNG).decode()
    await phone.does("picture", data=photo, mime="image/png", text="one jar was broken and leaked")
    await phone.hears("I have noted it as ticket")
    ticket = (await shop.bot.queries.tickets(closed=False, limit=5))[0]
    shown = next(line for line in await shop.lines(phone) if line["kind"] == "image")
    assert f"one jar was broken and leaked [file {shown['file']}]" == ticket.details
    kept = next(shop.bot.settings.files.rglob(shown["file"]))
    assert PNG == kept.read_bytes()


async def test_news_after_a_day_goes_as_a_template(shop: Shop) -> None:
    """Where WhatsApp reports a closed window, the approved template goes in the place of what was said."""
    phone = await ordered(shop)
    order = await shop.order(phone)
    await shop.lever(f"meta/customers/{phone.number}", wrote_at=time.time() - WEEK)
    await shop.moves(order, OrderStatus.SHIPPED)
    refused = await phone.hears("is on its way")
    await phone.sees(refused, "failed")
    await shop.quiet()
    refused, news = phone.told()[-2:]
    assert ("failed", "131047") == (refused["ticks"], refused["trouble"])
    assert ("order_shipped", "template") == (news["template"], news["kind"])
    assert order.number in news["text"]
    await phone.says("where is my order")
    await phone.hears("on its way")


async def test_a_window_that_is_known_to_be_closed_is_not_tried(shop: Shop) -> None:
    """Who wrote a week ago by our own books gets the template at once."""
    phone = await ordered(shop)
    order = await shop.order(phone)
    await shop.quiet()
    shop.set_back(days=7)
    await shop.moves(order, OrderStatus.SHIPPED)
    news = await phone.hears("is on its way")
    await shop.quiet()
    assert news["kind"] == "template"
    assert 1 == len([text for text in phone.texts() if "is on its way" in text])


async def test_a_voice_note_is_kept_and_answered_in_words(shop: Shop) -> None:
    """Nobody here writes recordings down: the customer is told so, and an agent can listen."""
    phone = shop.telephone("whatsapp", META_NUMBER)
    await phone.does("voice")
    await phone.hears("I cannot listen to voice messages yet")
    line = (await shop.lines(phone))[0]
    assert ("customer", "[recording]") == (line["author"], line["text"])
    assert b"OggS" == next(shop.bot.settings.files.rglob(line["file"])).read_bytes()[:4]


async def test_doubled_and_shuffled_webhooks_change_nothing(shop: Shop) -> None:
    """Every update twice and the later before the earlier: one order, each thing said once, no progress undone."""
    chaos = {"duplicate": True, "shuffle": True}
    await shop.lever("meta/chaos", **chaos)
    await shop.lever("razorpay/chaos", **chaos)
    phone = await shopping(shop)
    await at_the_till(phone)
    await phone.taps("Pay online")
    link = await phone.hears("please pay")
    await shop.pays(link["text"].split()[-1])
    await phone.hears("We have received")
    await phone.does("open")
    await phone.has("read")
    await shop.quiet()
    told = ["search_found", "added", "ask_street", "summary", "link_coming", "link_ready", "order_paid"]
    assert told == await shop.said(phone)
    assert len(phone.told()) == len({(entry["kind"], entry.get("text")) for entry in phone.told()})
    await shop.comes_to(phone, Progress.READ)
    assert [1] == [line.packs for line in (await shop.order(phone)).lines]


async def test_many_messages_at_once_are_each_answered_once(shop: Shop) -> None:
    """A batch turned round is answered in the order in which it came."""
    await shop.lever("meta/chaos", duplicate=True, shuffle=True, batch_ms=100)
    phone = shop.telephone("whatsapp", META_NUMBER)
    wanted = [f"do you have teapot {number}?" for number in range(5)]
    for text in wanted:
        await phone.says(text)
    await phone.hears("teapot")
    await shop.quiet()
    lines = await shop.lines(phone)
    asked = [line["text"][12:-1] for line in lines if line["author"] == "customer"]
    assert sorted(asked) == [text[12:-1] for text in wanted]
    answered = [line["text"] for line in lines if line["author"] == "bot"]
    assert [True] * 5 == [name in text for name, text in zip(asked, answered, strict=True)]
    assert 5 == len(phone.told())


async def test_what_could_not_be_delivered_is_kept_and_sent_again(shop: Shop) -> None:
    """A customer who left WhatsApp: agents are told, the reply waits, and `haat outbox replay` brings it."""
    phone = await ordered(shop)
    order = await shop.order(phone)
    await shop.lever(f"meta/customers/{phone.number}", absent=True)
    await shop.moves(order, OrderStatus.PACKED)
    await phone.sees(await phone.hears("is packed"), "failed")
    await shop.quiet()
    (letter,) = await shop.letters(phone)
    assert "unreachable: 131026" == letter.reason
    assert "cannot be reached there" in (await shop.lines(phone))[-1]["text"]
    await shop.lever(f"meta/customers/{phone.number}", absent=False)
    await phone.says("hi")
    await phone.hears("Namaste")
    await shop.do(lambda work: work.uow.outbox.revive([letter.id], work.now))
    await phone.hears(f"Your order {order.number} is packed")
    assert [] == await shop.letters(phone)


async def test_whatsapp_by_twilio_beside_meta(shop: Shop) -> None:
    """A customer of Twilio's number picks by numbers, sees pictures, sends one, and is answered from that number."""
    phone = shop.telephone("whatsapp", TWILIO_WHATSAPP)
    await phone.says("hi")
    await phone.picks("Look around")
    await phone.picks("🥭 Pickles")
    picture = await phone.hears("*Mango Pickle*")
    assert picture["media"]["kind"] == "image"
    await phone.does("picture", data=base64.b64encode(PNG).decode(), mime="image/png", text="one jar was broken")
    await phone.hears("I have noted it as ticket")
    assert {TWILIO_WHATSAPP} == {entry["shop"] for entry in phone.told()}
