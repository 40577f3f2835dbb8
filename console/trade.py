"""Orders: looking them up and moving them on; money that nobody can place."""

from dataclasses import dataclass

from aiohttp import web

from console.desk import desk_of, visitor_of
from console.forms import field, form
from console.pages import page
from model.order import Order, OrderStatus, Refund, may_become
from model.rows import EventRow
from shop import orders
from shop.work import Work

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Facts:
    """What an order's page needs besides the order: its refunds, its conversation, and people's names by actor."""

    refunds: list[Refund]
    conversation_id: int | None
    names: dict[str, str]


async def order_list(request: web.Request) -> web.Response:
    """Orders, newest first, all or those of one status."""
    wanted = _status(request.query.get("status", ""))
    rows = await desk_of(request).queries.orders(wanted, _SHOWN)
    return page(request, "orders.html", rows=rows, wanted=wanted, statuses=list(OrderStatus))


def _status(text: str) -> OrderStatus | None:
    return OrderStatus(text) if text in set(OrderStatus) else None


async def order_page(request: web.Request) -> web.Response:
    """One order with its money and history, and where it may go next."""
    desk, code = desk_of(request), request.match_info["number"]
    order = await desk.queries.order(code)
    if order is None:
        raise web.HTTPNotFound
    history = await desk.queries.history(code)
    facts = await desk.transact("console", lambda work: _facts(work, order, history))
    return page(
        request, "order.html", order=order, steps=steps(order.status), history=history, facts=facts,
        payments=await desk.queries.payments_of(code),
    )  # fmt: skip


def steps(now: OrderStatus) -> list[OrderStatus]:
    """Where a person may move an order from here, the nearest first, cancelling last."""
    return [then for then in OrderStatus if may_become(now, then)]


def _facts(work: Work, order: Order, history: list[EventRow]) -> Facts:
    conversation = work.uow.conversations.latest_of(order.customer_id)
    names = {event.actor: _name(work, event.actor) for event in history}
    return Facts(work.uow.payments.refunds_of(order.number), conversation.id if conversation else None, names)


def _name(work: Work, actor: str) -> str:
    """`agent:3` by the name of that user; others as they are."""
    kind, _, key = actor.partition(":")
    user = work.uow.desk.user_by_id(int(key)) if kind == "agent" and key.isdigit() else None
    return user.name if user else actor


async def move(request: web.Request) -> web.Response:
    """Move an order on; its customer is told."""
    desk, visitor, code = desk_of(request), visitor_of(request), request.match_info["number"]
    then = _status(field(await form(request), "status"))
    if then is None:
        raise web.HTTPBadRequest
    await desk.engine.change(visitor.actor, lambda work: orders.move(work, code, then))
    raise web.HTTPSeeOther(f"/console/orders/{code}")


async def money(request: web.Request) -> web.Response:
    """Payments that match no order."""
    return page(request, "money.html", payments=await desk_of(request).queries.unmatched(_SHOWN))
