"""A line of a transcript as the console shows it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console import words
from model.files import PICTURES, SOUNDS
from model.message import Author, Channel, Line
from model.ports import Queries
from model.rows import ConversationRow

PAGE = 500
SHOWN = 200
"""So many of the newest lines a page opens with."""
_FILE = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{3,4}")
_TELLING = frozenset({Channel.WHATSAPP, Channel.SMS})
"""Channels that report what became of a message."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that came with a line; `kind` is picture, sound or paper."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Tick:
    """How far a line of ours has come; `progress` and `word` are empty while nothing is known of it."""

    progress: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """`chips` are the choices and product cards beneath the text, `url` a link to open (http or https only).

    `note`: it tells agents something and was never sent. `tick` is None where no channel tells how far a line came.
    """

    seq: int
    author: Author
    name: str
    at: datetime
    body: str
    chips: tuple[str, ...] = ()
    url: str = ""
    url_title: str = ""
    file: Kept | None = None
    note: bool = False
    tick: Tick | None = None


def shown(line: Line, customer: str, tick: Tick | None = None) -> Shown:
    """Tame a line's content: what a colleague's newer version wrote is at least shown as its plain text."""
    content = line.content
    body = str(content.get("body") or content.get("text") or "")
    url = str(content.get("url") or "")
    safe = url if url.startswith(("https://", "http://")) else ""
    link = safe, str(content.get("title") or safe)
    name, chips, file = _name(line, customer), tuple(_chips(content)), _file(line)
    return Shown(line.seq, line.author, name, line.at, body, chips, *link, file, _is_note(line), tick)


def _is_note(line: Line) -> bool:
    return line.content.get("kind") == "note"


def _file(line: Line) -> Kept | None:
    """Only an id of ours becomes an address."""
    file = str(line.content.get("file") or "")
    if not _FILE.fullmatch(file):
        return None
    ending = file.rpartition(".")[2]
    kind = "picture" if ending in PICTURES else "sound" if ending in SOUNDS else "paper"
    return Kept(kind, f"/console/files/{line.conversation_id}/{file}")


def _name(line: Line, customer: str) -> str:
    if line.author is Author.CUSTOMER:
        return customer
    if line.author is Author.AGENT:
        return str(line.content.get("name") or "Colleague")
    return "Bot" if line.author is Author.BOT else "Notice"


def _chips(content: Mapping[str, Any]) -> Iterator[str]:
    for card in content.get("products", ()):
        yield " · ".join(str(card[key]) for key in ("title", "price") if card.get(key))
    for choice in content.get("choices", ()):
        yield str(choice.get("title", ""))


async def newest(queries: Queries, conversation_id: int, most: int) -> list[Line]:
    """The last `most` lines, oldest first."""
    kept: list[Line] = []
    while found := await queries.transcript(conversation_id, kept[-1].seq if kept else 0, PAGE):
        kept = [*kept, *found][-most:]
        if len(found) < PAGE:
            break
    return kept


async def all_shown(queries: Queries, row: ConversationRow, lines: Sequence[Line], customer: str) -> list[Shown]:
    """Every line as it is shown."""
    found = await ticks(queries, row, lines)
    return [shown(line, customer, found.get(line.seq)) for line in lines]


async def ticks(queries: Queries, row: ConversationRow, lines: Sequence[Line]) -> dict[int, Tick]:
    """How far the shop's own lines have come, by their numbers; nothing on channels that do not tell."""
    ours = [line.seq for line in lines if line.author is not Author.CUSTOMER and not _is_note(line)]
    if row.channel not in _TELLING or not ours:
        return {}
    known = await queries.deliveries(row.id, ours)
    return {seq: Tick(known[seq], words.PROGRESS[known[seq]]) if seq in known else Tick() for seq in ours}
