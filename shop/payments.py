"""Payments: which money counts for which order, once, however many notices tell of it.

The rules, in the order they are asked:

1. A payment is known by Razorpay's id; told again, it changes nothing.
2. It belongs to an order only through a link of ours whose reference, id, amount and currency all match;
   else it is kept as unmatched money and a person is told.
3. An order that is unpaid is paid by it, if its stock is held or still there; else the money goes back.
4. Of two payments for one order, or for an order and the one that replaced it, the later goes back.
"""

from dataclasses import replace
from datetime import timedelta

from model.effect import EffectKind
from model.events import EventKind
from model.order import (
    LinkStatus,
    Order,
    OrderStatus,
    PayBy,
    Payment,
    PaymentLink,
    TicketKind,
    needs,
)
from model.ports import LinkState, PaidBy
from shop import orders, refunds, stock
from shop.tickets import raise_ticket
from shop.work import Work

_OVER = ("cancelled", "expired")
_STILL_PAYABLE = frozenset({LinkStatus.WANTED, LinkStatus.OPEN, LinkStatus.CLOSING})
"""A link that is being closed can be paid until Razorpay says that it is over."""
_CLOSING_TAKES = timedelta(minutes=2)


def arrived(work: Work, paid: PaidBy, reference: str | None, link_id: str | None) -> None:
    """Captured money, told by a signed notice or fetched from Razorpay."""
    known = work.uow.payments.get(paid.payment_id)
    link = _matching(work, paid, reference, link_id)
    if known and (known.order_number or link is None):
        return
    payment = Payment(
        paid.payment_id, link.order_number if link else None, link.reference if link else reference,
        paid.amount, paid.currency, paid.method, paid.at,
    )  # fmt: skip
    if known:
        work.uow.payments.save(payment)
    elif not work.uow.payments.add(payment):
        return
    if link is None:
        _unmatched(work, payment)
        _ask_whose(work, reference, link_id)
    else:
        _count(work, payment, link)


def _matching(work: Work, paid: PaidBy, reference: str | None, link_id: str | None) -> PaymentLink | None:
    link = work.uow.payments.link(reference) if reference else None
    if link is None and link_id:
        link = work.uow.payments.link_by_provider(link_id)
    if link is None or link_id is None or (paid.amount, paid.currency) != (link.amount, "INR"):
        return None
    return link if link.provider_id in (None, link_id) else None


def _unmatched(work: Work, payment: Payment) -> None:
    work.record(EventKind.PAYMENT_UNMATCHED, None, payment=payment.provider_id, amount=payment.amount.paise)
    details = f"{payment.amount} ({payment.provider_id}) arrived and matches no order."
    raise_ticket(work, TicketKind.PAYMENT, details)


def _ask_whose(work: Work, reference: str | None, link_id: str | None) -> None:
    """Money that names our reference but no link may be a link's all the same: Razorpay knows."""
    if reference and link_id is None and work.uow.payments.link(reference):
        work.want(EffectKind.CHECK_LINK, f"check:{reference}", reference=reference)


def _count(work: Work, payment: Payment, link: PaymentLink) -> None:
    """Pay the order with it, or send it back."""
    work.uow.payments.save_link(replace(link, status=LinkStatus.PAID))
    order = work.uow.orders.get(link.order_number)
    if order and _may_pay(work, order):
        _pay(work, order, payment)
    else:
        refunds.refund(work, payment, order, "already_paid" if order and _settled(work, order) else "too_late")


def _settled(work: Work, order: Order) -> bool:
    """Whether the order, or the one in its place, is paid or needs no payment in advance."""
    heir = _heir(work, order)
    instead = heir is not None and heir.status is not OrderStatus.CANCELLED
    return order.paid or (heir is not None and instead and (heir.paid or heir.pay_by is PayBy.CASH))


def _heir(work: Work, order: Order) -> Order | None:
    """The order that stands in the place of this one now, if it was replaced."""
    heir = None
    while order.replaced_by:
        successor = work.uow.orders.get(order.replaced_by)
        if successor is None:
            break
        heir = order = successor
    return heir


def _may_pay(work: Work, order: Order) -> bool:
    """Whether this order can be paid now; afterwards its stock is sold to it."""
    heir = _heir(work, order)
    if OrderStatus.CANCELLED in (order.status, heir and heir.status) or _settled(work, order):
        return False
    hold = work.uow.orders.remove_hold(order.number)
    if hold:
        stock.take_held_all(work.uow.catalogue, hold.needs)
        return True
    return _take_in_place_of(work, order, heir) if heir else stock.take_all(work.uow.catalogue, needs(order.lines))


def _take_in_place_of(work: Work, order: Order, heir: Order) -> bool:
    """The customer paid an order they had replaced: the unpaid one in its place gives its stock and goes."""
    held = orders.release(work, heir.number)
    if stock.take_all(work.uow.catalogue, needs(order.lines)):
        orders.replace_by(work, heir, order)
        return True
    if held:
        orders.reserve(work, heir)
    return False


