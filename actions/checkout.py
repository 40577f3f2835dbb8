"""Checkout: name, phone, street, pincode, then how to pay."""

from collections.abc import Callable
from dataclasses import replace

from actions import answers, cart, show
from actions.context import Context
from model.catalogue import DeliveryArea
from model.conversation import Outcome, Question, say
from model.errors import Refused
from model.message import Choice, Link, Reply, Say, reply
from model.order import LinkStatus, Order, OrderStatus, PayBy, ShipTo
from shop import carts, contacts, orders, words
from shop.prices import Quote

_FIELDS = ("name", "phone", "street", "pincode")
_FREE = frozenset({"name", "street"})


def checkout(ctx: Context, _: str = "") -> Outcome:
    """Take the address down, or go straight to paying where it is known."""
    if not carts.quote(ctx.work, ctx.customer.id).lines:
        return cart.show_cart(ctx)
    _remember(ctx)
    return _next(ctx)


def _remember(ctx: Context) -> None:
    """Start from what the customer gave last time."""
    known = {field: getattr(ctx.customer, field) for field in _FIELDS}
    for field, value in known.items():
        if value:
            ctx.memory.draft.setdefault(field, value)


def _next(ctx: Context, *before: Reply) -> Outcome:
    """Ask for the first thing that is missing (`before` asked already); then show it all and ask how to pay."""
    missing = next((field for field in _FIELDS if field not in ctx.memory.draft), None)
    if missing:
        asked = before or (_asked(missing),)
        return say(*asked, ask=Question("address", {"field": missing}, missing in _FREE))
    return _summary(ctx)


def _asked(field: str) -> Reply:
    return Reply(Say(f"ask_{field}"), wants_place=field == "street")


def ask_address(ctx: Context, question: Question) -> Outcome:
    """Ask again for one line of the address."""
    return say(_asked(question.params["field"]), ask=question)


def answer_address(ctx: Context, question: Question) -> Outcome | None:
    """One line of the address; a street may bring its pincode along. Raises Refused where it cannot be right."""
    field = str(question.params["field"])
    before = _READERS[field](ctx)
    if before is None:
        return None
    return _next(ctx, *before)


def _read_name(ctx: Context) -> list[Reply] | None:
    name = answers.name_in(ctx.heard.text)
    if name is None:
        return None
    ctx.memory.draft["name"] = contacts.read_name(name)
    return []


def _read_phone(ctx: Context) -> list[Reply] | None:
    if sum(c.isdigit() for c in ctx.heard.text) < 5:
        return None
    ctx.memory.draft["phone"] = contacts.read_phone(answers.phone_in(ctx.heard.text))
    return []


def _read_street(ctx: Context) -> list[Reply] | None:
    if not answers.is_street(ctx.heard):
        return None
    street, pincode = answers.street_in(ctx.heard.text)
    ctx.memory.draft["street"] = contacts.read_street(street)
    if pincode and not ctx.catalogue.area(pincode):
        return [reply("pincode_unserved", pincode=pincode)]
    if pincode:
        ctx.memory.draft["pincode"] = pincode
    return []


def _read_pincode(ctx: Context) -> list[Reply] | None:
    pincode = words.read_pincode(ctx.heard.text)
    if pincode is None:
        if any(c.isdigit() for c in ctx.heard.text):
            raise Refused("pincode_invalid")
        return None
    if ctx.catalogue.area(pincode) is None:
        raise Refused("pincode_unserved", pincode=pincode)
    ctx.memory.draft["pincode"] = pincode
    return []


_READERS: dict[str, Callable[[Context], list[Reply] | None]] = {
    "name": _read_name,
    "phone": _read_phone,
    "street": _read_street,
    "pincode": _read_pincode,
}


def _area(ctx: Context) -> DeliveryArea:
    area = ctx.catalogue.area(ctx.memory.draft["pincode"])
    if area is None:
        raise Refused("pincode_unserved", pincode=ctx.memory.draft["pincode"])
    return area


def _summary(ctx: Context) -> Outcome:
    """Everything about the order, and the ways to pay."""
    if ctx.catalogue.area(ctx.memory.draft["pincode"]) is None:
        del ctx.memory.draft["pincode"]
        return _next(ctx)
    area, draft = _area(ctx), ctx.memory.draft
    quote = carts.quote(ctx.work, ctx.customer.id, area)
    params = {
        "lines": _lines(ctx, quote),
        "total": quote.totals.total,
        "address": f"{draft['name']}, {show.address(draft['street'], area.name, draft['pincode'])}",
        "phone": draft["phone"],
        "first": area.days[0],
        "last": area.days[1],
    }
    return say(Reply(Say("summary", params), _ways(ctx, area)), ask=Question("pay"))


def _lines(ctx: Context, quote: Quote) -> tuple[Say, ...]:
    """The goods, the coupon if one counts, the delivery."""
    totals = quote.totals
    coupon = (Say("coupon_line", {"code": quote.coupon, "amount": totals.discount}),) if totals.discount else ()
    delivery = Say("delivery_line" if totals.delivery else "delivery_free_line", {"amount": totals.delivery})
    return (*show.order_lines(ctx, quote.lines), *coupon, delivery)


