"""Who waits, whom colleagues look after, and whom the bot does."""

from typing import TypedDict

from aiohttp import web

from console.desk import desk_of, visitor_of
from console.forms import number
from console.pages import fragment, page
from model.conversation import Holder
from model.rows import ConversationRow

_SHOWN = 50


class Lists(TypedDict):
    """Conversations by who looks after them; the longest waiting first, others the last used first."""

    queue: list[ConversationRow]
    own: list[ConversationRow]
    others: list[ConversationRow]
    bots: list[ConversationRow]


async def lists(request: web.Request) -> Lists:
    """The conversations as this visitor sees them, at most 50 a list."""
    queries, me = desk_of(request).queries, visitor_of(request).user.id
    held = await queries.conversations([Holder.AGENT], _SHOWN * 2)
    return Lists(
        queue=await queries.conversations([Holder.QUEUE], _SHOWN),
        own=[row for row in held if row.agent_id == me],
        others=[row for row in held if row.agent_id != me],
        bots=await queries.conversations([Holder.BOT], _SHOWN),
    )


async def home(request: web.Request) -> web.Response:
    """All conversations."""
    return page(request, "home.html", open_id=None, **await lists(request))


async def lists_fragment(request: web.Request) -> web.Response:
    """The lists anew, for a page that shows them; `open` names the conversation that stands beside them."""
    values = await lists(request)
    open_id = number(request.query.get("open", "0"))
    html = fragment(request, "_lists.html", open_id=open_id, **values)
    return web.json_response({"html": html, "waiting": len(values["queue"])})
