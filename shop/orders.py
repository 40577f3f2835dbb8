"""Orders: placing, cancelling, moving on. Every change writes its event in the same transaction."""

from dataclasses import replace
from datetime import timedelta

from model.catalogue import DeliveryArea
from model.effect import EffectKind
from model.errors import Fault, Refused
from model.events import EventKind
from model.order import (
    CANCELLABLE,
    HOLD_FOR,
    LINK_FOR,
    UNPAID,
    Customer,
    Hold,
    LinkStatus,
    Order,
    OrderStatus,
    PayBy,
    PaymentLink,
    ShipTo,
    may_become,
    needs,
    new_order_number,
)
from shop import carts, refunds, stock
from shop.prices import Quote
from shop.work import Work

_PAYABLE = (OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED)
_PRICES_HOLD = timedelta(days=1)
"""An unpaid order older than this must be ordered anew, at today's prices."""
_RECENT = 20
"""So many of a customer's newest orders are looked through for unpaid ones."""


def lane(customer_id: int) -> str:
    """A customer's links are opened and closed one after the other."""
    return f"customer:{customer_id}"


def place(work: Work, customer: Customer, ship_to: ShipTo, pay_by: PayBy) -> Order:
    """Make an order of the customer's cart; an earlier unpaid one is replaced by it.

    Online: its stock is held and a payment link is wanted. Cash: its stock is sold and it is confirmed.
    Raises Refused: cart_empty, area_unserved, cash_not_here, stock_short.
    """
    area = work.catalogue.area(ship_to.pincode)
    quote = _sellable(work, customer, area)
    if pay_by is PayBy.CASH and not (area and area.cash_on_delivery):
        raise Refused("cash_not_here", area=ship_to.area)
    unpaid = [o for o in work.uow.orders.of_customer(customer.id, _RECENT) if o.status in _PAYABLE]
    for old in unpaid:
        release(work, old.number)
    order = _store(work, customer, quote, ship_to, pay_by)
    for old in unpaid:
        replace_by(work, old, order)
    if pay_by is PayBy.CASH:
        _confirm_cash(work, order)
    else:
        reserve(work, order)
        want_link(work, order)
    return order


def _sellable(work: Work, customer: Customer, area: DeliveryArea | None) -> Quote:
    quote = carts.quote(work, customer.id, area)
    if quote.gone:
        for sku in quote.gone:
            carts.set_packs(work, customer.id, sku, 0)
    if not quote.lines:
        raise Refused("cart_empty")
    if area is None:
        raise Refused("area_unserved")
    return quote


def _store(work: Work, customer: Customer, quote: Quote, ship_to: ShipTo, pay_by: PayBy) -> Order:
    """Store the new order under a number that nobody has."""
    status = OrderStatus.AWAITING_PAYMENT if pay_by is PayBy.ONLINE else OrderStatus.CONFIRMED
    order = Order("", customer.id, status, pay_by, quote.lines, quote.totals, ship_to, work.now, quote.coupon)
    for _ in range(20):
        order = replace(order, number=new_order_number())
        if work.uow.orders.add(order):
            return order
    raise Fault("no free order number found in 20 tries")


def _confirm_cash(work: Work, order: Order) -> None:
    if not stock.take_all(work.uow.catalogue, needs(order.lines)):
        raise Refused("stock_short")
    empty_cart_of(work, order)
    work.record(EventKind.ORDER_PLACED, order, total=order.total.paise, pay_by=order.pay_by)


def reserve(work: Work, order: Order) -> None:
    """Hold an order's stock for its link. Raises Refused("stock_short")."""
    if not stock.hold_all(work.uow.catalogue, needs(order.lines)):
        raise Refused("stock_short")
    hold = Hold(order.number, order.customer_id, needs(order.lines), work.now + HOLD_FOR)
    work.uow.orders.add_hold(hold)


def release(work: Work, number: str) -> bool:
    """Let an order's held stock go; False where none was held."""
    hold = work.uow.orders.remove_hold(number)
    if hold:
        stock.unhold_all(work.uow.catalogue, hold.needs)
    return hold is not None


def empty_cart_of(work: Work, order: Order) -> None:
    """Take what was ordered out of the customer's cart."""
    carts.take_out(work, order.customer_id, {line.sku: line.packs for line in order.lines})


