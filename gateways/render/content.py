"""A reply's content, tamed: the JSON object that `OutboxRow.content` holds as values that a channel can lay out.

Texts are clean and trimmed, titles in one line, and what is missing (old rows lack much) is empty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateways.render.graphemes import clean, is_visible, one_line, shorten

_MEDIA = ("image", "document")
_LABELS = {"choose": "Choose", "more": "More", "packs": "Packs"}
_LABEL = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap. `title` is never empty."""

    id: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Card:
    """A product. `image` is an address or empty."""

    title: str
    subtitle: str
    price: str
    image: str
    choices: tuple[Choice, ...]

    @property
    def name(self) -> str:
        """The title in bold."""
        return f"*{self.title}*" if self.title and "*" not in self.title else self.title

    @property
    def words(self) -> str:
        """Name, what it is like, and price, a line each."""
        return lines(self.name, self.subtitle, self.price)


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be shown. `labels` are words for buttons in the customer's language: choose, more, packs."""

    kind: str
    text: str
    body: str
    choices: tuple[Choice, ...]
    cards: tuple[Card, ...]
    url: str
    title: str
    name: str
    labels: Mapping[str, str]
    asks_place: bool

    @property
    def is_media(self) -> bool:
        """Whether `url` is a picture or a paper to show, rather than a page to open."""
        return self.kind in _MEDIA

    @property
    def link(self) -> str:
        """The address with its label, "" where there is none."""
        return f"{self.title}: {self.url}" if self.title and self.url else self.url

    @property
    def numbered(self) -> str:
        """The choices, a line each; the bot takes the number for an answer."""
        return lines(*(f"{place}. {choice.title}" for place, choice in enumerate(self.choices, 1)))

    @property
    def words(self) -> str:
        """What is said, for who sees neither buttons nor cards."""
        return self.text or lines(self.body, *(f"• {card.title}: {card.price}" for card in self.cards), self.numbered)

    @property
    def plain(self) -> str:
        """The same, the address always in it."""
        return self.words if self.url in self.words else lines(self.words, self.link)


def lines(*texts: str) -> str:
    """The texts below each other, without those that are empty."""
    return "\n".join(filter(None, texts))


def tame(content: Mapping[str, Any]) -> Content:
    """Read the content of a reply. Never raises: what is not of the shape promised is as if it were missing."""
    labels = _mapping(content.get("labels"))
    return Content(
        kind=_line(content.get("kind")),
        text=_text(content.get("text")),
        body=_text(content.get("body")),
        choices=_choices(content.get("choices")),
        cards=tuple(_card(card) for card in _rows(content.get("products"))),
        url=_text(content.get("url")),
        title=_line(content.get("title")),
        name=_line(content.get("name")),
        labels={key: shorten(_line(labels.get(key)) or word, _LABEL) for key, word in _LABELS.items()},
        asks_place=bool(content.get("ask_place")),
    )


def _card(card: Mapping[str, Any]) -> Card:
    return Card(
        title=_line(card.get("title")),
        subtitle=_line(card.get("subtitle")),
        price=_line(card.get("price")),
        image=_text(card.get("image")),
        choices=_choices(card.get("choices")),
    )


def _choices(choices: Any) -> tuple[Choice, ...]:
    return tuple(_choice(choice, place) for place, choice in enumerate(_rows(choices), 1))


def _choice(choice: Mapping[str, Any], place: int) -> Choice:
    """A choice without a title is called by its description, else by its place."""
    description = _line(choice.get("description"))
    id_ = choice.get("id")
    return Choice(
        id_ if isinstance(id_, str) else "", _line(choice.get("title")) or description or str(place), description
    )


def _text(value: Any) -> str:
    return clean(value) if isinstance(value, str) and is_visible(value) else ""


def _line(value: Any) -> str:
    return one_line(value) if isinstance(value, str) and is_visible(value) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _rows(value: Any) -> Iterable[Mapping[str, Any]]:
    return (row for row in value if isinstance(row, Mapping)) if isinstance(value, list | tuple) else ()
