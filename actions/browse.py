"""Browsing: the categories, a shelf, a search, a suggestion, the offers."""

from itertools import zip_longest

from actions import mentions, show
from actions.context import Context
from model.catalogue import Product
from model.conversation import Outcome, say
from model.errors import Refused
from model.message import Reply, Say, reply
from model.money import Money
from shop.words import read_count


def browse(ctx: Context) -> Outcome:
    """The categories, or the shelf of the one that was named."""
    category = mentions.category_meant(ctx)
    return _shelf_of(ctx, category.id, 0) if category else categories(ctx)


def categories(ctx: Context, _: str = "") -> Outcome:
    """What kinds of things there are."""
    return say(reply("browse_categories", *show.category_choices(ctx.catalogue.categories)))


def category_tap(ctx: Context, rest: str) -> Outcome:
    """`category:<id>:<start>`"""
    category_id, _, start = rest.partition(":")
    return _shelf_of(ctx, category_id, int(start) if start.isdecimal() else 0)


def _shelf_of(ctx: Context, category_id: str, start: int) -> Outcome:
    category = ctx.catalogue.category(category_id)
    if category is None:
        raise Refused("choice_gone")
    products = list(ctx.catalogue.on_shelf(category_id))
    title = Say("browse_shelf", {"category": category.name, "emoji": category.emoji, "count": len(products)})
    return say(show.shelf(ctx, products, title, f"category:{category_id}", start if start < len(products) else 0))


def search(ctx: Context) -> Outcome:
    """A named kind of product: by name, else by what it is made of, else the category."""
    words = mentions.mention_words(ctx)
    found = [item.product for item in mentions.products_meant(ctx)] if words else []
    found = found or [item.product for item in mentions.in_text(ctx)]
    found = _with(found, ctx.finder.with_ingredient(words) if words else [])
    found = _affordable(ctx, found)
    if found:
        ctx.memory.topic = found[0].id if len(found) == 1 else ctx.memory.topic
        return say(show.shelf(ctx, found[: show.PAGE], Say("search_found", {"count": len(found)}), "search"))
    return _nothing(ctx, words)


def _with(first: list[Product], more: list[Product]) -> list[Product]:
    return list({product.id: product for product in (*first, *more)}.values())


def _nothing(ctx: Context, words: str | None) -> Outcome:
    category = mentions.category_meant(ctx)
    if category:
        return _shelf_of(ctx, category.id, 0)
    return not_sold(ctx, words)


def not_sold(ctx: Context, words: str | None) -> Outcome:
    """Say kindly that it is not sold, and what is."""
    choices = show.category_choices(ctx.catalogue.categories)
    return say(reply("not_sold", *choices, words=words) if words else reply("nothing_found", *choices))


def _affordable(ctx: Context, products: list[Product]) -> list[Product]:
    """Only those with a pack within the price that was named, if one was."""
    words = ctx.heard.first("max_price")
    limit = read_count(words) if words else None
    if limit is None:
        return products
    return [p for p in products if any(v.price <= Money(limit * 100) for v in ctx.catalogue.packs(p.id))]


def recommend(ctx: Context) -> Outcome:
    """Some of what is in stock, for the price named: of the category, else of each shelf in turn."""
    category = mentions.category_meant(ctx)
    shelves = [_to_suggest(ctx, shelf.id) for shelf in ([category] if category else ctx.catalogue.categories)]
    picks = [product for row in zip_longest(*shelves) for product in row if product]
    if not picks:
        return categories(ctx)
    return say(show.shelf(ctx, picks[: show.PAGE], Say("recommend"), "recommend"))


def _to_suggest(ctx: Context, category_id: str) -> list[Product]:
    shelf = _affordable(ctx, list(ctx.catalogue.on_shelf(category_id)))
    free = ctx.work.uow.catalogue.free([product.id for product in shelf])
    return [product for product in shelf if free[product.id] > 0]


def offers(ctx: Context) -> Outcome:
    """The coupons that are valid today."""
    today = ctx.work.local_now.date()
    valid = [c for c in ctx.catalogue.coupons if c.valid_from <= today <= c.valid_until]
    if not valid:
        return say(reply("offers_none"))
    lines = tuple(Say("offer_line", {"code": coupon.code, "text": coupon.text}) for coupon in valid)
    return say(Reply(Say("offers", {"offers": lines})))
