"""Stock: counted per product in base units. Every change is one statement that checks and changes at once."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, Update, bindparam, case, select, update

from model.errors import Fault, Refused
from store import tables as t
from store.repos.base import Repository, once

_s = t.stock.c
_n: BindParameter[int] = bindparam("units")
_EXISTS = select(_s.product_id).where(_s.product_id == bindparam("product"))
_AT = update(t.stock).where(_s.product_id == bindparam("product"))
_IF_FREE = _AT.where(_s.on_hand - _s.held >= _n)
_HOLD = _IF_FREE.values(held=_s.held + _n)
_TAKE = _IF_FREE.values(on_hand=_s.on_hand - _n)
_UNHOLD = _AT.values(held=_s.held - _n)
_TAKE_HELD = _AT.values(held=_s.held - _n, on_hand=_s.on_hand - _n)
_PUT_BACK = _AT.values(on_hand=_s.on_hand + _n)
_COUNTED = _AT.where(_s.held <= _n).values(on_hand=_n)
_SHUT = update(t.stock).values(on_hand=_s.held)
_KNOWN = once(t.stock)
_OPEN = _AT.values(on_hand=case((_s.held > _n, _s.held), else_=_n))


@cache
def _free(products: int) -> Select[Any]:
    """What is free of so many products: a text that stays the same is carried out far quicker."""
    ids: list[BindParameter[str]] = [bindparam(_place(product)) for product in range(products)]
    return select(_s.product_id, _s.on_hand - _s.held).where(_s.product_id.in_(ids))


def _place(product: int) -> str:
    return f"product_{product}"


class SqlStock(Repository):
    """The part of `model.ports.Catalogues` that counts."""

    __slots__ = ()

    def free(self, product_ids: Sequence[str]) -> Mapping[str, int]:
        ids = {_place(place): product_id for place, product_id in enumerate(product_ids)}
        found = {row[0]: row[1] for row in self._all(_free(len(ids)), **ids)}
        return {id_: found.get(id_, 0) for id_ in product_ids}

    def hold(self, product_id: str, units: int) -> bool:
        return self._change(_HOLD, product=product_id, units=units) == 1

    def unhold(self, product_id: str, units: int) -> None:
        self._must(_UNHOLD, product_id, units)

    def take(self, product_id: str, units: int) -> bool:
        return self._change(_TAKE, product=product_id, units=units) == 1

    def take_held(self, product_id: str, units: int) -> None:
        self._must(_TAKE_HELD, product_id, units)

    def put_back(self, product_id: str, units: int) -> None:
        self._must(_PUT_BACK, product_id, units)

    def set_on_hand(self, product_id: str, units: int) -> None:
        if not self._change(_COUNTED, product=product_id, units=units):
            self._one(_EXISTS, "stock", product=product_id)
            raise Refused("stock_below_held")

    def _restock(self, opening: Mapping[str, int]) -> None:
        """What is not named has nothing free afterwards; nothing falls below what is held."""
        self._change(_SHUT)
        for product_id, units in opening.items():
            self._insert(_KNOWN, product_id=product_id, on_hand=0, held=0)
            self._change(_OPEN, product=product_id, units=units)

    def _must(self, statement: Update, product_id: str, units: int) -> None:
        if not self._change(statement, product=product_id, units=units):
            raise Fault(f"there is no stock of {product_id}")
