"""The messages that were accepted, in order, and what else was counted."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.meta.messages import Asked
from sandbox.telephone.exchange import Exchange

Json = dict[str, Any]


@dataclass(slots=True)
class Record:
    """A message of the shop as it was taken: `at` is Unix seconds, `body` what was posted, `seq` counts all of them."""

    id: str
    to: str
    at: float
    asked: Asked
    body: Json
    seq: int = 0
    status: str = "accepted"
    trouble: int | None = None

    def listed(self) -> Json:
        """As JSON."""
        about = {"seq": self.seq, "id": self.id, "to": self.to, "at": self.at, "status": self.status}
        return {**about, "trouble": self.trouble, "body": self.body}


class Ledger:
    """Records by recipient; of each the last `exchange.keep` are kept, or all."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._by_id: dict[str, Record] = {}
        self._by_recipient: dict[str, deque[Record]] = {}
        self._seq = 0
        self.counts: Counter[str] = Counter()

    def add(self, record: Record) -> Record:
        """Write it down."""
        self._seq = record.seq = self._seq + 1
        self.counts["accepted"] += 1
        kept = self._by_recipient.setdefault(record.to, deque())
        kept.append(record)
        self._by_id[record.id] = record
        while self._exchange.keep is not None and len(kept) > self._exchange.keep:
            del self._by_id[kept.popleft().id]
        return record

    def found(self, ids: Iterable[str]) -> list[Record]:
        """The records of these messages that are still kept."""
        return [self._by_id[one] for one in ids if one in self._by_id]

    def to(self, number: str) -> list[Record]:
        """What was sent to one customer, in order."""
        return list(self._by_recipient.get(number, ()))

    def all(self, after: int = 0) -> list[Record]:
        """Everything with a larger `seq` than `after`, in order."""
        return sorted(self._after(after), key=lambda record: record.seq)

    def forget(self) -> None:
        """As at the start."""
        self._by_recipient.clear()
        self._by_id.clear()
        self.counts.clear()

    def _after(self, after: int) -> Iterator[Record]:
        return (record for kept in self._by_recipient.values() for record in kept if record.seq > after)
