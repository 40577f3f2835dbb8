"""However old the shop is, a turn costs the same: no statement of it reads a whole table."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event, make_url

from model.conversation import Conversation
from model.delivery import TEMPLATE
from model.effect import Effect, EffectKind
from model.events import Event, EventKind
from model.message import Author, Channel, Progress, Sent, Status
from model.order import Cart, TicketKind
from model.ports import Queries, Store, UnitOfWork
from model.rows import Consent, Delivery
from tests.store.store_kit import (
    NOW,
    SECOND,
    address,
    catalogue,
    hold_for,
    link_of,
    order_of,
    payment_of,
    receive,
    speak,
    talk,
)

Heard = list[tuple[str, Any]]
_BOUNDED = {"SCAN catalogue", "SCAN CONSTANT ROW", "SCAN order"}
"""One row, no row, and the newest orders from the end of the table up to the limit asked for."""


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Every statement that goes to SQLite, with its parameters: the store's as its driver tells them, filled in."""
    statements: Heard = []

    def connect(driver: Any, _: Any) -> None:
        if isinstance(driver, sqlite3.Connection):
            driver.set_trace_callback(lambda statement: statements.append((statement, ())))

    def listen(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        statements.append((statement, parameters))

    event.listen(Engine, "connect", connect)
    event.listen(Engine, "before_cursor_execute", listen)
    yield statements
    event.remove(Engine, "before_cursor_execute", listen)
    event.remove(Engine, "connect", connect)


def turn(uow: UnitOfWork) -> None:
    """All that a talk, an order and its payment need."""
    key = receive(uow, "one")
    for waiting in uow.inbox.conversations(10):
        uow.conversations.take(waiting, "me", NOW, NOW + SECOND)
    row = uow.inbox.waiting(key, 10)[0]
    uow.conversations.take(key, "me", NOW, NOW + SECOND, row.id)
    uow.inbox.failed(row.id)
    uow.conversations.append(key, Author.CUSTOMER, {"text": "one"}, NOW)
    conversation = uow.conversations.save(talk(uow))
    uow.outbox.add(conversation, speak(uow, key, "two"))
    uow.inbox.done(row.id)
    uow.inbox.forget(NOW)
    uow.inbox.known_since(NOW)
    uow.inbox.ask_from(Channel.SMS, "+15005550006", NOW)
    uow.inbox.asked(Channel.SMS, "+15005550006")
    uow.inbox.notices(10)
    uow.outbox.left()
    uow.outbox.sent([parcel.id for parcel in uow.outbox.due(NOW, 10, [*Channel])])
    uow.conversations.latest_of(conversation.customer_id)
    uow.conversations.held_and_silent(NOW)
    uow.conversations.release(key, "me")
    buy(uow, conversation.customer_id)


def hear_back(uow: UnitOfWork) -> None:
    """All that channels need besides: what became of a reply, who a customer is, what they want to hear."""
    conversation = talk(uow, "asha", "also")
    row = uow.outbox.add(conversation, speak(uow, conversation.id, "one"))
    uow.outbox.went(row, Sent("wamid.1"), NOW)
    for told in Progress:
        uow.outbox.status(Status(Channel.WHATSAPP, "shop", "wamid.1", told), NOW)
    uow.outbox.deliveries(conversation.id, [row.seq])
    uow.outbox.again(conversation.id, row.seq, TEMPLATE, NOW)
    again = uow.outbox.resend(Delivery(conversation.id, row.seq, Progress.FAILED), NOW)
    uow.outbox.settled(replace(again, seq=row.seq + 1))
    uow.outbox.kept(conversation.id, row.seq)
    uow.outbox.forget(NOW)
    uow.conversations.line(conversation.id, 1)
    uow.conversations.amend(conversation.id, "m1", {"text": "two"})
    uow.customers.consent(Consent(conversation.customer_id, Channel.SMS, True, False, "wrote first", NOW))
    uow.customers.consents(conversation.customer_id)
    prove(uow, conversation)


def prove(uow: UnitOfWork, conversation: Conversation) -> None:
    proof_id = uow.identities.add_proof(conversation.id, address("ravi"), NOW, NOW + SECOND)
    uow.identities.set_code(proof_id, "hash")
    uow.identities.proof(conversation.id, NOW)
    uow.identities.codes_since(NOW, conversation.id, "ravi", "peer", NOW)
    uow.identities.wrote_at(address("ravi"))
    uow.desk.add_chat("token", conversation.id, NOW, "peer")
    uow.desk.peer(conversation.id)
    uow.desk.is_open(TicketKind.STUCK, "codes")
    uow.identities.proof_tried(proof_id)
    uow.identities.proof_done(proof_id)
    uow.identities.at(address("ravi"))
    uow.identities.others(conversation.id)
    uow.identities.merge(conversation.customer_id, talk(uow, "ravi").customer_id)
    uow.identities.lapsed(NOW)
    uow.identities.part(conversation.id)
    uow.identities.move(address("ravi"), "elsewhere")


def buy(uow: UnitOfWork, customer_id: int) -> None:
    uow.catalogue.version()
    uow.catalogue.free(["laddu"])
    uow.catalogue.hold("laddu", 500)
    uow.customers.cart(customer_id)
    uow.customers.save_cart(Cart(customer_id))
    order = order_of(customer_id)
    uow.orders.add(order)
    uow.orders.add_hold(hold_for(order))
    uow.orders.hold_of(customer_id)
    uow.orders.holds_ended(NOW)
    uow.orders.append(Event(EventKind.ORDER_PLACED, NOW, "customer", order.number))
    uow.payments.add_link(link_of(order))
    uow.payments.links_of(order.number)
    uow.payments.link_by_provider("plink_1")
    uow.payments.add(payment_of(order))
    uow.payments.of_order(order.number)
    uow.payments.refunds_of(order.number)
    uow.orders.remove_hold(order.number)
    uow.orders.save(order)
    uow.orders.of_customer(customer_id, 20)
    uow.effects.add(Effect(EffectKind.REFUND, "a"), NOW)
    for effect in uow.effects.take(NOW, NOW + SECOND, 10):
        uow.effects.done(effect.id)


def scans(connection: sqlite3.Connection, heard: Heard) -> list[str]:
    """Steps of the statements' plans that read a table from end to end."""
    plans = [
        str(step[3])
        for statement, parameters in heard
        if statement.split()[0] in ("SELECT", "UPDATE", "DELETE", "INSERT")
        for step in connection.execute(
            f"EXPLAIN QUERY PLAN {statement}", parameters[0] if isinstance(parameters, list) else parameters
        )
    ]
    return [step for step in plans if step.startswith("SCAN") and "USING" not in step and step not in _BOUNDED]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_no_statement_of_a_turn_or_a_page_reads_a_whole_table(
    heard: Heard, store: Store, queries: Queries, url: str
) -> None:
    await store.transact(lambda uow: uow.catalogue.replace(catalogue(laddu=1_000), NOW))
    heard.clear()
    await store.transact(turn)
    await store.transact(hear_back)
    await queries.transcript(1, 0, 10)
    await queries.conversations(["bot", "queue", "agent"], 10)
    await queries.history("HT-AAAAA")
    await queries.orders(None, 10)
    await queries.orders("packed", 10)
    await queries.unmatched(10)
    await queries.tickets(False, 10)
    await queries.depths()
    file = make_url(url).database
    assert file
    with closing(sqlite3.connect(file)) as connection:
        assert scans(connection, heard) == []
    assert len(heard) > 50
