"""A line of a transcript as the console shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from model.message import Author, Line
from model.ports import Queries

PAGE = 500
SHOWN = 200
"""So many of the newest lines a page opens with."""


@dataclass(frozen=True, slots=True)
class Shown:
    """`chips` are the choices and product cards beneath the text, `url` a link to open (http or https only)."""

    seq: int
    author: Author
    name: str
    at: datetime
    body: str
    chips: tuple[str, ...] = ()
    url: str = ""
    url_title: str = ""


def shown(line: Line, customer: str) -> Shown:
    """Tame a line's content: what a colleague's newer version wrote is at least shown as its plain text."""
    content = line.content
    body = str(content.get("body") or content.get("text") or "")
    url = str(content.get("url") or "")
    safe = url if url.startswith(("https://", "http://")) else ""
    link = safe, str(content.get("title") or safe)
    return Shown(line.seq, line.author, _name(line, customer), line.at, body, tuple(_chips(content)), *link)


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


def all_shown(lines: Sequence[Line], customer: str) -> list[Shown]:
    """Every line as it is shown."""
    return [shown(line, customer) for line in lines]
