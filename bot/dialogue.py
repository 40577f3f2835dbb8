"""What to do with a message: an answer to the open question, a correction, a digression, or a new wish."""

from dataclasses import replace
from typing import Any

from actions import care
from actions.context import Context
from actions.show import MORE
from actions.table import ASKERS, INTENTS, TAPS
from actions.talk import HUMAN, MENU
from bot import language
from bot.certain import certain
from model.conversation import Handover, Outcome, Question, say
from model.errors import Refused
from model.message import Channel, Choice, Entity, Heard, Say, reply
from shop.search import normal

_CLOSE = 0.75
"""The second reading is close to the first from this share of its score on."""
_LOW = 0.45
"""Only readings below this are doubted for a close second."""
_WORTH = 0.12
"""Readings below this score are not offered."""
_CLEAR = 0.6
"""A wish heard this surely is a digression from an open question."""
_VALUES = frozenset({"inform", "affirm", "deny", "greet", "thank", "out_of_scope", "nlu_fallback", "feedback"})
"""What may well be an answer and is no wish of its own."""
_OUT = frozenset({"deny", "cancel_order", "clear_cart", "goodbye"})
"""What ends the taking down of an address."""
_SHOWS_TROUBLE = frozenset({"trouble", "return"})
"""Questions that a picture answers."""
_STICKY = frozenset({"address", "pay"})
"""Questions that come back after anything else was done."""
_CLOSING_TAPS = {
    "which_pack": {"add", "pick"},
    "pay": {"pay", "new_address"},
    "address": {"new_address"},
    "cancel": {"cancel_now", "keep_order"},
}
_UPSET = 0.75
_ASKING = frozenset(
    {"track", "human", "help", "show_cart", "price", "delivery_charge", "delivery_time", "payment_methods"}
)


def decide(ctx: Context, tap: str) -> Outcome:
    """The outcome of one message; the memory's question and misses are settled."""
    before = ctx.memory.question
    outcome, closed = _tapped(ctx, tap) if tap else _said(ctx)
    if outcome.question is None and before and not closed and not outcome.handover:
        outcome = _come_back(ctx, before, outcome)
    ctx.memory.question = outcome.question
    return _second_miss(ctx, outcome) if outcome.missed else _understood(ctx, outcome)


def refused(ctx: Context, refusal: Refused) -> Outcome:
    """Say why it cannot be; an open question stays open."""
    choices = MENU if refusal.key == "choice_gone" else ()
    outcome = say(reply(refusal.key, *choices, **refusal.params))
    question = ctx.memory.question
    if question and question.free is False and question.asker in _STICKY and refusal.key not in _SELF_ASKING:
        return _come_back(ctx, question, outcome)
    outcome.question = question
    return outcome


_SELF_ASKING = frozenset(
    {
        "name_invalid",
        "phone_invalid",
        "street_invalid",
        "pincode_invalid",
        "pincode_unserved",
        "cart_empty",
        "stock_short",
    }
)
"""Refusals that ask for the right answer themselves (or leave nothing to ask)."""


def with_file(ctx: Context, file: str) -> Outcome:
    """A picture or paper tells what went wrong, if that was asked; else it is kept, and what was asked stays asked."""
    question = ctx.memory.question
    if question is None or question.asker not in _SHOWS_TROUBLE:
        return care.file_received(ctx)
    ctx.heard, ctx.memory.question = replace(ctx.heard, text=f"[file {file}]"), None
    return ASKERS[question.asker].answer(ctx, question) or care.file_received(ctx)


def _understood(ctx: Context, outcome: Outcome) -> Outcome:
    ctx.memory.misses = 0
    upset = ctx.heard.sentiment == "angry" and ctx.heard.sentiment_confidence >= _UPSET
    if upset and outcome.handover is None:
        outcome.handover = Handover("angry")
    return outcome


def _second_miss(ctx: Context, outcome: Outcome) -> Outcome:
    ctx.memory.misses += 1
    if ctx.memory.misses < 2:
        return outcome
    return Outcome([reply("not_understood_twice", HUMAN, MORE)], outcome.question, missed=True)


def _come_back(ctx: Context, question: Question, outcome: Outcome) -> Outcome:
    """After a digression the open question is asked again."""
    again = ASKERS[question.asker].ask(ctx, question)
    return Outcome([*outcome.replies, *again.replies], again.question, outcome.handover, outcome.missed)


def _tapped(ctx: Context, tap: str) -> tuple[Outcome, bool]:
    """A tap carries its meaning; whether it closes the open question."""
    verb, _, rest = tap.partition(":")
    question = ctx.memory.question
    if verb == "mean":
        return _meant(ctx, rest), True
    if verb not in TAPS:
        raise Refused("choice_gone")
    outcome = TAPS[verb](ctx, rest)
    closed = question is not None and (
        question.asker not in _STICKY or verb in _CLOSING_TAPS[question.asker] | {"leave", "human", "checkout"}
    )
    return outcome, closed


def _meant(ctx: Context, intent: str) -> Outcome:
    """A reading chosen among those offered: act on what was said then."""
    question = ctx.memory.question
    if intent not in INTENTS:
        raise Refused("choice_gone")
    if question and question.asker == "mean":
        ctx.heard = _recall(question.params, intent)
    return INTENTS[intent](ctx)


