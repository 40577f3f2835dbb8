"""A conversation: reading along, taking it, writing in it, handing it back."""

from http import HTTPStatus

from aiohttp import web

from bot import handoff
from console import lines
from console.desk import desk_of, visitor_of
from console.forms import field, form, number
from console.guard import wants_json
from console.home import lists
from console.pages import fragment, page
from model.conversation import Holder
from model.live import chat_topic
from model.order import Order, OrderStatus, Ticket
from model.rows import ConversationRow

_EVERYTHING = 100_000
_ORDERS, _TICKETS = 10, 200
_TICKED = 50
"""So many lines back a message's progress is looked at again."""
_OVER = (OrderStatus.EXPIRED, OrderStatus.REPLACED, OrderStatus.DELIVERED, OrderStatus.CANCELLED)


def _id(request: web.Request) -> int:
    return number(request.match_info["id"])


async def _row(request: web.Request) -> ConversationRow:
    row = await desk_of(request).queries.conversation(_id(request))
    if row is None:
        raise web.HTTPNotFound
    return row


def customer_of(row: ConversationRow) -> str:
    """The customer's name, or what else to call them."""
    return row.customer_name or f"Customer {row.customer_id}"


def _mine(request: web.Request, row: ConversationRow) -> bool:
    return row.holder is Holder.AGENT and row.agent_id == visitor_of(request).user.id


async def conversation(request: web.Request) -> web.Response:
    """The transcript with what is known of the customer, and the queue beside it."""
    row, queries = await _row(request), desk_of(request).queries
    most = _EVERYTHING if "all" in request.query else lines.SHOWN
    transcript = await lines.newest(queries, row.id, most)
    orders, tickets = await _customers(request, row)
    values = await lists(request)
    return page(
        request, "conversation.html", row=row, customer=customer_of(row), mine=_mine(request, row), open_id=row.id,
        lines=await lines.all_shown(queries, row, transcript, customer_of(row)), orders=orders, tickets=tickets,
        **values,
    )  # fmt: skip


async def _customers(request: web.Request, row: ConversationRow) -> tuple[list[Order], list[Ticket]]:
    """Orders under way and open tickets of the customer."""
    desk, customer = desk_of(request), row.customer_id
    orders = await desk.transact("console", lambda work: work.uow.orders.of_customer(customer, _ORDERS))
    tickets = await desk.queries.tickets(False, _TICKETS)
    return [o for o in orders if o.status not in _OVER], [t for t in tickets if t.customer_id == customer]


async def news(request: web.Request) -> web.Response:
    """What is new after a line: the lines as HTML, the last one's seq, and who holds the conversation now.

    `ticks` tell how far the lines shortly before have come: by number, the progress and its word.
    """
    row, queries = await _row(request), desk_of(request).queries
    after = number(request.query.get("after", ""))
    found = await queries.transcript(row.id, after, lines.PAGE)
    mine, customer = _mine(request, row), customer_of(row)
    html = fragment(request, "_lines.html", lines=await lines.all_shown(queries, row, found, customer))
    bar = fragment(request, "_bar.html", row=row, mine=mine)
    last = found[-1].seq if found else after
    seen = {"last": last, "more": len(found) == lines.PAGE, "ticks": await _ticks(request, row, after)}
    return web.json_response({"html": html, "bar": bar, "mine": mine, **seen})


async def _ticks(request: web.Request, row: ConversationRow, last: int) -> dict[int, tuple[str, str]]:
    queries = desk_of(request).queries
    before = await queries.transcript(row.id, max(0, last - _TICKED), _TICKED)
    return {seq: (tick.progress, tick.word) for seq, tick in (await lines.ticks(queries, row, before)).items()}


async def take(request: web.Request) -> web.Response:
    """From now on the visitor answers."""
    desk, visitor, cid = desk_of(request), visitor_of(request), _id(request)
    speech = desk.engine.parts.speech
    await desk.post(visitor, lambda work: handoff.take(work, speech, cid, visitor.user))
    raise web.HTTPSeeOther(f"/console/conversations/{cid}")


async def hand_back(request: web.Request) -> web.Response:
    """From now on the bot answers."""
    desk, visitor, cid = desk_of(request), visitor_of(request), _id(request)
    speech = desk.engine.parts.speech
    await desk.post(visitor, lambda work: handoff.hand_back(work, speech, cid, visitor.user))
    desk.there.clear((visitor.user.id, cid))
    raise web.HTTPSeeOther(f"/console/conversations/{cid}")


async def write(request: web.Request) -> web.Response:
    """The visitor's message to the customer. A message that is too long is refused, not cut."""
    desk, visitor, cid = desk_of(request), visitor_of(request), _id(request)
    text = field(await form(request), "text")
    if len(text.strip()) > handoff.LONGEST:
        raise web.HTTPUnprocessableEntity(reason=f"A message has at most {handoff.LONGEST} characters.")
    await desk.post(visitor, lambda work: [handoff.write(work, cid, visitor.user, text)])
    if not wants_json(request):
        raise web.HTTPSeeOther(f"/console/conversations/{cid}")
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def typing(request: web.Request) -> web.Response:
    """The visitor types: the customer sees it, and now and then it is noted that they are at work here."""
    desk, visitor, cid = desk_of(request), visitor_of(request), _id(request)
    now, key = desk.engine.parts.clock(), (visitor.user.id, cid)
    if not desk.there.wait(key, now):
        await desk.transact(visitor.actor, lambda work: handoff.is_there(work, cid, visitor.user))
        desk.there.count(key, now)
    await desk.engine.parts.live.publish(chat_topic(cid), {"type": "typing", "on": True, "from": "agent"})
    return web.Response(status=HTTPStatus.NO_CONTENT)
