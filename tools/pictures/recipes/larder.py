"""Colours and pieces that many recipes share."""

from __future__ import annotations

from tools.pictures import produce as raw
from tools.pictures import savoury as salt
from tools.pictures import sweets as sweet
from tools.pictures.scenes import seeds

GREEN, RED, PISTACHIO, SAFFRON = "#5f9a32", "#d42a1c", "#8fae4b", "#d9541e"

MANGO = raw.chunk("#5f8f34", "#f0bc4a")
GREEN_MANGO = raw.whole_mango("#7fae3c", "#b5c95a")
LEMON = raw.half_citrus("#e9c62c", "#f6de5a")
LEMON_WEDGE = raw.wedge("#d9a824", "#eec33c")
GARLIC = raw.clove("#f6e9d0")
CARROT = raw.stick("#ee7a26", 36, 10)
RED_CHILLI, GREEN_CHILLI = raw.chilli(RED), raw.chilli(GREEN)
DRY_CHILLI = raw.chilli("#b81c18", 46)
CURRY_LEAF, CURRY_SPRIG = raw.leaf("#4a8a2a", 30, 13), raw.sprig("#3f8a2c")
CRISP_LEAF = raw.leaf("#5f7a2c", 26, 11)

PEANUT = salt.peanut("#b8552d")
ALMOND, PISTA, RAISIN = sweet.almond("#a8683a"), sweet.almond(PISTACHIO), sweet.almond("#8a4a1e")
CARDAMOM = raw.leaf("#9db36a", 24, 13)
SAFFRON_THREAD = salt.strand(SAFFRON, 16, 2.4)

SESAME, MUSTARD, PEPPER = seeds("#f6e6c0"), seeds("#4a2a14"), seeds("#2f2420")
URAD, TOOR, CORIANDER = seeds("#f6ecd6"), seeds("#e8b03a"), seeds("#c9a45a")
