"""A web chat customer proves their phone number: then cart, orders and history of that number are theirs here too."""

from actions import answers, show
from actions.context import Context
from model.conversation import Outcome, Question, say
from model.errors import Refused
from model.message import Address, Channel, Choice, Say, reply
from shop import contacts, proofs
from shop.proofs import Verdict

PROVE = Choice("prove", Say("choice_prove"))
_AGAIN = Choice("prove", Say("choice_prove_again"))
_CODE_DIGITS = 6


def offered(ctx: Context) -> tuple[Choice, ...]:
    """The way to prove a number, where it leads anywhere: on the web chat, if a code can be sent."""
    possible = ctx.codes is not None and ctx.conversation.address.channel is Channel.WEBCHAT
    return (PROVE,) if possible else ()


def prove(ctx: Context, _: str = "") -> Outcome:
    """`prove`: ask for the number."""
    if not offered(ctx):
        raise Refused("choice_gone")
    return ask_number(ctx, Question("prove_number"))


def ask_number(ctx: Context, question: Question) -> Outcome:
    """Ask which number."""
    return say(reply("prove_ask_number"), ask=question)


def answer_number(ctx: Context, question: Question) -> Outcome | None:
    """Send the code there. Raises Refused("phone_invalid"), for numbers of other countries too: they cost more."""
    if sum(c.isdigit() for c in ctx.heard.text) < 5:
        return None
    return _send(ctx, contacts.read_phone(answers.phone_in(ctx.heard.text)))


def _send(ctx: Context, phone: str) -> Outcome:
    if ctx.codes is None:
        raise Refused("choice_gone")
    if not contacts.same_country(phone, ctx.catalogue.shop.phone):
        raise Refused("phone_invalid")
    channel, account = ctx.codes.reach[0]
    address = Address(Channel(channel), account, phone.removeprefix("+"))
    if not proofs.may_begin(ctx.work, ctx.codes, ctx.conversation.id, address.user):
        return say(reply("prove_wait", show.HUMAN))
    if not _wants_silence(ctx, address):  # whoever asks is not told so: it is not their number yet
        proofs.begin(ctx.work, ctx.codes, ctx.conversation.id, address)
    return ask_code(ctx, Question("prove_code"))


def _wants_silence(ctx: Context, address: Address) -> bool:
    """Whether somebody there said STOP."""
    known = ctx.work.uow.identities.at(address)
    return known is not None and ctx.work.uow.customers.get(known).silent


def ask_code(ctx: Context, question: Question) -> Outcome:
    """Ask for the code; which number it went to is not repeated."""
    return say(reply("prove_ask_code", _AGAIN), ask=question)


def answer_code(ctx: Context, question: Question) -> Outcome | None:
    """Six digits are a try, right or wrong; anything else is no answer."""
    code = proofs.code_in(ctx.heard.text)
    if code is None or ctx.codes is None:
        return None
    verdict, proof = proofs.check(ctx.work, ctx.codes, ctx.conversation.id, code)
    if verdict is Verdict.RIGHT and proof:
        linked = proofs.link(ctx.work, ctx.codes, ctx.conversation, proof)
        ctx.customer = linked.customer
        if linked.other:
            ctx.memory.draft = {}
        return say(reply("prove_done", Choice("order_history", Say("choice_my_orders")), show.SHOW_CART))
    if verdict is Verdict.WRONG:
        return say(reply("prove_wrong", _AGAIN), ask=question)
    return ask_anew(ctx, Question("prove_anew"))


def ask_anew(ctx: Context, question: Question) -> Outcome:
    """The code is no longer good: ask whether to send a new one."""
    return say(reply("prove_over", _AGAIN, show.HUMAN), ask=question)


def answer_anew(ctx: Context, question: Question) -> Outcome | None:
    """Yes, or the number at once. The old code is no better than before."""
    digits = sum(c.isdigit() for c in ctx.heard.text)
    if digits > _CODE_DIGITS:
        return answer_number(ctx, question)
    if proofs.code_in(ctx.heard.text):
        return ask_anew(ctx, question)
    return prove(ctx) if ctx.heard.intent == "affirm" else None
