"""Orders and the money around them."""

from dataclasses import replace
from datetime import datetime

from model.errors import Fault
from model.events import Event
from model.order import Hold, Order, Payment, PaymentLink, Refund
from store.memory.data import Data, plain


class MemoryOrders:
    """`model.ports.Orders`."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._fresh: list[Event] = []

    def add(self, order: Order) -> bool:
        return self._data.orders.add(order.number, order)

    def get(self, number: str) -> Order | None:
        return self._data.orders.get(number)

    def save(self, order: Order) -> None:
        if known := self._data.orders.get(order.number):
            self._data.orders[order.number] = replace(
                known,
                status=order.status,
                replaced_by=order.replaced_by,
                paid_at=order.paid_at,
                ship_to=order.ship_to,
            )

    def of_customer(self, customer_id: int, limit: int) -> list[Order]:
        return [o for o in self._data.orders.newest() if o.customer_id == customer_id][:limit]

    def add_hold(self, hold: Hold) -> None:
        if self.hold_of(hold.customer_id) or hold.order_number in self._data.holds:
            raise Fault(f"customer {hold.customer_id} has a hold already")
        self._data.holds[hold.order_number] = hold

    def hold_of(self, customer_id: int) -> Hold | None:
        return next((hold for hold in self._data.holds.values() if hold.customer_id == customer_id), None)

    def remove_hold(self, order_number: str) -> Hold | None:
        return self._data.holds.pop(order_number, None)

    def holds_ended(self, now: datetime) -> list[Hold]:
        return sorted((h for h in self._data.holds.values() if h.ends_at <= now), key=lambda h: h.ends_at)

    def move_hold(self, order_number: str, ends_at: datetime) -> None:
        if hold := self._data.holds.get(order_number):
            self._data.holds[order_number] = replace(hold, ends_at=ends_at)

    def append(self, event: Event) -> None:
        self._data.events[self._data.next_id("event")] = replace(event, details=plain(event.details))
        self._fresh.append(event)

    def fresh(self) -> list[Event]:
        return list(self._fresh)


class MemoryPayments:
    """`model.ports.Payments`."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def add_link(self, link: PaymentLink) -> None:
        if not self._data.links.add(link.reference, link):
            raise Fault(f"link {link.reference} is there already")

    def save_link(self, link: PaymentLink) -> None:
        if known := self._data.links.get(link.reference):
            changed = replace(known, status=link.status, provider_id=link.provider_id, url=link.url)
            self._data.links[link.reference] = changed

    def link(self, reference: str) -> PaymentLink | None:
        return self._data.links.get(reference)

    def link_by_provider(self, provider_id: str) -> PaymentLink | None:
        return next((link for link in self._data.links.values() if link.provider_id == provider_id), None)

    def links_of(self, order_number: str) -> list[PaymentLink]:
        return [link for link in self._data.links.values() if link.order_number == order_number]

    def add(self, payment: Payment) -> bool:
        return self._data.payments.add(payment.provider_id, payment)

    def get(self, provider_id: str) -> Payment | None:
        return self._data.payments.get(provider_id)

    def save(self, payment: Payment) -> None:
        if known := self._data.payments.get(payment.provider_id):
            changed = replace(known, order_number=payment.order_number, applied=payment.applied)
            self._data.payments[payment.provider_id] = changed

    def of_order(self, order_number: str) -> list[Payment]:
        return [payment for payment in self._data.payments.values() if payment.order_number == order_number]

    def add_refund(self, refund: Refund) -> bool:
        return self._data.refunds.add(refund.key, refund)

    def refund(self, key: str) -> Refund | None:
        return self._data.refunds.get(key)

    def refund_by_provider(self, provider_id: str) -> Refund | None:
        return next((refund for refund in self._data.refunds.values() if refund.provider_id == provider_id), None)

    def refunds_of(self, order_number: str) -> list[Refund]:
        return [refund for refund in self._data.refunds.values() if refund.order_number == order_number]

    def save_refund(self, refund: Refund) -> None:
        if known := self._data.refunds.get(refund.key):
            self._data.refunds[refund.key] = replace(known, status=refund.status, provider_id=refund.provider_id)
