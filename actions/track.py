"""Orders already placed: where they are, the earlier ones, the same again, cancelling, another address."""

from collections.abc import Callable
from dataclasses import replace

from actions import answers, checkout, prove, show
from actions.cart import show_cart
from actions.context import Action, Context, Tap
from model.conversation import Outcome, Question, say
from model.errors import Refused
from model.message import Choice, Reply, Say, reply
from model.order import CANCELLABLE, Order, OrderStatus
from shop import carts, contacts, orders, words

_RECENT = 5
_OVER = frozenset({OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.REPLACED, OrderStatus.EXPIRED})


def _mine(ctx: Context) -> list[Order]:
    """The customer's latest orders, but those that others took the place of."""
    placed = ctx.work.uow.orders.of_customer(ctx.customer.id, _RECENT * 2)
    return [order for order in placed if order.status is not OrderStatus.REPLACED][:_RECENT]


def _named(ctx: Context) -> str | None:
    """The order number in the message, as our numbers are written."""
    return words.read_order_number(ctx.heard.text)


OnOrder = Callable[[Context, Order], Outcome]


def on_order(verb: str, act: OnOrder, fits: Callable[[Order], bool]) -> Action:
    """An action on the order that was named, else on the only one it can be meant for, else on the one tapped."""

    def action(ctx: Context) -> Outcome:
        number = _named(ctx)
        if number:
            return act(ctx, orders.owned(ctx.work, ctx.customer.id, number))
        if ctx.heard.first("order_number"):
            raise Refused("order_unknown", number=contacts.tidy(ctx.heard.first("order_number") or "", 20))
        mine = _mine(ctx)
        fitting = [order for order in mine if fits(order)] or mine[:1]
        if not fitting:
            return say(reply("no_orders", *prove.offered(ctx), show.MORE))
        return act(ctx, fitting[0]) if len(fitting) == 1 else say(_which(verb, fitting))

    return action


def on_tapped(act: OnOrder) -> Tap:
    """The same for a tapped `verb:<number>`; somebody else's order is as unknown as none."""
    return lambda ctx, number: act(ctx, orders.owned(ctx.work, ctx.customer.id, number))


def _which(verb: str, placed: list[Order]) -> Reply:
    choices = tuple(Choice(f"{verb}:{o.number}", o.number, Say(f"status_{o.status}")) for o in placed)
    return reply("which_order", *choices)


def is_open(order: Order) -> bool:
    """Not delivered and not given up."""
    return order.status not in _OVER


def is_cancellable(order: Order) -> bool:
    """Not sent yet."""
    return order.status in CANCELLABLE and order.status is not OrderStatus.EXPIRED


def tell_status(ctx: Context, order: Order) -> Outcome:
    """Where it stands, what is in it, when it comes."""
    params = {
        "number": order.number,
        "status": Say(f"status_{order.status}"),
        "lines": show.order_lines(ctx, order.lines),
        "total": order.total,
    }
    return say(Reply(Say("order_status", params), _choices(order)))


def track_tap(ctx: Context, number: str) -> Outcome:
    """`track:<number>`; without a number, whichever order is open."""
    return on_tapped(tell_status)(ctx, number) if number else track(ctx)


def _choices(order: Order) -> tuple[Choice, ...]:
    if order.status in (OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED):
        pay = Choice(f"pay_order:{order.number}", Say("choice_pay_now", {"total": order.total}))
        return (pay, Choice(f"cancel_order:{order.number}", Say("choice_cancel_order")))
    if order.status in CANCELLABLE:
        return (Choice(f"cancel_order:{order.number}", Say("choice_cancel_order")),)
    return (Choice(f"complain:{order.number}", Say("choice_complain")),)


def order_history(ctx: Context, _: str = "") -> Outcome:
    """The latest orders, to tap."""
    mine = _mine(ctx)
    if not mine:
        return say(reply("no_orders", show.MORE))
    lines = tuple(
        Say("history_line", {"number": o.number, "status": Say(f"status_{o.status}"), "total": o.total}) for o in mine
    )
    return say(reply("order_history", *(Choice(f"track:{o.number}", o.number) for o in mine), lines=lines))


def reorder(ctx: Context, order: Order) -> Outcome:
    """The same again: what is still sold and there goes into the cart, the rest is told."""
    told: list[Reply] = []
    for line in order.lines:
        try:
            carts.add(ctx.work, ctx.customer.id, line.sku, line.packs)
        except Refused as refused:
            told.append(reply(refused.key, **refused.params))
    return say(*told, reply("reordered", number=order.number), *show_cart(ctx).replies)


def ask_cancel(ctx: Context, order: Order) -> Outcome:
    """Cancelling is asked for once more."""
    if order.status not in CANCELLABLE:
        raise Refused("cancel_too_late", number=order.number)
    yes = Choice(f"cancel_now:{order.number}", Say("choice_yes_cancel"))
    no = Choice("keep_order", Say("choice_no_keep"))
    question = Question("cancel", {"number": order.number})
    return say(reply("cancel_sure", yes, no, number=order.number, total=order.total), ask=question)


def ask_cancel_again(ctx: Context, question: Question) -> Outcome:
    """Ask once more whether to cancel."""
    return ask_cancel(ctx, orders.owned(ctx.work, ctx.customer.id, question.params["number"]))


def answer_cancel(ctx: Context, question: Question) -> Outcome | None:
    """Yes or no."""
    if ctx.heard.intent in ("affirm", "cancel_order"):
        return cancel_now(ctx, orders.owned(ctx.work, ctx.customer.id, question.params["number"]))
    return keep(ctx) if ctx.heard.intent == "deny" else None


def cancel_now(ctx: Context, order: Order) -> Outcome:
    """Cancel it; `bot.notify` tells what happened."""
    if order.status is OrderStatus.CANCELLED:
        return tell_status(ctx, order)
    orders.cancel(ctx.work, order)
    return Outcome()


def keep(ctx: Context, _: str = "") -> Outcome:
    """Not cancelled after all."""
    return say(reply("order_kept"))


def change_address(ctx: Context) -> Outcome:
    """Of the order being made, else of one already placed."""
    if ctx.memory.question and ctx.memory.question.asker in ("address", "pay"):
        return checkout.another_street(ctx)
    return _change_placed(ctx)


def change_address_of(ctx: Context, order: Order) -> Outcome:
    """Ask for the new address of an order."""
    if order.status not in CANCELLABLE:
        raise Refused("address_too_late", number=order.number)
    return ask_new_street(ctx, Question("new_street", {"number": order.number}, free=True))


_change_placed = on_order("change_address", change_address_of, is_cancellable)


def ask_new_street(ctx: Context, question: Question) -> Outcome:
    """Ask for house, street and pincode in one."""
    return say(reply("ask_new_address", number=question.params["number"]), ask=question)


def answer_new_street(ctx: Context, question: Question) -> Outcome | None:
    """The whole new address; without a pincode the old one stays."""
    if not answers.is_street(ctx.heard):
        return None
    order = orders.owned(ctx.work, ctx.customer.id, question.params["number"])
    line, given = answers.street_in(ctx.heard.text)
    street, pincode = contacts.read_street(line), given or order.ship_to.pincode
    changed = orders.change_address(ctx.work, order, street, pincode)
    ctx.work.uow.customers.save(replace(ctx.customer, street=street, pincode=pincode))
    where = show.address(changed.ship_to.street, changed.ship_to.area, changed.ship_to.pincode)
    return say(reply("address_changed", number=order.number, address=where))


track = on_order("track", tell_status, is_open)
