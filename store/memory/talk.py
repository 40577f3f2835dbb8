"""Conversations, and customers with their carts."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from typing import Any

from model.conversation import NEVER, Conversation, Holder, Memory
from model.errors import Conflict, Fault
from model.message import Address, Author, Line
from model.order import Cart, Customer
from model.rows import Consent
from store.memory.data import Data, Talk, plain, waiting


class MemoryConversations:
    """`model.ports.Conversations`."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def open(self, address: Address, at: datetime, also: str = "") -> Conversation:
        other = replace(address, user=also)
        known = self._at(address) or (self._at(other) if also else None)
        if known is None:
            self._make(address, at)
            known = self._data.addresses[address]
        found = _own(self._data.talks[known])
        for user in {address.user, also} - {found.address.user, ""}:
            self._data.aliases.add(replace(address, user=user), known)
        return found

    def _at(self, address: Address) -> int | None:
        return self._data.addresses.get(address) or self._data.aliases.get(address)

    def _make(self, address: Address, at: datetime) -> None:
        customer = Customer(self._data.next_id("customer"))
        self._data.customers[customer.id] = customer
        conversation = Conversation(
            self._data.next_id("conversation"), customer.id, address, Holder.BOT, None, 0, Memory()
        )
        self._data.talks[conversation.id] = Talk(conversation, last_at=at, wrote_at=NEVER)
        self._data.addresses[address] = conversation.id

    def get(self, conversation_id: int) -> Conversation | None:
        talk = self._data.talks.get(conversation_id)
        return _own(talk) if talk else None

    def take(
        self, conversation_id: int, owner: str, now: datetime, until: datetime, message: int | None = None
    ) -> Conversation | None:
        talk = self._data.talks.get(conversation_id)
        if talk is None or (talk.until and talk.until > now and talk.owner != owner):
            return None
        if message is not None and self._waits_before(conversation_id, message):
            return None
        self._data.talks[conversation_id] = replace(talk, owner=owner, until=until)
        return _own(talk)

    def _waits_before(self, conversation_id: int, message: int) -> bool:
        rows = waiting(self._data.inbox)
        return any(row.conversation_id == conversation_id and row.id < message for row in rows)

    def release(self, conversation_id: int, owner: str) -> None:
        talk = self._data.talks.get(conversation_id)
        if talk and talk.owner == owner:
            self._data.talks[conversation_id] = replace(talk, owner=None, until=None)

    def save(self, conversation: Conversation, reason: str | None = None, *, release: bool = False) -> Conversation:
        talk = self._data.talks.get(conversation.id)
        if talk is None or talk.conversation.version != conversation.version:
            raise Conflict(f"conversation {conversation.id} was changed meanwhile")
        saved = replace(conversation, version=conversation.version + 1)
        known = talk.conversation
        kept = replace(saved, memory=deepcopy(saved.memory), customer_id=known.customer_id, address=known.address)
        self._data.talks[conversation.id] = replace(
            talk,
            conversation=kept,
            reason=talk.reason if reason is None else reason,
            owner=None if release else talk.owner,
            until=None if release else talk.until,
        )
        return saved

    def latest_of(self, customer_id: int) -> Conversation | None:
        talks = [talk for talk in self._data.talks.values() if talk.conversation.customer_id == customer_id]
        return _own(max(talks, key=lambda talk: (talk.wrote_at, talk.conversation.id))) if talks else None

    def held_and_silent(self, since: datetime) -> list[Conversation]:
        held = (talk for talk in self._data.talks.values() if talk.conversation.holder is Holder.AGENT)
        return [_own(talk) for talk in held if _seen_before(talk.conversation, since)]

    def append(
        self, conversation_id: int, author: Author, content: Mapping[str, Any], at: datetime, client_id: str = ""
    ) -> Line:
        talk = self._data.talks.get(conversation_id)
        if talk is None:
            raise Fault("there is no such conversation")
        seq, wrote_at = talk.last_seq + 1, at if author is Author.CUSTOMER else talk.wrote_at
        self._data.talks[conversation_id] = replace(talk, last_seq=seq, last_at=at, wrote_at=wrote_at)
        line = Line(conversation_id, seq, author, plain(content), at, client_id)
        self._data.lines[conversation_id, seq] = line
        return line

    def line(self, conversation_id: int, seq: int) -> Line | None:
        return self._data.lines.get((conversation_id, seq))

    def amend(self, conversation_id: int, client_id: str, content: Mapping[str, Any]) -> None:
        for key, line in list(self._data.lines.items()):
            if line.conversation_id == conversation_id and line.client_id == client_id:
                self._data.lines[key] = replace(line, content=plain(content))


def _own(talk: Talk) -> Conversation:
    """The caller's own copy: its memory may be changed without changing what is stored."""
    return replace(talk.conversation, memory=deepcopy(talk.conversation.memory), wrote_at=talk.wrote_at)


def _seen_before(conversation: Conversation, since: datetime) -> bool:
    return conversation.agent_seen_at is not None and conversation.agent_seen_at < since


class MemoryCustomers:
    """`model.ports.Customers`."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def get(self, customer_id: int) -> Customer:
        if customer_id not in self._data.customers:
            raise Fault("there is no such customer")
        return self._data.customers[customer_id]

    def save(self, customer: Customer) -> None:
        if known := self._data.customers.get(customer.id):
            kept = replace(customer, silent=known.silent, no_marketing=known.no_marketing)
            self._data.customers[customer.id] = kept

    def cart(self, customer_id: int) -> Cart:
        return self._data.carts.get(customer_id, Cart(customer_id))

    def save_cart(self, cart: Cart) -> None:
        self._data.carts[cart.customer_id] = cart

    def consent(self, consent: Consent) -> None:
        self._data.consents[self._data.next_id("consent")] = consent
        customer = self.get(consent.customer_id)
        silent = customer.silent if consent.marketing else not consent.wanted
        no_marketing = not consent.wanted if consent.marketing else customer.no_marketing
        self._data.customers[customer.id] = replace(customer, silent=silent, no_marketing=no_marketing)

    def consents(self, customer_id: int) -> list[Consent]:
        return [consent for consent in self._data.consents.values() if consent.customer_id == customer_id]
