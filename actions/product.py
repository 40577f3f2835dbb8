"""Questions about one product: what it is, what it costs, whether it is there, what is in it."""

from collections.abc import Callable

from actions import browse, mentions, show, store
from actions.context import Action, Context, Tap
from model.catalogue import Product
from model.conversation import Outcome, Question, say
from model.errors import Refused
from model.message import Reply, Say, reply

Teller = Callable[[Context, Product], Outcome]


def about(verb: str, tell: Teller) -> Action:
    """An action that finds the product meant, asks which where several are, and tells about it."""

    def action(ctx: Context) -> Outcome:
        several = mentions.several_products(ctx)
        general = store.often_asked(ctx) if not mentions.points(ctx) else None
        found = [item.product for item in mentions.products_meant(ctx)]
        if several or (len(found) == 1 and not general):
            return _tell_each(ctx, several or found, tell)
        if general or not found:
            return general or _no_product(ctx)
        return ask_which(ctx, Question("which_about", {"verb": verb, "products": [p.id for p in found[:8]]}))

    return action


def ask_which(ctx: Context, question: Question) -> Outcome:
    """Ask which of several products is meant."""
    products = [p for p in map(ctx.catalogue.product, question.params["products"]) if p]
    return say(show.which(ctx, question.params["verb"], products), ask=question)


def answer_which(ctx: Context, question: Question) -> Outcome | None:
    """The name of one of them, or a word of it."""
    chosen = mentions.named_among(ctx, question.params["products"])
    return about_tapped(TELLERS[question.params["verb"]])(ctx, chosen) if chosen else None


def about_tapped(tell: Teller) -> Tap:
    """The same for a tapped `verb:product`."""

    def tapped(ctx: Context, product_id: str) -> Outcome:
        product = ctx.catalogue.product(product_id)
        if product is None:
            raise Refused("choice_gone")
        return _tell(ctx, product, tell)

    return tapped


def _tell(ctx: Context, product: Product, tell: Teller) -> Outcome:
    ctx.memory.topic = product.id
    return tell(ctx, product)


def _tell_each(ctx: Context, products: list[Product], tell: Teller) -> Outcome:
    told = [said for product in products for said in _tell(ctx, product, tell).replies]
    return say(*show.choices_last(told))


def _no_product(ctx: Context) -> Outcome:
    if mentions.category_meant(ctx):
        return browse.browse(ctx)
    words = mentions.mention_words(ctx)
    if words:
        return browse.not_sold(ctx, words)
    return say(reply("ask_which_product", *show.category_choices(ctx.catalogue.categories)))


def tell_info(ctx: Context, product: Product) -> Outcome:
    """Taste, ingredients, packing, shelf life, with the card beneath."""
    packs = ctx.catalogue.packs(product.id)
    params = {
        "product": product.name,
        "description": product.description,
        "taste": product.taste,
        "ingredients": ", ".join(product.ingredients),
        "veg": Say("veg" if product.veg else "non_veg"),
        "days": product.shelf_life_days,
        "storage": product.storage,
        "packaging": Say(f"packaging_{packs[0].packaging}"),
    }
    return say(Reply(Say("product_info", params), cards=(show.product_card(ctx, product),)))


def tell_price(ctx: Context, product: Product) -> Outcome:
    """Every pack with its price."""
    lines = tuple(Say("price_line", {"pack": v.pack, "price": v.price}) for v in ctx.catalogue.packs(product.id))
    params = {"product": product.name, "prices": lines}
    return say(Reply(Say("price", params), show.pack_choices(ctx, product)))


def tell_availability(ctx: Context, product: Product) -> Outcome:
    """Which packs can be had now."""
    free = ctx.work.uow.catalogue.free([product.id])[product.id]
    there = [pack for pack in ctx.catalogue.packs(product.id) if pack.size <= free]
    if not there:
        return _sold_out(ctx, product)
    choices = tuple(c for c in show.pack_choices(ctx, product) if any(c.id == f"add:{p.sku}:1" for p in there))
    return say(reply("available", *choices, product=product.name))


def _sold_out(ctx: Context, product: Product) -> Outcome:
    others = [p for p in ctx.catalogue.on_shelf(product.category) if p.id != product.id]
    free = ctx.work.uow.catalogue.free([p.id for p in others])
    there = [p for p in others if free[p.id] > 0][:3]
    cards = tuple(show.product_card(ctx, p) for p in there)
    return say(Reply(Say("sold_out_now", {"product": product.name}), cards=cards))


def tell_nutrition(ctx: Context, product: Product) -> Outcome:
    """Nutrition per 100 g and the allergens."""
    amounts = tuple(
        Say("nutrition_line", {"what": Say(f"nutrient_{what}"), "amount": amount})
        for what, amount in product.nutrition.items()
    )
    allergens: object = ", ".join(product.allergens) if product.allergens else Say("no_allergens")
    params = {"product": product.name, "amounts": amounts, "allergens": allergens}
    return say(Reply(Say("nutrition", params)))


def tell_recipe(ctx: Context, product: Product) -> Outcome:
    """What to eat it with."""
    params = {"product": product.name, "serving": product.serving}
    return say(Reply(Say("recipe", params), show.pack_choices(ctx, product)))


TELLERS: dict[str, Teller] = {
    "product_info": tell_info,
    "price": tell_price,
    "availability": tell_availability,
    "nutrition": tell_nutrition,
    "recipe": tell_recipe,
}
