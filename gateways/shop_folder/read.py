"""The whole folder: every file read, every problem told at once, then the catalogue."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from gateways.shop_folder.goods_entries import CategoryEntry, ProductEntry, StockEntry, VariantEntry
from gateways.shop_folder.problems import Findings, nearest
from gateways.shop_folder.reasons import reasons
from gateways.shop_folder.service_entries import AreaEntry, CouponEntry, FaqEntry
from gateways.shop_folder.sheet import Loc, Sheet, read_sheet
from gateways.shop_folder.shop_entry import ShopEntry
from gateways.shop_folder.together import check_together
from model.catalogue import Catalogue

MAX_PRODUCTS = 2_000
MAX_ENTRIES = 10_000

_MAPS = ("shop.yml", "stock.yml")
_LISTS = ("categories.yml", "products.yml", "variants.yml", "coupons.yml", "delivery_areas.yml", "faq.yml")
_NEVER_EMPTY = ("categories.yml", "products.yml")

E = TypeVar("E", bound=BaseModel)


def read_shop(folder: Path) -> Catalogue:
    """The catalogue of a shop's folder, `version` 0, with the opening stock.

    Blocking I/O: eight files of at most 2 MB, and the heads of at most 2,000 pictures.
    Raises ShopFolderError with every problem of every file.
    """
    findings = Findings()
    sheets = dict(_sheets(folder, findings))
    catalogue = _Entries(sheets, findings).catalogue()
    check_together(sheets, folder, findings)
    if catalogue is None or findings:
        raise findings.error()
    return catalogue


def _sheets(folder: Path, findings: Findings) -> Iterator[tuple[str, Sheet]]:
    """The files that can be used, by name."""
    if not os.access(folder, os.R_OK | os.X_OK):
        findings.add(str(folder), 1, "there is no such folder, or it may not be read")
        return
    for file in (*_MAPS, *_LISTS):
        path = folder / file
        if not os.path.isfile(path):  # unlike Path's, never raises
            findings.add(file, 1, f"the file is missing{_rename(path)}")
        elif (sheet := read_sheet(path, dict if file in _MAPS else tuple, findings)) and _bounded(sheet, findings):
            yield file, sheet


def _rename(missing: Path) -> str:
    others = {other.name for other in missing.parent.glob("*.y*ml")}.difference(_MAPS, _LISTS)
    near = nearest(missing.name, others)
    return f"; is it '{near}'? rename that" if near else "; add it to the shop's folder"


def _bounded(sheet: Sheet, findings: Findings) -> bool:
    most = MAX_PRODUCTS if sheet.file == "products.yml" else MAX_ENTRIES
    count = len(sheet.value) if isinstance(sheet.value, tuple) else len(sheet.root)
    if count > most:
        findings.add(sheet.file, sheet.line((most,)), f"there are {count} entries; write at most {most}")
    if count == 0 and sheet.file in _NEVER_EMPTY:
        findings.add(sheet.file, sheet.line(()), "the list is empty; write at least one entry")
    return count <= most


class _Entries:
    """Tames what the files say, entry by entry; a wrong one is told and left out."""

    def __init__(self, sheets: Mapping[str, Sheet], findings: Findings) -> None:
        self._sheets = sheets
        self._findings = findings

    def catalogue(self) -> Catalogue | None:
        """All that is right; None without a right shop.yml and stock.yml."""
        shop, stock = self._one("shop.yml", ShopEntry), self._one("stock.yml", StockEntry)
        lists = (
            tuple(entry.category() for entry in self._many("categories.yml", CategoryEntry)),
            tuple(entry.product() for entry in self._many("products.yml", ProductEntry)),
            tuple(entry.variant() for entry in self._many("variants.yml", VariantEntry)),
            tuple(entry.coupon() for entry in self._many("coupons.yml", CouponEntry)),
            tuple(entry.area() for entry in self._many("delivery_areas.yml", AreaEntry)),
            tuple(entry.faq() for entry in self._many("faq.yml", FaqEntry)),
        )
        return Catalogue(shop.shop(), *lists, stock=stock.sizes()) if shop and stock else None

    def _one(self, file: str, model: type[E]) -> E | None:
        sheet = self._sheets.get(file)
        return self._tamed(sheet, sheet.value, (), model) if sheet else None

    def _many(self, file: str, model: type[E]) -> Iterator[E]:
        sheet = self._sheets.get(file)
        if sheet and isinstance(sheet.value, tuple):
            found = (self._tamed(sheet, value, (index,), model) for index, value in enumerate(sheet.value))
            yield from (entry for entry in found if entry is not None)

    def _tamed(self, sheet: Sheet, value: object, loc: Loc, model: type[E]) -> E | None:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for line, reason in reasons(error, model, sheet, loc):
                self._findings.add(sheet.file, line, reason)
            return None
