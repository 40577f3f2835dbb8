"""The catalogue: written whole, read whole, and kept in memory by its version."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from model.catalogue import Catalogue, Category, Coupon, DeliveryArea, Faq, Product, Shop, Variant
from model.errors import Fault
from store import tables as t
from store.repos.base import once
from store.repos.stock import SqlStock
from store.transaction import Transaction

_SHELVES: dict[str, tuple[Table, type[Any]]] = {
    "shop": (t.shop, Shop),
    "categories": (t.category, Category),
    "products": (t.product, Product),
    "variants": (t.variant, Variant),
    "coupons": (t.coupon, Coupon),
    "areas": (t.delivery_area, DeliveryArea),
    "faqs": (t.faq, Faq),
}
"""By field of the Catalogue. A table comes after those it refers to."""
_READ = {
    name: select(*(table.c[field.name] for field in fields(kind))).order_by(table.c.position)
    for name, (table, kind) in _SHELVES.items()
}
_VERSION = select(t.catalogue.c.version)
_FIRST = once(t.catalogue)
_RAISE = update(t.catalogue).values(version=t.catalogue.c.version + 1).returning(t.catalogue.c.version)


@dataclass(slots=True)
class CatalogueCache:
    """The catalogue last read, shared by all threads of a store."""

    catalogue: Catalogue | None = None


class SqlCatalogues(SqlStock):
    """`model.ports.Catalogues`."""

    __slots__ = ("_cache", "_seen")

    def __init__(self, transaction: Transaction, cache: CatalogueCache) -> None:
        super().__init__(transaction)
        self._cache = cache
        self._seen: Catalogue | None = None

    def current(self) -> Catalogue:
        """One unit of work sees one catalogue: its version is asked for once."""
        if self._seen is None:
            self._seen = self._load()
        return self._seen

    def _load(self) -> Catalogue:
        known = self._cache.catalogue
        while known is None or known.version != self.version():
            known = self._read(self.version())
            self._cache.catalogue = known
        return known

    def version(self) -> int:
        row = self._first(_VERSION)
        return row[0] if row else 0

    def replace(self, catalogue: Catalogue, at: datetime) -> int:
        self._insert(_FIRST, id=1, version=0, seeded_at=at)
        version = self._one(_RAISE, "catalogue", seeded_at=at)[0]
        # Nobody else may see it yet, and a rollback would leave its version to another: never share it from here.
        self._cache, self._seen = CatalogueCache(), None
        self._write(catalogue)
        self._restock({product.id: catalogue.stock.get(product.id, 0) for product in catalogue.products})
        return int(version)

    def _write(self, catalogue: Catalogue) -> None:
        for table, _ in reversed(_SHELVES.values()):
            self._transaction.connection.execute(delete(table))
        for name, (table, _) in _SHELVES.items():
            values = [catalogue.shop] if name == "shop" else getattr(catalogue, name)
            if values:
                self._transaction.connection.execute(insert(table), [_row(value, n) for n, value in enumerate(values)])

    def _read(self, version: int) -> Catalogue:
        if version == 0:
            raise Fault("the shop was never seeded")
        shelves = {name: self._shelf(name) for name in _SHELVES}
        return Catalogue(**{**shelves, "shop": shelves["shop"][0]}, version=version)

    def _shelf(self, name: str) -> tuple[Any, ...]:
        kind = _SHELVES[name][1]
        return tuple(kind(**row._asdict()) for row in self._all(_READ[name]))


def _row(value: Any, position: int) -> dict[str, Any]:
    return {"position": position} | {field.name: getattr(value, field.name) for field in fields(value)}
