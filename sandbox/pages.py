"""HTML pages: templates in, responses out."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sandbox.money import rupees

_HERE = Path(__file__).parent
_INDIA = ZoneInfo("Asia/Kolkata")
_POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

STATIC = _HERE / "static"


def india_time(seconds: int) -> str:
    """A Unix time as the clock on the wall in India shows it: `20 Nov 2025, 14:30`."""
    return datetime.fromtimestamp(seconds, _INDIA).strftime("%-d %b %Y, %H:%M")


def page(template: str, values: Mapping[str, object], status: int = 200, policy: str = _POLICY) -> web.Response:
    """The page that `template` makes of `values`, under the content security `policy`. Everything shown is escaped."""
    html = _templates.get_template(template).render(values)
    headers = {**_HEADERS, "Content-Security-Policy": policy}
    return web.Response(text=html, content_type="text/html", status=status, headers=headers)


def _environment() -> Environment:
    loader = FileSystemLoader(_HERE / "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    made.filters.update(rupees=rupees, india_time=india_time)
    return made


_templates = _environment()
