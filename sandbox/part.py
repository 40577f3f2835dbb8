"""How a provider's stand-in joins the server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to show on the index page: a link, its state and what it is about."""

    address: str
    title: str
    state: str
    detail: str


@dataclass(frozen=True, slots=True)
class Part:
    """One stand-in: `about` says what of the provider is imitated, `recent` gives the newest first."""

    name: str
    about: str
    rows_title: str
    state_address: str
    recent: Callable[[], Sequence[Row]]
    install: Callable[[web.Application], None]
