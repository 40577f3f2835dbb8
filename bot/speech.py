"""From what is meant to what is said: response keys become texts in a language, replies become content.

Content is what the transcript keeps and the web chat shows: `kind`, `key` (the response it was made of), `language`
(what it is said in), `text` (a plain form of the whole) and, by kind, `body`, `choices`, `products`, `url` and `title`;
`template` is what may stand for all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from model.errors import Fault
from model.language import DEFAULT, pick
from model.message import Card, Choice, Reply, Say
from model.templates import Templates

Content = dict[str, Any]
_LABELS = ("choose", "more", "packs")
"""Words on the buttons that open a list."""


@dataclass(frozen=True, slots=True)
class Speech:
    """`phrases` maps language code -> response key -> text; `pictures` is the address that pictures stand under."""

    phrases: Mapping[str, Mapping[str, str]]
    pictures: str
    templates: Templates = field(default_factory=Templates)

    def text(self, code: str, say: Say) -> str:
        """The response in a language (English where that language has no file). Raises Fault for an unknown key."""
        phrases = self.phrases.get(code) or self.phrases[DEFAULT]
        try:
            phrase = phrases[say.key]
        except KeyError as error:
            raise Fault(f"no response {say.key!r} in {code}") from error
        return phrase.format_map({name: self.shown(code, value) for name, value in say.params.items()}).strip()

    def shown(self, code: str, value: Any) -> str:
        """A placeholder's value as text: nested responses, texts by language, rows of them, money, numbers."""
        if isinstance(value, Say):
            return self.text(code, value)
        if isinstance(value, Mapping):
            return pick(value, code)
        if isinstance(value, tuple):
            return "\n".join(self.shown(code, row) for row in value)
        return str(value)

    def content(self, code: str, reply: Reply) -> Content:
        """A reply as content in a language."""
        body = self.text(code, reply.say)
        choices = [self._choice(code, choice) for choice in reply.choices]
        products = [self._card(code, card) for card in reply.cards]
        language = code if code in self.phrases else DEFAULT
        content: Content = {"kind": "text", "key": reply.say.key, "language": language, "body": body}
        if choices:
            content |= {"kind": "choices", "choices": choices}
        if products:
            content |= {"kind": "products", "products": products}
        if reply.link:
            content |= {"kind": "link", "url": reply.link.url, "title": self.shown(code, reply.link.title)}
        if reply.wants_place:
            content["ask_place"] = True
        if choices or products:
            content["labels"] = {name: self.text(code, Say(f"label_{name}")) for name in _LABELS}
        template = self.templates.standing_for(reply.say.key, code)
        if template:
            values = [self.shown(template.language, reply.say.params[name]) for name in template.parameters]
            content["template"] = template.filled(values)
        return content | {"text": _plain(content)}

    def _choice(self, code: str, choice: Choice) -> dict[str, str]:
        shown = {"id": choice.id, "title": self.shown(code, choice.title)}
        if choice.description is not None:
            shown["description"] = self.shown(code, choice.description)
        return shown

    def _card(self, code: str, card: Card) -> dict[str, Any]:
        return {
            "title": self.shown(code, card.title),
            "subtitle": self.shown(code, card.subtitle),
            "price": self.shown(code, card.price),
            "image": f"{self.pictures}/{card.picture}" if card.picture else None,
            "choices": [self._choice(code, choice) for choice in card.choices],
        }


def _plain(content: Content) -> str:
    """The whole as plain text: what a reader without pictures and buttons gets."""
    rows = [content["body"]]
    rows += [f"• {card['title']}: {card['price']}" for card in content.get("products", ())]
    rows += [f"{content['title']}: {content['url']}"] if "url" in content else []
    rows += [f"{place}. {choice['title']}" for place, choice in enumerate(content.get("choices", ()), 1)]
    return "\n".join(rows)
