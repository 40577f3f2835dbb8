"""The cart: changing, taking out, showing; coupons."""

from typing import Any

from actions import mentions, ordering, show
from actions.context import Context
from model.catalogue import Variant
from model.conversation import Outcome, Question, say
from model.errors import Refused
from model.message import Choice, Say, reply
from shop import carts
from shop.words import Size, read_count, read_pincode

_FEW = 6
"""Words."""


def _line_meant(ctx: Context, *, sized: bool = True) -> Variant | None:
    """The pack in the cart that the message is about: named, else the one put in last, else the only one.

    `sized`: a size in the message tells which one; else it is what is wanted instead.
    """
    in_cart = [v for v in (ctx.catalogue.variant(x.sku) for x in _cart_lines(ctx)) if v]
    named = {found.product.id for found in mentions.products_meant(ctx)} if _names_product(ctx) else set()
    _, size = mentions.amounts(ctx)
    fitting = [
        v for v in in_cart if (not named or v.product_id in named) and (not (sized and size) or v.size == size.amount)
    ]
    if not fitting and not named:
        fitting = in_cart
    last = [v for v in fitting if v.sku == ctx.memory.last_sku]
    return (last or fitting)[0] if fitting and (last or named or len(fitting) == 1) else None


def _cart_lines(ctx: Context) -> tuple[Any, ...]:
    return ctx.work.uow.customers.cart(ctx.customer.id).lines


def _names_product(ctx: Context) -> bool:
    return bool(ctx.heard.all("product") or ctx.spotted)


def remove_item(ctx: Context) -> Outcome:
    """Take a line out, or ask which."""
    variant = _line_meant(ctx)
    return _drop(ctx, variant.sku) if variant else remove_tap(ctx, "")


def remove_tap(ctx: Context, _: str) -> Outcome:
    """ "Take something out", tapped: which one is always asked."""
    return _ask_line(ctx, "remove_which", "drop:{sku}")


def _drop(ctx: Context, sku: str) -> Outcome:
    variant = ctx.catalogue.variant(sku)
    product = ctx.catalogue.product(variant.product_id) if variant else None
    carts.set_packs(ctx.work, ctx.customer.id, sku, 0)
    name = product.name if product else sku
    return say(reply("removed", product=name, pack=variant.pack if variant else ""), *show_cart(ctx).replies)


def drop_tap(ctx: Context, sku: str) -> Outcome:
    """`drop:<sku>`"""
    if not ctx.work.uow.customers.cart(ctx.customer.id).packs_of(sku):
        raise Refused("not_in_cart")
    return _drop(ctx, sku)


def _ask_line(ctx: Context, key: str, tap: str) -> Outcome:
    """Which of the cart's lines; `tap` is what tapping one means."""
    quote = carts.quote(ctx.work, ctx.customer.id)
    if not quote.lines:
        return show_cart(ctx)
    titles = show.line_titles(ctx, quote.lines)
    choices = [Choice(tap.format(sku=x.sku), title) for x, title in zip(quote.lines, titles, strict=True)]
    return say(reply(key, *choices[:9], show.SHOW_CART))


def change_quantity(ctx: Context) -> Outcome:
    """ "no, make it 3": so many packs of the line meant; "1 kg instead" swaps the pack."""
    variant = _line_meant(ctx) or _line_meant(ctx, sized=False)
    count, size = mentions.amounts(ctx)
    if variant is None and not _cart_lines(ctx):
        return ordering.order(ctx)
    if variant is None:
        return _ask_line(ctx, "change_which", f"change:{{sku}}:{count or ''}")
    if size and size.amount != variant.size:
        return _swap(ctx, variant, size, count)
    return _count(ctx, variant, count)


def _count(ctx: Context, variant: Variant, count: int | None) -> Outcome:
    if count is None:
        return ask_count(ctx, Question("count", {"sku": variant.sku}))
    return _set(ctx, variant, count)


def change_tap(ctx: Context, rest: str) -> Outcome:
    """`change:<sku>:<packs>`; without a number it is asked for."""
    sku, _, number = rest.partition(":")
    variant = ctx.catalogue.variant(sku)
    if variant is None or not ctx.work.uow.customers.cart(ctx.customer.id).packs_of(sku):
        raise Refused("not_in_cart")
    return _count(ctx, variant, int(number) if number.isdecimal() else None)


