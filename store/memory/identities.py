"""Which conversations belong to one person, and the proofs of that."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from model.conversation import NEVER
from model.errors import Fault
from model.message import Address
from model.order import Customer
from model.rows import CodesSent, Proof
from store.memory.data import Begun, Data, Table


class MemoryIdentities:
    """`model.ports.Identities`."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def move(self, address: Address, user: str) -> bool:
        new = replace(address, user=user)
        known, taken = self._at(address), self._at(new)
        if known is None or taken not in (None, known):
            return False
        self._data.aliases.pop(address, None)
        if address in self._data.addresses:
            talk = self._data.talks[known]
            self._data.talks[known] = replace(talk, conversation=replace(talk.conversation, address=new))
            del self._data.addresses[address]
            self._data.addresses[new] = known
        elif taken is None:
            self._data.aliases[new] = known
        return True

    def at(self, address: Address) -> int | None:
        known = self._at(address)
        return None if known is None else self._data.talks[known].conversation.customer_id

    def _at(self, address: Address) -> int | None:
        return self._data.addresses.get(address) or self._data.aliases.get(address)

    def join(self, conversation_id: int, customer_id: int, until: datetime | None) -> None:
        self._give(conversation_id, customer_id)
        self._data.proved.pop(conversation_id, None)
        if until:
            self._data.proved[conversation_id] = until

    def _give(self, conversation_id: int, customer_id: int) -> None:
        talk = self._data.talks[conversation_id]
        self._data.talks[conversation_id] = replace(
            talk, conversation=replace(talk.conversation, customer_id=customer_id)
        )

    def merge(self, customer_id: int, into: int) -> None:
        tables: tuple[Table[Any, Any], ...] = (self._data.orders, self._data.tickets, self._data.consents)
        holds = self._data.holds.values()
        if not any(hold.customer_id == into for hold in holds):
            tables = (*tables, self._data.holds)
        for table in tables:
            for key, row in list(table.items()):
                if row.customer_id == customer_id:
                    table[key] = replace(row, customer_id=into)
        old, new = self._data.customers[customer_id], self._data.customers[into]
        self._data.customers[into] = replace(
            new, silent=new.silent or old.silent, no_marketing=new.no_marketing or old.no_marketing
        )
        for conversation_id, talk in list(self._data.talks.items()):
            if talk.conversation.customer_id == customer_id:
                version = talk.conversation.version + 1
                self._data.talks[conversation_id] = replace(
                    talk, conversation=replace(talk.conversation, customer_id=into, version=version)
                )

    def others(self, conversation_id: int) -> int:
        mine = self._data.talks[conversation_id].conversation.customer_id
        return sum(talk.conversation.customer_id == mine for talk in self._data.talks.values()) - 1

    def part(self, conversation_id: int) -> None:
        customer = Customer(self._data.next_id("customer"))
        self._data.customers[customer.id] = customer
        self.join(conversation_id, customer.id, None)

    def lapsed(self, now: datetime) -> list[int]:
        return [talk for talk, until in self._data.proved.items() if until <= now]

    def add_proof(self, conversation_id: int, address: Address, at: datetime, ends_at: datetime, peer: str = "") -> int:
        proof = Proof(self._data.next_id("proof"), conversation_id, address, "", 0, ends_at)
        self._data.proofs[proof.id] = Begun(proof, at, peer=peer)
        return proof.id

    def _change(self, proof_id: int, **changed: object) -> Proof:
        begun = self._data.proofs.get(proof_id)
        if begun is None:
            raise Fault("there is no such proof")
        self._data.proofs[proof_id] = replace(begun, proof=replace(begun.proof, **changed))  # type: ignore[arg-type]
        return self._data.proofs[proof_id].proof

    def set_code(self, proof_id: int, code_hash: str) -> None:
        self._change(proof_id, code_hash=code_hash)

    def proof(self, conversation_id: int, now: datetime) -> Proof | None:
        open_ones = [
            begun.proof
            for begun in self._data.proofs.newest()
            if begun.proof.conversation_id == conversation_id and not begun.done and begun.proof.ends_at > now
        ]
        return open_ones[0] if open_ones else None

    def proof_tried(self, proof_id: int) -> int:
        begun = self._data.proofs.get(proof_id)
        return self._change(proof_id, tries=begun.proof.tries + 1 if begun else 0).tries

    def proof_done(self, proof_id: int) -> None:
        if begun := self._data.proofs.get(proof_id):
            self._data.proofs[proof_id] = replace(begun, done=True)

    def codes_since(self, since: datetime, conversation_id: int, user: str, peer: str, wrote_at: datetime) -> CodesSent:
        late = [begun for begun in self._data.proofs.values() if begun.at >= since]
        number = [begun for begun in late if begun.proof.address.user == user]
        fresh = [begun for begun in number if begun.at > wrote_at]
        chat = sum(begun.proof.conversation_id == conversation_id for begun in late)
        both, from_peer = (sum(begun.peer == peer for begun in some) for some in (fresh, late))
        return CodesSent(chat, len(number), len(fresh), both, from_peer, len(late))

    def wrote_at(self, address: Address) -> datetime:
        known = self._at(address)
        return NEVER if known is None else self._data.talks[known].wrote_at
