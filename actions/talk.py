"""The talk itself: greeting, thanks, help, yes and no, language, a person."""

from rapidfuzz import fuzz, process

from actions import checkout, mentions, ordering, product, show, store, track
from actions.context import Context
from model.conversation import Handover, Holder, Outcome, say
from model.errors import Refused
from model.language import CODES, NAMES
from model.message import Choice, Reply, Say, reply
from shop.words import read_order_number, read_pincode

MENU = (show.MORE, Choice("offers", Say("choice_offers")), Choice("track", Say("choice_track")), show.HUMAN)
_LANGUAGES = {
    "english": "en", "angrezi": "en", "inglish": "en", "अंग्रेजी": "en", "अंग्रेज़ी": "en", "en": "en",
    "hindi": "hi", "हिंदी": "hi", "हिन्दी": "hi", "hi": "hi",
    "hinglish": "hi-Latn", "roman hindi": "hi-Latn", "हिंग्लिश": "hi-Latn",
    "tamil": "ta", "தமிழ்": "ta", "तमिल": "ta", "telugu": "te", "తెలుగు": "te", "तेलुगु": "te",
    "tanglish": "ta-Latn", "tenglish": "te-Latn", "telglish": "te-Latn",
}  # fmt: skip


def greet(ctx: Context, _: str = "") -> Outcome:
    """Hello, and what can be done here; who waits for a person hears that one is coming."""
    if ctx.conversation.holder is Holder.QUEUE:
        return say(reply("queued_still"))
    key = "greet_again" if ctx.memory.greeted else "greet"
    ctx.memory.greeted = True
    return say(reply(key, *MENU, shop=ctx.catalogue.shop.name))


def goodbye(ctx: Context) -> Outcome:
    """Goodbye."""
    return say(reply("goodbye"))


def thank(ctx: Context) -> Outcome:
    """You're welcome."""
    return say(reply("welcome"))


def affirm(ctx: Context) -> Outcome:
    """A yes to nothing that was asked: with an amount it takes what was talked of, with a cart it means go on."""
    if ctx.memory.topic and (ctx.heard.all("quantity") or ctx.heard.all("pack")):
        return ordering.order(ctx)
    if ctx.work.uow.customers.cart(ctx.customer.id).lines:
        return checkout.checkout(ctx)
    return say(reply("affirm", *MENU))


def deny(ctx: Context) -> Outcome:
    """A no to nothing that was asked."""
    return say(reply("deny", *MENU))


def help_(ctx: Context, _: str = "") -> Outcome:
    """What this bot can do."""
    return say(reply("help", *MENU, shop=ctx.catalogue.shop.name))


def human(ctx: Context, _: str = "") -> Outcome:
    """A person is wanted."""
    return Outcome([], handover=Handover("asked"))


def change_language(ctx: Context) -> Outcome:
    """Talk in the language that was named, or offer the languages."""
    words = (ctx.heard.first("language") or ctx.heard.text).casefold()
    for part in (words, *words.split()):
        hit = process.extractOne(part, list(_LANGUAGES), scorer=fuzz.ratio, score_cutoff=84)
        if hit:
            return _speak(ctx, _LANGUAGES[hit[0]])
    return say(reply("ask_language", *language_choices()))


def language_choices() -> tuple[Choice, ...]:
    """The languages to tap, each in its own name."""
    return tuple(Choice(f"language:{code}", name) for code, name in NAMES.items())


def rest_tap(ctx: Context, start: str) -> Outcome:
    """`rest:<n>`: the choices shown last, from the n-th on; a channel could not show them all at once."""
    rest = ctx.memory.choices[int(start) if start.isdecimal() else 0 :]
    if not start.isdecimal() or not rest:
        raise Refused("choice_gone")
    return say(reply("more_choices", *(Choice(tap, title) for tap, title in rest)))


def language_tap(ctx: Context, code: str) -> Outcome:
    """`language:<code>`"""
    if code not in CODES:
        raise Refused("choice_gone")
    return _speak(ctx, code)


def _speak(ctx: Context, code: str) -> Outcome:
    ctx.memory.language = code
    ctx.memory.language_fixed = True
    return say(reply("language_changed"))


def inform(ctx: Context) -> Outcome:
    """A bare value that answers nothing asked: do the likeliest with it."""
    if read_order_number(ctx.heard.text):
        return track.track(ctx)
    if read_pincode(ctx.heard.text):
        return store.delivery_area(ctx)
    if ctx.heard.all("product"):
        return _about(ctx)
    if any(mentions.amounts(ctx)) and ctx.memory.topic:
        return ordering.order(ctx)
    return Outcome([Reply(Say("not_understood"), MENU)], missed=True)


_about = product.about("product_info", product.tell_info)
