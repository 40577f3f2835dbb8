"""The jars: masala's colour, what swims in it, what lies in front (its first stands on the label too), the lid."""

from __future__ import annotations

from tools.pictures import produce as raw
from tools.pictures.recipes.larder import (
    CARDAMOM,
    CARROT,
    CURRY_LEAF,
    DRY_CHILLI,
    GARLIC,
    GREEN,
    GREEN_CHILLI,
    GREEN_MANGO,
    LEMON,
    LEMON_WEDGE,
    MANGO,
    MUSTARD,
    PEPPER,
    RED_CHILLI,
)
from tools.pictures.scenes import Kind, Pickle, seeds

CITRON, AMLA, GOURD = raw.orb("#cfcf3c", 7), raw.orb("#b5cc5a", 6), raw.ring("#5a8a34", "#dfe6b0")
DARK_WEDGE = raw.wedge("#a8701e", "#c9963c")
TURNIP = raw.orb("#e6c0dc", 0, "#5a9a3a")
BABY_MANGO = raw.whole_mango("#6fa838", "#a9c25a")

PICKLES: dict[str, Kind] = {
    "mango-pickle": Pickle("#c9661a", (MANGO,), (GREEN_MANGO, MANGO, RED_CHILLI), "#e08f1e"),
    "avakaya": Pickle(
        "#bf2410", (MANGO, MANGO, GARLIC), (GREEN_MANGO, GARLIC, DRY_CHILLI), "#c4241a", wall="#fbd2b0", oil="#e0501a"
    ),
    "sweet-mango-pickle": Pickle(
        "#cf821e",
        (raw.stick("#f6bc44", 34, 10),),
        (raw.whole_mango("#f3b53a", "#e2602a"), seeds("#7a4a1e"), CARDAMOM),
        "#e2692a",
        wall="#fdebb4",
        oil="#e8a82c",
    ),
    "tender-mango-pickle": Pickle(
        "#8f5a1c",
        (raw.orb("#86a03c"), raw.orb("#7d9638")),
        (BABY_MANGO, raw.orb("#86b048"), raw.orb("#86b048")),
        "#4f7d34",
        wall="#e2e8b0",
        size=0.8,
    ),
    "mango-thokku": Pickle(
        "#bf4a1a",
        (raw.stick("#e08430", 18, 5), seeds("#eeae4a", 5)),
        (GREEN_MANGO, raw.stick("#dfe3a0", 40, 7), MUSTARD),
        "#7f3a2a",
        wall="#f3d8c0",
    ),
    "lemon-pickle": Pickle(
        "#d9951e", (LEMON_WEDGE,), (LEMON, LEMON_WEDGE, GREEN_CHILLI), "#ecc01e", wall="#fdf2b4", oil="#e8b024"
    ),
    "sweet-lemon-pickle": Pickle(
        "#6e3412", (DARK_WEDGE,), (LEMON, PEPPER, DARK_WEDGE), "#7a4a1e", wall="#f3dfae", oil="#8a4a18"
    ),
    "garlic-pickle": Pickle("#bf3a1a", (GARLIC,), (raw.garlic_bulb, GARLIC, GARLIC), "#8f3b62", wall="#f6d6d6"),
    "mixed-vegetable-pickle": Pickle(
        "#c9701e",
        (CARROT, raw.floret, GREEN_CHILLI, MANGO),
        (raw.floret, CARROT, GREEN_CHILLI),
        "#2f8a74",
        wall="#d9ebdc",
        size=0.85,
    ),
    "gongura-pickle": Pickle(
        "#3f4a16",
        (raw.leaf("#5f7f2c"), raw.leaf("#74421e")),
        (raw.lobed_leaf, DRY_CHILLI, GARLIC),
        "#3f8a34",
        wall="#dfecb8",
        oil="#6a5a18",
    ),
    "green-chilli-pickle": Pickle(
        "#b5a02c",
        (GREEN_CHILLI,),
        (raw.bunch(raw.chilli("#4f9f2e")), LEMON_WEDGE, MUSTARD),
        "#6fae34",
        wall="#f3f0b8",
        oil="#d9be2c",
    ),
    "stuffed-red-chilli-pickle": Pickle(
        "#8a3a14",
        (raw.chilli("#d42a1c", 46),),
        (raw.bunch(raw.chilli("#d92a1c")), seeds("#c9a04a"), seeds("#c9a04a")),
        "#d93a24",
        wall="#fbdcc8",
    ),
    "ginger-pickle": Pickle(
        "#8f3a16",
        (raw.stick("#dfb068", 30, 8),),
        (raw.ginger_root, raw.stick("#eccb88", 34), raw.stick("#eccb88", 28)),
        "#c98f42",
        wall="#f3e6c0",
    ),
    "amla-pickle": Pickle(
        "#b5761c", (raw.orb("#b5be44", 6),), (AMLA, AMLA, RED_CHILLI), "#9fae2c", wall="#e6efbc", size=0.75
    ),
    "tomato-pickle": Pickle(
        "#cf341a",
        (raw.leaf("#e2522a", 26, 16), GARLIC),
        (raw.orb("#e23c24", 0, "#4a8a34"), GARLIC, CURRY_LEAF),
        "#2f7a4a",
        wall="#fbdccc",
    ),
    "gobhi-gajar-shalgam-pickle": Pickle(
        "#b5602a",
        (CARROT, raw.floret, raw.stick("#f3dfd0", 30, 12)),
        (TURNIP, CARROT, raw.floret),
        "#b54a8a",
        wall="#f3dfee",
        size=0.85,
    ),
    "citron-pickle": Pickle(
        "#8f641c",
        (raw.chunk("#a9b53a", "#ead98a"),),
        (CITRON, LEMON_WEDGE, seeds("#8a5a1c")),
        "#5f7a5a",
        wall="#f6f0b4",
    ),
    "bitter-gourd-pickle": Pickle(
        "#6a3c14", (GOURD,), (raw.bunch(raw.gourd("#5f9a34")), GOURD, GOURD), "#3f6a3a", wall="#d9e6c0", size=1.1
    ),
    "drumstick-pickle": Pickle(
        "#a83a16",
        (raw.stick("#879a40", 40, 12),),
        (raw.bunch(raw.stick("#6f9f40", 66, 9)), raw.stick("#7da848", 30, 11), GARLIC),
        "#8a7a34",
        wall="#f0e6b8",
    ),
    "chicken-pickle": Pickle(
        "#8e2c12", (raw.chunk("#a8501e", "#cf7a34"),), (raw.drumleg, RED_CHILLI, GARLIC), "#7a2418", wall="#f6d2b0"
    ),
}

ANY_PICKLE = (MANGO, GREEN_CHILLI, CARROT)
ANY_RAW = (LEMON, raw.chilli(GREEN), GARLIC)
