"""What becomes of messages of ours that do not arrive, and of what else providers tell about them."""

from collections.abc import Sequence

import structlog

from model.message import AccountNews, Arrival, Author, Moved, Preference, Progress, Status, Trouble
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


def take(work: Work, news: Sequence[Arrival]) -> list[OutboxRow]:
    """Act on everything that is not a message; returns what is to be sent because of it."""
    rows: list[OutboxRow] = []
    for one in news:
        if isinstance(one, Status):
            rows += _reported(work, one)
        elif isinstance(one, Preference):
            _preferred(work, one)
        elif isinstance(one, Moved):
            work.uow.identities.move(one.address, one.user)
        elif isinstance(one, AccountNews):
            log.warning("account_news", channel=one.channel.value, what=one.what)
    return rows


def _reported(work: Work, status: Status) -> list[OutboxRow]:
    delivery = work.uow.outbox.status(status, work.now)
    return failed(work, delivery) if delivery and delivery.progress is Progress.FAILED else []


def _preferred(work: Work, preference: Preference) -> None:
    conversation = work.uow.conversations.open(preference.address, work.now)
    source = f"told {preference.address.channel}"
    consents.record(work, conversation, wanted=preference.wanted, source=source, marketing=preference.marketing)


def failed(work: Work, delivery: Delivery) -> list[OutboxRow]:
    """A message that was taken and then did not arrive: its template goes in its place.

    Else it is kept as one that cannot go, and the agents are told.
    """
    if delivery.conversation_id is None or delivery.seq is None:
        return []
    trouble = delivery.trouble or Trouble.REFUSED
    line = work.uow.conversations.line(delivery.conversation_id, delivery.seq)
    if trouble is Trouble.WINDOW_CLOSED and line and "template" in line.content:
        return [work.uow.outbox.again(line.conversation_id, line.seq, "template", work.now)]
    kept = work.uow.outbox.again(delivery.conversation_id, delivery.seq, "", work.now)
    work.uow.outbox.dead(kept.id, str(trouble))
    undelivered(work, delivery.conversation_id, trouble)
    return []


def undelivered(work: Work, conversation_id: int, trouble: Trouble) -> None:
    """Note it for the agents, and heed what it says of the customer's wishes."""
    conversation = work.uow.conversations.get(conversation_id)
    if conversation is None:
        return
    if trouble in (Trouble.OPTED_OUT, Trouble.NO_MARKETING):
        marketing = trouble is Trouble.NO_MARKETING
        consents.record(work, conversation, wanted=False, source="the provider said so", marketing=marketing)
    note = _NOTES[trouble]
    work.uow.conversations.append(
        conversation_id, Author.SYSTEM, {"kind": "note", "body": note, "text": note}, work.now
    )
