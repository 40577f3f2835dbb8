"""What a telephone shows, and what its owner does."""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Network = Literal["whatsapp", "sms"]
NETWORKS: tuple[Network, ...] = ("whatsapp", "sms")
Ticks = Literal["sent", "delivered", "read", "failed"]
Deed = Literal["text", "tap", "picture", "location", "voice", "reaction", "open"]

_AFTER: dict[str, frozenset[str]] = {
    "sent": frozenset({"delivered", "read", "failed"}),
    "delivered": frozenset({"read"}),
    "read": frozenset(),
    "failed": frozenset(),
}


@dataclass(slots=True)
class Entry:
    """One line of a chat. `at` is Unix seconds; `shop` the shop's number or id; for `content` see the package.

    `ticks` say how far it came; `trouble`, where that failed, why.
    """

    id: str
    at: float
    by: Literal["shop", "customer"]
    shop: str
    kind: str
    content: Json
    ticks: Ticks = "sent"
    trouble: str = ""

    @classmethod
    def of_shop(cls, entry_id: str, at: float, shop: str, kind: str, content: Json) -> "Entry":
        """What the shop sends."""
        return cls(entry_id, at, "shop", shop, kind, content)

    def come_to(self, ticks: Ticks, trouble: str = "") -> bool:
        """Note how far it came, never backwards; whether that is news. What was delivered fails no more."""
        if ticks not in _AFTER[self.ticks]:
            return False
        self.ticks, self.trouble = ticks, trouble
        return True

    def choices(self) -> list[Json]:
        """Everything in it that can be tapped for an answer: reply buttons and rows, those of cards too."""
        content = self.content
        found = list(content.get("buttons", []))
        for section in content.get("list", {}).get("sections", []):
            found += section["rows"]
        for card in content.get("cards", []):
            found += card.get("buttons", [])
        return found

    def shown(self) -> Json:
        """As JSON, the content spread out."""
        about = {"id": self.id, "at": self.at, "from": self.by, "shop": self.shop, "kind": self.kind}
        return {**self.content, **about, "ticks": self.ticks, "trouble": self.trouble}


@dataclass(frozen=True, slots=True)
class Media:
    """A file that was sent; `owner` is "shop" or the customer's number, `at` Unix seconds."""

    id: str
    mime: str
    raw: bytes
    name: str
    owner: str
    at: float


@dataclass(frozen=True, slots=True)
class Writing:
    """Something that the customer with `number` (digits) and `name` does in the chat with `shop`.

    `content` by `deed`: text {text, quoted?}; tap {entry: the tapped entry's id, kind: its kind, choice: {id, title,
    description?}}; picture {media, mime, name, text: the caption}; voice {media, mime}; location {latitude, longitude,
    name?, address?, quoted?}; reaction {entry, emoji: "" takes it back}; open {entries: ids of the shop's messages
    that are read by this}.
    """

    number: str
    name: str
    shop: str
    deed: Deed
    content: Json
    at: float


@dataclass(slots=True)
class Handset:
    """One customer's telephone on one network; entries by id, oldest first."""

    number: str
    name: str = ""
    entries: dict[str, Entry] = field(default_factory=dict)

    def unread(self, shop: str) -> list[Entry]:
        """The shop's messages that this customer has not seen."""
        late = ("sent", "delivered")
        return [entry for entry in self.entries.values() if _of(entry, shop) and entry.ticks in late]


def _of(entry: Entry, shop: str) -> bool:
    return entry.by == "shop" and entry.shop == shop
