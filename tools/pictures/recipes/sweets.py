"""The sweets: what is piled how, the pack's colour, wall and dish."""

from __future__ import annotations

from tools.pictures import produce as raw
from tools.pictures import savoury as salt
from tools.pictures import sweets as sweet
from tools.pictures.recipes.larder import ALMOND, CARDAMOM, PEANUT, PISTA, RAISIN, SAFFRON_THREAD, SESAME
from tools.pictures.scenes import Heap, Kind, Platter, Syrup

SWEETS: dict[str, Kind] = {
    "gulab-jamun": Syrup(
        sweet.syrup_ball("#8f4017"), "#dd922c", "#c08a3a", "#b5472a", PISTA, wall="#fbdcc8", garnish=(CARDAMOM,)
    ),
    "rasgulla": Syrup(
        sweet.syrup_ball("#fdf6e8", 0.17), "#efe3b4", "#3f8a9f", "#3f8f9a", SAFFRON_THREAD, wall="#d6e8e4"
    ),
    "kaju-katli": Platter(
        sweet.diamond("#f3e6c9"),
        "diamonds",
        "#8a2f5a",
        wall="#f6dbe2",
        dish="#8f9fc4",
        garnish=(sweet.cashew, sweet.cashew),
    ),
    "jalebi": Platter(sweet.coil("#f68e12"), "coils", "#c4391e", wall="#fdebae", dish="#e9dcc8"),
    "mysore-pak": Platter(
        sweet.porous(sweet.slab("#f3ba3a", 24), "#c4821a"), "bricks", "#a8312a", wall="#fbe6a4", dish="#8fb888"
    ),
    "soan-papdi": Platter(
        sweet.flaky("#f3da9c"), "bricks", "#2f7a6a", wall="#dfeadc", dish="#d9a08a", garnish=(PISTA, ALMOND)
    ),
    "besan-laddu": Platter(
        sweet.ball("#e6aa3e", "#c98a24", ALMOND),
        "pyramid",
        "#a8622a",
        wall="#fbe4b0",
        dish="#9fc4c0",
        garnish=(ALMOND, CARDAMOM),
    ),
    "motichoor-laddu": Platter(
        sweet.boondi_ball("#f6841a", "#dd4a14"), "pyramid", "#c42f2f", wall="#fdd9b4", dish="#b9cf98"
    ),
    "coconut-laddu": Platter(
        sweet.ball("#f6ecd2", "#fffdf6"),
        "pyramid",
        "#4f8f5a",
        wall="#d3e8cc",
        dish="#c98a5a",
        garnish=(raw.coconut_half,),
    ),
    "rava-laddu": Platter(
        sweet.ball("#f6e2ae", "#fff6dc", sweet.cashew),
        "pyramid",
        "#d9962a",
        wall="#f6dcd2",
        dish="#7fa8c4",
        garnish=(RAISIN, sweet.cashew),
    ),
    "sesame-laddu": Platter(
        sweet.ball("#b5762e", "#fbe6bc"),
        "pyramid",
        "#7a4a24",
        wall="#f3dfb4",
        dish="#cf9f7a",
        garnish=(SESAME,),
    ),
    "dharwad-peda": Platter(sweet.dusted(sweet.peda("#8a5226")), "ring", "#5a6f2c", wall="#ecdfbc", dish="#dcb98a"),
    "milk-cake": Platter(
        sweet.porous(sweet.slab("#cf924e", 30), "#f6e2ba"), "bricks", "#3f6f9a", wall="#dde3ee", dish="#dccfae"
    ),
    "badam-burfi": Platter(
        sweet.topped(sweet.slab("#f3d48c", 18), ALMOND),
        "bricks",
        "#c9782a",
        wall="#fbe0bc",
        dish="#8fc0b4",
        garnish=(ALMOND, ALMOND),
    ),
    "coconut-burfi": Platter(
        sweet.porous(sweet.slab("#fdf9ef", 22), "#e2d6b8"),
        "bricks",
        "#d96f8f",
        wall="#f8d6de",
        dish="#98c4a4",
        garnish=(raw.coconut_half,),
    ),
    "badam-halwa": Heap(
        (sweet.lump("#f0a226"),),
        "#e8981e",
        "#8a4a6f",
        sweet.topped(sweet.lump("#f0a226"), ALMOND, 4),
        wall="#fde6b4",
        bowl="#b0bfc4",
        count=32,
        size=1.65,
        garnish=(ALMOND, ALMOND),
        crown=(ALMOND, PISTA, ALMOND, PISTA),
    ),
    "peanut-chikki": Platter(
        sweet.brittle("#b0601e", salt.peanut("#ecc084")),
        "sheets",
        "#d9822a",
        wall="#fbdfae",
        dish="#7fb09a",
        garnish=(PEANUT, PEANUT),
    ),
    "holige": Platter(sweet.griddled("#f0be4e"), "flats", "#c4961e", wall="#fdecbc", dish="#6f9f58"),
    "ariselu": Platter(
        sweet.flat_cake("#b0601e", "#f6e0b0"),
        "flats_small",
        "#8a3a1e",
        wall="#f6dab8",
        dish="#7fb09a",
        garnish=(SESAME,),
    ),
    "pootharekulu": Platter(
        sweet.roll("#fbf5e6", "#b9783a"),
        "logs",
        "#6f8f3a",
        wall="#e3eac4",
        dish="#c9886a",
        garnish=(PISTA, sweet.cashew),
    ),
    "badusha": Platter(sweet.glazed("#e6ac52"), "ring", "#9a4a6f", wall="#f3d9da", dish="#98bfa4"),
    "dates-nut-roll": Platter(
        sweet.nut_slice("#5a2a16"),
        "ring",
        "#5f3a24",
        wall="#efdcc4",
        dish="#dfc48a",
        garnish=(ALMOND, PISTA, sweet.cashew),
    ),
}

ANY_SWEET = sweet.topped(sweet.slab("#efd49a"), PISTA)