def want_link(work: Work, order: Order) -> PaymentLink:
    """Have Razorpay make a link for an order; the reference is unique among its tries."""
    tries = len(work.uow.payments.links_of(order.number)) + 1
    link = PaymentLink(f"{order.number}-{tries}", order.number, order.total, LinkStatus.WANTED, work.now + LINK_FOR)
    work.uow.payments.add_link(link)
    work.want(EffectKind.CREATE_LINK, lane(order.customer_id), reference=link.reference)
    return link


def close_links(work: Work, order: Order) -> None:
    """Have every link of an order that could still be paid cancelled."""
    for link in work.uow.payments.links_of(order.number):
        if link.status in (LinkStatus.WANTED, LinkStatus.OPEN):
            work.uow.payments.save_link(replace(link, status=LinkStatus.CLOSING))
            work.want(EffectKind.CLOSE_LINK, lane(order.customer_id), reference=link.reference)


def replace_by(work: Work, old: Order, new: Order) -> None:
    """Another order of the same customer takes an unpaid one's place."""
    release(work, old.number)
    close_links(work, old)
    work.uow.orders.save(replace(old, status=OrderStatus.REPLACED, replaced_by=new.number))
    work.record(EventKind.ORDER_REPLACED, old, by=new.number)


def fresh_link(work: Work, order: Order) -> None:
    """A new link for an unpaid order: its stock is held again, the link before is cancelled first.

    Raises Refused: order_not_payable, stock_short.
    """
    if order.status not in _PAYABLE or work.now - order.placed_at > _PRICES_HOLD:
        raise Refused("order_not_payable", number=order.number)
    _give_way(work, order)
    close_links(work, order)
    reserve(work, order)
    work.uow.orders.save(replace(order, status=OrderStatus.AWAITING_PAYMENT))
    want_link(work, order)


def _give_way(work: Work, order: Order) -> None:
    """One open hold a customer: whatever is held now, for this order or another, is let go first."""
    hold = work.uow.orders.hold_of(order.customer_id)
    other = work.uow.orders.get(hold.order_number) if hold else None
    if other and other.number != order.number:
        replace_by(work, other, order)
    release(work, order.number)


def cancel(work: Work, order: Order) -> Order:
    """Cancel an order: its stock goes back, its links are closed, its money is returned.

    Raises Refused("cancel_too_late") once it was sent.
    """
    if order.status not in CANCELLABLE:
        raise Refused("cancel_too_late", number=order.number)
    if order.status in UNPAID:
        release(work, order.number)
        close_links(work, order)
    else:
        stock.put_back_all(work.uow.catalogue, needs(order.lines))
        refunds.refund_order(work, order, "cancelled")
    cancelled = replace(order, status=OrderStatus.CANCELLED)
    work.uow.orders.save(cancelled)
    work.record(EventKind.ORDER_CANCELLED, order, paid=order.paid)
    return cancelled


def move(work: Work, number: str, status: OrderStatus) -> Order:
    """Move an order on, as a person of the shop does.

    Raises Refused: order_unknown, order_move_refused (it cannot go there from where it stands).
    """
    order = work.uow.orders.get(number)
    if order is None:
        raise Refused("order_unknown", number=number)
    if not may_become(order.status, status):
        raise Refused("order_move_refused", number=number, now=order.status, then=status)
    if status is OrderStatus.CANCELLED:
        return cancel(work, order)
    moved = replace(order, status=status)
    work.uow.orders.save(moved)
    work.record(EventKind.ORDER_MOVED, moved, status=status)
    return moved


def change_address(work: Work, order: Order, street: str, pincode: str) -> Order:
    """Send an order elsewhere, while it is not sent yet and delivery there costs the same.

    Raises Refused: address_too_late, area_unserved, address_other_charge, cash_not_here.
    """
    if order.status not in CANCELLABLE:
        raise Refused("address_too_late", number=order.number)
    area = work.catalogue.area(pincode)
    if area is None:
        raise Refused("area_unserved")
    if area.charge_for(order.totals.goods) != order.totals.delivery:
        raise Refused("address_other_charge", number=order.number)
    if order.pay_by is PayBy.CASH and not area.cash_on_delivery:
        raise Refused("cash_not_here", area=area.name)
    ship_to = replace(order.ship_to, street=street, pincode=pincode, area=area.name)
    changed = replace(order, ship_to=ship_to)
    work.uow.orders.save(changed)
    work.record(EventKind.ADDRESS_CHANGED, changed)
    return changed


def owned(work: Work, customer_id: int, number: str) -> Order:
    """The customer's own order. Raises Refused("order_unknown"), for somebody else's as for none."""
    order = work.uow.orders.get(number)
    if order is None or order.customer_id != customer_id:
        raise Refused("order_unknown", number=number)
    return order
