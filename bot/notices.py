"""What providers tell of money: stored first, then acted on, each once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from model.message import Notice, NoticeKind
from model.money import Money
from model.order import TicketKind
from model.ports import PaidBy
from shop import payments, refunds
from shop.tickets import raise_ticket
from shop.work import Work

TRIES = 5


def act_on(work: Work, notice: Notice) -> None:
    """Do what a notice asks for. `body` is as its edge's `read` shaped it."""
    _ACTS[notice.kind](work, notice.body)


def tell_a_person(work: Work, notice: Notice) -> None:
    """It could not be acted on and is kept aside: it may be about money."""
    details = f"A notice of {notice.source} ({notice.kind}, {notice.provider_id}) could not be acted on."
    raise_ticket(work, TicketKind.STUCK, details)


def _payment(work: Work, body: Mapping[str, Any]) -> None:
    """Captured money; where the notice does not name the link it is for, Razorpay is asked about it."""
    at = datetime.fromtimestamp(body["at"], UTC)
    paid = PaidBy(body["payment_id"], Money(body["amount"]), body["currency"], body["method"], at)
    payments.arrived(work, paid, body["reference"], body["link_id"])


def _failed(work: Work, body: Mapping[str, Any]) -> None:
    payments.failed(work, body["reference"])


def _ask(work: Work, body: Mapping[str, Any]) -> None:
    """A link closed, or a customer came back from paying: ask Razorpay instead of believing."""
    payments.ask(work, body["link_id"])


def _refund(work: Work, body: Mapping[str, Any]) -> None:
    refunds.told(work, body["refund_id"], body["payment_id"], body["status"])


_ACTS = {
    NoticeKind.PAYMENT: _payment,
    NoticeKind.PAYMENT_FAILED: _failed,
    NoticeKind.LINK_CLOSED: _ask,
    NoticeKind.ASK: _ask,
    NoticeKind.REFUND: _refund,
}
