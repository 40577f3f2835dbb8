"""What customers write where the checkout asks: a name among polite words, a way to pay and no question about it."""

import re

from model.message import Heard
from model.order import PayBy
from shop.contacts import tidy
from shop.search import normal
from shop.words import read_pincode

_BEFORE = re.compile(
    r"^\W*(?:(?:hi|hello|hey|yes|ya|ok|okay|haan|ji|sure|namaste)[\s,]+(?=\S))*(?:(?:"
    r"(?:my|the)\s+name(?:\s+is|'s)?|name(?:\s+is)?|i\s+am|i'm|im|this\s+is|it'?s(?:\s+me)?|myself|"
    r"mera\s+na+m|na+m|main|en\s+pe(?:y?a)?r|na+\s+peru|"
    r"मेरा\s+नाम|नाम|मैं|என்\s+பெயர்|பெயர்|నా\s+పేరు|పేరు)[\s:,-]+(?=\S))?",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[\s,]+(?:bol\s+rah[ai]\s+|बोल\s+रह[ाी]\s+)?(?:hai|hain|ho+n|hu|here|speaking|है|हूँ|हूं)\W*$", re.IGNORECASE
)
_LAST_PINCODE = re.compile(r"[\s,.-]*(?:pin(?:\s?code)?[\s:,.-]*)?\d{3}[ -]?\d{3}\W*$", re.IGNORECASE)
_PHONE = re.compile(r"\+?\d[\d\s().-]{6,}\d")
_SMALL_TALK = frozenset({"affirm", "deny", "thank", "greet", "goodbye"})
_SURE = 0.85
_LONGEST = 300
"""Characters looked at: what is longer is cut, so that no pattern takes long."""
_LONGEST_NAME = 5
"""Words."""
_NO_NAME = frozenset(
    "i you your we they is are was the what why how when where which who it this that not no yes please can could ok "
    "okay sure fine thanks thank hello hey already told said have need want haan kya kyu kyun kyon nahi nahin mujhe "
    "chahiye pay later order cancel checkout क्या क्यों नहीं मुझे चाहिए".split()
)

_CASH = frozenset("cod cash nakad नकद कैश सीओडी பணம் ரொக்கம் నగదు క్యాష్".split())
_ON_ARRIVAL = ("on delivery", "delivery par", "delivery pe", "at the door", "डिलीवरी पर")
_ONLINE = frozenset(
    "online upi gpay googlepay phonepe paytm card debit credit netbanking link razorpay bhim qr "
    "ऑनलाइन यूपीआई कार्ड गूगलपे फोनपे पेटीएम लिंक ஆன்லைன் ஆன்லைனில் ఆన్‌లైన్ ఆన్లైన్".split()
)
_ASKS = frozenset("is are can could do does did will what why how which when where".split())
"""What a question begins with."""
_NOT_SO = frozenset(
    "no not dont don't cant can't without nahi nahin nai mat kya possible available allowed charge charges extra safe "
    "milega milegi hoga hogi chalega failed late नहीं मत क्या கிடையாது வேண்டாம் வద్దు లేదు".split()
)
"""Words of a question about paying, or of what is not wanted: money is never taken on a guess."""


def name_in(text: str) -> str | None:
    """The name in "my name is …", "mera naam … hai", "… here"; None where the text is rather something else."""
    said = tidy(text, _LONGEST)
    name = _AFTER.sub("", _BEFORE.sub("", said)) or said
    words = normal(name).split()
    return None if "?" in said or len(words) > _LONGEST_NAME or _NO_NAME & set(words) else name


def phone_in(text: str) -> str:
    """The digits of a phone number among words ("mera number 98450 12345 hai"); else the text as it is."""
    found = _PHONE.search(tidy(text, _LONGEST))
    return found.group() if found else text


def is_street(heard: Heard) -> bool:
    """Whether it may be a house and street: no question, and no mere "ok, thanks"."""
    told = any(c.isdigit() or c == "," for c in heard.text)
    return "?" not in heard.text and (told or heard.intent not in _SMALL_TALK or heard.confidence < _SURE)


def street_in(text: str) -> tuple[str, str | None]:
    """House and street, and the pincode that came with them, taken out of it where it ends the text."""
    said = tidy(text, _LONGEST)
    pincode = read_pincode(said)
    return (_LAST_PINCODE.sub("", said) if pincode else said), pincode


def way_to_pay(text: str) -> PayBy | None:
    """How the customer says they will pay; None where they ask about it, deny it or name both ways."""
    spoken = normal(text).split()
    words = {*spoken, *text.casefold().split()}
    if "?" in text or words & _NOT_SO or _ASKS & set(spoken[:1]):
        return None
    cash = bool(words & _CASH) or any(phrase in normal(text) for phrase in _ON_ARRIVAL)
    online = bool(words & _ONLINE)
    if cash == online:
        return None
    return PayBy.CASH if cash else PayBy.ONLINE
