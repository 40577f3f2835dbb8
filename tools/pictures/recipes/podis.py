"""The powders: their colour and specks, the pack's colour and emblem, what they are ground from."""

from __future__ import annotations

from tools.pictures import produce as raw
from tools.pictures.recipes.larder import (
    CORIANDER,
    CURRY_LEAF,
    CURRY_SPRIG,
    DRY_CHILLI,
    GARLIC,
    PEANUT,
    PEPPER,
    TOOR,
    URAD,
)
from tools.pictures.scenes import Kind, Powder, seeds

TAMARIND, GROUNDNUT, FLAX = raw.pod("#7a4424"), raw.pod("#dfaa66", 2), seeds("#6a3a1e", 14)

PODIS: dict[str, Kind] = {
    "idli-podi": Powder(
        "#d2682c",
        ("#f6e6bc", "#a82a14"),
        "#c4421e",
        raw.bunch(DRY_CHILLI),
        (DRY_CHILLI, URAD, CURRY_LEAF),
        wall="#fbd9b8",
    ),
    "curry-leaf-podi": Powder(
        "#6f8034",
        ("#3f5a1e", "#c9c08a"),
        "#3f8a34",
        CURRY_SPRIG,
        (CURRY_LEAF, CURRY_LEAF, CURRY_LEAF),
        wall="#dfecb8",
    ),
    "kandi-podi": Powder(
        "#e6b050", ("#f8e0a0", "#b5501e"), "#d9a02a", GARLIC, (TOOR, GARLIC, DRY_CHILLI), wall="#fdf0bc", bowl="#3f7f6a"
    ),
    "peanut-podi": Powder(
        "#c48a58",
        ("#ecd0a4", "#8a3a1e"),
        "#a8622f",
        GROUNDNUT,
        (GROUNDNUT, PEANUT, DRY_CHILLI),
        wall="#f3dfbc",
        bowl="#8f3f2a",
    ),
    "garlic-podi": Powder(
        "#c4361e",
        ("#f6dcc4", "#7a1c12"),
        "#8f3b62",
        raw.garlic_bulb,
        (GARLIC, DRY_CHILLI, GARLIC),
        wall="#f6d4d4",
        bowl="#4a5f7a",
    ),
    "flaxseed-podi": Powder(
        "#7a4f34", ("#3f2416", "#c9a078"), "#5a7396", FLAX, (FLAX, FLAX, GARLIC), wall="#dfe3e4", bowl="#b58a4a"
    ),
    "sambar-powder": Powder(
        "#dd721e",
        ("#f0b04e", "#8a2f14"),
        "#e07a1e",
        CURRY_SPRIG,
        (CORIANDER, DRY_CHILLI, CURRY_LEAF),
        wall="#fde0a8",
        bowl="#5a3a2a",
    ),
    "rasam-powder": Powder(
        "#a8552a",
        ("#2f2018", "#dca860"),
        "#7f2f2a",
        raw.orb("#e23c24", 0, "#4a8a34"),
        (PEPPER, CORIANDER, DRY_CHILLI),
        wall="#f3d6c0",
        bowl="#2f6f6a",
    ),
    "puliyogare-mix": Powder(
        "#74381a",
        ("#f6e0b4", "#3a1a0c"),
        "#5f4a3a",
        TAMARIND,
        (TAMARIND, PEANUT, CURRY_LEAF),
        wall="#ecdfb8",
        bowl="#cf923e",
    ),
}

ANY_GROUND = (DRY_CHILLI, CORIANDER, CURRY_LEAF)