def _said(ctx: Context) -> tuple[Outcome, bool]:
    tap = _choice_in_words(ctx)
    if tap:
        return _tapped(ctx, tap)
    question = ctx.memory.question
    if question is None or question.asker == "mean":
        language.follow(ctx.memory, ctx.heard)
        return _by_intent(ctx), True
    return _with_question(ctx, question)


def _choice_in_words(ctx: Context) -> str | None:
    """A choice shown last, written out; or its number where numbers were shown."""
    said = normal(ctx.heard.text)
    shown = ctx.memory.choices
    if said.isdecimal() and ctx.conversation.address.channel is not Channel.WEBCHAT and not _takes_numbers(ctx):
        place = int(said) if len(said) < 3 else 0
        return shown[place - 1][0] if 1 <= place <= len(shown) else None
    return next((tap for tap, title in shown if said and normal(title) == said), None)


def _takes_numbers(ctx: Context) -> bool:
    question = ctx.memory.question
    return question is not None and question.asker in ("count", "address", "coupon")


def _with_question(ctx: Context, question: Question) -> tuple[Outcome, bool]:
    """Resume where this answers; else do what was clearly said; else ask again."""
    if _wants_out(ctx, question):
        return TAPS["leave"](ctx, ""), True
    if not (question.free and _digresses(ctx, free=True)):
        answered = _answer(ctx, question)
        if answered:
            return answered, True
    if _digresses(ctx, free=False):
        language.follow(ctx.memory, ctx.heard)
        return _by_intent(ctx), False
    return Outcome([reply("not_understood")], missed=True), False


def _answer(ctx: Context, question: Question) -> Outcome | None:
    """The answer's outcome. A refusal counts only where nothing else was clearly said."""
    try:
        return ASKERS[question.asker].answer(ctx, question)
    except Refused:
        if _digresses(ctx, free=False) and ctx.heard.intent in _ASKING:
            return None
        raise


def _wants_out(ctx: Context, question: Question) -> bool:
    """ "Leave it" in the middle of the checkout; short, so that no street is taken for it."""
    short = len(ctx.heard.text.split()) <= 5
    return question.asker in _STICKY and short and ctx.heard.intent in _OUT and ctx.heard.confidence >= _CLEAR


def _digresses(ctx: Context, *, free: bool) -> bool:
    """Whether something other than an answer is clearly said; any text may answer a `free` question."""
    heard = ctx.heard
    if heard.intent in _VALUES or heard.intent not in INTENTS or heard.confidence < _CLEAR:
        return False
    if not free:
        return True
    asks = "?" in heard.text or heard.intent in _ASKING or _is_sentence(heard)
    return asks or bool(heard.all("product") and heard.all("quantity"))


def _is_sentence(heard: Heard) -> bool:
    """Surely understood words without a digit or comma are hardly a street, and too long for a name."""
    plain = not any(c.isdigit() or c == "," for c in heard.text)
    return plain and len(heard.text.split()) >= 4 and heard.confidence >= _UPSET


def _by_intent(ctx: Context) -> Outcome:
    heard = ctx.heard
    if heard.intent in INTENTS and not _torn(heard):
        return INTENTS[heard.intent](ctx)
    named = _by_product(ctx)
    return named or _ask_meaning(ctx)


def _torn(heard: Heard) -> bool:
    """Two readings that cannot be told apart, neither of them sure."""
    if len(heard.ranking) < 2 or heard.ranking[0][1] >= _LOW:
        return False
    return heard.ranking[1][1] >= _CLOSE * heard.ranking[0][1]


def _by_product(ctx: Context) -> Outcome | None:
    """Unsure what is wanted, but a product is named: with an amount it is an order, without one show it."""
    heard = ctx.heard
    if not (heard.all("product") or ctx.finder.spot(heard.text)):
        return None
    amount = heard.all("quantity") or heard.all("pack")
    return INTENTS["order" if amount else "search"](ctx)


def _ask_meaning(ctx: Context) -> Outcome:
    """Offer the likely readings; where there are none, say so."""
    worth = [intent for intent, score in ctx.heard.ranking[:3] if score >= _WORTH and intent in INTENTS]
    offered = [intent for intent in worth if intent not in _VALUES]
    if not offered:
        return Outcome([reply("not_understood", *MENU)], missed=True)
    choices = [Choice(f"mean:{intent}", Say(f"mean_{intent}")) for intent in offered]
    question = Question("mean", _kept(ctx.heard))
    return Outcome([reply("did_you_mean", *choices, HUMAN)], question, missed=True)


def _kept(heard: Heard) -> dict[str, Any]:
    """What was heard, as plain values to be remembered."""
    return {"text": heard.text, "entities": [[e.kind, e.value, e.start, e.end, e.id] for e in heard.entities]}


def _recall(params: dict[str, Any], intent: str) -> Heard:
    entities = tuple(Entity(*values) for values in params["entities"])
    return Heard(params["text"], intent, 1.0, entities=entities)


def by_words(ctx: Context, text: str) -> Outcome | None:
    """STOP, START, HELP and the plain wish for a person, which act whoever holds the conversation."""
    match certain(text):
        case "stop":
            ctx.memory.stopped, ctx.memory.question = True, None
            return say(reply("stopped_messages"))
        case "start":
            ctx.memory.stopped = False
            return say(reply("started_messages"))
        case "help":
            return INTENTS["help"](ctx)
        case "human":
            return INTENTS["human"](ctx)
    return None
