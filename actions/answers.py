"""What customers write where the checkout asks: a name among polite words, a way to pay, and not a question about it."""

import re

from model.order import PayBy
from shop.search import normal

_BEFORE = re.compile(
    r"^\W*(?:(?:hi|hello|yes|ya|ok|haan|ji)[\s,]+)?(?:"
    r"(?:my|the)\s+name(?:\s+is|'s)?|name(?:\s+is)?|i\s+am|i'm|im|this\s+is|it'?s|myself|"
    r"mera\s+na+m|na+m|main|mai|en\s+pe(?:y?a)?r|na+\s+peru|"
    r"मेरा\s+नाम|नाम|मैं|என்\s+பெயர்|பெயர்|నా\s+పేరు|పేరు)[\s:,-]+(?=\S)",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\s,]+(?:hai|hain|ho+n|hu|here|speaking|है|हूँ|हूं)\W*$", re.IGNORECASE)

_CASH = frozenset("cod cash nakad नकद कैश सीओडी பணம் ரொக்கம் నగదు క్యాష్".split())
_ON_ARRIVAL = ("on delivery", "delivery par", "delivery pe", "at the door", "डिलीवरी पर")
_ONLINE = frozenset(
    "online upi gpay googlepay phonepe paytm card debit credit netbanking link razorpay bhim qr "
    "ऑनलाइन यूपीआई कार्ड गूगलपे फोनपे पेटीएम लिंक ஆன்லைன் ஆன்லைனில் ఆన్‌లైన్ ఆన్లైన్".split()
)
_NOT_SO = frozenset(
    "no not dont don't cant can't without nahi nahin nai mat kya is are can do does what why how which when possible "
    "available allowed charge charges extra safe milega milegi hoga hogi chalega failed late "
    "नहीं मत क्या கிடையாது வேண்டாம் వద్దు లేదు".split()
)
"""Words of a question about paying, or of what is not wanted: money is never taken on a guess."""


def name_in(text: str) -> str:
    """The name in "my name is …", "mera naam … hai", "… here"; else the text as it is."""
    name = _AFTER.sub("", _BEFORE.sub("", text.strip()))
    return name or text


def way_to_pay(text: str) -> PayBy | None:
    """How the customer says they will pay; None where they ask about it, deny it or name both ways."""
    words = set(normal(text).split()) | set(text.casefold().split())
    if "?" in text or words & _NOT_SO:
        return None
    cash = bool(words & _CASH) or any(phrase in normal(text) for phrase in _ON_ARRIVAL)
    online = bool(words & _ONLINE)
    if cash == online:
        return None
    return PayBy.CASH if cash else PayBy.ONLINE