def _pay(work: Work, order: Order, payment: Payment) -> None:
    work.uow.payments.save(replace(payment, applied=True))
    paid = replace(order, status=OrderStatus.CONFIRMED, paid_at=work.now, replaced_by=None)
    work.uow.orders.save(paid)
    orders.close_links(work, paid)
    orders.empty_cart_of(work, paid)
    work.record(EventKind.ORDER_PAID, paid, amount=payment.amount.paise, method=payment.method)


def link_made(work: Work, reference: str, state: LinkState) -> None:
    """Razorpay made the link: it is told to the customer, unless it is no longer wanted."""
    link = work.uow.payments.link(reference)
    if link is None or link.status is not LinkStatus.WANTED:
        return
    opened = replace(link, status=LinkStatus.OPEN, provider_id=state.provider_id, url=state.url)
    work.uow.payments.save_link(opened)
    order = work.uow.orders.get(link.order_number)
    work.record(EventKind.LINK_READY, order, url=state.url, amount=link.amount.paise)


def link_wanted(work: Work, reference: str) -> tuple[PaymentLink, Order] | None:
    """The link to be made and its order; None where it is no longer wanted."""
    link = work.uow.payments.link(reference)
    order = work.uow.orders.get(link.order_number) if link else None
    return (link, order) if link and order and link.status is LinkStatus.WANTED else None


def link_failed(work: Work, reference: str) -> None:
    """Razorpay will not make this link: the customer is offered other ways."""
    link = work.uow.payments.link(reference)
    if link and link.status is LinkStatus.WANTED:
        work.uow.payments.save_link(replace(link, status=LinkStatus.FAILED))
        work.record(EventKind.LINK_FAILED, work.uow.orders.get(link.order_number))


def link_delayed(work: Work, reference: str) -> None:
    """The link takes longer: the customer is told, once."""
    link = work.uow.payments.link(reference)
    if link and link.status is LinkStatus.WANTED:
        work.record(EventKind.LINK_DELAYED, work.uow.orders.get(link.order_number))


def link_state(work: Work, reference: str, state: LinkState | None) -> None:
    """How Razorpay says a link stands: its payments count; one that is over is closed and its stock let go."""
    link = work.uow.payments.link(reference)
    if link is None:
        return
    if state:
        _learn_id(work, link, state)
        for paid in state.payments:
            arrived(work, paid, reference, state.provider_id)
    if state is None or is_over(state):
        link_over(work, reference)


def is_over(state: LinkState) -> bool:
    """Whether a link can no longer be paid: it was, or its time ended, or it was cancelled."""
    return state.status in _OVER or bool(state.payments)


def _learn_id(work: Work, link: PaymentLink, state: LinkState) -> None:
    """A link whose making was cut off is known from now on."""
    if link.provider_id is None:
        work.uow.payments.save_link(replace(link, provider_id=state.provider_id, url=state.url))


def link_over(work: Work, reference: str) -> None:
    """A link can no longer be paid. Where it was its order's only hope, the order expires."""
    link = work.uow.payments.link(reference)
    if link is None or link.status in (LinkStatus.PAID, LinkStatus.CLOSED):
        return
    work.uow.payments.save_link(replace(link, status=LinkStatus.CLOSED))
    order = work.uow.orders.get(link.order_number)
    if order and order.status is OrderStatus.AWAITING_PAYMENT and not _payable_links(work, order):
        _expire(work, order)


def _payable_links(work: Work, order: Order) -> bool:
    return any(link.status in _STILL_PAYABLE for link in work.uow.payments.links_of(order.number))


def failed(work: Work, reference: str | None) -> None:
    """A try to pay did not work; the link is still open."""
    link = work.uow.payments.link(reference) if reference else None
    if link and link.status is LinkStatus.OPEN:
        work.record(EventKind.PAYMENT_FAILED, work.uow.orders.get(link.order_number), url=link.url)


def ask(work: Work, link_id: str) -> Order | None:
    """Have Razorpay asked about a link (the customer came back from its page); the order it is for."""
    link = work.uow.payments.link_by_provider(link_id)
    order = work.uow.orders.get(link.order_number) if link else None
    if link and order and link.status is not LinkStatus.PAID:
        work.want(EffectKind.CHECK_LINK, f"check:{link.reference}", reference=link.reference)
    return order


def hold_ended(work: Work, order_number: str) -> None:
    """A hold's time is up: its links are closed first (which asks Razorpay), the stock goes when they are."""
    order = work.uow.orders.get(order_number)
    if order is None or order.status is not OrderStatus.AWAITING_PAYMENT:
        orders.release(work, order_number)
        return
    hold = work.uow.orders.hold_of(order.customer_id)
    if hold and hold.order_number == order_number and hold.ends_at > work.now:
        return  # a fresh link was asked for meanwhile
    orders.close_links(work, order)
    states = {link.status for link in work.uow.payments.links_of(order_number)}
    if LinkStatus.CLOSING in states:
        work.uow.orders.move_hold(order_number, work.now + _CLOSING_TAKES)
    else:
        _expire(work, order)


def _expire(work: Work, order: Order) -> None:
    orders.release(work, order.number)
    work.uow.orders.save(replace(order, status=OrderStatus.EXPIRED))
    work.record(EventKind.ORDER_EXPIRED, order)
