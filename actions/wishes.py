"""Wishes that a person of the shop fulfils: invoice, points, gift, bulk, subscription.

Each takes down what the person needs to know, becomes a ticket in the console, and says so.
"""

from actions import show
from actions.care import ticket
from actions.context import Action, Context
from model.conversation import Outcome, Question, say
from model.message import reply
from model.order import TicketKind
from shop import orders, words

_ASKS = {
    "invoice": TicketKind.INVOICE,
    "loyalty_points": TicketKind.LOYALTY,
    "gift_order": TicketKind.GIFT,
    "bulk_order": TicketKind.BULK,
    "subscribe_product": TicketKind.SUBSCRIPTION,
}
_ENOUGH = 8
"""A first message of so many words holds the details already."""


def wish(intent: str) -> Action:
    """The action of one such intent."""

    def action(ctx: Context) -> Outcome:
        number = _own_order(ctx)
        if number or _complete(ctx, intent):
            return _note(ctx, intent, ctx.heard.text, number)
        question = Question("wish", {"intent": intent, "said": ctx.heard.text}, free=True)
        return ask_wish(ctx, question)

    return action


def _own_order(ctx: Context) -> str | None:
    number = words.read_order_number(ctx.heard.text)
    return orders.owned(ctx.work, ctx.customer.id, number).number if number else None


def _complete(ctx: Context, intent: str) -> bool:
    """Points need no details; the others do unless the message tells a story or names product and amount."""
    kinds = {entity.kind for entity in ctx.heard.entities}
    told = {"product", "quantity"} <= kinds or {"product", "pack"} <= kinds
    return intent == "loyalty_points" or told or len(ctx.heard.text.split()) >= _ENOUGH


def ask_wish(ctx: Context, question: Question) -> Outcome:
    """Ask for the details a person will need."""
    return say(reply(f"ask_{question.params['intent']}"), ask=question)


def answer_wish(ctx: Context, question: Question) -> Outcome | None:
    """Whatever they write goes with the ticket, after what they said first."""
    details = f"{question.params['said']}\n{ctx.heard.text}"
    return _note(ctx, str(question.params["intent"]), details, _own_order(ctx))


def _note(ctx: Context, intent: str, details: str, number: str | None) -> Outcome:
    ticket_id = ticket(ctx, _ASKS[intent], details, number)
    return say(reply(f"noted_{intent}", show.HUMAN, ticket=ticket_id))


WISHES: dict[str, Action] = {intent: wish(intent) for intent in _ASKS}
