"""Replies as the shop's actions make them, with the shop's real words."""

from typing import Any

from actions import show
from bot.speech import Speech
from model.catalogue import Category
from model.message import Card, Choice, Reply, Say, reply
from model.money import Money
from tests.kit import SPEECH

PICTURES = "https://shop.example/pictures"
SPEAKER = Speech(SPEECH.phrases, PICTURES)
LABELS = {"choose": "चुनें", "more": "और", "packs": "पैक"}


def spoken(said: Reply, code: str = "en", **more: Any) -> dict[str, Any]:
    """A reply as content, with what the bot adds to it."""
    return SPEAKER.content(code, said) | more


def cart(lines: int = 2) -> Reply:
    """A cart of so many lines."""
    line = Say("order_line", {"packs": 2, "product": "Mango Pickle", "pack": "250 g", "total": Money(24000)})
    take_out = Choice("remove_item", Say("choice_remove"))
    params = {"lines": (line,) * lines, "total": Money(24000) * lines}
    return Reply(Say("cart", params), (show.CHECKOUT, show.MORE, take_out))


def card(name: str, packs: int = 2, picture: str | None = "mango-pickle.png") -> Card:
    """A product in so many packs, 100 g and so on."""
    sold = [(f"{n}00 g", Money(5000) * n) for n in range(1, packs + 1)]
    choices = tuple(Choice(f"add:{name[:6]}-{pack[:3]}:1", Say("choice_add_pack", {"pack": pack})) for pack, _ in sold)
    return Card(name, "Sour and medium hot", " · ".join(f"{pack} {price}" for pack, price in sold), picture, choices)


def shelf(*cards: Card) -> Reply:
    """A page of a shelf."""
    title = Say("browse_shelf", {"category": "Pickles", "emoji": "🥭", "count": 20})
    more = Choice("category:pickles:6", Say("choice_next_page"))
    return Reply(title, (more, Choice("categories", Say("choice_categories"))), cards)


SIX = ("Mango Pickle", "Avakaya", "Lemon Pickle", "Garlic Pickle", "Ginger Pickle", "Amla Pickle")


def menu(count: int) -> Reply:
    """So many categories to tap."""
    categories = [Category(f"shelf-{n}", {"en": f"Shelf {n}"}, (), "🥭") for n in range(1, count + 1)]
    return reply("browse_categories", *show.category_choices(categories))


def payment(url: str) -> dict[str, Any]:
    """The link to pay an order by."""
    said = reply("link_ready", number="HT-7K2MP", total=Money(124000))
    link = {"kind": "link", "url": url, "title": "Pay ₹1,240"}
    words = spoken(said)
    return words | link | {"text": f"{words['body']}\nPay ₹1,240: {url}"}
