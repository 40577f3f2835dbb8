"""What there is at Razorpay and how it changes. Everything is in memory and nothing here waits."""

from collections.abc import Callable
from typing import TypeVar

from sandbox.razorpay.entities import Link, Method, Payment, Refund
from sandbox.razorpay.errors import Refusal, unknown_id
from sandbox.razorpay.ids import digits, new_id
from sandbox.razorpay.rules import NewLink, NewRefund

Clock = Callable[[], float]
Kept = TypeVar("Kept")


class Ledger:
    """Links, payments and refunds by id, oldest first. `clock` gives Unix seconds."""

    def __init__(self, clock: Clock, public_url: str) -> None:
        self._clock = clock
        self._public_url = public_url
        self.links: dict[str, Link] = {}
        self.payments: dict[str, Payment] = {}
        self.refunds: dict[str, Refund] = {}

    def now(self) -> int:
        """Unix seconds."""
        return int(self._clock())

    def add_link(self, asked: NewLink) -> Link:
        """Raises `Refusal` where the reference was used before, whatever became of that link."""
        self._check_reference(asked.reference_id)
        link_id, now = new_id("plink"), self.now()
        short_url = f"{self._public_url}/pay/{link_id}"
        link = Link(link_id, asked, short_url, new_id("form"), created_at=now, updated_at=now)
        self.links[link_id] = link
        return link

    def link(self, link_id: str) -> Link:
        """Raises `Refusal` where there is none."""
        return _found(self.links, link_id)

    def payment(self, payment_id: str) -> Payment:
        """Raises `Refusal` where there is none."""
        return _found(self.payments, payment_id)

    def refund(self, refund_id: str) -> Refund:
        """Raises `Refusal` where there is none."""
        return _found(self.refunds, refund_id)

    def cancel(self, link: Link) -> None:
        """Raises `Refusal` unless the link is created, unpaid and unexpired."""
        if link.status == "paid":
            raise Refusal("cannot cancel or expire an already paid/partially paid link")
        if link.status != "created":
            raise Refusal("cannot cancel or expire an expired link")
        link.status = "cancelled"
        link.cancelled_at = link.updated_at = self.now()

    def due(self) -> list[Link]:
        """Open links whose time is over."""
        now = self.now()
        return [link for link in self.links.values() if _over(link, now)]

    def expire(self, link: Link) -> None:
        """Close an open link for good."""
        link.status = "expired"
        link.expired_at = link.updated_at = self.now()

    def capture(self, link: Link, method: Method, late: bool = False) -> Payment:
        """The customer pays. Raises `Refusal` unless the link is open, or the money comes `late`."""
        if link.status != "created" and not late:
            raise Refusal(f"Payment link is {link.status}", reason="invalid_link_state")
        payment = self._attempt(link, method, failed=False)
        link.status, link.amount_paid, link.updated_at = "paid", link.asked.amount, payment.created_at
        return payment

    def fail(self, link: Link, method: Method) -> Payment:
        """The customer tries to pay and the bank declines. Raises `Refusal` unless the link is open."""
        if link.status != "created":
            raise Refusal(f"Payment link is {link.status}", reason="invalid_link_state")
        return self._attempt(link, method, failed=True)

    def add_refund(self, payment: Payment, asked: NewRefund) -> Refund:
        """Raises `Refusal` unless the payment is captured and has that much left."""
        amount = _refundable(payment, asked)
        payment.amount_refunded += amount
        refund = Refund(new_id("rfnd"), payment, asked, amount, self.now())
        self.refunds[refund.id] = refund
        return refund

    def process(self, refund: Refund) -> None:
        """The bank has taken the refund."""
        refund.processed, refund.reference = True, digits(14)

    def _attempt(self, link: Link, method: Method, failed: bool) -> Payment:
        link.order_id = link.order_id or new_id("order")
        payment = Payment(new_id("pay"), link, method, failed, digits(12), self.now())
        link.payments.append(payment)
        self.payments[payment.id] = payment
        return payment

    def _check_reference(self, reference: str) -> None:
        if reference and any(link.asked.reference_id == reference for link in self.links.values()):
            raise Refusal(
                f"payment link with given reference_id: {reference} already exists. "
                "Please create a payment link with a different reference_id"
            )


def _found(kept: dict[str, Kept], key: str) -> Kept:
    try:
        return kept[key]
    except KeyError:
        raise unknown_id() from None


def _over(link: Link, now: int) -> bool:
    return link.status == "created" and 0 < link.asked.expire_by <= now


def _refundable(payment: Payment, asked: NewRefund) -> int:
    if payment.failed:
        raise Refusal("The payment status should be captured for action to be taken.")
    if not payment.left:
        raise Refusal("The payment has been fully refunded already.")
    amount = payment.left if asked.amount is None else asked.amount
    if amount > payment.left:
        raise Refusal("The refund amount provided is greater than amount captured.", field="amount")
    return amount
