"""About the shop: where it delivers, how long and how much; how to pay; hours; the questions asked often."""

from rapidfuzz import fuzz, process

from actions import show
from actions.context import Context
from model.catalogue import DeliveryArea, Faq
from model.conversation import Outcome, say
from model.message import Reply, Say, reply
from shop.search import normal
from shop.words import read_pincode

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FAQ_SURE = 85.0


def _area_named(ctx: Context) -> tuple[str | None, DeliveryArea | None]:
    """The pincode or place of the message (else the one given before) and the area that covers it."""
    pincode = read_pincode(ctx.heard.text)
    if pincode:
        return pincode, ctx.catalogue.area(pincode)
    place = ctx.heard.first("place")
    if place:
        return place, _area_of_place(ctx, place)
    known = ctx.memory.draft.get("pincode") or ctx.customer.pincode
    return known, ctx.catalogue.area(known) if known else _spotted(ctx)


def _area_of_place(ctx: Context, place: str) -> DeliveryArea | None:
    names = {normal(name): area for area in ctx.catalogue.areas for name in (area.name, *area.places)}
    hit = process.extractOne(normal(place), list(names), scorer=fuzz.ratio, score_cutoff=80)
    return names[hit[0]] if hit else None


def _spotted(ctx: Context) -> DeliveryArea | None:
    """A place that stands in the text though the NLU marked none."""
    text = f" {normal(ctx.heard.text)} "
    return next((a for a in ctx.catalogue.areas for name in (a.name, *a.places) if f" {normal(name)} " in text), None)


def delivery_area(ctx: Context) -> Outcome:
    """Whether we deliver to the place that was named."""
    named = ctx.heard.first("place") or read_pincode(ctx.heard.text)
    answered = None if named else often_asked(ctx)
    if answered:
        return answered
    where, area = _area_named(ctx)
    if area:
        return say(Reply(Say("delivers", _about(area))))
    return say(reply("delivers_not", place=where) if where else _everywhere(ctx))


def _everywhere(ctx: Context) -> Reply:
    names = ", ".join(dict.fromkeys(area.name for area in ctx.catalogue.areas))
    return reply("delivery_areas", areas=names)


def _about(area: DeliveryArea) -> dict[str, object]:
    free = Say("free_above", {"amount": area.free_above}) if area.free_above else Say("nothing")
    cash = Say("cash_yes" if area.cash_on_delivery else "cash_no")
    return {
        "area": area.name,
        "first": area.days[0],
        "last": area.days[1],
        "charge": area.charge,
        "free": free,
        "cash": cash,
    }


def delivery_time(ctx: Context) -> Outcome:
    """How many days it takes to get there."""
    where, area = _area_named(ctx)
    if area:
        return say(Reply(Say("delivery_time", _about(area))))
    if where:
        return say(reply("delivers_not", place=where))
    first = min(a.days[0] for a in ctx.catalogue.areas)
    last = max(a.days[1] for a in ctx.catalogue.areas)
    return say(reply("delivery_time_general", first=first, last=last))


def delivery_charge(ctx: Context) -> Outcome:
    """What delivery there costs."""
    where, area = _area_named(ctx)
    if area:
        return say(Reply(Say("delivery_charge", _about(area))))
    if where:
        return say(reply("delivers_not", place=where))
    charges = [a.charge for a in ctx.catalogue.areas]
    return say(reply("delivery_charge_general", least=min(charges), most=max(charges)))


def payment_methods(ctx: Context) -> Outcome:
    """Ways to pay; where no cash is taken, that."""
    _, area = _area_named(ctx)
    if area and not area.cash_on_delivery:
        return say(reply("cash_not_here", area=area.name))
    return say(reply("payment_methods" if ctx.online else "payment_methods_cash"))


def store_info(ctx: Context) -> Outcome:
    """Who we are, where, when open; an often asked question has its own answer."""
    answered = often_asked(ctx)
    if answered:
        return answered
    shop = ctx.catalogue.shop
    today = shop.hours.get(_DAYS[ctx.work.local_now.weekday()], "closed")
    params = {
        "shop": shop.name,
        "about": shop.about,
        "address": f"{shop.street}, {shop.city} {shop.pincode}, {shop.state}",
        "hours": Say("closed_today") if today == "closed" else today,
        "phone": shop.phone,
        "email": shop.email,
    }
    return say(Reply(Say("store_info", params)))


def often_asked(ctx: Context) -> Outcome | None:
    """The answer to an often asked question, where the message holds one."""
    faq = _faq_for(ctx)
    return say(Reply(Say("faq", {"answer": faq.answer}))) if faq else None


def _faq_for(ctx: Context) -> Faq | None:
    """The often asked question whose phrases stand in the message, the longest phrase first."""
    text = f" {normal(ctx.heard.text)} "
    hits = [
        (len(phrase), faq)
        for faq in ctx.catalogue.faqs
        for phrase in map(normal, faq.keywords)
        if f" {phrase} " in text
    ]
    return max(hits, key=lambda hit: hit[0])[1] if hits else _like_question(ctx)


def _like_question(ctx: Context) -> Faq | None:
    questions = {normal(faq.question["en"]): faq for faq in ctx.catalogue.faqs}
    scorer, sure = fuzz.token_sort_ratio, _FAQ_SURE
    hit = process.extractOne(normal(ctx.heard.text), list(questions), scorer=scorer, score_cutoff=sure)
    return questions[hit[0]] if hit else None


def out_of_scope(ctx: Context) -> Outcome:
    """Kindly say what the shop can do; an often asked question is answered all the same."""
    answered = often_asked(ctx)
    return answered or say(reply("out_of_scope", *show.category_choices(ctx.catalogue.categories)[:3]))
