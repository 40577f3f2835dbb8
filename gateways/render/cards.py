"""Products on WhatsApp: a carousel to swipe where they are alike, else a message each."""

from collections.abc import Sequence
from typing import Any

from gateways.render.addresses import is_address
from gateways.render.content import Card, Choice, Content
from gateways.render.graphemes import units
from gateways.render.interactive import (
    ROWS,
    Message,
    asking,
    choosing,
    distinct,
    fit_buttons,
    is_tappable,
    pictured,
    texts,
)

_CARDS = range(2, 11)
_CARD_WORDS = 160
_CARD_BUTTONS = 2
"""Meta allows "one or more" and shows two; nothing it published shows three."""


def shelf(content: Content, words: str) -> list[Message]:
    """The products of a reply, `words` (may be "") ahead of them; [] where there are none."""
    if not content.cards:
        return []
    if _are_alike(content.cards):
        return asking(words or content.labels["choose"], "carousel", {"cards": _slides(content.cards)})
    return [*texts(words), *(message for card in content.cards for message in _message(card, content))]


def _are_alike(cards: Sequence[Card]) -> bool:
    """Whether a carousel can show them.

    Meta, "Interactive media carousel messages" (2026-05-21): 2 to 10 cards, each with a picture, at most 160
    characters and two line ends of text (three lines, as a card's words have at most), and the same number of
    quick-reply buttons on all of them.
    """
    buttons = [button for card in cards for button in card.choices]
    return (
        len(cards) in _CARDS
        and len({len(card.choices) for card in cards}) == 1
        and all(map(_fits_slide, cards))
        and len(distinct(buttons)) == len(buttons)
    )


def _fits_slide(card: Card) -> bool:
    return (
        is_address(card.image)
        and units(card.words) <= _CARD_WORDS
        and fit_buttons(card.choices, _CARD_BUTTONS)
        and all(map(is_tappable, card.choices))
    )


def _slides(cards: Sequence[Card]) -> list[dict[str, Any]]:
    return [_slide(card, place) for place, card in enumerate(cards)]


def _slide(card: Card, place: int) -> dict[str, Any]:
    """Its type is "cta_url" with quick replies too: so it stands in Meta's example."""
    body = {"body": {"text": card.words}} if card.words else {}
    header = {"type": "image", "image": {"link": card.image}}
    action = {"buttons": [_quick_reply(choice) for choice in card.choices]}
    return {"card_index": place, "type": "cta_url", "header": header, **body, "action": action}


def _quick_reply(choice: Choice) -> dict[str, Any]:
    return {"type": "quick_reply", "quick_reply": {"id": choice.id, "title": choice.title}}


def _message(card: Card, content: Content) -> list[Message]:
    """One product with its packs."""
    image = card.image if is_address(card.image) else ""
    packs = distinct([choice for choice in card.choices if is_tappable(choice)])
    if not packs:
        return pictured(image, card.words) if image else texts(card.words)
    first, *others = (packs[start : start + ROWS] for start in range(0, len(packs), ROWS))
    words = card.words or content.labels["choose"]
    more = content.labels["more"]
    return [
        *choosing(words, first, content.labels["packs"], image),
        *(message for some in others for message in choosing(more, some, content.labels["packs"])),
    ]
