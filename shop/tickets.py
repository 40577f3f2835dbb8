"""Wishes and troubles that a person of the shop sees to."""

from model.order import Ticket, TicketKind
from shop.work import Work

_DETAILS = 2000


def raise_ticket(
    work: Work,
    kind: TicketKind,
    details: str,
    *,
    customer_id: int | None = None,
    conversation_id: int | None = None,
    order_number: str | None = None,
) -> int:
    """Put a ticket before the shop's people; returns its number. `details` are kept to 2,000 characters."""
    return work.uow.desk.add_ticket(
        Ticket(0, kind, customer_id, conversation_id, order_number, details[:_DETAILS], work.now)
    )
