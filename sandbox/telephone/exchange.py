"""The exchange: every handset, who carries which network, and news for whoever watches a handset."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.telephone.entries import Deed, Entry, Handset, Json, Media, Network, Ticks, Writing

Writer = Callable[[Writing], str]
News = asyncio.Queue[Json | None]

_TYPING = 25.0
"""Seconds that typing shows, unless a message ends it. WhatsApp: 25."""
_MEDIA_KEPT = 500


class WriteError(Exception):
    """A customer cannot do that; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A shop that is reached on a network."""

    network: Network
    shop: str
    label: str
    writer: Writer


class Exchange:
    """Handsets by network and number. `clock` gives Unix seconds; a handset keeps its last `keep` entries, or all."""

    def __init__(self, clock: Callable[[], float], keep: int | None = None) -> None:
        self.clock = clock
        self.keep = keep
        self.lines: list[Line] = []
        self.media: dict[str, Media] = {}
        self._handsets: dict[tuple[Network, str], Handset] = {}
        self._where: dict[str, tuple[Network, Handset]] = {}
        self._watchers: dict[tuple[Network, str], set[News]] = {}

    def on_write(self, network: Network, shop: str, writer: Writer, label: str = "") -> None:
        """From now on `writer` is told what customers do in their chats with `shop` on this network."""
        self.lines.append(Line(network, shop, label or shop, writer))

    def handset(self, network: Network, number: str) -> Handset:
        """The handset; an empty one where it was never used."""
        return self._handsets.get((network, number)) or Handset(number)

    def handsets(self, network: Network) -> list[Handset]:
        """All that were ever used on a network, oldest first."""
        return [handset for (carrier, _), handset in self._handsets.items() if carrier == network]

    def holder(self, entry_id: str) -> Handset | None:
        """The handset that holds the entry of that id, unless it is forgotten."""
        found = self._where.get(entry_id)
        return found[1] if found else None

    def find(self, entry_id: str) -> Entry | None:
        """The entry of that id, on whatever handset, unless it is forgotten."""
        handset = self.holder(entry_id)
        return handset.entries[entry_id] if handset else None

    def show(self, network: Network, number: str, entry: Entry) -> None:
        """A message appears on a handset."""
        handset = self._used(network, number)
        handset.entries[entry.id] = entry
        self._where[entry.id] = (network, handset)
        self._trim(handset)
        self._tell(network, number, "entry", entry.shown)

    def tick(self, entry_id: str, ticks: Ticks, trouble: str = "") -> None:
        """A message came so far; nothing where it is forgotten, or was further already."""
        found = self._where.get(entry_id)
        if found is None:
            return
        network, handset = found
        entry = handset.entries[entry_id]
        if entry.come_to(ticks, trouble):
            self._tell(network, handset.number, "entry", entry.shown)

    def typing(self, network: Network, number: str, shop: str) -> None:
        """The shop is seen typing for a while."""
        self._tell(network, number, "typing", lambda: {"shop": shop, "seconds": _TYPING})

    def write(self, network: Network, number: str, name: str, shop: str, deed: Deed, content: Json) -> Entry | None:
        """The customer does something: the network's carrier hears of it and the handset shows it.

        Raises `WriteError` where nobody is reached there, or what was tapped was never shown.
        """
        line, handset = self._line(network, shop), self._used(network, number)
        handset.name = name or handset.name
        content = self._completed(handset, line.shop, deed, content)
        if deed == "open" and not content["entries"]:
            return None
        at = self.clock()
        message_id = line.writer(Writing(number, handset.name, line.shop, deed, content, at))
        if deed == "open":
            return None
        entry = Entry(message_id or _new_id(), at, "customer", line.shop, deed, _shown(deed, content))
        self.show(network, number, entry)
        return entry

    def keep_media(self, mime: str, raw: bytes, name: str = "", owner: str = "shop") -> str:
        """Keep a file (the last 500 are kept); gives its id, sixteen digits."""
        media_id = str(secrets.randbelow(9 * 10**15) + 10**15)
        self.media[media_id] = Media(media_id, mime, raw, name, owner, self.clock())
        if len(self.media) > _MEDIA_KEPT:
            del self.media[next(iter(self.media))]
        return media_id

    def forget(self) -> None:
        """All handsets are new again."""
        self._handsets.clear()
        self._where.clear()
        for (network, number), watchers in self._watchers.items():
            if watchers:
                self._tell(network, number, "log", lambda: {"entries": []})

    @contextmanager
    def watching(self, network: Network, number: str) -> Iterator[News]:
        """News of a handset: {event, data} each; None once the sandbox stops."""
        news, watchers = News(), self._watchers.setdefault((network, number), set())
        watchers.add(news)
        try:
            yield news
        finally:
            watchers.discard(news)

    def hang_up(self) -> None:
        """Whoever watches is told that it is over."""
        for watchers in self._watchers.values():
            for news in watchers:
                news.put_nowait(None)

    def _used(self, network: Network, number: str) -> Handset:
        return self._handsets.setdefault((network, number), Handset(number))

    def _line(self, network: Network, shop: str) -> Line:
        for line in self.lines:
            if line.network == network and shop in ("", line.shop):
                return line
        raise WriteError(f"nobody is reached there on {network}")

    def _completed(self, handset: Handset, shop: str, deed: Deed, content: Json) -> Json:
        if deed == "tap":
            return _tapped(handset, content)
        if deed != "open":
            return content
        unread = handset.unread(shop)
        for entry in unread:
            self.tick(entry.id, "read")
        return {"entries": [entry.id for entry in unread]}

    def _trim(self, handset: Handset) -> None:
        if self.keep is None:
            return
        while len(handset.entries) > self.keep:
            oldest = next(iter(handset.entries))
            del handset.entries[oldest]
            del self._where[oldest]

    def _tell(self, network: Network, number: str, event: str, data: Callable[[], Any]) -> None:
        if watchers := self._watchers.get((network, number)):
            news = {"event": event, "data": data()}
            for watcher in watchers:
                watcher.put_nowait(news)


EXCHANGE = web.AppKey("exchange", Exchange)


def _tapped(handset: Handset, content: Json) -> Json:
    entry = handset.entries.get(str(content.get("entry")))
    if entry is None:
        raise WriteError("no such message on this handset")
    for choice in entry.choices():
        if choice["id"] == content.get("choice"):
            return {"entry": entry.id, "kind": entry.kind, "choice": choice}
    raise WriteError("no such choice in that message")


def _shown(deed: Deed, content: Json) -> Json:
    """What the customer sees of what they did themselves."""
    match deed:
        case "tap":
            return {"text": content["choice"]["title"], "quoted": content["entry"]}
        case "picture":
            return {"text": content["text"], "media": _media("image", content)}
        case "voice":
            return {"media": _media("voice", content)}
        case "location":
            return {"place": content, "quoted": content.get("quoted", "")}
        case "reaction":
            return {"reaction": content}
    return content


def _media(kind: str, content: Json) -> Json:
    return {"kind": kind, "url": f"/phone/media/{content['media']}", "mime": content["mime"]}


def _new_id() -> str:
    return f"local.{secrets.token_hex(8)}"
