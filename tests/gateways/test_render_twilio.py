"""What the shop's replies look like on WhatsApp through Twilio, which shows no buttons."""

from gateways.render import TextMessage, twilio_template, twilio_whatsapp
from tests.gateways.render_kit import PICTURES, card, cart, payment, shelf, spoken

SID = "HX" + "0a" * 16
TEMPLATE = {"name": "order_moved", "language": "en", "parameters": ["HT-7K2MP", "two\nlines"], "content_sid": SID}


def test_choices_are_numbered() -> None:
    (message,) = twilio_whatsapp(spoken(cart(1)))
    assert message == TextMessage(
        "Your cart:\n• 2 × Mango Pickle 250 g: ₹240\n*Total: ₹240* (with GST, before delivery)\n"
        "1. Order now\n2. Look around\n3. Take something out"
    )


def test_products_are_a_picture_each_and_then_prices_and_choices() -> None:
    mango, *others, words = twilio_whatsapp(spoken(shelf(card("Mango Pickle"), card("Avakaya"))))
    assert mango == TextMessage("*Mango Pickle*\nSour and medium hot", (f"{PICTURES}/mango-pickle.png",))
    assert len(others) == 1
    assert words.body == (
        "🥭 *Pickles*: 20 kinds\n• Mango Pickle: 100 g ₹50 · 200 g ₹100\n• Avakaya: 100 g ₹50 · 200 g ₹100\n"
        "1. Show more\n2. All categories"
    )


def test_a_link_is_in_the_words() -> None:
    (message,) = twilio_whatsapp(payment("https://rzp.example/i/1"))
    assert message.body.endswith("\nPay ₹1,240: https://rzp.example/i/1")


def test_a_picture_has_its_words_with_it_and_a_paper_after_it() -> None:
    picture = {"kind": "image", "url": "https://shop.example/f/1.jpg", "body": "Our shop", "text": "Our shop"}
    assert twilio_whatsapp(picture) == [TextMessage("Our shop", ("https://shop.example/f/1.jpg",))]
    paper = picture | {"kind": "document", "url": "https://shop.example/f/bill.pdf"}
    assert twilio_whatsapp(paper) == [
        TextMessage(media_urls=("https://shop.example/f/bill.pdf",)),
        TextMessage("Our shop"),
    ]


def test_a_long_text_is_cut_at_line_ends() -> None:
    lines = ["A line of fifty letters, more or less, of an answer"] * 40
    first, second = twilio_whatsapp({"kind": "text", "text": "\n".join(lines)})
    assert len(first.body) <= 1600
    assert first.body.split("\n") + second.body.split("\n") == lines


def test_a_template_goes_by_its_content_sid() -> None:
    message = TextMessage(content_sid=SID, content_variables={"1": "HT-7K2MP", "2": "two lines"})
    assert twilio_template({"kind": "text", "text": "Moved", "template": TEMPLATE}) == message
    assert twilio_whatsapp({"kind": "template", "text": "Moved", "template": TEMPLATE}) == [message]


def test_a_template_that_twilio_does_not_know_is_none() -> None:
    unknown = {"kind": "template", "text": "Moved", "template": TEMPLATE | {"content_sid": "order_moved"}}
    assert twilio_template(unknown) is None
    assert twilio_whatsapp(unknown) == []


def test_nothing_said_is_no_message() -> None:
    assert twilio_whatsapp({"kind": "text", "text": ""}) == []
