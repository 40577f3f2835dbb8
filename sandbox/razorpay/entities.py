"""Links, payments and refunds as the stand-in keeps them. Money in paise, times in Unix seconds."""

from dataclasses import dataclass, field
from typing import Literal

from sandbox.razorpay.rules import NewLink, NewRefund

Method = Literal["upi", "card"]
LinkStatus = Literal["created", "paid", "cancelled", "expired"]
METHODS: tuple[Method, ...] = ("upi", "card")


@dataclass(slots=True)
class Payment:
    """One attempt to pay a link: captured, or failed."""

    id: str
    link: "Link"
    method: Method
    failed: bool
    reference: str
    created_at: int
    amount_refunded: int = 0

    @property
    def amount(self) -> int:
        """Links are always paid whole."""
        return self.link.asked.amount

    @property
    def left(self) -> int:
        """What can still be refunded."""
        return 0 if self.failed else self.amount - self.amount_refunded

    @property
    def status(self) -> str:
        """`failed`, `captured`, or `refunded` once nothing is left."""
        if self.failed:
            return "failed"
        return "captured" if self.left else "refunded"


@dataclass(slots=True)
class Link:
    """A payment link. `order_id` appears with the first attempt to pay."""

    id: str
    asked: NewLink
    short_url: str
    form_token: str
    created_at: int
    updated_at: int
    status: LinkStatus = "created"
    order_id: str = ""
    amount_paid: int = 0
    cancelled_at: int = 0
    expired_at: int = 0
    payments: list[Payment] = field(default_factory=list)

    @property
    def captured(self) -> list[Payment]:
        """The payments whose money arrived; more than one only where somebody paid twice."""
        return [payment for payment in self.payments if not payment.failed]


@dataclass(slots=True)
class Refund:
    """Money on its way back: `pending`, then `processed`."""

    id: str
    payment: Payment
    asked: NewRefund
    amount: int
    created_at: int
    processed: bool = False
    reference: str = ""
