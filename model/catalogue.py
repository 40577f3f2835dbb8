"""What the shop sells and where it delivers: immutable values, read from the shop's folder or the store."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from model.language import Texts
from model.money import Money


class Unit(StrEnum):
    """The base unit in which a product's stock is counted."""

    GRAM = "g"
    PIECE = "piece"


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the shop; `aliases` are generic words for it ("achar", "mithai")."""

    id: str
    name: Texts
    aliases: tuple[str, ...]
    emoji: str


@dataclass(frozen=True, slots=True)
class Product:
    """A thing sold. `nutrition` is per 100 g, label -> amount with unit; `gst_percent` is a whole percentage."""

    id: str
    category: str
    name: Texts
    aliases: tuple[str, ...]
    description: Texts
    taste: Texts
    veg: bool
    ingredients: tuple[str, ...]
    allergens: tuple[str, ...]
    nutrition: Mapping[str, str]
    shelf_life_days: int
    storage: Texts
    serving: Texts
    gst_percent: int
    hsn: str
    unit: Unit
    picture: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name and alias by which a customer may call it."""
        return (*dict.fromkeys((*self.name.values(), *self.aliases)),)


@dataclass(frozen=True, slots=True)
class Variant:
    """A pack of a product. `size` is in the product's base unit (grams or pieces); `price` includes GST."""

    sku: str
    product_id: str
    pack: str
    size: int
    packaging: str
    price: Money


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code that takes `percent` (at most `max_discount`) or a fixed `amount` off the goods."""

    code: str
    percent: int | None
    amount: Money | None
    min_order: Money
    max_discount: Money | None
    valid_from: date
    valid_until: date
    text: Texts


@dataclass(frozen=True, slots=True)
class DeliveryArea:
    """Where the shop delivers: inclusive pincode ranges, the charge, and how many days it takes."""

    name: str
    places: tuple[str, ...]
    state: str
    pincodes: tuple[tuple[int, int], ...]
    charge: Money
    free_above: Money | None
    days: tuple[int, int]
    cash_on_delivery: bool

    def covers(self, pincode: str) -> bool:
        """Whether a six-digit pincode lies in this area."""
        return any(low <= int(pincode) <= high for low, high in self.pincodes)

    def charge_for(self, goods: Money) -> Money:
        """What delivery costs for goods of this worth."""
        free = self.free_above is not None and goods >= self.free_above
        return Money(0) if free else self.charge


@dataclass(frozen=True, slots=True)
class Faq:
    """A question customers ask and the shop's answer; `keywords` are phrases in any language."""

    id: str
    question: Texts
    keywords: tuple[str, ...]
    answer: Texts


@dataclass(frozen=True, slots=True)
class Shop:
    """Who the shop is. `hours` maps mon…sun to "09:00-21:00" or "closed"; `zone` is an IANA name."""

    name: str
    tagline: Texts
    about: Texts
    street: str
    city: str
    state: str
    state_code: str
    pincode: str
    gstin: str
    phone: str
    email: str
    zone: str
    hours: Mapping[str, str]


@dataclass(frozen=True)
class Catalogue:
    """Everything the shop's folder says, but the stock. `version` rises with each seeding."""

    shop: Shop
    categories: tuple[Category, ...]
    products: tuple[Product, ...]
    variants: tuple[Variant, ...]
    coupons: tuple[Coupon, ...] = ()
    areas: tuple[DeliveryArea, ...] = ()
    faqs: tuple[Faq, ...] = ()
    version: int = 0
    stock: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Opening stock in base units by product id; only read when seeding."""

    @cached_property
    def _products(self) -> dict[str, Product]:
        return {product.id: product for product in self.products}

    @cached_property
    def _variants(self) -> dict[str, Variant]:
        return {variant.sku: variant for variant in self.variants}

    @cached_property
    def _packs(self) -> dict[str, tuple[Variant, ...]]:
        return {p.id: tuple(v for v in self.variants if v.product_id == p.id) for p in self.products}

    def product(self, product_id: str) -> Product | None:
        """The product, or None where it is no longer sold."""
        return self._products.get(product_id)

    def variant(self, sku: str) -> Variant | None:
        """The pack, or None where it is no longer sold."""
        return self._variants.get(sku)

    def packs(self, product_id: str) -> tuple[Variant, ...]:
        """The packs of a product, as the shop lists them."""
        return self._packs.get(product_id, ())

    def category(self, category_id: str) -> Category | None:
        """The category, or None."""
        return next((c for c in self.categories if c.id == category_id), None)

    def on_shelf(self, category_id: str) -> Iterator[Product]:
        """The products of a category, as the shop lists them."""
        return (p for p in self.products if p.category == category_id)

    def area(self, pincode: str) -> DeliveryArea | None:
        """The first delivery area that covers a six-digit pincode."""
        return next((a for a in self.areas if a.covers(pincode)), None)

    def coupon(self, code: str) -> Coupon | None:
        """The coupon by its code, in any case."""
        return next((c for c in self.coupons if c.code.casefold() == code.casefold()), None)
