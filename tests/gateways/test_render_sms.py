"""What the shop's replies look like as SMS, and what they cost."""

import pytest

from gateways.render import segments, sms
from gateways.render.sms import simple
from model.message import reply
from model.money import Money
from tests.gateways.render_kit import card, cart, payment, shelf, spoken
from tests.gateways.render_limits import GSM
from tests.kit import SPEECH


def test_a_cart_is_a_short_plain_text() -> None:
    (text,) = sms(spoken(cart(1)))
    assert text == (
        "Your cart:\n- 2 x Mango Pickle 250 g: Rs 240\nTotal: Rs 240 (with GST, before delivery)\n"
        "1. Order now\n2. Look around\n3. Take something out"
    )
    assert segments(text) == 1


def test_products_are_lines() -> None:
    (text,) = sms(spoken(shelf(card("Mango Pickle"), card("Avakaya"))))
    assert text == (
        "Pickles: 20 kinds\n- Mango Pickle: 100 g Rs 50, 200 g Rs 100\n- Avakaya: 100 g Rs 50, 200 g Rs 100\n"
        "1. Show more\n2. All categories"
    )


def test_a_payment_link_stays_as_it_is() -> None:
    (text,) = sms(payment("https://rzp.example/i/OzX9_a_b*c*"))
    assert text == (
        "Order HT-7K2MP: please pay Rs 1,240 here within 15 minutes. UPI, card or net banking all work.\n"
        "Pay Rs 1,240: https://rzp.example/i/OzX9_a_b*c*"
    )


def test_a_picture_is_an_address_to_open() -> None:
    content = {"kind": "image", "url": "https://shop.example/f/1.jpg", "body": "Our shop", "text": "Our shop"}
    assert sms(content) == ["Our shop\nhttps://shop.example/f/1.jpg"]


@pytest.mark.parametrize("code", ["en", "hi-Latn", "ta-Latn", "te-Latn"])
def test_every_response_in_latin_letters_is_paid_as_gsm_7(code: str) -> None:
    dear = {key: text for key, text in SPEECH.phrases[code].items() if not set(simple(text)) <= GSM}
    assert not dear


def test_a_text_in_indic_letters_keeps_them_without_emoji_and_stars() -> None:
    said = reply("order_placed", number="HT-7K2MP", total=Money(124000), first=1, last=2)
    (text,) = sms(spoken(said, "te"))
    assert text.startswith("థాంక్స్ అండి! మీ ఆర్డర్ HT-7K2MP కన్ఫర్మ్ అయింది\n1 నుంచి 2 రోజుల్లో వస్తుంది, అప్పుడు ₹1,240")
    assert segments(text) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*Bold*, _italic_, ~gone~ and ```code```", "Bold, italic, gone and code"),
        ("5 * 3 * 2, a_b_c, *not bold *", "5 * 3 * 2, a_b_c, *not bold *"),
        ("“Quoted” – it’s 2 × 250 g… ₹ 120 −₹50", '"Quoted" - it\'s 2 x 250 g... Rs 120 -Rs 50'),
        ("Confirmed 🎉\n🥭 *Pickles*", "Confirmed\nPickles"),
        ("👍", "(thumbs up sign)"),
        ("1. 🌶️\n2. 👍🏽👍🏽", "1. (hot pepper)\n2. (thumbs up sign)"),
        ("1️⃣ Order\u00a0now", "1 Order now"),
        ("Łódź, naïve œuvre, Ω, é, ½, ™, ©", "Lodz, naive oeuvre, Ω, é, 1/2, TM, (c)"),
        ("२ packs", "2 packs"),
        ("See *https://shop.example/a_b_c*, _now_", "See https://shop.example/a_b_c, now"),
        ("https://shop.example/“x”/1 – y", "https://shop.example/“x”/1 - y"),
        ("☃ snow ☃", "snow"),
    ],
)
def test_words_are_written_with_the_alphabet_of_sms(text: str, expected: str) -> None:
    assert simple(text) == expected


def test_a_long_text_is_cut_at_line_ends_into_messages_of_ten_segments() -> None:
    lines = [f"- {n} x Mango Pickle 250 g: Rs 240 and something more about it" for n in range(100, 140)]
    texts = sms({"kind": "text", "text": "\n".join(lines)})
    assert [line for text in texts for line in text.split("\n")] == lines
    assert [segments(text) for text in texts] == [10, 7]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 20, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("अ" * 70, 1),
        ("अ" * 71, 2),
        ("अ" * 134, 2),
        ("अ" * 135, 3),
        ("अ" + "a" * 69, 1),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),
    ],
)
def test_segments_are_counted_as_carriers_count_them(text: str, count: int) -> None:
    """A pair of units or an escaped letter is never parted: it leaves the last place of a segment empty."""
    assert segments(text) == count