def _name(ctx: Context, variant: Variant) -> Any:
    product = ctx.catalogue.product(variant.product_id)
    return product.name if product else variant.sku


def _swap(ctx: Context, variant: Variant, size: Size, count: int | None) -> Outcome:
    product = ctx.catalogue.product(variant.product_id)
    pack = mentions.pack_for(ctx, product, size) if product else None
    if product is None or pack is None:
        raise Refused("pack_unknown", product=_name(ctx, variant), pack=mentions.size_text(size))
    packs = count or ctx.work.uow.customers.cart(ctx.customer.id).packs_of(variant.sku)
    carts.set_packs(ctx.work, ctx.customer.id, variant.sku, 0)
    return _set(ctx, pack[0], pack[1] * packs)


def _set(ctx: Context, variant: Variant, packs: int) -> Outcome:
    carts.set_packs(ctx.work, ctx.customer.id, variant.sku, packs)
    ctx.memory.last_sku = variant.sku
    changed = reply("changed", packs=packs, product=_name(ctx, variant), pack=variant.pack)
    return say(changed, *show_cart(ctx).replies)


def ask_count(ctx: Context, question: Question) -> Outcome:
    """Ask again how many."""
    variant = ctx.catalogue.variant(question.params["sku"])
    if variant is None:
        return show_cart(ctx)
    return say(reply("ask_count", product=_name(ctx, variant)), ask=question)


def answer_count(ctx: Context, question: Question) -> Outcome | None:
    """A number of packs, in a few words (a street has numbers, too)."""
    if len(ctx.heard.text.split()) > _FEW or read_pincode(ctx.heard.text):
        return None
    variant = ctx.catalogue.variant(question.params["sku"])
    count, _ = mentions.amounts(ctx)
    count = count if count is not None else read_count(ctx.heard.text)
    return _set(ctx, variant, count) if variant and count is not None else None


def show_cart(ctx: Context, _: str = "") -> Outcome:
    """What is in the cart and what it costs."""
    quote = carts.quote(ctx.work, ctx.customer.id)
    if not quote.lines:
        return say(reply("cart_empty", show.MORE))
    lines = list(show.order_lines(ctx, quote.lines))
    if quote.coupon:
        lines.append(Say("coupon_line", {"code": quote.coupon, "amount": quote.totals.discount}))
    total = quote.totals.goods - quote.totals.discount
    edit = Choice("remove_item", Say("choice_remove"))
    return say(reply("cart", show.CHECKOUT, show.MORE, edit, lines=tuple(lines), total=total))


def clear_cart(ctx: Context, _: str = "") -> Outcome:
    """Empty it."""
    if not _cart_lines(ctx):
        return show_cart(ctx)
    carts.clear(ctx.work, ctx.customer.id)
    return say(reply("cart_cleared", show.MORE))


def apply_coupon(ctx: Context) -> Outcome:
    """Use the code that was named; without one, show what there is."""
    code = ctx.heard.first("coupon") or _code_in(ctx)
    if code is None:
        return say(reply("ask_coupon"), ask=Question("coupon"))
    return use_coupon(ctx, code)


def _code_in(ctx: Context) -> str | None:
    return next((word for word in ctx.heard.text.split() if ctx.catalogue.coupon(word.strip(".,!\"'"))), None)


def use_coupon(ctx: Context, code: str) -> Outcome:
    """Apply a code and show the cart."""
    quote = carts.apply_coupon(ctx.work, ctx.customer.id, code.strip(".,!\"'"))
    told = reply("coupon_applied", code=quote.coupon, amount=quote.totals.discount)
    return say(told, *show_cart(ctx).replies)


def ask_coupon(ctx: Context, question: Question) -> Outcome:
    """Ask again for the code."""
    return say(reply("ask_coupon"), ask=question)


def answer_coupon(ctx: Context, question: Question) -> Outcome | None:
    """One word, taken for a code."""
    code = ctx.heard.first("coupon") or _code_in(ctx)
    words = ctx.heard.text.split()
    return use_coupon(ctx, code or words[0]) if code or len(words) == 1 else None
