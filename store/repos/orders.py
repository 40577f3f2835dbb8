"""Orders, their holds and history."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from model.errors import Fault
from model.events import Event
from model.order import Hold, Order, OrderLine, ShipTo, Totals
from store import tables as t
from store.repos.base import Repository, Row, once
from store.transaction import Transaction

_o, _l, _h = t.order.c, t.order_line.c, t.hold.c
READ = select(
    *(_o.number, _o.customer_id, _o.status, _o.pay_by, _o.goods, _o.discount, _o.delivery, _o.ship_to),
    *(_o.placed_at, _o.coupon, _o.replaced_by, _o.paid_at),
)
BY_NUMBER = READ.where(_o.number == bindparam("order"))
LINES = (
    select(_l.order_number, _l.sku, _l.product_id, _l.title, _l.pack, _l.size, _l.packs, _l.price)
    .where(_l.order_number.in_(bindparam("numbers", expanding=True)))
    .order_by(_l.order_number, _l.position)
)
_GET = BY_NUMBER.with_for_update(key_share=True)
_OF_CUSTOMER = (
    READ.where(_o.customer_id == bindparam("customer"))
    .order_by(_o.id.desc())
    .limit(bindparam("limit"))
    .with_for_update(key_share=True)
)
_ADD = once(t.order)
_ADD_LINES = insert(t.order_line).inline()
_SAVE = update(t.order).where(_o.number == bindparam("order"))

_HOLDS = select(_h.order_number, _h.customer_id, _h.needs, _h.ends_at).with_for_update()
_HOLD_OF = _HOLDS.where(_h.customer_id == bindparam("customer"))
_HOLDS_ENDED = _HOLDS.where(_h.ends_at <= bindparam("now")).order_by(_h.ends_at)
_ADD_HOLD = once(t.hold)
_MOVE_HOLD = update(t.hold).where(_h.order_number == bindparam("order"))
_REMOVE_HOLD = (
    delete(t.hold)
    .where(_h.order_number == bindparam("order"))
    .returning(_h.order_number, _h.customer_id, _h.needs, _h.ends_at)
)
_RECORD = insert(t.event).inline()


class SqlOrders(Repository):
    """`model.ports.Orders`."""

    __slots__ = ("_fresh",)

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._fresh: list[Event] = []

    def add(self, order: Order) -> bool:
        row = {"number": order.number, "customer_id": order.customer_id, "pay_by": order.pay_by}
        row |= {"goods": order.totals.goods, "discount": order.totals.discount, "delivery": order.totals.delivery}
        row |= {"placed_at": order.placed_at, "coupon": order.coupon}
        if self._insert(_ADD, **row, **_changing(order)) is None:
            return False
        for n in range(len(order.lines)):
            self._all(_ADD_LINES, **_line(order, n))
        return True

    def get(self, number: str) -> Order | None:
        row = self._first(_GET, order=number)
        return self._whole([row])[0] if row else None

    def save(self, order: Order) -> None:
        self._change(_SAVE, order=order.number, **_changing(order))

    def of_customer(self, customer_id: int, limit: int) -> list[Order]:
        return self._whole(self._all(_OF_CUSTOMER, customer=customer_id, limit=limit).all())

    def _whole(self, rows: Sequence[Row]) -> list[Order]:
        return whole(rows, self._all(LINES, numbers=[row.number for row in rows]) if rows else ())

    def add_hold(self, hold: Hold) -> None:
        row = {"order_number": hold.order_number, "customer_id": hold.customer_id}
        if self._insert(_ADD_HOLD, **row, needs=hold.needs, ends_at=hold.ends_at) is None:
            raise Fault(f"customer {hold.customer_id} has a hold already")

    def hold_of(self, customer_id: int) -> Hold | None:
        row = self._first(_HOLD_OF, customer=customer_id)
        return Hold(*row) if row else None

    def remove_hold(self, order_number: str) -> Hold | None:
        row = self._first(_REMOVE_HOLD, order=order_number)
        return Hold(*row) if row else None

    def holds_ended(self, now: datetime) -> list[Hold]:
        return [Hold(*row) for row in self._all(_HOLDS_ENDED, now=now)]

    def move_hold(self, order_number: str, ends_at: datetime) -> None:
        self._change(_MOVE_HOLD, order=order_number, ends_at=ends_at)

    def append(self, event: Event) -> None:
        row = {"kind": event.kind, "at": event.at, "actor": event.actor, "order_number": event.order_number}
        self._all(_RECORD, **row, customer_id=event.customer_id, details=event.details)
        self._fresh.append(event)

    def fresh(self) -> list[Event]:
        return list(self._fresh)


def whole(rows: Iterable[Row], lines: Iterable[Row]) -> list[Order]:
    """Whole orders of the rows of READ and LINES, in the order of the former."""
    of: dict[str, list[OrderLine]] = {}
    for number, *line in lines:
        of.setdefault(number, []).append(OrderLine(*line))
    return [_order(row, tuple(of.get(row.number, ()))) for row in rows]


def _order(row: Row, lines: tuple[OrderLine, ...]) -> Order:
    number, customer_id, status, pay_by, goods, discount, delivery, ship_to, *rest = row
    return Order(
        number, customer_id, status, pay_by, lines, Totals(goods, discount, delivery), ShipTo(**ship_to), *rest
    )


def _line(order: Order, position: int) -> dict[str, Any]:
    line = order.lines[position]
    return {"order_number": order.number, "position": position} | {n: getattr(line, n) for n in OrderLine.__slots__}


def _changing(order: Order) -> dict[str, Any]:
    return {
        "status": order.status,
        "replaced_by": order.replaced_by,
        "paid_at": order.paid_at,
        "ship_to": asdict(order.ship_to),
    }
