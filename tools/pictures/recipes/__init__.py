"""Which product gets which picture. A product that has no recipe gets its shelf's, in a hue of its own."""

from __future__ import annotations

from zlib import crc32

from tools.pictures.produce import bunch, star_anise
from tools.pictures.recipes.pickles import ANY_PICKLE, ANY_RAW, PICKLES
from tools.pictures.recipes.podis import ANY_GROUND, PODIS
from tools.pictures.recipes.snacks import ANY_SNACK, SNACKS
from tools.pictures.recipes.sweets import ANY_SWEET, SWEETS
from tools.pictures.scenes import Heap, Kind, Packet, Pickle, Platter, Powder

RECIPES: dict[str, Kind] = {**PICKLES, **SWEETS, **SNACKS, **PODIS}
HUES = ("#b5472a", "#3f8f6a", "#c9862a", "#8f3b62", "#3f739a", "#6f8f34", "#a8562a", "#7a4f9a")


def recipe(product: str, category: str) -> Kind:
    """The picture of a product by its id, else its category's (else a bare pack) in a hue that the id decides."""
    return RECIPES.get(product) or _by_shelf(category, HUES[crc32(product.encode()) % len(HUES)])


def _by_shelf(category: str, hue: str) -> Kind:
    shelves: dict[str, Kind] = {
        "pickles": Pickle("#a93c16", ANY_PICKLE, ANY_RAW, hue),
        "sweets": Platter(ANY_SWEET, "bricks", hue),
        "snacks": Heap(ANY_SNACK, "#e0a02c", hue, bunch(ANY_SNACK[1]), count=110, size=1.2),
        "podis": Powder("#b8622a", ("#f0d8a8", "#8e2413"), hue, ANY_GROUND[0], ANY_GROUND),
    }
    return shelves.get(category, Packet(hue, star_anise))
