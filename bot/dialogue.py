"""What to do with a message: an answer to the open question, a correction, a digression, or a new wish."""

from dataclasses import replace
from typing import Any

from actions import care, mentions, prove, store
from actions.context import Context
from actions.show import HUMAN, MORE
from actions.table import ASKERS, INTENTS, TAPS
from actions.talk import MENU
from bot import language, reading
from bot.certain import certain
from model.conversation import Handover, Holder, Outcome, Question, say
from model.errors import Refused
from model.message import Channel, Choice, Entity, Heard, Inbound, MediaKind, Place, Say, Sort, reply
from shop import consents
from shop import words as words_of_shop
from shop.search import normal

_WORTH = 0.1
"""Readings below this score are not offered."""
_LIKELY = 0.25
"""Nothing is offered where no reading reaches this."""
_SHOWS_TROUBLE = frozenset({"trouble", "return"})
"""Questions that a picture answers."""
_TROUBLES = frozenset({"complain", "return_item", "payment_problem"})
"""Intents that a picture may belong to."""
_UNREAD = {Sort.CONTACTS: "contact_unread", Sort.EDITED: "edited_unread", Sort.UNSUPPORTED: "kind_unread"}
_RECORDINGS = frozenset({MediaKind.AUDIO, MediaKind.VOICE})
_CARRIERS = frozenset({"STOP", "START", "HELP"})
"""What a carrier's own words come as."""
_CLOSING_TAPS = frozenset({"pay", "new_address", "checkout", "leave", "human"})
"""Taps that answer or end a checkout's question; any tap closes another one."""
_DROPPED_AFTER = 2
"""Digressions after which a question that is not the checkout's is let go; after the first it is asked again."""


def decide(ctx: Context, tap: str) -> Outcome:
    """The outcome of one message; the memory's question and misses are settled."""
    before = ctx.memory.question
    outcome, closed = _tapped(ctx, tap) if tap else _said(ctx)
    if before and not outcome.handover:
        outcome = _go_on(ctx, before, outcome, closed)
    ctx.memory.question = outcome.question
    return _second_miss(ctx, outcome) if outcome.missed else _understood(ctx, outcome)


def refused(ctx: Context, refusal: Refused) -> Outcome:
    """Say why it cannot be; an open question stays open."""
    choices = _beside(ctx, refusal)
    outcome = say(reply(refusal.key, *choices, **refusal.params))
    question = ctx.memory.question
    if question is None:
        language.follow(ctx.memory, ctx.heard)
    if question and question.free is False and question.asker in reading.STICKY and refusal.key not in _SELF_ASKING:
        return _come_back(ctx, question, outcome)
    outcome.question = None if refusal.key in _FINAL else question
    return outcome


def _beside(ctx: Context, refusal: Refused) -> tuple[Choice, ...]:
    """What may be done instead."""
    if refusal.key == "order_unknown":
        return prove.offered(ctx)
    return MENU if refusal.key == "choice_gone" else (HUMAN,) if refusal.key in _FINAL else ()


_FINAL = frozenset({"address_other_charge", "address_too_late", "cancel_too_late"})
"""Refusals that end the matter: only a person may still help."""
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
    """A picture or paper tells what went wrong, if that was asked; else it is kept, and what was asked stays asked.

    Words that came with it are heeded: a complaint is kept with its picture.
    """
    question, caption = ctx.memory.question, ctx.heard.text.strip()
    asked = question is not None and question.asker in _SHOWS_TROUBLE
    told = bool(caption) and ctx.heard.intent in _TROUBLES and reading.clear(ctx.heard)
    if caption and not asked and not told and reading.clear(ctx.heard):
        return decide(ctx, "")
    ctx.heard = replace(ctx.heard, text=f"{caption} [file {file}]".strip())
    if asked and question:
        ctx.memory.question = None
        return ASKERS[question.asker].answer(ctx, question) or care.file_received(ctx)
    return _asking_on(ctx, INTENTS[ctx.heard.intent](ctx)) if told else care.file_received(ctx)


def _asking_on(ctx: Context, outcome: Outcome) -> Outcome:
    """What was asked stays asked, unless this asks something itself."""
    ctx.memory.question = outcome.question or ctx.memory.question
    return outcome


def with_place(ctx: Context, place: Place) -> Outcome:
    """A point on the map answers where to deliver; unasked, it tells whether we deliver there if it has a pincode."""
    words = ", ".join(part for part in (place.name, place.address) if part)
    question = ctx.memory.question
    if question and (question.params.get("field") == "street" or question.asker == "new_street"):
        if not words:
            return say(reply("place_needs_street"), ask=question)
        ctx.heard = replace(ctx.heard, text=words)
        return decide(ctx, "")
    if words_of_shop.read_pincode(words):
        ctx.heard = replace(ctx.heard, text=words)
        return _asking_on(ctx, INTENTS["delivery_area"](ctx))
    return Outcome([reply("place_received", *MENU)], question)


def with_anything_else(ctx: Context, inbound: Inbound) -> Outcome:
    """What has no words in it: said what it is, kindly; a reaction, a sticker or a deletion asks for no answer."""
    key = _UNREAD.get(inbound.sort)
    if inbound.media and inbound.media.kind in _RECORDINGS:
        key = "voice_unread"
    elif inbound.media and inbound.media.kind is not MediaKind.STICKER:
        key = "file_unread"
    question = ctx.memory.question
    return Outcome([reply(key, HUMAN)] if key else [], question)


def _understood(ctx: Context, outcome: Outcome) -> Outcome:
    ctx.memory.misses = 0
    return _soothed(ctx, outcome) if ctx.heard.angry and outcome.handover is None else outcome


