"""What the shop's replies look like on WhatsApp."""

from typing import Any

import pytest

from gateways.render import template, whatsapp
from model.message import Choice, Reply, Say, reply
from model.money import Money
from tests.gateways.render_kit import LABELS, PICTURES, SIX, card, cart, menu, payment, shelf, spoken
from tests.gateways.render_limits import check_whatsapp


def shown(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages, each of which Meta takes."""
    messages = whatsapp(content)
    for message in messages:
        check_whatsapp(message)
    return messages


def buttons(message: dict[str, Any]) -> list[tuple[str, str]]:
    return [(x["reply"]["id"], x["reply"]["title"]) for x in message["interactive"]["action"]["buttons"]]


def rows(message: dict[str, Any]) -> list[dict[str, str]]:
    return [row for section in message["interactive"]["action"]["sections"] for row in section["rows"]]


def body(message: dict[str, Any]) -> str:
    text: str = message["text"]["body"] if message["type"] == "text" else message["interactive"]["body"]["text"]
    return text


def choices(*titles: str) -> dict[str, Any]:
    rows = [{"id": f"choice:{place}", "title": title} for place, title in enumerate(titles)]
    return {"kind": "choices", "body": "Which one?", "choices": rows}


def test_a_cart_has_its_choices_as_buttons() -> None:
    (message,) = shown(spoken(cart()))
    assert body(message) == (
        "Your cart:\n"
        "• 2 × Mango Pickle 250 g: ₹240\n"
        "• 2 × Mango Pickle 250 g: ₹240\n"
        "*Total: ₹480* (with GST, before delivery)"
    )
    assert [("checkout", "Order now"), ("categories", "Look around"), ("remove_item", "Take something out")] == buttons(
        message
    )


def test_a_long_summary_goes_ahead_and_the_question_has_the_buttons() -> None:
    ways = Choice("pay:online", Say("choice_pay_online")), Choice("pay:cash", Say("choice_pay_cash"))
    line = Say("order_line", {"packs": 2, "product": "Mango Pickle", "pack": "250 g", "total": Money(24000)})
    params = {"lines": (line,) * 40, "total": Money(960000), "address": "12, 4th Cross", "phone": "98450 12345"}
    first, second = shown(spoken(reply("summary", *ways, **params, first=1, last=2)))
    assert first["type"] == "text"
    assert body(first).startswith("Your order:\n• 2 × Mango Pickle")
    assert body(first).endswith("Arrives in 1 to 2 days.")
    assert body(second) == "How would you like to pay?"
    assert [("pay:online", "Pay online"), ("pay:cash", "Cash on delivery")] == buttons(second)


def test_a_shelf_of_six_products_is_a_title_a_message_each_and_what_next() -> None:
    title, *cards, more = shown(spoken(shelf(*map(card, SIX))))
    assert body(title) == "🥭 *Pickles*: 20 kinds"
    assert len(cards) == 6
    assert body(cards[1]) == "*Avakaya*\nSour and medium hot\n100 g ₹50 · 200 g ₹100"
    assert cards[1]["interactive"]["header"] == {"type": "image", "image": {"link": f"{PICTURES}/mango-pickle.png"}}
    assert [("add:Avakay-100:1", "Add 100 g"), ("add:Avakay-200:1", "Add 200 g")] == buttons(cards[1])
    assert body(more) == "Choose"
    assert [("category:pickles:6", "Show more"), ("categories", "All categories")] == buttons(more)


def test_each_product_shows_its_own_packs() -> None:
    title, mango, avakaya, more = shown(spoken(shelf(card("Mango Pickle", 3), card("Avakaya", 1))))
    assert body(title) == "🥭 *Pickles*: 20 kinds"
    assert mango["interactive"]["header"] == {"type": "image", "image": {"link": f"{PICTURES}/mango-pickle.png"}}
    assert body(mango) == "*Mango Pickle*\nSour and medium hot\n100 g ₹50 · 200 g ₹100 · 300 g ₹150"
    assert [title for _, title in buttons(mango)] == ["Add 100 g", "Add 200 g", "Add 300 g"]
    assert [title for _, title in buttons(avakaya)] == ["Add 100 g"]
    assert body(more) == "Choose"


def test_a_product_in_four_packs_is_a_picture_and_a_list() -> None:
    _, picture, packs, _ = shown(spoken(shelf(card("Mango Pickle", 4))))
    assert picture == {
        "type": "image",
        "image": {
            "link": f"{PICTURES}/mango-pickle.png",
            "caption": "*Mango Pickle*\nSour and medium hot\n100 g ₹50 · 200 g ₹100 · 300 g ₹150 · 400 g ₹200",
        },
    }
    assert body(packs) == "*Mango Pickle*"
    assert packs["interactive"]["action"]["button"] == "Packs"
    assert [row["title"] for row in rows(packs)] == ["Add 100 g", "Add 200 g", "Add 300 g", "Add 400 g"]


def test_a_product_without_a_picture_is_words_and_buttons() -> None:
    _, product, _ = shown(spoken(shelf(card("Mango Pickle", picture=None))))
    assert "header" not in product["interactive"]


def test_a_payment_link_is_a_button() -> None:
    (message,) = shown(payment("https://rzp.example/i/OzX9_ab"))
    assert message["interactive"] == {
        "type": "cta_url",
        "body": {
            "text": "Order HT-7K2MP: please pay ₹1,240 here within 15 minutes. UPI, card or net banking all work."
        },
        "action": {
            "name": "cta_url",
            "parameters": {"display_text": "Pay ₹1,240", "url": "https://rzp.example/i/OzX9_ab"},
        },
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8801/pay/plink_1",
        "http://localhost/pay",
        "https://10.0.0.7/pay",
        "https://shop.local/pay",
        "https://[::1]/pay",
        "https://rzp.example/" + "x" * 2000,
    ],
)
def test_an_address_that_meta_would_refuse_behind_a_button_is_in_the_words(url: str) -> None:
    (message,) = shown(payment(url))
    assert message["text"]["preview_url"] is True
    assert body(message).endswith(f"Pay ₹1,240: {url}")


def test_a_menu_of_four_is_a_list_in_the_customers_words() -> None:
    (message,) = shown(spoken(menu(4), labels=LABELS))
    assert message["interactive"]["action"]["button"] == "चुनें"
    assert rows(message)[0] == {"id": "category:shelf-1:0", "title": "🥭 Shelf 1"}
    assert len(rows(message)) == 4


def test_of_twelve_categories_nine_are_shown_and_a_way_to_the_rest() -> None:
    (message,) = shown(spoken(menu(12)))
    assert body(message) == "Here is what we make. What would you like to see?"
    assert [row["title"] for row in rows(message)] == [*(f"🥭 Shelf {n}" for n in range(1, 10)), "More"]
    assert rows(message)[-1] == {"id": "rest:9", "title": "More"}


def test_ten_choices_need_no_way_to_the_rest() -> None:
    (message,) = shown(spoken(menu(10)))
    assert rows(message)[-1]["title"] == "🥭 Shelf 10"


@pytest.mark.parametrize(
    "titles",
    [
        ("Longer than a button", "Longer than a button is"),
        ("Yes", "Yes"),
        ("Mango Pickle 250 g, ₹120", "Something else"),
    ],
)
def test_choices_that_buttons_would_not_show_well_are_a_list(titles: tuple[str, ...]) -> None:
    (message,) = shown(choices(*titles))
    assert message["interactive"]["type"] == "list"


def test_a_choice_with_something_to_explain_is_a_row() -> None:
    said = Choice("pay:cash", "Cash", "When it arrives")
    (message,) = shown(spoken(reply("ask_pay", said, total=Money(100))))
    assert rows(message) == [{"id": "pay:cash", "title": "Cash", "description": "When it arrives"}]


def test_a_title_cut_short_stands_whole_beneath() -> None:
    (message,) = shown(choices("கோங்குரா ஊறுகாய் (புளிச்சக்கீரை) 250 கிராம்", "Yes"))
    assert rows(message)[0] == {
        "id": "choice:0",
        "title": "கோங்குரா ஊறுகாய் (புளி…",
        "description": "கோங்குரா ஊறுகாய் (புளிச்சக்கீரை) 250 கிராம்",
    }


def test_titles_cut_to_the_same_are_told_apart() -> None:
    (message,) = shown(choices("Tender Mango Pickle in 250 g", "Tender Mango Pickle in 500 g"))
    assert [row["title"] for row in rows(message)] == ["Tender Mango Pickle in…", "Tender Mango Pickle… (2)"]
    assert [row["description"] for row in rows(message)] == [
        "Tender Mango Pickle in 250 g",
        "Tender Mango Pickle in 500 g",
    ]


def test_of_choices_that_do_the_same_one_is_shown() -> None:
    twice = [{"id": "checkout", "title": "Order"}, {"id": "checkout", "title": "Order now"}]
    (message,) = shown({"kind": "choices", "body": "?", "choices": twice})
    assert buttons(message) == [("checkout", "Order")]


def test_choices_with_ids_that_meta_refuses_are_numbered() -> None:
    content = choices("Yes", "No")
    content["choices"][1]["id"] = "x" * 300
    (message,) = shown(content)
    assert body(message) == "Which one?\n1. Yes\n2. No"


def test_a_long_text_is_cut_at_line_ends_and_a_link_never() -> None:
    link = "https://shop.example/" + "x" * 500
    lines = [f"Line {n} of a very long answer of ours." for n in range(200)]
    first, second = shown({"kind": "text", "text": "\n".join(lines), "body": ""})
    assert body(first).split("\n") + body(second).split("\n") == lines
    *_, last = shown({"kind": "text", "text": f"{'word ' * 790}{link}"})
    assert last == {"type": "text", "text": {"preview_url": True, "body": link}}


def test_what_an_agent_writes_goes_as_it_is() -> None:
    (message,) = shown({"kind": "text", "text": "  Hello, I am Priya.\n_How_ can I help?  ", "name": "Priya"})
    assert message == {"type": "text", "text": {"body": "Hello, I am Priya.\n_How_ can I help?"}}


def test_a_picture_has_its_words_beneath_it() -> None:
    content = {"kind": "image", "url": "https://shop.example/f/1.jpg", "body": "Our shop", "text": "Our shop"}
    assert shown(content) == [
        {"type": "image", "image": {"link": "https://shop.example/f/1.jpg", "caption": "Our shop"}}
    ]
    assert shown(content | {"body": ""}) == [{"type": "image", "image": {"link": "https://shop.example/f/1.jpg"}}]


def test_too_many_words_follow_a_picture() -> None:
    words = "Our shop. " * 150
    picture, text = shown({"kind": "image", "url": "https://shop.example/f/1.jpg", "body": words, "text": words})
    assert "caption" not in picture["image"]
    assert body(text) == words.strip()


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("Bill HT-7K2MP.pdf", "https://shop.example/f/1", "Bill HT-7K2MP.pdf"),
        ("", "https://shop.example/f/bill%20no%201.pdf?t=1", "bill no 1.pdf"),
        ("", "https://shop.example/", "document"),
        ("b" * 300 + ".pdf", "https://shop.example/f/1", "…" + "b" * 96 + ".pdf"),
    ],
)
def test_a_paper_has_a_name(name: str, url: str, expected: str) -> None:
    (message,) = shown({"kind": "document", "url": url, "name": name, "body": "Your bill", "text": "Your bill"})
    assert message["document"] == {"link": url, "filename": expected, "caption": "Your bill"}


def test_a_file_that_nobody_can_fetch_is_told_in_words() -> None:
    (message,) = shown({"kind": "image", "url": "/files/1.jpg", "body": "Our shop", "text": "Our shop"})
    assert body(message) == "Our shop\n/files/1.jpg"


def test_who_is_asked_for_an_address_can_send_where_they_are() -> None:
    (message,) = shown(spoken(reply("ask_street"), ask_place=True))
    assert message["interactive"] == {
        "type": "location_request_message",
        "body": {"text": "Your house number and street, please (area and landmark help)."},
        "action": {"name": "send_location"},
    }


def test_a_page_a_place_and_choices_at_once_share_the_words() -> None:
    content = payment("https://rzp.example/i/1") | {"choices": [{"id": "cancel", "title": "Cancel"}], "ask_place": True}
    link, place, last = shown(content)
    assert body(link).startswith("Order HT-7K2MP")
    assert [body(place), body(last)] == ["Choose", "Choose"]


TEMPLATE = {
    "name": "order_moved",
    "language": "hi",
    "parameters": ["HT-7K2MP", "on its way:\n\t2 × Mango     Pickle", "", 5, None],
    "category": "utility",
}
MOVED = {
    "type": "template",
    "template": {
        "name": "order_moved",
        "language": {"policy": "deterministic", "code": "hi"},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": text}
                    for text in ("HT-7K2MP", "on its way: 2 × Mango Pickle", "-", "5", "-")
                ],
            }
        ],
    },
}


def test_a_template_stands_for_a_reply_when_the_window_is_closed() -> None:
    content = spoken(reply("moved_shipped", number="HT-7K2MP"), template=TEMPLATE)
    assert template(content) == MOVED
    assert [message["type"] for message in shown(content)] == ["text"]


def test_a_reply_that_is_a_template_is_nothing_else() -> None:
    assert shown({"kind": "template", "template": TEMPLATE, "text": "On its way", "body": "On its way"}) == [MOVED]
    assert shown({"kind": "template", "text": "On its way"}) == []


def test_a_template_without_places_has_no_components() -> None:
    assert template({"template": {"name": "hello", "language": "en"}}) == {
        "type": "template",
        "template": {"name": "hello", "language": {"policy": "deterministic", "code": "en"}},
    }


@pytest.mark.parametrize("wanted", [None, {}, {"name": "Not a name"}, {"name": ""}, "order_moved"])
def test_what_is_no_template_is_none(wanted: object) -> None:
    assert template({"template": wanted}) is None


@pytest.mark.parametrize(
    "content", [{}, {"kind": "text", "text": " \n\u200b"}, spoken(reply("nothing")), spoken(Reply(Say("nothing")))]
)
def test_nothing_said_is_no_message(content: dict[str, Any]) -> None:
    assert shown(content) == []
