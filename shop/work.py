"""One piece of work: its transaction, the time, and who does it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from model.catalogue import Catalogue
from model.effect import Effect, EffectKind
from model.events import Event, EventKind
from model.order import Order
from model.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Work:
    """`actor` says who causes the change: customer, razorpay, timer, cli, agent:3 …; `now` is aware, UTC."""

    uow: UnitOfWork
    now: datetime
    actor: str
    wanted: list[Effect] = field(default_factory=list)
    """The effects wished for in it."""

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue as last seeded."""
        return self.uow.catalogue.current()

    @property
    def local_now(self) -> datetime:
        """The time in the shop's zone."""
        return self.now.astimezone(ZoneInfo(self.catalogue.shop.zone))

    def record(self, kind: EventKind, order: Order | None = None, **details: Any) -> None:
        """Write an event; it is committed with the change it tells of."""
        number, customer = (order.number, order.customer_id) if order else (None, None)
        self.uow.orders.append(Event(kind, self.now, self.actor, number, customer, details))

    def want(self, kind: EffectKind, lane: str, **body: Any) -> None:
        """Have a vendor do something after the commit."""
        self.wanted.append(Effect(kind, lane, body))
        self.uow.effects.add(self.wanted[-1], self.now)
