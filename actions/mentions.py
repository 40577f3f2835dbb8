"""Which products, packs and numbers a message means."""

import re
from dataclasses import dataclass

from actions.context import Context
from model.catalogue import Category, Product, Unit, Variant
from model.message import Entity
from shop.search import Found
from shop.words import Size, read_count, read_size

_SEPARATOR = re.compile(r"[,;\n+&]|\b(?:and|aur|or|then|plus|also|with|mattum|mariyu)\b|और|மற்றும்|మరియు", re.I)


@dataclass(slots=True)
class Wish:
    """One thing wanted: the words for the product, and how much of it."""

    mention: str
    product_id: str | None = None
    count: int | None = None
    size: Size | None = None


def products_meant(ctx: Context) -> list[Found]:
    """The readings of the product named in the message; the talk's topic where none is named; maybe empty."""
    for entity in ctx.heard.all("product"):
        found = _resolve(ctx, entity)
        if found:
            return found
    if ctx.heard.all("product"):
        return []
    spotted = ctx.finder.spot(ctx.heard.text)
    return spotted or _topic(ctx)


def _resolve(ctx: Context, entity: Entity) -> list[Found]:
    known = ctx.catalogue.product(entity.id) if entity.id else None
    return [Found(known, 100.0)] if known else ctx.finder.products(entity.value)


def _topic(ctx: Context) -> list[Found]:
    product = ctx.catalogue.product(ctx.memory.topic) if ctx.memory.topic else None
    return [Found(product, 100.0)] if product and not ctx.heard.all("category") else []


def category_meant(ctx: Context) -> Category | None:
    """The category named in the message."""
    for entity in ctx.heard.all("category"):
        category = ctx.finder.category(entity.value)
        if category:
            return category
    return None


def mention_words(ctx: Context) -> str | None:
    """The customer's own words for a product or category, for an answer about what is not sold."""
    return ctx.heard.first("product") or ctx.heard.first("category")


def wishes(ctx: Context) -> list[Wish]:
    """The products of a message with their quantities and packs: "2 mango pickle 500g and 1 kg gulab jamun"."""
    groups = [_wish(ctx, group) for group in _groups(ctx)]
    return [wish for wish in groups if wish is not None] or _spotted(ctx)


def _spotted(ctx: Context) -> list[Wish]:
    """Where the NLU marked no product: names that stand in the text."""
    found = ctx.finder.spot(ctx.heard.text)
    count, size = _amounts(ctx)
    return [Wish(item.product.name["en"], item.product.id, count, size) for item in found[:1]]


def _amounts(ctx: Context) -> tuple[int | None, Size | None]:
    quantity, pack = ctx.heard.first("quantity"), ctx.heard.first("pack")
    return (read_count(quantity) if quantity else None), (read_size(pack) if pack else None)


def amounts(ctx: Context) -> tuple[int | None, Size | None]:
    """The one quantity and pack of a message, read from entities or, failing these, from a bare value."""
    count, size = _amounts(ctx)
    if count is None and size is None and len(ctx.heard.text.split()) <= 3:
        size = read_size(ctx.heard.text)
        count = None if size else read_count(ctx.heard.text)
    return count, size


def _groups(ctx: Context) -> list[list[Entity]]:
    """Entities that belong together: one product each, with the amounts nearest to it."""
    groups: list[list[Entity]] = [[]]
    last_end = 0
    for entity in (e for e in ctx.heard.entities if e.kind in ("product", "quantity", "pack")):
        if _starts_new(groups[-1], entity, ctx.heard.text[last_end : entity.start]):
            groups.append([])
        groups[-1].append(entity)
        last_end = entity.end
    return groups


def _starts_new(group: list[Entity], entity: Entity, between: str) -> bool:
    kinds = {member.kind for member in group}
    if "product" not in kinds:
        return False
    return entity.kind in kinds or bool(_SEPARATOR.search(between))


def _wish(ctx: Context, group: list[Entity]) -> Wish | None:
    by_kind = {entity.kind: entity for entity in reversed(group)}
    product = by_kind.get("product")
    if product is None:
        return None
    count = read_count(by_kind["quantity"].value) if "quantity" in by_kind else None
    size = read_size(by_kind["pack"].value) if "pack" in by_kind else None
    return Wish(product.value, product.id, count, size)


def pack_for(ctx: Context, product: Product, size: Size | None) -> tuple[Variant, int] | None:
    """The pack of a wanted size and how many make it up (1 kg may be 2 × 500 g); None where none fits."""
    packs = ctx.catalogue.packs(product.id)
    if size is None:
        return (packs[0], 1) if len(packs) == 1 else None
    if size.unit is not product.unit:
        return None
    fitting = [pack for pack in packs if size.amount % pack.size == 0]
    best = max(fitting, key=lambda pack: pack.size, default=None)
    return (best, size.amount // best.size) if best else None


def size_text(size: Size) -> str:
    """A size as a pack label: 500 g, 1 kg, 6 pieces."""
    if size.unit is Unit.PIECE:
        return f"{size.amount} pieces"
    return f"{size.amount // 1000} kg" if size.amount % 1000 == 0 else f"{size.amount} g"
