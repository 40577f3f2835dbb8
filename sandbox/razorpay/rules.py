"""What Razorpay demands of a new payment link, a new refund and its idempotency key.

Wording: Razorpay's documentation of these calls and answers published by those who use them;
where neither shows any, it is made up in the same manner.
"""

import re
from dataclasses import dataclass

from sandbox.razorpay import fields
from sandbox.razorpay.errors import Refusal
from sandbox.razorpay.fields import Json

_LINK_FIELDS = (
    frozenset({"amount", "currency", "accept_partial", "first_min_partial_amount", "upi_link", "options"})
    | frozenset({"description", "reference_id", "customer", "expire_by", "notify", "reminder_enable"})
    | frozenset({"notes", "callback_url", "callback_method"})
)
_CUSTOMER_FIELDS = frozenset({"name", "contact", "email"})
_NOTIFY_FIELDS = frozenset({"sms", "email", "whatsapp"})
_REFUND_FIELDS = frozenset({"amount", "speed", "notes", "receipt"})

_LEAST = 100
_MOST = 5_00_000_00
_SOONEST = 15 * 60
_LATEST = 184 * 24 * 3600
_KEY = re.compile(r"[A-Za-z0-9_-]{10,}")


@dataclass(frozen=True, slots=True)
class NewLink:
    """A payment link as asked for. Money in paise, times in Unix seconds; 0, "" and {} where not given."""

    amount: int
    accept_partial: bool
    first_min_partial_amount: int
    description: str
    reference_id: str
    customer: dict[str, str]
    expire_by: int
    notify: dict[str, bool]
    reminder_enable: bool
    notes: dict[str, str]
    callback_url: str
    callback_method: str


@dataclass(frozen=True, slots=True)
class NewRefund:
    """A refund as asked for. `amount` in paise, None for all that is left."""

    amount: int | None
    speed: str
    notes: dict[str, str]
    receipt: str


def read_link(body: object, now: float) -> NewLink:
    """Raises `Refusal` on the first thing that Razorpay would not take."""
    given = fields.known(body, _LINK_FIELDS)
    amount = _amount(given)
    _check_currency(given)
    _check_upi(given)
    return NewLink(
        amount=amount,
        accept_partial=fields.flag(given, "accept_partial"),
        first_min_partial_amount=_first_part(given, amount),
        description=fields.text(given, "description", 2048),
        reference_id=fields.text(given, "reference_id", 40),
        customer=_customer(given),
        expire_by=_expire_by(given, now),
        notify=_notify(given),
        reminder_enable=fields.flag(given, "reminder_enable"),
        notes=fields.notes(given),
        callback_url=fields.web_address(given, "callback_url"),
        callback_method=_callback_method(given),
    )


def read_refund(body: object) -> NewRefund:
    """Raises `Refusal`. An absent amount means all that is left to refund."""
    given = fields.known({} if body is None else body, _REFUND_FIELDS)
    amount, speed = given.get("amount"), given.get("speed") or "normal"
    if amount is not None and type(amount) is not int:
        raise Refusal("The amount must be an integer.", field="amount")
    if amount is not None and amount < 1:
        raise Refusal("The amount must be at least INR 0.01", field="amount")
    if speed not in ("normal", "optimum"):
        raise Refusal("The selected speed is invalid.", field="speed")
    return NewRefund(amount, speed, fields.notes(given), fields.text(given, "receipt", 40))


def check_key(key: str) -> None:
    """An idempotency key has ten or more letters, digits, hyphens or underscores."""
    if not _KEY.fullmatch(key):
        said = "The idempotency key must be at least 10 characters of alphabets, numbers, hyphens, underscores."
        raise Refusal(said, field="X-Refund-Idempotency")


def _amount(given: Json) -> int:
    amount = given.get("amount")
    if not amount and amount is not False:
        raise Refusal("amount: cannot be blank.", field="amount")
    if type(amount) is not int:
        said = "amount, should be a whole number for e.g. 2234 to create a payment link for INR 22.34."
        raise Refusal(said, field="amount")
    if amount < _LEAST:
        raise Refusal(f"amount: amount should be minimum {_LEAST} for INR.", field="amount")
    if amount > _MOST:
        raise Refusal("amount exceeds maximum amount allowed.", field="amount")
    return amount


def _check_currency(given: Json) -> None:
    if given.get("currency", "INR") != "INR":
        said = "currency: wrong input field, please find the list of supported currencies on the documentation."
        raise Refusal(said, field="currency")


def _check_upi(given: Json) -> None:
    if given.get("upi_link") not in (None, False, "false"):
        said = "UPI Payment Links is not supported in Test Mode. Please experience the product in Live Mode."
        raise Refusal(said, field="upi_link")


def _first_part(given: Json, amount: int) -> int:
    name, first = "first_min_partial_amount", given.get("first_min_partial_amount") or 0
    if type(first) is not int:
        raise fields.faulty(name)
    if first > amount:
        raise Refusal(f"{name} must be less than or equal to amount.", field=name)
    if first and (first < _LEAST or not given.get("accept_partial")):
        raise Refusal(f"{name}: amount should be minimum {_LEAST} for INR.", field=name)
    return first


def _customer(given: Json) -> dict[str, str]:
    customer = fields.known(given.get("customer") or {}, _CUSTOMER_FIELDS)
    read = {
        "name": fields.text(customer, "name", 255),
        "contact": fields.contact(customer),
        "email": fields.email(customer),
    }
    return {name: value for name, value in read.items() if name in customer}


def _notify(given: Json) -> dict[str, bool]:
    notify = fields.known(given.get("notify") or {}, _NOTIFY_FIELDS)
    return {name: fields.flag(notify, name) for name in ("email", "sms", "whatsapp")}


def _expire_by(given: Json, now: float) -> int:
    expire_by = given.get("expire_by") or 0
    if type(expire_by) is not int:
        raise fields.faulty("expire_by")
    if expire_by and expire_by < now + _SOONEST:
        raise Refusal("expire_by: timestamp must be atleast 15 minutes in future", field="expire_by")
    if expire_by > now + _LATEST:
        raise Refusal("expire_by: timestamp must be within 6 months from now", field="expire_by")
    return expire_by


def _callback_method(given: Json) -> str:
    method = fields.text(given, "callback_method", 255)
    if method not in ("", "get") or (given.get("callback_url") and not method):
        raise Refusal("callback_method: must be a valid value.", field="callback_method")
    return method
