"""When something went wrong: complaints, returns, refunds, trouble with paying."""

from actions import show
from actions.context import Context
from actions.track import on_order
from model.conversation import Handover, Outcome, Question, say
from model.message import Choice, Reply, Say, reply
from model.order import LinkStatus, Order, OrderStatus, RefundStatus, TicketKind
from shop import contacts, orders, payments, words
from shop.search import normal
from shop.tickets import raise_ticket

_COMPLAINT = frozenset("complaint complain problem issue shikayat शिकायत समस्या புகார் ఫిర్యాదు".split())
_REFUND_TOLD = {RefundStatus.PROCESSED: "refund_done", RefundStatus.FAILED: "refund_failed"}
_FEW = 6
"""Words in which a complaint is announced, not told."""


def ticket(ctx: Context, kind: TicketKind, details: str, order_number: str | None = None) -> int:
    """Put a wish or trouble before the shop's people."""
    return raise_ticket(
        ctx.work,
        kind,
        details,
        customer_id=ctx.customer.id,
        conversation_id=ctx.conversation.id,
        order_number=order_number,
    )


def _order_named(ctx: Context) -> str | None:
    """The customer's own order named in the message, else their newest."""
    number = words.read_order_number(ctx.heard.text)
    if number:
        return orders.owned(ctx.work, ctx.customer.id, number).number
    newest = ctx.work.uow.orders.of_customer(ctx.customer.id, 1)
    return newest[0].number if newest else None


def complain(ctx: Context) -> Outcome:
    """Be sorry, keep what was said as a ticket, offer a person; clear anger gets one at once."""
    number = _order_named(ctx)
    if _says_nothing_yet(ctx):
        return ask_trouble(ctx, Question("trouble", {"number": number}, free=True))
    return _complaint(ctx, number, ctx.heard.text)


def _says_nothing_yet(ctx: Context) -> bool:
    """ "I have a complaint": of what is to be asked."""
    said = normal(ctx.heard.text).split()
    return len(said) <= _FEW and bool(_COMPLAINT & set(said))


def complain_tap(ctx: Context, number: str) -> Outcome:
    """`complain:<number>`: ask what happened."""
    order = orders.owned(ctx.work, ctx.customer.id, number)
    return ask_trouble(ctx, Question("trouble", {"number": order.number}, free=True))


def ask_trouble(ctx: Context, question: Question) -> Outcome:
    """Ask what went wrong, with an order if there is one."""
    number = question.params["number"]
    return say(reply("ask_trouble", number=number) if number else reply("ask_trouble_any"), ask=question)


def answer_trouble(ctx: Context, question: Question) -> Outcome | None:
    """Whatever they write is the complaint."""
    return _complaint(ctx, question.params["number"], ctx.heard.text)


def _complaint(ctx: Context, number: str | None, details: str) -> Outcome:
    ticket_id = ticket(ctx, TicketKind.COMPLAINT, details, number)
    if ctx.heard.angry:
        return Outcome([reply("complaint_angry", ticket=ticket_id)], handover=Handover("angry"))
    key = "complaint_of_order" if number else "complaint"
    return say(reply(key, show.HUMAN, ticket=ticket_id, number=number))


def file_received(ctx: Context) -> Outcome:
    """A picture nobody asked for is kept: ask what it is about, with the newest order's troubles at hand."""
    number = _order_named(ctx)
    trouble = (Choice(f"complain:{number}", Say("choice_complain")),) if number else ()
    return say(reply("file_received", *trouble, show.HUMAN))


def return_of(ctx: Context, order: Order) -> Outcome:
    """A return or replacement is seen to by a person: ask what for."""
    return ask_return(ctx, Question("return", {"number": order.number}, free=True))


def ask_return(ctx: Context, question: Question) -> Outcome:
    """Ask what is to be returned and why."""
    return say(reply("ask_return", number=question.params["number"]), ask=question)


def answer_return(ctx: Context, question: Question) -> Outcome | None:
    """The reason goes with the ticket."""
    number = str(question.params["number"])
    ticket_id = ticket(ctx, TicketKind.RETURN, ctx.heard.text, number)
    return say(reply("return_noted", show.HUMAN, ticket=ticket_id, number=number))


def refund_of(ctx: Context, order: Order) -> Outcome:
    """Where the money of an order is."""
    refunds = ctx.work.uow.payments.refunds_of(order.number)
    if not refunds:
        return say(reply("refund_none", show.HUMAN, number=order.number))
    last = refunds[-1]
    key = _REFUND_TOLD.get(last.status, "refund_under_way")
    return say(reply(key, number=order.number, amount=last.amount))


def has_money(order: Order) -> bool:
    """Whether money came in for it, or may have."""
    return order.paid or order.status is OrderStatus.CANCELLED


def payment_problem(ctx: Context) -> Outcome:
    """Ask Razorpay about the unpaid order's links at once, and give the way to pay again."""
    number = words.read_order_number(ctx.heard.text)
    mine = [orders.owned(ctx.work, ctx.customer.id, number)] if number else _payable(ctx)
    if not mine:
        ticket_id = ticket(ctx, TicketKind.PAYMENT, ctx.heard.text, _order_named(ctx))
        return say(reply("payment_problem_ticket", show.HUMAN, ticket=ticket_id))
    order = mine[0]
    _ask_about(ctx, order)
    if order.paid:
        return say(reply("payment_received_already", number=order.number, total=order.total))
    again = Choice(f"pay_order:{order.number}", Say("choice_pay_again"))
    return say(reply("payment_problem", again, show.HUMAN, number=order.number, total=order.total))


def _payable(ctx: Context) -> list[Order]:
    newest = ctx.work.uow.orders.of_customer(ctx.customer.id, 5)
    return [o for o in newest if o.status in (OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED)]


def _ask_about(ctx: Context, order: Order) -> None:
    for link in ctx.work.uow.payments.links_of(order.number):
        if link.provider_id and link.status is not LinkStatus.PAID:
            payments.ask(ctx.work, link.provider_id)


def feedback(ctx: Context) -> Outcome:
    """Thank for praise or a rating, and keep it for the shop."""
    ticket(ctx, TicketKind.FEEDBACK, contacts.tidy(ctx.heard.text, 2000))
    return say(Reply(Say("feedback_thanks")))


return_item = on_order("return_item", return_of, lambda order: order.status is OrderStatus.DELIVERED)
refund_status = on_order("refund_status", refund_of, has_money)