def _soothed(ctx: Context, outcome: Outcome) -> Outcome:
    """Anger gets a person, whatever else was understood; what was not surely understood is not said."""
    told = outcome.replies if reading.clear(ctx.heard) else []
    coming = [reply("queued")] if ctx.conversation.holder is Holder.BOT else []
    return Outcome([*told, *coming], handover=Handover("angry"))


def _second_miss(ctx: Context, outcome: Outcome) -> Outcome:
    ctx.memory.misses += 1
    if ctx.memory.misses < 2:
        return outcome
    return Outcome([reply("not_understood_twice", HUMAN, MORE)], outcome.question, missed=True)


def _go_on(ctx: Context, before: Question, outcome: Outcome, closed: bool) -> Outcome:
    """A question asked now comes first, the checkout's waits behind it; else what is still open is asked again."""
    behind = before.params.get("behind") if closed or before.asker not in reading.STICKY else _plain(before)
    if outcome.question and behind and outcome.question.asker not in reading.STICKY:
        return replace(outcome, question=_with(outcome.question, behind=behind))
    if outcome.question:
        return outcome
    if not closed:
        return _come_back(ctx, before, outcome)
    return _come_back(ctx, Question(**behind), outcome) if behind else outcome


def _plain(question: Question) -> dict[str, Any]:
    return {"asker": question.asker, "params": dict(question.params), "free": question.free}


def _with(question: Question, **params: Any) -> Question:
    return replace(question, params={**question.params, **params})


def _come_back(ctx: Context, question: Question, outcome: Outcome) -> Outcome:
    """After a digression the open question is asked again: the checkout's each time, another one once."""
    digressions = 0 if question.asker in reading.STICKY else question.params.get("digressions", 0)
    if digressions >= _DROPPED_AFTER or (question.asker in reading.STICKY and not _has_cart(ctx)):
        return outcome
    again = ASKERS[question.asker].ask(ctx, question)
    told = [] if digressions and not outcome.missed else again.replies
    kept = again.question and _with(again.question, digressions=digressions + 1)
    return Outcome([*outcome.replies, *told], kept, outcome.handover, outcome.missed)


def _has_cart(ctx: Context) -> bool:
    return bool(ctx.work.uow.customers.cart(ctx.customer.id).lines)


def _tapped(ctx: Context, tap: str) -> tuple[Outcome, bool]:
    """A tap carries its meaning; whether it closes the open question."""
    verb, _, rest = tap.partition(":")
    question = ctx.memory.question
    if verb == "mean":
        return _meant(ctx, rest), True
    if verb not in TAPS:
        raise Refused("choice_gone")
    outcome = TAPS[verb](ctx, rest)
    return outcome, question is not None and (question.asker not in reading.STICKY or verb in _CLOSING_TAPS)


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
    if reading.wants_out(ctx.heard, question):
        return TAPS["leave"](ctx, ""), True
    if not (question.free and reading.leaves(ctx.heard, question)):
        answered = _answer(ctx, question)
        if answered:
            return answered, True
    if reading.clear(ctx.heard):
        language.follow(ctx.memory, ctx.heard)
        return _by_intent(ctx), False
    return store.often_asked(ctx) or Outcome([reply("not_got")], missed=True), False


def _answer(ctx: Context, question: Question) -> Outcome | None:
    """The answer's outcome. A refusal counts only where nothing else was clearly said."""
    try:
        return ASKERS[question.asker].answer(ctx, question)
    except Refused:
        if reading.overrules(ctx.heard, question):
            return None
        raise


def _by_intent(ctx: Context) -> Outcome:
    heard = ctx.heard
    known = heard.intent in INTENTS and not reading.torn(heard) and not reading.daring(heard)
    if known and not reading.vague(heard):
        return INTENTS[heard.intent](ctx)
    named = _by_product(ctx) or store.often_asked(ctx)
    return named or (INTENTS[heard.intent](ctx) if known else _ask_meaning(ctx))


def _by_product(ctx: Context) -> Outcome | None:
    """Unsure what is wanted, but a product is named or an amount of the one talked of: order it, else show it."""
    heard = ctx.heard
    amount = heard.all("quantity") or heard.all("pack")
    found = heard.all("product") or mentions.in_text(ctx)
    if amount and (found or (ctx.memory.topic and mentions.only_amounts(ctx))):
        return INTENTS["order"](ctx)
    return INTENTS["product_info" if len(mentions.products_meant(ctx)) == 1 else "search"](ctx) if found else None


def _ask_meaning(ctx: Context) -> Outcome:
    """Offer the likely readings; where there are none, say so."""
    worth = [(intent, score) for intent, score in ctx.heard.ranking[:3] if score >= _WORTH and intent in INTENTS]
    offered = [intent for intent, _ in worth if intent not in reading.VALUES and worth[0][1] >= _LIKELY]
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
            ctx.memory.question = None
            consents.record(ctx.work, ctx.conversation, wanted=False, source="said STOP")
            return _unless_told(ctx, text, say(reply("stopped_messages")))
        case "start":
            consents.record(ctx.work, ctx.conversation, wanted=True, source="said START")
            return _unless_told(ctx, text, say(reply("started_messages")))
        case "help":
            return _unless_told(ctx, text, INTENTS["help"](ctx))
        case "human":
            return INTENTS["human"](ctx)
    return None


def _unless_told(ctx: Context, text: str, outcome: Outcome) -> Outcome:
    """Nothing where the carrier has answered by itself (Twilio's "Support for opt-out keywords").

    It does so in SMS to numbers and messaging services, not to short codes, and only to its own words, which the
    webhook has put as these three; after a STOP it would let nothing of ours through.
    """
    address = ctx.conversation.address
    told = address.channel is Channel.SMS and text in _CARRIERS and not address.account.isdecimal()
    return Outcome() if told else outcome