def _ways(ctx: Context, area: DeliveryArea) -> tuple[Choice, ...]:
    """The ways to pay that there are; where there is none, a person."""
    online = (Choice("pay:online", Say("choice_pay_online")),) if ctx.online else ()
    cash = (Choice("pay:cash", Say("choice_pay_cash")),) if area.cash_on_delivery else ()
    change = Choice("new_address", Say("choice_new_address"))
    return (*(online + cash or (show.HUMAN,)), change)


def ask_pay(ctx: Context, question: Question) -> Outcome:
    """Ask again how to pay, with what it comes to now."""
    area = ctx.catalogue.area(ctx.memory.draft.get("pincode", "0"))
    if area is None:
        return checkout(ctx)
    total = carts.quote(ctx.work, ctx.customer.id, area).totals.total
    return say(reply("ask_pay", *_ways(ctx, area), total=total), ask=question)


def answer_pay(ctx: Context, question: Question) -> Outcome | None:
    """ "cod", "upi se", "send the link" …; a mere yes does not tell how."""
    way = answers.way_to_pay(ctx.heard.text)
    if way:
        return pay_tap(ctx, way)
    return ask_pay(ctx, question) if ctx.heard.intent == "affirm" else None


def pay_tap(ctx: Context, way: str) -> Outcome:
    """`pay:online` or `pay:cash`: place the order."""
    if way not in (PayBy.ONLINE, PayBy.CASH):
        raise Refused("choice_gone")
    if way == PayBy.ONLINE and not ctx.online:
        raise Refused("online_off")
    if not carts.quote(ctx.work, ctx.customer.id).lines or any(field not in ctx.memory.draft for field in _FIELDS):
        return checkout(ctx)
    ship_to = _ship_to(ctx)
    same = _same_unpaid(ctx, ship_to) if way == PayBy.ONLINE else None
    if same:
        return pay_again(ctx, same)
    order = orders.place(ctx.work, ctx.customer, ship_to, PayBy(way))
    ctx.work.uow.customers.save(
        replace(ctx.customer, name=ship_to.name, phone=ship_to.phone, street=ship_to.street, pincode=ship_to.pincode)
    )
    ctx.memory.draft = {}
    return say(reply("link_coming", number=order.number)) if order.pay_by is PayBy.ONLINE else Outcome()


def _ship_to(ctx: Context) -> ShipTo:
    draft = ctx.memory.draft
    return ShipTo(draft["name"], draft["phone"], draft["street"], draft["pincode"], _area(ctx).name)


def _same_unpaid(ctx: Context, ship_to: ShipTo) -> Order | None:
    """The customer's unpaid order of the very same things: a second tap must not make a second order."""
    hold = ctx.work.uow.orders.hold_of(ctx.customer.id)
    order = ctx.work.uow.orders.get(hold.order_number) if hold else None
    quote = carts.quote(ctx.work, ctx.customer.id, _area(ctx))
    same = order and (order.lines, order.totals, order.ship_to) == (quote.lines, quote.totals, ship_to)
    return order if same else None


def pay_again(ctx: Context, order: Order) -> Outcome:
    """The link of an unpaid order once more; a fresh one where the old is over."""
    open_links = [x for x in ctx.work.uow.payments.links_of(order.number) if x.status is LinkStatus.OPEN and x.url]
    alive = [link for link in open_links if link.expires_at > ctx.work.now]
    if alive and order.status is OrderStatus.AWAITING_PAYMENT:
        return say(link_reply(order, str(alive[-1].url)))
    if _coming(ctx, order):
        return say(reply("link_coming", number=order.number))
    orders.fresh_link(ctx.work, order)
    return say(reply("link_coming", number=order.number))


def _coming(ctx: Context, order: Order) -> bool:
    return any(x.status is LinkStatus.WANTED for x in ctx.work.uow.payments.links_of(order.number))


def link_reply(order: Order, url: str) -> Reply:
    """The way to Razorpay's page."""
    params = {"number": order.number, "total": order.total}
    return Reply(Say("link_ready", params), link=Link(Say("choice_pay_now", {"total": order.total}), url))


def pay_order_tap(ctx: Context, number: str) -> Outcome:
    """`pay_order:<number>`: a link for an own unpaid order."""
    return pay_again(ctx, orders.owned(ctx.work, ctx.customer.id, number))


def new_address(ctx: Context, _: str = "") -> Outcome:
    """Take the address down anew."""
    if not carts.quote(ctx.work, ctx.customer.id).lines:
        return cart.show_cart(ctx)
    ctx.memory.draft = {}
    return _next(ctx)


def another_street(ctx: Context) -> Outcome:
    """ "Change my address": name and phone stay."""
    ctx.memory.draft.pop("street", None)
    ctx.memory.draft.pop("pincode", None)
    return _next(ctx)


def leave(ctx: Context, _: str = "") -> Outcome:
    """Stop what is being asked; the cart stays, and so does what was said of the address."""
    return say(reply("stopped", show.SHOW_CART, show.MORE))
