"""Ordering: the products of a message go into the cart; what it leaves open is asked."""

from typing import Any

from actions import mentions, show
from actions.context import Context
from actions.mentions import Wish
from model.catalogue import Product, Unit, Variant
from model.conversation import Outcome, Question, say
from model.errors import Refused
from model.message import Choice, Reply, Say, reply
from model.order import MAX_LINES, MAX_PACKS
from shop import carts
from shop.words import Size

_OPEN = "which_pack"


def order(ctx: Context) -> Outcome:
    """Put everything that the message names into the cart; ask about what it leaves open."""
    wanted = mentions.wishes(ctx)
    if not wanted:
        return _order_topic(ctx)
    return _take(ctx, [_as_params(wish) for wish in wanted], [])


def _order_topic(ctx: Context) -> Outcome:
    """ "I'll take two" means the product talked of last."""
    product = ctx.catalogue.product(ctx.memory.topic) if ctx.memory.topic else None
    if product is None or ctx.heard.all("category"):
        choices = show.category_choices(ctx.catalogue.categories)
        return say(reply("ask_which_product", *choices))
    count, size = mentions.amounts(ctx)
    wish = _as_params(Wish(product.name["en"], product.id, count, size or _size_of_last(ctx, product)))
    return _take(ctx, [wish], [])


def _size_of_last(ctx: Context, product: Product) -> Size | None:
    """ "One more": of the pack that was put into the cart last, if it is of this product."""
    last = ctx.catalogue.variant(ctx.memory.last_sku) if ctx.memory.last_sku else None
    again = last and last.product_id == product.id and ctx.work.uow.customers.cart(ctx.customer.id).packs_of(last.sku)
    return Size(last.size, product.unit) if last and again else None


def _as_params(wish: Wish) -> dict[str, Any]:
    """A wish as plain values, to wait in a question."""
    size = [wish.size.amount, wish.size.unit.value] if wish.size else None
    return {"mention": wish.mention, "product": wish.product_id, "count": wish.count, "size": size}


def _take(ctx: Context, wishes: list[dict[str, Any]], told: list[Reply]) -> Outcome:
    """Go through the wishes; stop at the first that needs an answer, keeping the rest for after it."""
    told = list(told)
    for place, wish in enumerate(wishes):
        question = _take_one(ctx, wish, wishes[place + 1 :], told)
        if question:
            return Outcome(show.choices_last(told), question)
    return Outcome(show.choices_last(told))


def _take_one(ctx: Context, wish: dict[str, Any], rest: list[dict[str, Any]], told: list[Reply]) -> Question | None:
    product = _the_product(ctx, wish)
    if isinstance(product, list):
        return _ask_which(ctx, product, wish, rest, told)
    pack = mentions.pack_for(ctx, product, _size(wish))
    ctx.memory.topic = product.id
    if pack is None:
        return _ask_pack(ctx, product, wish, rest, told)
    told.append(_put(ctx, pack[0], pack[1] * (wish["count"] or 1)))
    return None


def _size(wish: dict[str, Any]) -> Size | None:
    return Size(wish["size"][0], Unit(wish["size"][1])) if wish["size"] else None


def _the_product(ctx: Context, wish: dict[str, Any]) -> Product | list[Product]:
    known = ctx.catalogue.product(wish["product"]) if wish["product"] else None
    found = [known] if known else [item.product for item in ctx.finder.products(wish["mention"])]
    return found[0] if len(found) == 1 else found


def _ask_which(
    ctx: Context, products: list[Product], wish: dict[str, Any], rest: list[dict[str, Any]], told: list[Reply]
) -> Question | None:
    if not products:
        told.append(_not_sold(ctx, wish["mention"], alone=not (rest or told)))
        return None
    told.append(_which(products))
    return Question(_OPEN, {"wish": wish, "rest": rest, "products": [p.id for p in products[:8]]})


def _not_sold(ctx: Context, words: str, *, alone: bool) -> Reply:
    if alone:
        return reply("not_sold", *show.category_choices(ctx.catalogue.categories), words=words)
    return reply("not_sold_this", show.CHECKOUT, show.MORE, show.SHOW_CART, words=words)


def _which(products: list[Product]) -> Reply:
    choices = tuple(Choice(f"pick:{product.id}", product.name) for product in products[:8])
    return Reply(Say("which_product", {"count": len(choices)}), choices)


def _ask_pack(
    ctx: Context, product: Product, wish: dict[str, Any], rest: list[dict[str, Any]], told: list[Reply]
) -> Question | None:
    if (wish["count"] or 0) > MAX_PACKS:
        told.append(reply("too_many", show.HUMAN, max=MAX_PACKS))
        return None
    size = _size(wish)
    if size:
        told.append(reply("pack_unknown", product=product.name, pack=mentions.size_text(size)))
    wish = {**wish, "product": product.id, "size": None}
    told.append(_which_pack(ctx, product, wish["count"] or 1))
    return Question(_OPEN, {"wish": wish, "rest": rest, "products": [product.id]})


