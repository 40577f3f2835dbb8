"""STOP, START and HELP by SMS, which Twilio acts on by itself.

Words and answers: Twilio's default handling of English keywords, of which the shop hears as of any other message.
Where its number is in a messaging service, it is told as with Advanced Opt-Out, in `OptOutType`. WhatsApp knows no such
words.
"""

from typing import Literal

Keyword = Literal["STOP", "START", "HELP"]

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_START = frozenset({"START", "UNSTOP"})
_HELP = frozenset({"HELP", "INFO"})

ANSWERS: dict[Keyword, str] = {
    "STOP": (
        "You have successfully been unsubscribed. You will not receive any more messages from this number. "
        "Reply START to resubscribe."
    ),
    "START": (
        "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
        "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
    ),
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def keyword(text: str, opted_out: bool) -> Keyword | None:
    """What a message that is one such word means. YES starts messages again for those who stopped them."""
    word = text.strip().upper()
    if word in _STOP:
        return "STOP"
    if word in _START or (word == "YES" and opted_out):
        return "START"
    return "HELP" if word in _HELP else None
