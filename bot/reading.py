"""How a message reads while a question is open: as its answer, as something else clearly said, as a wish to stop."""

from actions.table import INTENTS
from model.conversation import Question
from model.message import Heard

STICKY = frozenset({"address", "pay"})
"""Questions that come back after anything else was done."""
VALUES = frozenset({"inform", "affirm", "deny", "greet", "thank", "out_of_scope", "nlu_fallback", "feedback"})
"""What may well be an answer and is no wish of its own."""
_CLOSE = 0.75
"""The second reading is close to the first from this share of its score on."""
_LOW = 0.45
"""Only readings below this are doubted for a close second."""
_CLEAR = 0.6
"""A wish heard this surely is a digression from an open question."""
_CLEAR_ASKED = 0.45
"""The same for one that ends in a question mark."""
_SURE = 0.75
_QUITE_SURE = 0.97
"""Even a few words are no name or street where they are heard this surely as a wish."""
_OUT = frozenset({"deny", "cancel_order", "goodbye"})
"""What ends what is being asked."""
_YES_OR_NO = "cancel"
"""The question that these words answer."""
_ASKING = frozenset(
    {"track", "human", "help", "show_cart", "price", "delivery_charge", "delivery_time", "payment_methods"}
)
_WEIGHTY = frozenset(
    {"clear_cart", "remove_item", "reorder", "complain", "payment_problem", "loyalty_points", "change_language"}
)
"""What changes the cart or calls people to work."""
_TROUBLE = frozenset({"complain", "return_item", "product_info", "search", "change_quantity"})
_ITS_OWN = {
    "trouble": _TROUBLE,
    "return": _TROUBLE,
    "new_street": frozenset({"change_address"}),
    "wish": frozenset({"order", "track", "search", "browse", "product_info"}),
}
"""What the answer to a question where any text may be the answer is itself heard as."""
_SHORT = 5


def torn(heard: Heard) -> bool:
    """Two readings that cannot be told apart, neither of them sure."""
    if len(heard.ranking) < 2 or heard.ranking[0][1] >= _LOW:
        return False
    return heard.ranking[1][1] >= _CLOSE * heard.ranking[0][1]


def vague(heard: Heard) -> bool:
    """Heard as no wish at all, and not surely; or hardly heard, though a product and an amount are named."""
    doubted = _CLEAR if heard.intent in VALUES else _LOW if _names_amount(heard) else 0.0
    return heard.confidence < doubted


def daring(heard: Heard) -> bool:
    """Something that is not to be done on a faint hearing, but asked about."""
    return heard.intent in _WEIGHTY and heard.confidence < _LOW


def clear(heard: Heard) -> bool:
    """A wish of its own, surely heard."""
    enough = _CLEAR_ASKED if heard.text.rstrip().endswith("?") else _CLEAR
    return heard.intent in INTENTS and heard.intent not in VALUES and heard.confidence >= enough


def wants_out(heard: Heard, question: Question) -> bool:
    """ "Leave it", "rehne do"; short or quite sure, so that no street is taken for it."""
    short = len(heard.text.split()) <= _SHORT and heard.confidence >= _CLEAR
    out = heard.intent in _OUT and (short or heard.confidence >= _QUITE_SURE)
    return out and question.asker != _YES_OR_NO and not any(c.isdigit() for c in heard.text)


def leaves(heard: Heard, question: Question) -> bool:
    """Whether something else is clearly said where any text may be the answer."""
    own = heard.intent == question.params.get("intent") or heard.intent in _ITS_OWN.get(question.asker, ())
    if own or not clear(heard):
        return False
    asks = "?" in heard.text or heard.intent in _ASKING or _is_sentence(heard)
    return asks or _names_amount(heard)


def _names_amount(heard: Heard) -> bool:
    """How much of which product."""
    return bool(heard.all("product") and (heard.all("quantity") or heard.all("pack")))


def _is_sentence(heard: Heard) -> bool:
    """Surely understood words without a digit or comma are hardly a street, and too long for a name."""
    plain = not any(c.isdigit() or c == "," for c in heard.text)
    return plain and heard.confidence >= (_SURE if len(heard.text.split()) >= 4 else _QUITE_SURE)


def overrules(heard: Heard, question: Question) -> bool:
    """Whether a wrong answer is no answer at all but something else; the way to pay is never talked away."""
    if question.asker == "pay" or not clear(heard):
        return False
    sentence = "," not in heard.text and len(heard.text.split()) >= 4
    return heard.intent in _ASKING or "?" in heard.text or sentence
