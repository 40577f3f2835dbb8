"""Who may be written to: opt-ins and opt-outs, at once and on every channel, with source and time on record."""

from datetime import datetime

from model.conversation import Conversation
from model.order import Customer
from model.rows import Consent
from shop.work import Work


def record(
    work: Work,
    conversation: Conversation,
    *,
    wanted: bool,
    source: str,
    marketing: bool = False,
    at: datetime | None = None,
) -> None:
    """Write down what a customer wants; `marketing`: of advertising alone, `at`: when they said it, if not now."""
    whose = (conversation.customer_id, conversation.address.channel)
    work.uow.customers.consent(Consent(*whose, wanted, marketing, source, at or work.now))


def first_message(work: Work, conversation: Conversation, customer: Customer) -> None:
    """Who writes first may be answered: that is the opt-in. It brings nobody back who said STOP elsewhere."""
    if not customer.silent:
        record(work, conversation, wanted=True, source="wrote first")
