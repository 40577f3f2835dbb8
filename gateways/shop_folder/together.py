"""What must agree across entries and files. Works on the files as written, so that one slip hides no other."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gateways.shop_folder.amounts import read_amount
from gateways.shop_folder.pictures import trouble
from gateways.shop_folder.problems import Findings, did_you_mean, shown
from gateways.shop_folder.sheet import Cell, Sheet

_UNIQUE = (
    ("categories.yml", "id"),
    ("products.yml", "id"),
    ("variants.yml", "sku"),
    ("coupons.yml", "code"),
    ("delivery_areas.yml", "name"),
    ("faq.yml", "id"),
)
_EXAMPLES = {"g": "grams: write 250 g or 1 kg", "piece": "pieces: write 6 pieces"}
_NO_PACK = "has no pack to be sold in; add one to variants.yml"
_NO_STOCK = "is not in stock.yml; add it there, with 0 g or 0 pieces while there is none"


def check_together(sheets: Mapping[str, Sheet], folder: Path, findings: Findings) -> None:
    """Find doubles, names of nothing, products without pack, stock or picture, and amounts in the wrong unit.

    `sheets` are the files that could be read, by name.
    """
    for file, key in _UNIQUE:
        if sheet := sheets.get(file):
            _tell_doubles(sheet, key, findings)
    if products := sheets.get("products.yml"):
        _Products(products, findings).check(sheets, folder)


def _tell_doubles(sheet: Sheet, key: str, findings: Findings) -> None:
    first: dict[str, Cell] = {}
    for cell in sheet.column(key):
        known = first.setdefault(cell.text.casefold(), cell)
        if known is not cell:
            reason = f"{key} {shown(cell.text)} is used twice, first on line {known.line}; give each entry its own"
            findings.add(sheet.file, cell.line, reason)


class _Products:
    """What other files say of products."""

    def __init__(self, products: Sheet, findings: Findings) -> None:
        self._products = products
        self._findings = findings
        self._ids = tuple(products.column("id"))
        self._units = {str(row.get("id")): str(row.get("unit")) for _, row in products.rows()}

    def check(self, sheets: Mapping[str, Sheet], folder: Path) -> None:
        if categories := sheets.get("categories.yml"):
            shelves = {cell.text for cell in categories.column("id")}
            self._tell_strangers(self._products, self._products.column("category"), shelves, categories.file)
        if variants := sheets.get("variants.yml"):
            self._check_named(variants, variants.column("product"), _NO_PACK)
            self._check_units(variants, _packs(variants))
        if stock := sheets.get("stock.yml"):
            self._check_named(stock, stock.names(), _NO_STOCK)
            self._check_units(stock, _amounts(stock))
        self._check_pictures(folder)

    def _check_named(self, sheet: Sheet, cells: Iterable[Cell], lonely: str) -> None:
        cells = tuple(cells)
        self._tell_strangers(sheet, cells, {cell.text for cell in self._ids}, self._products.file)
        named = {cell.text for cell in cells}
        for cell in self._ids:
            if cell.text not in named:
                self._tell(self._products, cell, f"{shown(cell.text)} {lonely}")

    def _tell_strangers(self, sheet: Sheet, cells: Iterable[Cell], known: set[str], where: str) -> None:
        for cell in cells:
            if cell.text not in known:
                self._tell(sheet, cell, f"{shown(cell.text)} is not in {where}{did_you_mean(cell.text, known)}")

    def _check_units(self, sheet: Sheet, amounts: Iterable[tuple[str, Cell]]) -> None:
        for product, cell in amounts:
            amount, unit = read_amount(cell.text), self._units.get(product)
            if amount and unit in _EXAMPLES and amount.unit != unit:
                self._tell(
                    sheet, cell, f"{shown(cell.text)} does not fit, {shown(product)} is counted in {_EXAMPLES[unit]}"
                )

    def _check_pictures(self, folder: Path) -> None:
        for cell in self._products.column("picture"):
            if reason := trouble(folder, cell.text):
                self._tell(self._products, cell, reason)

    def _tell(self, sheet: Sheet, cell: Cell, reason: str) -> None:
        self._findings.add(sheet.file, cell.line, reason)


def _packs(variants: Sheet) -> Iterator[tuple[str, Cell]]:
    """Product ids and the packs they are sold in."""
    return ((str(row.get("product")), variants.cell((i, "pack"), row.get("pack"))) for i, row in variants.rows())


def _amounts(stock: Sheet) -> Iterator[tuple[str, Cell]]:
    """Product ids and how much there is of them."""
    return ((cell.text, stock.cell((cell.text,), stock.root[cell.text])) for cell in stock.names())