def _which_pack(ctx: Context, product: Product, packs: int) -> Reply:
    return Reply(Say("which_pack", {"product": product.name}), show.pack_choices(ctx, product, packs))


def _put(ctx: Context, variant: Variant, packs: int) -> Reply:
    """Into the cart, telling what is in it now; what is refused is told, too."""
    product = ctx.catalogue.product(variant.product_id)
    try:
        cart = carts.add(ctx.work, ctx.customer.id, variant.sku, packs)
    except Refused as refused:
        return reply(refused.key, *_instead(ctx, variant, refused), **refused.params)
    ctx.memory.last_sku = variant.sku
    total = carts.quote(ctx.work, ctx.customer.id).totals.goods
    name = product.name if product else variant.sku
    params = {"packs": packs, "product": name, "pack": variant.pack, "total": total, "now": cart.packs_of(variant.sku)}
    key = "added" if cart.packs_of(variant.sku) == packs else "added_more"
    return reply(key, show.CHECKOUT, show.MORE, show.SHOW_CART, **params)


def _instead(ctx: Context, variant: Variant, refused: Refused) -> tuple[Choice, ...]:
    if refused.key == "only_left":
        return (*_rest_of(ctx, variant, refused.params["left"]), show.SHOW_CART)
    return (show.HUMAN,) if refused.key == "too_many" else (show.MORE, show.SHOW_CART)


def _rest_of(ctx: Context, variant: Variant, left: int) -> tuple[Choice, ...]:
    """What is left beside the packs that are in the cart already."""
    more = left - ctx.work.uow.customers.cart(ctx.customer.id).packs_of(variant.sku)
    return (Choice(f"add:{variant.sku}:{more}", Say("choice_take_left", {"left": more})),) if more > 0 else ()


def ask_open(ctx: Context, question: Question) -> Outcome:
    """Ask again which product or pack is meant."""
    products = [p for p in (ctx.catalogue.product(x) for x in question.params["products"]) if p]
    if len(products) == 1:
        return say(_which_pack(ctx, products[0], question.params["wish"]["count"] or 1), ask=question)
    return say(_which(products), ask=question)


def answer_open(ctx: Context, question: Question) -> Outcome | None:
    """A pack ("500g"), a number ("2 of the half kilo") or the name of one of the products shown."""
    wish = dict(question.params["wish"])
    count, size = mentions.amounts(ctx)
    chosen = mentions.named_among(ctx, question.params["products"])
    if size is None and chosen is None and count is None:
        return None
    if len(question.params["products"]) == 1 and chosen is None and ctx.heard.all("product"):
        return None
    wish.update({k: v for k, v in (("product", chosen), ("count", count)) if v})
    if size:
        wish["size"] = [size.amount, size.unit.value]
    return _take(ctx, [wish, *question.params["rest"]], [])


def pick_tap(ctx: Context, product_id: str) -> Outcome:
    """`pick:<product>`: the product is chosen; go on with what was wanted of it."""
    question = ctx.memory.question
    if ctx.catalogue.product(product_id) is None:
        raise Refused("choice_gone")
    if question and question.asker == _OPEN and product_id in question.params["products"]:
        wish = {**question.params["wish"], "product": product_id}
        return _take(ctx, [wish, *question.params["rest"]], [])
    return _take(ctx, [{"mention": "", "product": product_id, "count": None, "size": None}], [])


def add_tap(ctx: Context, rest: str) -> Outcome:
    """`add:<sku>:<packs>`"""
    sku, _, number = rest.rpartition(":")
    variant = ctx.catalogue.variant(sku)
    if variant is None or not number.isdecimal() or not 1 <= int(number) <= MAX_PACKS:
        raise Refused("choice_gone")
    ctx.memory.topic = variant.product_id
    told = [_put(ctx, variant, int(number))]
    question = ctx.memory.question
    if question and question.asker == _OPEN and variant.product_id in question.params["products"]:
        return _take(ctx, question.params["rest"], told)
    return Outcome(told)


def items_tap(ctx: Context, rest: str) -> Outcome:
    """`order_items:<sku>*<packs>,…`: a cart that the customer filled in WhatsApp's own catalogue."""
    told: list[Reply] = []
    for item in rest.split(",")[:MAX_LINES]:
        sku, _, number = item.partition("*")
        variant = ctx.catalogue.variant(sku)
        if variant is None or not number.isdecimal() or not int(number):
            told.append(reply("choice_gone"))
            continue
        ctx.memory.topic = variant.product_id
        told.append(_put(ctx, variant, int(number)))
    return Outcome(show.choices_last(told))
