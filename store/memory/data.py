"""The dicts, and the journal by which a unit of work is undone."""

from collections import UserDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import orjson

from model.catalogue import Catalogue
from model.conversation import Conversation
from model.effect import Effect
from model.events import Event
from model.message import Address, Line, Progress, Trouble
from model.order import Cart, Customer, Hold, Order, Payment, PaymentLink, Refund, Ticket
from model.rows import Consent, OutboxRow, Proof, User

K = TypeVar("K")
V = TypeVar("V")
Journal = list[tuple["Table[Any, Any]", Any, Any]]
_ABSENT = object()


class Table(UserDict[K, V]):
    """A dict that writes down what each change replaced."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal

    def __setitem__(self, key: K, value: V) -> None:
        self._journal.append((self, key, self.data.get(key, _ABSENT)))
        self.data[key] = value

    def __delitem__(self, key: K) -> None:
        self._journal.append((self, key, self.data[key]))
        del self.data[key]

    def add(self, key: K, value: V) -> bool:
        """False, and nothing changed, where the key is taken."""
        taken = key in self.data
        if not taken:
            self[key] = value
        return not taken

    def newest(self) -> list[V]:
        """The values, the last added first (where none was ever deleted)."""
        return list(self.data.values())[::-1]

    def put_back(self, key: K, before: Any) -> None:
        """Undo one change."""
        if before is _ABSENT:
            del self.data[key]
        else:
            self.data[key] = before


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with what the store alone knows of it."""

    conversation: Conversation
    last_at: datetime
    wrote_at: datetime
    last_seq: int = 0
    reason: str | None = None
    owner: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """An inbox row or a notice. `state`: waiting, done or parked."""

    row: Any
    received_at: datetime
    state: str = "waiting"


def waiting(table: Table[int, Accepted]) -> list[Any]:
    """Rows that wait, oldest first."""
    return [table[id_].row for id_ in sorted(table) if table[id_].state == "waiting"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """An outbox row; one with a failure never goes."""

    row: OutboxRow
    due_at: datetime
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """An effect; one with a failure is never tried again."""

    effect: Effect
    due_at: datetime
    claimed_until: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Stock of one product, in base units."""

    on_hand: int
    held: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that a provider took, with the line it is of, once that is known."""

    conversation_id: int | None
    seq: int | None
    progress: Progress | None
    trouble: Trouble | None
    at: datetime
    form: str = ""
    part: int = 0
    resends: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A proof and when it began."""

    proof: Proof
    at: datetime
    done: bool = False
    peer: str = ""


class Data:
    """Everything there is."""

    def __init__(self) -> None:
        self.journal: Journal = []
        self.ids: Table[str, int] = Table(self.journal)
        self.customers: Table[int, Customer] = Table(self.journal)
        self.carts: Table[int, Cart] = Table(self.journal)
        self.addresses: Table[Address, int] = Table(self.journal)
        self.aliases: Table[Address, int] = Table(self.journal)
        self.consents: Table[int, Consent] = Table(self.journal)
        self.proved: Table[int, datetime] = Table(self.journal)
        self.proofs: Table[int, Begun] = Table(self.journal)
        self.talks: Table[int, Talk] = Table(self.journal)
        self.lines: Table[tuple[int, int], Line] = Table(self.journal)
        self.inbox: Table[int, Accepted] = Table(self.journal)
        self.notices: Table[int, Accepted] = Table(self.journal)
        self.asked: Table[tuple[str, str], datetime] = Table(self.journal)
        self.outbox: Table[int, Parcel] = Table(self.journal)
        self.deliveries: Table[tuple[str, str, str], Gone] = Table(self.journal)
        self.effects: Table[int, Job] = Table(self.journal)
        self.catalogues: Table[str, Catalogue] = Table(self.journal)
        self.stock: Table[str, Shelf] = Table(self.journal)
        self.orders: Table[str, Order] = Table(self.journal)
        self.holds: Table[str, Hold] = Table(self.journal)
        self.events: Table[int, Event] = Table(self.journal)
        self.links: Table[str, PaymentLink] = Table(self.journal)
        self.payments: Table[str, Payment] = Table(self.journal)
        self.refunds: Table[str, Refund] = Table(self.journal)
        self.tickets: Table[int, Ticket] = Table(self.journal)
        self.users: Table[int, User] = Table(self.journal)
        self.sessions: Table[str, tuple[int, datetime]] = Table(self.journal)
        self.chats: Table[str, tuple[int, str]] = Table(self.journal)

    def next_id(self, of: str) -> int:
        """Counts up, and never gives an id of a committed row again."""
        self.ids[of] = self.ids.get(of, 0) + 1
        return self.ids[of]

    def undo(self) -> None:
        """Put everything back as it was when the journal was last cleared."""
        for table, key, before in reversed(self.journal):
            table.put_back(key, before)


def plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """A copy as a database would give it back. Raises TypeError for what is no JSON."""
    copy: dict[str, Any] = orjson.loads(orjson.dumps(value))
    return copy
