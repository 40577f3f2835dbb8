"""The catalogue and the stock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from model.catalogue import Catalogue
from model.errors import Fault, Refused
from store.memory.data import Data, Shelf

_EMPTY = Shelf(0, 0)
_ONLY = "catalogue"


class MemoryCatalogues:
    """`model.ports.Catalogues`."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def current(self) -> Catalogue:
        if _ONLY not in self._data.catalogues:
            raise Fault("the shop was never seeded")
        return self._data.catalogues[_ONLY]

    def version(self) -> int:
        return self._data.catalogues[_ONLY].version if _ONLY in self._data.catalogues else 0

    def replace(self, catalogue: Catalogue, at: datetime) -> int:
        version = self.version() + 1
        self._data.catalogues[_ONLY] = replace(catalogue, version=version, stock={})
        sold = {product.id for product in catalogue.products}
        for product_id in sold | set(self._data.stock):
            opening = catalogue.stock.get(product_id, 0) if product_id in sold else 0
            held = self._data.stock.get(product_id, _EMPTY).held
            self._data.stock[product_id] = Shelf(max(opening, held), held)
        return version

    def free(self, product_ids: Sequence[str]) -> Mapping[str, int]:
        return {product_id: self._free(product_id) for product_id in product_ids}

    def hold(self, product_id: str, units: int) -> bool:
        enough = product_id in self._data.stock and self._free(product_id) >= units
        if enough:
            self._add(product_id, held=units)
        return enough

    def unhold(self, product_id: str, units: int) -> None:
        self._add(product_id, held=-units)

    def take(self, product_id: str, units: int) -> bool:
        enough = product_id in self._data.stock and self._free(product_id) >= units
        if enough:
            self._add(product_id, on_hand=-units)
        return enough

    def take_held(self, product_id: str, units: int) -> None:
        self._add(product_id, on_hand=-units, held=-units)

    def put_back(self, product_id: str, units: int) -> None:
        self._add(product_id, on_hand=units)

    def set_on_hand(self, product_id: str, units: int) -> None:
        if self._shelf(product_id).held > units:
            raise Refused("stock_below_held")
        self._data.stock[product_id] = Shelf(units, self._shelf(product_id).held)

    def _free(self, product_id: str) -> int:
        shelf = self._data.stock.get(product_id, _EMPTY)
        return shelf.on_hand - shelf.held

    def _shelf(self, product_id: str) -> Shelf:
        if product_id not in self._data.stock:
            raise Fault(f"there is no stock of {product_id}")
        return self._data.stock[product_id]

    def _add(self, product_id: str, on_hand: int = 0, held: int = 0) -> None:
        shelf = self._shelf(product_id)
        changed = Shelf(shelf.on_hand + on_hand, shelf.held + held)
        if not 0 <= changed.held <= changed.on_hand:
            raise Fault(f"stock of {product_id} would not add up")
        self._data.stock[product_id] = changed
