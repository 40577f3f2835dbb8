"""What customers are told of changes to their orders and money, whoever caused them: in the same commit."""

from collections.abc import Callable

import structlog

from actions.checkout import link_reply
from bot.speech import Speech
from model.conversation import Conversation
from model.events import Event, EventKind
from model.language import DEFAULT
from model.message import Address, Author, Channel, Choice, Link, Reply, Say, reply
from model.money import Money
from model.order import Order
from model.ports import UnitOfWork
from model.rows import OutboxRow
from shop.proofs import MASK
from shop.work import Work

log = structlog.get_logger()
Teller = Callable[[Work, Order, Event], Reply | None]


def tell(work: Work, speech: Speech) -> list[OutboxRow]:
    """Turn the events of this unit of work into replies; they go where the customer wrote last."""
    rows: list[OutboxRow] = []
    for event in work.uow.orders.fresh():
        if event.kind is EventKind.CODES_USED_UP:
            log.error("codes_used_up", **event.details)
        proof = event.kind is EventKind.PROOF_WANTED
        rows += [_send_code(work, speech, event)] if proof else _tell_one(work, speech, event)
    return rows


def _send_code(work: Work, speech: Speech, event: Event) -> OutboxRow:
    """To the number that is to be proved, in the language of the chat that asked for it."""
    channel, account, user = event.details["address"]
    there = work.uow.conversations.open(Address(Channel(channel), account, user), work.now)
    asker = work.uow.conversations.get(event.details["conversation"])
    content = speech.content(asker.memory.language if asker else DEFAULT, reply("prove_code", code=MASK))
    return post(work.uow, there, {**content, "proof": event.details["proof"]}, Author.SYSTEM, work)


def _tell_one(work: Work, speech: Speech, event: Event) -> list[OutboxRow]:
    order = work.uow.orders.get(event.order_number) if event.order_number else None
    teller = _TELLERS.get(event.kind)
    told = teller(work, order, event) if teller and order else None
    conversation = work.uow.conversations.latest_of(order.customer_id) if order and told else None
    if told is None or conversation is None or (_is_silent(work, conversation) and not _is_asked_for(event)):
        return []
    return [send(work, speech, conversation, told)]


def _is_silent(work: Work, conversation: Conversation) -> bool:
    return work.uow.customers.get(conversation.customer_id).silent


def _is_asked_for(event: Event) -> bool:
    """What answers the customer's own wish is told even after STOP."""
    return event.actor == "customer" or event.kind in _LINK_NEWS


def send(work: Work, speech: Speech, conversation: Conversation, said: Reply, author: Author = Author.BOT) -> OutboxRow:
    """Write a reply into the transcript and the outbox, in the conversation's language."""
    content = speech.content(conversation.memory.language, said)
    return post(work.uow, conversation, content, author, work)


def post(
    uow: UnitOfWork, conversation: Conversation, content: dict[str, object], author: Author, work: Work
) -> OutboxRow:
    """Write content into the transcript and the outbox."""
    line = uow.conversations.append(conversation.id, author, content, work.now)
    return uow.outbox.add(conversation, line)


def _days(work: Work, order: Order) -> dict[str, int]:
    area = work.catalogue.area(order.ship_to.pincode)
    first, last = area.days if area else (2, 7)
    return {"first": first, "last": last}


def _placed(work: Work, order: Order, event: Event) -> Reply:
    return reply("order_placed", number=order.number, total=order.total, **_days(work, order))


def _paid(work: Work, order: Order, event: Event) -> Reply:
    return reply("order_paid", number=order.number, total=order.total, **_days(work, order))


def _link_ready(work: Work, order: Order, event: Event) -> Reply:
    return link_reply(order, event.details["url"])


def _link_failed(work: Work, order: Order, event: Event) -> Reply:
    again = Choice(f"pay_order:{order.number}", Say("choice_pay_again"))
    other = Choice("checkout", Say("choice_other_way"))
    return reply("link_failed", again, other, number=order.number)


def _payment_failed(work: Work, order: Order, event: Event) -> Reply:
    link = Link(Say("choice_pay_now", {"total": order.total}), event.details["url"])
    return Reply(Say("payment_failed", {"number": order.number}), link=link)


def _expired(work: Work, order: Order, event: Event) -> Reply:
    again = Choice(f"pay_order:{order.number}", Say("choice_order_again"))
    return reply("order_expired", again, number=order.number)


def _cancelled(work: Work, order: Order, event: Event) -> Reply:
    key = "order_cancelled_refund" if event.details["paid"] else "order_cancelled"
    params = {"number": order.number, "total": order.total} if event.details["paid"] else {"number": order.number}
    return Reply(Say(key, params))


def _moved(work: Work, order: Order, event: Event) -> Reply:
    return reply(f"moved_{event.details['status']}", number=order.number)


def _refund(key: str) -> Teller:
    def teller(work: Work, order: Order, event: Event) -> Reply:
        return reply(key, number=order.number, amount=Money(event.details["amount"]))

    return teller


def _refund_wanted(work: Work, order: Order, event: Event) -> Reply | None:
    """Of a cancelled order's refund the cancelling tells already."""
    if event.details["reason"] == "cancelled":
        return None
    key = "refund_double" if event.details["reason"] == "already_paid" else "refund_too_late"
    return _refund(key)(work, order, event)


def _plain(key: str) -> Teller:
    return lambda work, order, event: reply(key, number=order.number)


_LINK_NEWS = frozenset({EventKind.LINK_READY, EventKind.LINK_FAILED, EventKind.LINK_DELAYED})
_TELLERS: dict[EventKind, Teller] = {
    EventKind.ORDER_PLACED: _placed,
    EventKind.ORDER_PAID: _paid,
    EventKind.ORDER_EXPIRED: _expired,
    EventKind.ORDER_CANCELLED: _cancelled,
    EventKind.ORDER_MOVED: _moved,
    EventKind.LINK_READY: _link_ready,
    EventKind.LINK_FAILED: _link_failed,
    EventKind.LINK_DELAYED: _plain("link_delayed"),
    EventKind.PAYMENT_FAILED: _payment_failed,
    EventKind.REFUND_WANTED: _refund_wanted,
    EventKind.REFUND_PROCESSED: _refund("refund_processed"),
    EventKind.REFUND_FAILED: _refund("refund_failed"),
}


def note(work: Work, conversation_id: int, words: str) -> None:
    """A line for the agents alone, in the console's language."""
    content = {"kind": "note", "body": words, "text": words}
    work.uow.conversations.append(conversation_id, Author.SYSTEM, content, work.now)
