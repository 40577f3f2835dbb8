"""What becomes of messages of ours that do not arrive, and of what else providers tell about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from model.delivery import TEMPLATE
from model.message import AccountNews, Arrival, Author, Moved, Preference, Progress, Status, Trouble
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


@dataclass(frozen=True, slots=True)
class Heeded:
    """What news led to: rows to be sent, and conversations in which a message of ours has come farther."""

    rows: list[OutboxRow] = field(default_factory=list)
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
        heeded.rows.extend(failed(work, delivery, status.code))


async def show(live: Live, conversation_id: int) -> None:
    """To whoever has this conversation open in the console: how far our messages have come has changed."""
    await live.publish(f"desk:{conversation_id}", {"type": "status", "conversation": conversation_id})


def _preferred(work: Work, preference: Preference) -> None:
    conversation = work.uow.conversations.open(preference.address, work.now)
    source = f"told {preference.address.channel}"
    consents.record(work, conversation, wanted=preference.wanted, source=source, marketing=preference.marketing)


def failed(work: Work, delivery: Delivery, code: str = "") -> list[OutboxRow]:
    """A message that was taken and then did not arrive: its template goes in its place.

    Else it is kept as one that cannot go, and the agents are told.
    """
    if delivery.conversation_id is None or delivery.seq is None:
        return []
    trouble = delivery.trouble or Trouble.REFUSED
    line = work.uow.conversations.line(delivery.conversation_id, delivery.seq)
    if trouble is Trouble.WINDOW_CLOSED and delivery.form != TEMPLATE and line and "template" in line.content:
        instead = work.uow.outbox.again(line.conversation_id, line.seq, TEMPLATE, work.now)
        return [instead] if instead else []
    kept = work.uow.outbox.again(delivery.conversation_id, delivery.seq, "", work.now)
    if kept:  # else another part of it failed before
        work.uow.outbox.dead(kept.id, f"{trouble}: {code}" if code else str(trouble))
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
