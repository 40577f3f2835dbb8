"""Money going back: decided here, sent by an effect, each once by its key."""

from dataclasses import replace

from model.effect import EffectKind
from model.events import EventKind
from model.order import Order, Payment, Refund, RefundStatus, TicketKind
from shop.tickets import raise_ticket
from shop.work import Work

_STATUS = {
    "pending": RefundStatus.SENT,
    "processed": RefundStatus.PROCESSED,
    "failed": RefundStatus.FAILED,
}
_EVENT = {
    RefundStatus.SENT: EventKind.REFUND_SENT,
    RefundStatus.PROCESSED: EventKind.REFUND_PROCESSED,
    RefundStatus.FAILED: EventKind.REFUND_FAILED,
}


def key_of(payment_id: str) -> str:
    """The idempotency key of a payment's refund (Razorpay: at least 10 of A-Z a-z 0-9 _ -)."""
    return f"refund-{payment_id}"


def refund(work: Work, payment: Payment, order: Order | None, reason: str) -> None:
    """Give a payment back whole. A second wish for the same payment changes nothing."""
    wanted = Refund(
        key_of(payment.provider_id), payment.provider_id, payment.order_number, payment.amount, reason,
        RefundStatus.WANTED,
    )  # fmt: skip
    if work.uow.payments.add_refund(wanted):
        work.want(EffectKind.REFUND, f"refund:{payment.provider_id}", key=wanted.key)
        work.record(EventKind.REFUND_WANTED, order, amount=payment.amount.paise, reason=reason)


def refund_order(work: Work, order: Order, reason: str) -> None:
    """Give back the payment that paid an order, if one did."""
    for payment in work.uow.payments.of_order(order.number):
        if payment.applied:
            refund(work, payment, order, reason)


def progressed(work: Work, key: str, provider_id: str, status: str) -> None:
    """How a refund stands at Razorpay (pending, processed, failed); it only ever goes forward.

    `provider_id` is empty where it was never taken there.
    """
    known = work.uow.payments.refund(key)
    new = _STATUS.get(status)
    if known is None or new is None or known.status in (new, RefundStatus.PROCESSED):
        return
    if known.status is RefundStatus.FAILED and new is RefundStatus.SENT:
        return
    work.uow.payments.save_refund(replace(known, status=new, provider_id=provider_id or known.provider_id))
    order = work.uow.orders.get(known.order_number) if known.order_number else None
    work.record(_EVENT[new], order, amount=known.amount.paise)
    if new is RefundStatus.FAILED:
        _tell_a_person(work, known, order)


def _tell_a_person(work: Work, failed: Refund, order: Order | None) -> None:
    details = f"Refund of {failed.amount} for payment {failed.payment_id} failed: send it by hand."
    customer = order.customer_id if order else None
    raise_ticket(work, TicketKind.REFUND, details, customer_id=customer, order_number=failed.order_number)


def told(work: Work, provider_id: str, payment_id: str, status: str) -> None:
    """A notice of a refund; one that we did not start (made by hand at Razorpay) changes nothing here."""
    known = work.uow.payments.refund_by_provider(provider_id) or work.uow.payments.refund(key_of(payment_id))
    if known:
        progressed(work, known.key, provider_id, status)
