"""The snacks: what the bowl is heaped with or the plate carries, the pack's colour, wall and bowl."""

from __future__ import annotations

from tools.pictures import produce as raw
from tools.pictures import savoury as salt
from tools.pictures import sweets as sweet
from tools.pictures.recipes.larder import CRISP_LEAF, GREEN, PEANUT, PEPPER, RAISIN
from tools.pictures.scenes import Heap, Kind, Platter

BANANA = salt.disc("#fbd040", "#e8ac1e")
POTATO = salt.disc("#fbe694", "#eec24e", "#cf401e", 0.8)
TAPIOCA = salt.disc("#f8ebc4", "#dcb878", "#c4562a", 0.6)
RIBBON, HOOP, LOZENGE = salt.ribbon("#e2842a"), salt.hoop("#cf6822"), salt.lozenge("#f3cd88")
NUGGET, FLAKE = salt.nugget("#cf5c20"), raw.flake("#fbe484")

SNACKS: dict[str, Kind] = {
    "murukku": Platter(salt.murukku("#d9963c"), "coils", "#b5472a", wall="#fbe3ae", dish="#6f9f92"),
    "butter-murukku": Heap(
        (salt.rod("#f6d274"), salt.rod("#eebc58")),
        "#e2b04a",
        "#e0b030",
        raw.bunch(salt.rod("#eebc58")),
        wall="#fdf0c0",
        bowl="#4f7fa4",
        count=64,
        size=1.2,
    ),
    "banana-chips": Heap((BANANA,), "#e2a41e", "#3f8f4a", BANANA, wall="#fbf0ac", bowl="#3f8a5a", count=56, size=1.15),
    "mixture": Heap(
        (
            salt.strand("#eaaa34"),
            salt.strand("#dd9228"),
            PEANUT,
            salt.pearl("#f0b83e"),
            salt.pearl("#8fae3a", 6),
            CRISP_LEAF,
            raw.flake("#f6dfa0"),
        ),
        "#c9822a",
        "#c4341e",
        salt.pearl("#eeb43c", 22),
        wall="#fbdfa6",
        bowl="#a5502f",
        count=120,
        size=1.2,
        garnish=(PEANUT, CRISP_LEAF),
    ),
    "ribbon-pakoda": Heap((RIBBON,), "#c9701e", "#e0741e", RIBBON, wall="#fddcb0", bowl="#2f7f7a", count=32, size=1.3),
    "nippattu": Platter(
        salt.thattai("#d98a3a"), "flats_small", "#7a5a2a", wall="#f3dfb4", dish="#b98a6a", garnish=(PEANUT, CRISP_LEAF)
    ),
    "kodubale": Heap((HOOP,), "#a84a18", "#a8321e", HOOP, wall="#f8d6ba", bowl="#6f8f4a", count=34, size=1.5),
    "omapodi-sev": Heap(
        (salt.strand("#f8c840", 56, 5.6), salt.strand("#e0a226", 50, 5.6)),
        "#dca02a",
        "#e8a01e",
        raw.bunch(salt.strand("#f0bc3a", 44, 6)),
        wall="#fdf2b8",
        bowl="#8f4a6a",
        count=90,
    ),
    "aloo-bhujia": Heap(
        (salt.strand("#e69a38", 26, 5.8), salt.strand("#c9721e", 24, 5.8)),
        "#b5661e",
        "#d9562a",
        raw.bunch(salt.strand("#d98a2c", 40, 8)),
        wall="#f8dab0",
        bowl="#3f6a9f",
        count=125,
        garnish=(raw.orb("#cfa86a"), raw.leaf("#4f9a4a", 30, 18)),
    ),
    "potato-chips": Heap((POTATO,), "#e0b44a", "#d93a2a", POTATO, wall="#fde8bc", bowl="#c9553a", count=40, size=1.4),
    "tapioca-chips": Heap(
        (TAPIOCA, TAPIOCA, TAPIOCA, CRISP_LEAF),
        "#d9b878",
        "#7f9a3a",
        TAPIOCA,
        wall="#e6ecc4",
        bowl="#8a5a3a",
        count=56,
        size=1.3,
    ),
    "jackfruit-chips": Heap(
        (raw.stick("#f3c034", 44, 9), raw.stick("#e6aa28", 38, 9)),
        "#d99a1e",
        "#8fa82a",
        raw.bunch(raw.stick("#f0bc30", 44, 9)),
        wall="#eef0b0",
        bowl="#a8742c",
        count=80,
        size=1.1,
    ),
    "masala-peanuts": Heap(
        (NUGGET,),
        "#a8441a",
        "#9a2f1e",
        NUGGET,
        wall="#fbd6bc",
        bowl="#d9a850",
        count=62,
        size=1.5,
        garnish=(CRISP_LEAF, PEANUT),
    ),
    "khara-boondi": Heap(
        (*(salt.pearl("#f3b030"),) * 4, *(salt.pearl("#e29224"),) * 3, CRISP_LEAF, sweet.cashew),
        "#c98a1e",
        "#c9861e",
        salt.pearl("#f0ac2e", 22),
        wall="#fbeab4",
        bowl="#4f7f3a",
        count=104,
        size=1.55,
        garnish=(CRISP_LEAF, sweet.cashew),
    ),
    "namak-pare": Heap(
        (LOZENGE, salt.lozenge("#e6b666")),
        "#c9954a",
        "#4a7aa0",
        LOZENGE,
        wall="#dbe6e8",
        bowl="#b5623a",
        count=56,
        size=1.2,
        garnish=(PEPPER,),
    ),
    "poha-chivda": Heap(
        (
            *(FLAKE,) * 4,
            *(raw.flake("#f3d362"),) * 3,
            PEANUT,
            CRISP_LEAF,
            raw.ring(GREEN, "#cfe0a0"),
            raw.flake("#fffaf0"),
        ),
        "#dcb848",
        "#5a9a3a",
        raw.bunch(raw.flake("#f6dd7a")),
        wall="#eef0bc",
        bowl="#8f4a7a",
        count=140,
        size=1.35,
        garnish=(RAISIN, PEANUT),
    ),
    "papad": Platter(salt.papad("#f6e4b0"), "few_discs", "#a86a2a", wall="#f3e0c0", dish="#7f97b4", garnish=(PEPPER,)),
}

ANY_SNACK = (salt.strand("#e0a02c"), PEANUT, salt.pearl("#e8b03a"))
