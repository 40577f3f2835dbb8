"""Products on WhatsApp: a message each, with picture and buttons.

Not a carousel of them: Meta's OpenAPI description (v23.0) knows none, and a carousel that was refused would take the
whole shelf along.
"""

from gateways.render.addresses import is_address
from gateways.render.content import Card, Content
from gateways.render.interactive import ROWS, Message, choosing, distinct, is_tappable, pictured, texts


def shelf(content: Content, words: str) -> list[Message]:
    """The products of a reply, `words` (may be "") ahead of them; [] where there are none."""
    if not content.cards:
        return []
    return [*texts(words), *(message for card in content.cards for message in _message(card, content))]


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
