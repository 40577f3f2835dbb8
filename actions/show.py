"""How products and shelves are shown: cards and choices used by several actions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from actions.context import Context
from model.catalogue import Category, Product
from model.message import Card, Choice, Reply, Say
from model.order import OrderLine
from shop.search import normal

PAGE = 6
"""Products shown at a time."""
HUMAN = Choice("human", Say("choice_human"))
CHECKOUT = Choice("checkout", Say("choice_checkout"))
SHOW_CART = Choice("show_cart", Say("choice_cart"))
MORE = Choice("categories", Say("choice_more"))


def product_card(ctx: Context, product: Product) -> Card:
    """A product with its packs to tap."""
    packs = ctx.catalogue.packs(product.id)
    sold_out = _free(ctx, product) < min((pack.size for pack in packs), default=0)
    price = Say("card_sold_out") if sold_out else " · ".join(f"{pack.pack} {pack.price}" for pack in packs)
    choices = (
        (Choice(f"product_info:{product.id}", Say("choice_more_about")),)
        if sold_out
        else tuple(Choice(f"add:{pack.sku}:1", Say("choice_add_pack", {"pack": pack.pack})) for pack in packs)
    )
    return Card(product.name, product.taste, price, product.picture, choices)


def _free(ctx: Context, product: Product) -> int:
    return ctx.work.uow.catalogue.free([product.id])[product.id]


def shelf(ctx: Context, products: Sequence[Product], say: Say, more: str, start: int = 0) -> Reply:
    """A page of product cards; the last choice shows the next page (`more:start`)."""
    page = products[start : start + PAGE]
    choices = [Choice("categories", Say("choice_categories"))]
    if start + PAGE < len(products):
        choices.insert(0, Choice(f"{more}:{start + PAGE}", Say("choice_next_page")))
    return Reply(say, tuple(choices), tuple(product_card(ctx, product) for product in page))


def category_choices(categories: Iterable[Category]) -> tuple[Choice, ...]:
    """The categories to tap."""
    return tuple(
        Choice(f"category:{category.id}:0", Say("choice_category", {"emoji": category.emoji, "name": category.name}))
        for category in categories
    )


def which(ctx: Context, verb: str, products: Sequence[Product]) -> Reply:
    """Ask which of several products is meant; the answer taps `verb:product`."""
    choices = tuple(Choice(f"{verb}:{product.id}", product.name) for product in products[:8])
    return Reply(Say("which_product", {"count": len(choices)}), choices)


def pack_choices(ctx: Context, product: Product, packs: int = 1) -> tuple[Choice, ...]:
    """The packs of a product to tap, with prices."""
    return tuple(
        Choice(f"add:{pack.sku}:{packs}", Say("choice_pack", {"pack": pack.pack, "price": pack.price}))
        for pack in ctx.catalogue.packs(product.id)
    )


def order_lines(ctx: Context, lines: Sequence[OrderLine]) -> tuple[Say, ...]:
    """Cart or order lines, one a row."""
    return tuple(
        Say("order_line", {"packs": x.packs, "product": _name(ctx, x), "pack": x.pack, "total": x.total}) for x in lines
    )


def line_titles(ctx: Context, lines: Sequence[OrderLine]) -> tuple[Say, ...]:
    """The same, to be tapped."""
    return tuple(Say("choice_line", {"packs": x.packs, "product": _name(ctx, x), "pack": x.pack}) for x in lines)


def _name(ctx: Context, line: OrderLine) -> object:
    product = ctx.catalogue.product(line.product_id)
    return product.name if product else line.title


def address(street: str, area: str, pincode: str) -> str:
    """A street with its area, which some have written already, and pincode."""
    known = normal(street).endswith(normal(area))
    return f"{street} {pincode}" if known else f"{street}, {area} {pincode}"


def choices_last(told: Sequence[Reply]) -> list[Reply]:
    """Of several replies only the last one offers what to do next."""
    return [*(replace(one, choices=()) for one in told[:-1]), *told[-1:]]
