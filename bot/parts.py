"""What the bot is made of; `app.wiring` puts it together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.brake import Brake
from bot.speech import Speech
from model.catalogue import Catalogue
from model.conversation import Clock
from model.message import Channel
from model.ports import (
    Archive,
    Attentive,
    Files,
    Live,
    MediaSource,
    Nlu,
    PaymentGateway,
    Sender,
    Store,
    Transcriber,
)
from shop.proofs import Codes
from shop.search import Finder
from shop.work import Work

T = TypeVar("T")

_LONGEST_WAIT = 300.0
_DOUBLINGS = 10


def wait_before(first: float, failures: int) -> float:
    """Seconds before another try after so many earlier failures: `first`, doubled each time, at most five minutes."""
    return min(first * 2.0 ** min(failures, _DOUBLINGS), _LONGEST_WAIT)


Observe = Callable[[str, float], None]
"""Told of each step's name and seconds, for the metrics."""


class Finders:
    """The index of the catalogue in use, built once when it changes."""

    def __init__(self) -> None:
        self._last: tuple[Catalogue, Finder] | None = None

    def of(self, catalogue: Catalogue) -> Finder:
        """The index of a catalogue (the store hands out the same object until it is seeded anew)."""
        last = self._last
        if last is None or last[0] is not catalogue:
            last = self._last = (catalogue, Finder(catalogue))
        return last[1]


@dataclass(frozen=True)
class Parts:
    """`owner` names this process in leases; `payments` is None where no Razorpay account is set up."""

    store: Store
    nlu: Nlu
    speech: Speech
    live: Live
    clock: Clock
    owner: str
    payments: PaymentGateway | None
    senders: Mapping[Channel, Sender] = field(default_factory=dict)
    observe: Observe = lambda step, seconds: None
    finders: Finders = field(default_factory=Finders)
    files: Files | None = None
    """Where fetched media are kept; None: none are fetched."""
    media: Mapping[Channel, MediaSource] = field(default_factory=dict)
    attentive: Mapping[Channel, Attentive] = field(default_factory=dict)
    transcriber: Transcriber | None = None
    codes: Codes | None = None
    """None where no channel reaches a phone: then nobody can prove a number."""
    brake: Brake = field(default_factory=Brake)
    archives: Sequence[Archive] = ()
    """Asked for messages whose webhooks did not reach us."""

    async def transact(self, actor: str, work: Callable[[Work], T], *, first: bool = False) -> T:
        """Run a piece of work in one transaction; see `Store.transact` for `first`."""
        return await self.store.transact(lambda uow: work(Work(uow, self.clock(), actor)), first=first)
