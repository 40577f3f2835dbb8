"""A shop so small that its sums can be done in one's head."""

from collections.abc import Mapping
from datetime import date

from model.catalogue import Catalogue, Category, Coupon, DeliveryArea, Faq, Product, Shop, Unit, Variant
from model.money import Money


def product(id_: str, name: str, category: str = "pickles", unit: Unit = Unit.GRAM, *aliases: str) -> Product:
    """A product in all its fields."""
    return Product(
        id=id_,
        category=category,
        name={"en": name},
        aliases=aliases,
        description={"en": f"{name} as made at home."},
        taste={"en": "Hot and sour."},
        veg=True,
        ingredients=(id_, "salt"),
        allergens=(),
        nutrition={"energy": "180 kcal"},
        shelf_life_days=180,
        storage={"en": "Keep dry."},
        serving={"en": "With curd rice."},
        gst_percent=12,
        hsn="2001",
        unit=unit,
        picture=None,
    )


_FOREVER = (date(2026, 1, 1), date(2026, 12, 31))
_AREAS = (
    DeliveryArea(
        "Bengaluru", ("bangalore",), "Karnataka", ((560001, 560110),), Money(4000), Money(49900), (1, 2), True
    ),
    DeliveryArea("Mysuru", ("mysore",), "Karnataka", ((570001, 570034),), Money(5000), None, (2, 3), True),
    DeliveryArea("Leh", ("leh",), "Ladakh", ((194101, 194101),), Money(15000), None, (7, 9), False),
)
_COUPONS = (
    Coupon("TEN", 10, None, Money(20000), Money(5000), *_FOREVER, {"en": "10% off"}),
    Coupon("FLAT", None, Money(10000), Money(0), None, *_FOREVER, {"en": "₹100 off"}),
    Coupon("OLD", 50, None, Money(0), None, date(2025, 1, 1), date(2025, 12, 31), {"en": "half off"}),
)
_SHOP = Shop(
    name="Tiny Pickles",
    tagline={"en": "Small jars"},
    about={"en": "A kitchen."},
    street="1, Jar Lane",
    city="Bengaluru",
    state="Karnataka",
    state_code="29",
    pincode="560004",
    gstin="29AABFB0000K1Z1",
    phone="+91 80 0555 0142",
    email="hello@tiny.example",
    zone="Asia/Kolkata",
    hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), "09:00-21:00") | {"sun": "closed"},
)
STOCK: Mapping[str, int] = {"mango": 10_000, "garlic": 5_000, "laddu": 60}
"""Grams of the pickles, pieces of the laddu."""


def catalogue(stock: Mapping[str, int] = STOCK) -> Catalogue:
    """Three products, four packs: mango 250 g ₹120 and 500 g ₹220, garlic 250 g ₹130, laddu 6 pieces ₹150.

    Delivery: Bengaluru ₹40 (free from ₹499), Mysuru ₹50, Leh ₹150 without cash. Coupons: TEN, FLAT, OLD (over).
    """
    return Catalogue(
        shop=_SHOP,
        categories=(
            Category("pickles", {"en": "Pickles"}, ("achar",), "🥭"),
            Category("sweets", {"en": "Sweets"}, ("mithai",), "🍬"),
        ),
        products=(
            product("mango", "Mango Pickle", "pickles", Unit.GRAM, "aam ka achar", "mango"),
            product("garlic", "Garlic Pickle", "pickles", Unit.GRAM, "lahsun ka achar"),
            product("laddu", "Besan Laddu", "sweets", Unit.PIECE, "laddu"),
        ),
        variants=(
            Variant("mango-250", "mango", "250 g", 250, "jar", Money(12000)),
            Variant("mango-500", "mango", "500 g", 500, "jar", Money(22000)),
            Variant("garlic-250", "garlic", "250 g", 250, "jar", Money(13000)),
            Variant("laddu-6", "laddu", "6 pieces", 6, "box", Money(15000)),
        ),
        coupons=_COUPONS,
        areas=_AREAS,
        faqs=(Faq("oil", {"en": "Which oil do you use?"}, ("which oil",), {"en": "Sesame oil."}),),
        stock=dict(stock),
    )
