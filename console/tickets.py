"""Wishes and troubles of customers that a person sees to."""

from aiohttp import web

from console.desk import desk_of, visitor_of
from console.forms import number
from console.pages import page

_SHOWN = 200


async def ticket_list(request: web.Request) -> web.Response:
    """Open tickets, or closed ones, newest first."""
    closed = "closed" in request.query
    tickets = await desk_of(request).queries.tickets(closed, _SHOWN)
    return page(request, "tickets.html", tickets=tickets, closed=closed)


async def close(request: web.Request) -> web.Response:
    """A ticket is seen to. Closing it again changes nothing."""
    ticket_id = number(request.match_info["id"])
    await desk_of(request).transact(visitor_of(request).actor, lambda work: work.uow.desk.close_ticket(ticket_id))
    raise web.HTTPSeeOther("/console/tickets")
