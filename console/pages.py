"""HTML: templates in, responses out. Everything shown is escaped."""

import re
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from console import words
from console.desk import VISITOR, desk_of
from console.sessions import Visitor
from model.money import Money

_HERE = Path(__file__).parent
_BOLD = re.compile(r"\*(\S(?:[^*\n]*\S)?)\*")
STATIC = _HERE / "static"


def page(request: web.Request, template: str, /, *, status: int = HTTPStatus.OK, **values: object) -> web.Response:
    """The page that a template makes of these values, for whoever is signed in."""
    return web.Response(text=fragment(request, template, **values), content_type="text/html", status=status)


def fragment(request: web.Request, template: str, /, **values: object) -> str:
    """The same as text: a piece of a page that a script puts in its place."""
    now = desk_of(request).engine.parts.clock()
    visitor = request.get(VISITOR)
    return _templates.get_template(template).render(values, visitor=visitor, now=now, path=request.path)


def bold(text: str) -> Markup:
    """The shop's *stars* as bold letters; everything else stays text."""
    return Markup(_BOLD.sub(r"<strong>\1</strong>", str(escape(text))))  # noqa: S704 - escaped before


def clock_time(at: datetime, visitor: Visitor) -> str:
    """14:05, in the shop's zone."""
    return at.astimezone(visitor.zone).strftime("%H:%M")


def day(at: datetime, visitor: Visitor) -> str:
    """20 Nov 2025, in the shop's zone."""
    return at.astimezone(visitor.zone).strftime("%-d %b %Y")


def day_time(at: datetime, visitor: Visitor) -> str:
    """20 Nov 2025, 14:05, in the shop's zone."""
    return f"{day(at, visitor)}, {clock_time(at, visitor)}"


def _environment() -> Environment:
    loader = FileSystemLoader(_HERE / "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(
        bold=bold, clock_time=clock_time, day=day, day_time=day_time, plain=words.plain, span=words.span,
        details=words.details, rupees=lambda paise: str(Money(paise)),
        channel=lambda code: words.CHANNELS.get(code, words.plain(code)),
        language=lambda code: words.LANGUAGES.get(code, code),
        reason=lambda word: words.REASONS.get(word, words.plain(word)) if word else "",
    )  # fmt: skip
    return made


_templates = _environment()
