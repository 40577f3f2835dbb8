"""What becomes of messages of ours that do not arrive, and of what else providers tell about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot import notify
from model.conversation import Conversation
from model.delivery import TEMPLATE
from model.message import AccountNews, Arrival, Moved, Preference, Progress, Status, Trouble
from model.ports import Live
from model.rows import Delivery, OutboxRow
from shop import consents
from shop.work import Work

log = structlog.get_logger()

_NOTES = {
    Trouble.WINDOW_CLOSED: "Not delivered: the customer wrote more than 24 hours ago, and no template stands for it.",
    Trouble.OPTED_OUT: "Not delivered: the customer asked for silence.",
    Trouble.NO_MARKETING: "Not delivered: the customer wants no advertising.",
    Trouble.UNREACHABLE: "Not delivered: the customer cannot be reached there.",
    Trouble.TEMPLATE: "Not delivered: the template is not approved or was paused.",
    Trouble.MEDIA: "Not delivered: the picture or paper in it was not taken.",
    Trouble.CHANNEL_DOWN: "Not delivered: the shop's account on this channel does not work.",
    Trouble.REFUSED: "Not delivered: the provider refused it.",
}
"""For the agents, in the console's language."""
RESEND_AFTER = (timedelta(seconds=5), timedelta(seconds=30))
"""How long after a failure that passes by itself a message is sent again: so often at most, and then no more.

What was sent meanwhile stands above it on the customer's phone. That cannot be undone, and is better than that they
never learn what they asked for, or what became of their order. What has not gone yet waits behind it, so nothing else
gets out of order; therefore the waits are short, and what was not brought after them is a letter for the agents.
"""


@dataclass(frozen=True, slots=True)
class Heeded:
    """What news led to: rows to be sent now or later, and conversations in which a message of ours has come farther."""

    rows: list[OutboxRow] = field(default_factory=list)
    later: list[OutboxRow] = field(default_factory=list)
    moved: set[int] = field(default_factory=set)


def take(work: Work, news: Sequence[Arrival]) -> Heeded:
    """Act on everything that is not a message."""
    heeded = Heeded()
    for one in news:
        if isinstance(one, Status):
            _reported(work, one, heeded)
        elif isinstance(one, Preference):
            _preferred(work, one)
        elif isinstance(one, Moved):
            work.uow.identities.move(one.address, one.user)
        elif isinstance(one, AccountNews):
            log.warning("account_news", channel=one.channel.value, what=one.what)
    return heeded


def _reported(work: Work, status: Status, heeded: Heeded) -> None:
    delivery = work.uow.outbox.status(status, work.now)
    if delivery and delivery.conversation_id is not None:
        heeded.moved.add(delivery.conversation_id)
    if delivery and delivery.progress is Progress.FAILED:
        failed(work, delivery, heeded)


async def show(live: Live, conversation_id: int) -> None:
    """To whoever has this conversation open in the console: how far our messages have come has changed."""
    await live.publish(f"desk:{conversation_id}", {"type": "status", "conversation": conversation_id})


def _preferred(work: Work, preference: Preference) -> None:
    """A batch that could not be stored whole comes again for days: by then they may have changed their mind."""
    conversation = work.uow.conversations.open(preference.address, work.now)
    at = min(preference.at or work.now, work.now)
    if preference.at and _told_since(work, conversation, preference, at):
        return
    source = f"told {preference.address.channel}"
    consents.record(work, conversation, wanted=preference.wanted, source=source, marketing=preference.marketing, at=at)


def _told_since(work: Work, conversation: Conversation, preference: Preference, at: datetime) -> bool:
    known = work.uow.customers.consents(conversation.customer_id)
    return any(one.at >= at for one in known if one.marketing == preference.marketing)


def failed(work: Work, delivery: Delivery, heeded: Heeded) -> None:
    """A message that was taken and then did not arrive: it goes again, or its template goes in its place.

    Else it is kept as one that cannot go, and the agents are told.
    """
    if delivery.conversation_id is None or delivery.seq is None:
        return
    if delivery.trouble is None and delivery.resends < len(RESEND_AFTER):
        at = work.now + RESEND_AFTER[delivery.resends]
        heeded.later.append(work.uow.outbox.resend(delivery, at))
    elif _has_template(work, delivery, delivery.conversation_id, delivery.seq):
        instead = work.uow.outbox.again(delivery.conversation_id, delivery.seq, TEMPLATE, work.now)
        heeded.rows.extend([instead] if instead else [])
    else:
        trouble = delivery.trouble or Trouble.REFUSED
        letter = work.uow.outbox.resend(delivery, work.now)
        bury(work, letter, trouble, f"{trouble}: {delivery.code}" if delivery.code else str(trouble))


def _has_template(work: Work, delivery: Delivery, conversation_id: int, seq: int) -> bool:
    """Whether a template may bring what the closed window kept away."""
    if delivery.trouble is not Trouble.WINDOW_CLOSED or delivery.form == TEMPLATE:
        return False
    line = work.uow.conversations.line(conversation_id, seq)
    return line is not None and "template" in line.content


def bury(work: Work, row: OutboxRow, trouble: Trouble, reason: str) -> None:
    """It can never go: it is kept with the reason, and the agents are told, once of each line."""
    noted = work.uow.outbox.kept(row.conversation_id, row.seq)
    work.uow.outbox.dead(row.id, reason)
    conversation = work.uow.conversations.get(row.conversation_id) if row.address.channel.carried else None
    if conversation is None:
        return
    _heed_wish(work, conversation, trouble)
    if not noted:
        notify.note(work, conversation.id, _NOTES[trouble])


def _heed_wish(work: Work, conversation: Conversation, trouble: Trouble) -> None:
    """What a trouble says of the customer's wishes, where it is not on record already."""
    customer, source = work.uow.customers.get(conversation.customer_id), "the provider said so"
    if trouble is Trouble.OPTED_OUT and not customer.silent:
        consents.record(work, conversation, wanted=False, source=source)
    if trouble is Trouble.NO_MARKETING and not customer.no_marketing:
        consents.record(work, conversation, wanted=False, source=source, marketing=True)
