"""A reply as messages of Meta's Cloud API."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from gateways.render.addresses import is_address, is_public
from gateways.render.cards import shelf
from gateways.render.content import Choice, Content, lines, tame
from gateways.render.graphemes import one_line, shorten, units
from gateways.render.interactive import (
    BUTTON_TITLE,
    CAPTION,
    ROWS,
    Message,
    asking,
    choosing,
    distinct,
    is_tappable,
    pictured,
    texts,
)
from gateways.render.templates import template

_FILE_NAME = 100
"""Of a longer one the end is kept: by its ending a phone knows what it is."""
_REST = f"rest:{ROWS - 1}"
"""Tapped, it brings the choices from the tenth on."""


def whatsapp(content: Mapping[str, Any]) -> list[Message]:
    """Message bodies, in order, of what a reply says; [] where it says nothing (or only a template that is missing).

    Each has `type` and what that type holds; the sender adds `messaging_product`, `recipient_type` and `to`.
    """
    if content.get("kind") == "template":
        body = template(content)
        return [body] if body else []
    shown = tame(content)
    words = shown.body
    messages: list[Message] = []
    for part in _PARTS:
        made = part(shown, words)
        words = "" if made else words
        messages += made
    return messages or texts(shown.plain)


def _media(content: Content, words: str) -> list[Message]:
    """A picture or a paper by its address, the words as its caption."""
    if not content.is_media or not is_address(content.url):
        return []
    if content.kind == "image":
        return pictured(content.url, words)
    fits = units(words) <= CAPTION
    caption = {"caption": words} if words and fits else {}
    document = {"link": content.url, "filename": _file_name(content), **caption}
    return [{"type": "document", "document": document}, *([] if fits else texts(words))]


def _file_name(content: Content) -> str:
    """What the paper is called, else the last part of its address."""
    name = content.name or one_line(unquote(urlsplit(content.url).path.rpartition("/")[2])) or "document"
    return name if len(name) <= _FILE_NAME else f"…{name[-_FILE_NAME:]}"


def _link(content: Content, words: str) -> list[Message]:
    """A button that opens a page, or the address itself where Meta would refuse it behind a button."""
    if content.is_media or not content.url:
        return []
    if not is_public(content.url):
        return texts(words if content.url in words else lines(words, content.link))
    title = content.title or content.labels["choose"]
    parameters = {"display_text": shorten(title, BUTTON_TITLE), "url": content.url}
    return asking(words or title, "cta_url", {"name": "cta_url", "parameters": parameters})


def _place(content: Content, words: str) -> list[Message]:
    """A button by which the customer sends where they are."""
    if not content.asks_place:
        return []
    return asking(words or content.labels["choose"], "location_request_message", {"name": "send_location"})


def _choices(content: Content, words: str) -> list[Message]:
    """Buttons or a list; numbered lines where an id is of no use to Meta (the bot takes the number)."""
    if not content.choices:
        return []
    if not all(map(is_tappable, content.choices)):
        return texts(lines(words, content.numbered))
    rows = distinct(content.choices)
    if len(rows) > ROWS:
        others = [choice for choice in rows if choice.id != _REST]
        rows = [*others[: ROWS - 1], Choice(_REST, content.labels["more"], "")]
    return choosing(words or content.labels["choose"], rows, content.labels["choose"])


_PARTS: tuple[Callable[[Content, str], list[Message]], ...] = (_media, shelf, _link, _place, _choices)
"""In the order in which they are shown; the first that there is takes the words."""
