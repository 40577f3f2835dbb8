"""Which products, packs and numbers a message means."""

import re
from dataclasses import dataclass

from actions.context import Context
from model.catalogue import Category, Product, Unit, Variant
from model.message import Entity
from shop.search import Found, normal
from shop.words import Size, read_count, read_size

_SEPARATOR = re.compile(r"[,;\n+&]|\b(?:and|aur|or|then|plus|also|with|mattum|mariyu)\b|और|மற்றும்|మరియు", re.I)
_POINTING = frozenset(
    "it its this these that those iska iski iske isko isme ismein yeh ye usme uska "
    "इसका इसकी इसके इसमें यह ये उसमें இது இதில் idhu idhula ఇది ఇందులో idi indulo".split()
)
_FILLING = frozenset(
    "more pack packs packet packets box boxes jar jars piece pieces kg each only extra of for to pm am day days please "
    "pls de do dena dedo dijiye bhej bhejo bhejna chahiye wala wale aur bhi haan ji na yes ok i want take give me the "
    "one small big mujhe और भी दे दो देना दीजिए चाहिए वाला वाले हाँ मुझे पैकेट डिब्बे".split()
)
"""Words after a number that name no product."""
_TELLING = 4
"""Letters a word needs to tell a product by."""
_SEVERAL = 3
"""Products told about at once."""
_BARE = 2
"""Words that a message may have to be taken for a mention as a whole."""


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
    return in_text(ctx) or _topic(ctx)


def in_text(ctx: Context) -> list[Found]:
    """Products that stand in the text though the NLU marked none; a text of a word or two may be part of a name."""
    bare = len(ctx.heard.text.split()) <= _BARE
    return ctx.spotted or (ctx.finder.products(ctx.heard.text) if bare else [])


def _resolve(ctx: Context, entity: Entity) -> list[Found]:
    known = ctx.catalogue.product(entity.id) if entity.id else None
    return [Found(known, 100.0)] if known else ctx.finder.products(entity.value)


def _topic(ctx: Context) -> list[Found]:
    product = ctx.catalogue.product(ctx.memory.topic) if ctx.memory.topic else None
    return [Found(product, 100.0)] if product and not ctx.heard.all("category") else []


def several_products(ctx: Context) -> list[Product]:
    """The products named, where there are several and each is told apart; at most three."""
    found = [_resolve(ctx, entity) for entity in ctx.heard.all("product")]
    certain = {items[0].product.id: items[0].product for items in found if len(items) == 1}
    return list(certain.values())[:_SEVERAL] if 1 < len(certain) == len(found) else []


def points(ctx: Context) -> bool:
    """Whether a product is named or pointed at ("it", "iska"), so that a question is about this one."""
    named = ctx.heard.all("product") or ctx.spotted
    return bool(named) or (ctx.memory.topic is not None and bool(_POINTING & set(normal(ctx.heard.text).split())))


def named_among(ctx: Context, offered: list[str]) -> str | None:
    """The one of the products offered that is named, be it by a word of its name ("the banana ones")."""
    meant = {found.product.id for found in ctx.finder.products(ctx.heard.first("product") or ctx.heard.text)}
    for among in ([x for x in offered if x in meant], [x for x in offered if _shares_word(ctx, x)]):
        if len(among) == 1:
            return among[0]
    return None


def _shares_word(ctx: Context, product_id: str) -> bool:
    product = ctx.catalogue.product(product_id)
    said = {word for word in normal(ctx.heard.text).split() if len(word) >= _TELLING}
    return product is not None and any(said & set(normal(name).split()) for name in product.names)


def only_amounts(ctx: Context) -> bool:
    """Whether the message holds amounts and small words, so that it means the product talked of."""
    rest = ctx.heard.text
    for entity in (*ctx.heard.all("quantity"), *ctx.heard.all("pack")):
        rest = rest.replace(entity.value, " ")
    return rest != ctx.heard.text and all(word in _FILLING or read_count(word) for word in normal(rest).split())


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
    groups = _groups(ctx)
    known = [_wish(ctx, group) for group in groups]
    if not any(known):
        return _spotted(ctx)
    return [wish for group, found in zip(groups, known, strict=True) if (wish := found or _unknown(ctx, group))]


def _unknown(ctx: Context, group: list[Entity]) -> Wish | None:
    """ "… and 1 chocolate": a number before a word or two that the NLU knows nothing of."""
    if [entity.kind for entity in group] != ["quantity"]:
        return None
    words = normal(_SEPARATOR.split(ctx.heard.text[group[0].end :], maxsplit=1)[0]).split()
    if not 1 <= len(words) <= _BARE or _FILLING & set(words):
        return None
    return Wish(" ".join(words), None, read_count(group[0].value))


def _spotted(ctx: Context) -> list[Wish]:
    """Where the NLU marked no product: names that stand in the text."""
    count, size = _amounts(ctx)
    return [Wish(item.product.name["en"], item.product.id, count, size) for item in ctx.spotted[:1]]


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
    parted = bool(_SEPARATOR.search(between))
    return (entity.kind in kinds or parted) if "product" in kinds else (entity.kind in kinds and parted)


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
