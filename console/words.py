"""The console's own words for what the code calls by short names."""

from collections.abc import Mapping
from datetime import timedelta

from bot.speech import Speech
from model.errors import Fault, Refused
from model.message import Say
from model.money import Money

CHANNELS = {"webchat": "Web chat", "whatsapp": "WhatsApp", "sms": "SMS", "terminal": "Terminal"}
LANGUAGES = {
    "en": "English",
    "hi": "Hindi",
    "ta": "Tamil",
    "te": "Telugu",
    "hi-Latn": "Hindi in Latin letters",
    "ta-Latn": "Tamil in Latin letters",
    "te-Latn": "Telugu in Latin letters",
}
REASONS = {
    "asked": "Asked for a person",
    "angry": "Upset",
    "stuck": "A message failed",
    "agent_gone": "Colleague went away",
}
PROGRESS = {"sent": "Sent", "delivered": "Delivered", "read": "Read", "failed": "Not delivered"}
"""How far a message of ours has come."""
_REFUSALS = {
    "message_empty": "There is nothing in this message to send.",
    "window_closed": "The customer wrote more than 24 hours ago: WhatsApp lets nothing through until they write again.",
    "conversation_unknown": "This conversation does not exist.",
    "order_unknown": "There is no order {number}.",
    "order_move_refused": "Order {number} is “{now}” and cannot become “{then}”.",
    "cancel_too_late": "Order {number} is on its way already and can no longer be cancelled.",
}
_MONEY = ("amount", "total")


def plain(word: str) -> str:
    """`out_for_delivery` as “Out for delivery”."""
    return word.replace("_", " ").capitalize()


def refusal(refused: Refused, speech: Speech) -> str:
    """Why something was refused, in English: our words, else what the customer would be told."""
    params = {name: plain(value) if name in ("now", "then") else value for name, value in refused.params.items()}
    if refused.key in _REFUSALS:
        return _REFUSALS[refused.key].format_map(params)
    try:
        return speech.text("en", Say(refused.key, params))
    except (Fault, KeyError):
        return f"That is not possible: {plain(refused.key).lower()}."


def span(time: timedelta) -> str:
    """A span of time, roughly: `< 1 min`, `4 min`, `2 h 5 min`, `3 days`."""
    minutes = max(0, int(time.total_seconds()) // 60)
    if minutes < 1:
        return "< 1 min"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    days = minutes // (24 * 60)
    return f"{days} day{'s' if days > 1 else ''}"


def details(values: Mapping[str, object]) -> str:
    """The details of an event on one line, amounts in rupees."""
    return ", ".join(f"{plain(name).lower()}: {_detail(name, value)}" for name, value in values.items())


def _detail(name: str, value: object) -> str:
    if name in _MONEY and isinstance(value, int):
        return str(Money(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ") if name in ("status", "reason") else str(value)
