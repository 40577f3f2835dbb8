"""What every page of the console works with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar
from weakref import WeakSet

from aiohttp import web

from bot.engine import Engine
from console.limits import Tries
from console.sessions import Visitor
from console.users import Passwords
from model.errors import Conflict
from model.ports import Files, Queries
from model.rows import OutboxRow
from shop.work import Work

T = TypeVar("T")

_MINUTE = timedelta(minutes=1)
_THERE_EVERY = timedelta(seconds=20)


@dataclass(frozen=True)
class Desk:
    """`secret` signs what forms carry.

    `secure`: cookies travel over https only; `demo`: demo users may sign in; `origins`: addresses it is known by
    besides the one a request names in its Host header (a proxy may rewrite that)."""

    engine: Engine
    queries: Queries
    files: Files
    secret: str
    secure: bool
    demo: bool
    origins: frozenset[str] = frozenset()
    passwords: Passwords = field(default_factory=Passwords)
    tries: Tries = field(default_factory=lambda: Tries(5, _MINUTE))
    """By address and name."""
    address_tries: Tries = field(default_factory=lambda: Tries(30, _MINUTE))
    there: Tries = field(default_factory=lambda: Tries(1, _THERE_EVERY))
    """When an agent was last noted as being at work in a conversation."""
    sockets: WeakSet[web.WebSocketResponse] = field(default_factory=WeakSet)

    async def transact(self, actor: str, work: Callable[[Work], T]) -> T:
        """Run a piece of work in one transaction."""
        return await self.engine.parts.transact(actor, work)

    async def post(self, visitor: Visitor, work: Callable[[Work], list[OutboxRow]]) -> None:
        """Work on a conversation, as this visitor; once more where a turn of the bot was faster."""
        try:
            await self.engine.post(visitor.actor, work)
        except Conflict:
            await self.engine.post(visitor.actor, work)


DESK = web.AppKey("console_desk", Desk)
VISITOR = web.RequestKey("console_visitor", Visitor)


def desk_of(request: web.Request) -> Desk:
    """The desk of the application that a request came to."""
    return request.app[DESK]


def visitor_of(request: web.Request) -> Visitor:
    """Who is signed in; only for handlers behind the guard."""
    return request[VISITOR]
