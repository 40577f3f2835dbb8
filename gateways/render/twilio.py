"""A reply as WhatsApp messages through Twilio, where buttons need templates of their own: words, numbers, pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateways.render.addresses import is_address
from gateways.render.content import Content, lines, tame
from gateways.render.graphemes import shorten, units
from gateways.render.splitting import split, within
from gateways.render.templates import content_sid, parameters

_TEXT = 1600
"""Twilio, error 21617."""
_CAPTION = 1024
"""WhatsApp's own limit for words beneath a picture."""


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One message to post. `content_variables` maps the template's places ("1", "2"…) to texts.

    With a `content_sid` there is neither body nor media; without, at least one of the two.
    """

    body: str = ""
    media_urls: tuple[str, ...] = ()
    content_sid: str = ""
    content_variables: Mapping[str, str] = field(default_factory=dict)


def twilio_template(content: Mapping[str, Any]) -> TextMessage | None:
    """The template that may stand for this reply; None where there is none."""
    sid = content_sid(content)
    variables = {str(place): words for place, words in enumerate(parameters(content), 1)}
    return TextMessage(content_sid=sid, content_variables=variables) if sid else None


def twilio_whatsapp(content: Mapping[str, Any]) -> list[TextMessage]:
    """Messages, in order, of what a reply says; [] where it says nothing (or only a template that is missing)."""
    if content.get("kind") == "template":
        message = twilio_template(content)
        return [message] if message else []
    shown = tame(content)
    if shown.is_media and is_address(shown.url):
        return _media(shown)
    return [*_pictures(shown), *_texts(shown.plain)]


def _media(content: Content) -> list[TextMessage]:
    """The picture or paper with its words; Twilio brings none with a paper, so they follow."""
    more = content.cards or content.choices
    if content.kind == "image" and units(content.body) <= _CAPTION and not more:
        return [TextMessage(content.body, (content.url,))]
    words = content.words if more else content.body
    return [TextMessage(media_urls=(content.url,)), *_pictures(content), *_texts(words)]


def _pictures(content: Content) -> list[TextMessage]:
    """A picture a message, with what it shows; prices and what can be chosen follow in the words."""
    return [
        TextMessage(shorten(lines(card.name, card.subtitle), _CAPTION), (card.image,))
        for card in content.cards
        if is_address(card.image)
    ]


def _texts(words: str) -> list[TextMessage]:
    return [TextMessage(part) for part in split(words, within(_TEXT))]
