"""The catalogue and the stock.

Columns are named as the fields of `model.catalogue`; `position` keeps the order in which the shop lists them.
"""

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Date, Integer, String

from model.catalogue import Unit
from store.columns import Paise, Tuples, UtcTime, Word
from store.tables.base import needs, refers, table

catalogue = table(
    "catalogue",
    Column("id", Integer, primary_key=True, autoincrement=False),
    needs("version", Integer),
    needs("seeded_at", UtcTime),
    CheckConstraint("id = 1", name="only_one"),
)
shop = table(
    "shop",
    Column("position", Integer, primary_key=True),
    *(needs(name, JSON) for name in ("tagline", "about", "hours")),
    *(needs(name, String) for name in ("name", "street", "city", "state", "state_code", "pincode")),
    *(needs(name, String) for name in ("gstin", "phone", "email", "zone")),
)
category = table(
    "category",
    Column("id", String, primary_key=True),
    needs("position", Integer),
    needs("name", JSON),
    needs("aliases", Tuples),
    needs("emoji", String),
)
product = table(
    "product",
    Column("id", String, primary_key=True),
    needs("position", Integer),
    refers("category", "category.id"),
    *(needs(name, JSON) for name in ("name", "description", "taste", "nutrition", "storage", "serving")),
    *(needs(name, Tuples) for name in ("aliases", "ingredients", "allergens")),
    needs("veg", Boolean),
    needs("shelf_life_days", Integer),
    needs("gst_percent", Integer),
    needs("hsn", String),
    needs("unit", Word(Unit)),
    Column("picture", String),
)
variant = table(
    "variant",
    Column("sku", String, primary_key=True),
    needs("position", Integer),
    refers("product_id", "product.id"),
    needs("pack", String),
    needs("size", Integer),
    needs("packaging", String),
    needs("price", Paise),
)
coupon = table(
    "coupon",
    Column("code", String, primary_key=True),
    needs("position", Integer),
    Column("percent", Integer),
    Column("amount", Paise),
    needs("min_order", Paise),
    Column("max_discount", Paise),
    needs("valid_from", Date),
    needs("valid_until", Date),
    needs("text", JSON),
)
delivery_area = table(
    "delivery_area",
    Column("position", Integer, primary_key=True),
    needs("name", String),
    needs("state", String),
    *(needs(name, Tuples) for name in ("places", "pincodes", "days")),
    needs("charge", Paise),
    Column("free_above", Paise),
    needs("cash_on_delivery", Boolean),
)
faq = table(
    "faq",
    Column("id", String, primary_key=True),
    needs("position", Integer),
    needs("question", JSON),
    needs("keywords", Tuples),
    needs("answer", JSON),
)
stock = table(
    "stock",
    Column("product_id", String, primary_key=True),
    needs("on_hand", Integer),
    needs("held", Integer),
    CheckConstraint("on_hand >= 0", name="on_hand"),
    CheckConstraint("held >= 0", name="held"),
    CheckConstraint("held <= on_hand", name="held_is_there"),
)
