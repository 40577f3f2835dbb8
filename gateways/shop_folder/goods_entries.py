"""categories.yml, products.yml, variants.yml, stock.yml: what is sold."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, RootModel

from gateways.shop_folder.wording import (
    Calories,
    Entry,
    Grams,
    GstPercent,
    Hsn,
    Id,
    Milligrams,
    Names,
    Pack,
    Picture,
    Price,
    Prose,
    Short,
    Sku,
    SomeWords,
    Stock,
    Words,
)
from model.catalogue import Category, Product, Unit, Variant


class CategoryEntry(Entry):
    """A shelf."""

    id: Id
    name: Names
    aliases: Words = ()
    emoji: Annotated[Short, Field(max_length=8)]

    def category(self) -> Category:
        """The value."""
        return Category(**dict(self))


class NutritionEntry(Entry):
    """What 100 g hold; `{}` for what is not eaten."""

    energy_kcal: Calories | None = None
    protein_g: Grams | None = None
    fat_g: Grams | None = None
    carbohydrate_g: Grams | None = None
    sugar_g: Grams | None = None
    sodium_mg: Milligrams | None = None

    def labels(self) -> Iterator[tuple[str, str]]:
        """As they are shown: ("energy", "180 kcal")."""
        for key, amount in self:
            if amount is not None:
                label, _, measure = key.rpartition("_")
                yield label, f"{amount} {measure}"


class ProductEntry(Entry):
    """A thing sold."""

    id: Id
    category: Short
    name: Names
    aliases: Words = ()
    description: Prose
    taste: Prose
    veg: bool
    ingredients: SomeWords
    allergens: Words
    nutrition: NutritionEntry
    shelf_life_days: Annotated[int, Field(ge=1, le=3650)]
    storage: Prose
    serving: Prose
    gst_percent: GstPercent
    hsn: Hsn
    unit: Literal["g", "piece"]
    picture: Picture | None = None

    def product(self) -> Product:
        """The value."""
        tamed = {"unit": Unit(self.unit), "nutrition": dict(self.nutrition.labels())}
        return Product(**dict(self) | tamed)


class VariantEntry(Entry):
    """A pack of a product."""

    sku: Sku
    product: Short
    pack: Pack
    packaging: Short
    price: Price

    def variant(self) -> Variant:
        """The value."""
        return Variant(self.sku, self.product, self.pack.text, self.pack.size, self.packaging, self.price)


class StockEntry(RootModel[dict[str, Stock]]):
    """How much there is at the opening, by product id."""

    model_config = ConfigDict(strict=True, frozen=True)

    def sizes(self) -> dict[str, int]:
        """In base units by product id."""
        return {product: amount.size for product, amount in self.root.items()}
