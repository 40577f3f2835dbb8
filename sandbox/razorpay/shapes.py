"""Links, payments, refunds and orders as JSON, oddities included.

`notes` may be null, a list or an object, `reminders` a list or an object, and a declined card
payment may claim to be captured: so do the bodies that Razorpay publishes.
"""

from typing import Any

from sandbox.razorpay.entities import Link, Payment, Refund

Json = dict[str, Any]

# Told as null with every paid link.
_ORDER_BLANKS = (
    *("account_number", "bank", "bank_account", "checkout_config_id", "customer_id", "first_payment_min_amount"),
    *("force_offer", "late_auth_config_id", "method", "payer_name", "provider_context", "public_response"),
    *("reference2", "reference3", "reference4", "reference5", "reference6", "reference7", "reference8"),
    *("source", "transfers"),
)


def link_answer(link: Link) -> Json:
    """A link as the API gives it on its own."""
    return _link(link) | {
        "notes": link.asked.notes or None,
        "payments": [_link_payment(payment) for payment in link.captured] or None,
        "reminders": {"status": "in_progress"} if link.asked.reminder_enable else [],
    }


def listed_link(link: Link) -> Json:
    """A link among others: empty notes and payments are lists here."""
    answer = link_answer(link)
    return answer | {"notes": answer["notes"] or [], "payments": answer["payments"] or []}


def told_link(link: Link) -> Json:
    """A link as webhooks tell it: without its payments."""
    return _link(link) | {"notes": link.asked.notes or None, "reminders": {"status": "failed"}}


def payment_answer(payment: Payment) -> Json:
    """A payment as the API gives it, and as webhooks tell it unless it is a declined card."""
    return _payment(payment) | _method(payment) | _error(payment)


def told_with_link(payment: Payment) -> Json:
    """A captured payment as `payment_link.paid` tells it: `card` is there, though null, for UPI too."""
    return {"card": None, "fee_bearer": "platform"} | payment_answer(payment)


def told_failure(payment: Payment) -> Json:
    """A declined payment as webhooks tell it: by card it says captured and gives no reason."""
    if payment.method != "card":
        return payment_answer(payment)
    silence = {"error_code": "", "error_description": ""}
    reasons = dict.fromkeys(("error_source", "error_step", "error_reason"))
    return payment_answer(payment) | {"captured": True} | silence | reasons


def told_authorised(payment: Payment) -> Json:
    """A payment in the moment between the bank's yes and the capture."""
    before = {"status": "authorized", "captured": False, "fee": None, "tax": None}
    return payment_answer(payment) | before


def refund_answer(refund: Refund) -> Json:
    """A refund, pending or processed."""
    return {
        "id": refund.id,
        "entity": "refund",
        "amount": refund.amount,
        "currency": "INR",
        "payment_id": refund.payment.id,
        "notes": refund.asked.notes or [],
        "receipt": refund.asked.receipt or None,
        "acquirer_data": {"arn": refund.reference or None},
        "created_at": refund.created_at,
        "batch_id": None,
        "status": "processed" if refund.processed else "pending",
        "speed_processed": "normal",
        "speed_requested": refund.asked.speed,
    }


def order_entity(link: Link) -> Json:
    """The paid order behind a link, as `order.paid` tells it."""
    return {
        "id": link.order_id,
        "entity": "order",
        **_order(link),
        "offer_id": None,
    }


def link_order_entity(link: Link, account_id: str) -> Json:
    """The same order as `payment_link.paid` tells it: its id lacks `order_`, its link's id `plink_`."""
    return {
        **dict.fromkeys(_ORDER_BLANKS),
        "id": link.order_id.removeprefix("order_"),
        **_order(link),
        "app_offer": False,
        "authorized": True,
        "discount": False,
        "offers": {},
        "order_metas": [],
        "order_relationships": [],
        "merchant_id": account_id.removeprefix("acc_"),
        "partial_payment": False,
        "payment_capture": True,
        "product_id": link.id.removeprefix("plink_"),
        "product_type": "payment_link_v2",
        "updated_at": link.updated_at,
    }


def collection(items: list[Json]) -> Json:
    """Payments and refunds come in collections; links do not."""
    return {"entity": "collection", "count": len(items), "items": items}


def _link(link: Link) -> Json:
    asked = link.asked
    return {
        "accept_partial": asked.accept_partial,
        "amount": asked.amount,
        "amount_paid": link.amount_paid,
        "cancelled_at": link.cancelled_at,
        "created_at": link.created_at,
        "currency": "INR",
        "customer": asked.customer,
        "description": asked.description,
        "expire_by": asked.expire_by,
        "expired_at": link.expired_at,
        "first_min_partial_amount": asked.first_min_partial_amount,
        "id": link.id,
        "notify": asked.notify,
        "reference_id": asked.reference_id,
        "reminder_enable": asked.reminder_enable,
        "short_url": link.short_url,
        "status": link.status,
        "updated_at": link.updated_at,
        "upi_link": False,
        "user_id": "",
        "whatsapp_link": False,
        **_link_extras(link),
    }


def _link_extras(link: Link) -> Json:
    extras = {"order_id": link.order_id}
    if link.asked.callback_url:
        extras |= {"callback_url": link.asked.callback_url, "callback_method": link.asked.callback_method}
    return {name: value for name, value in extras.items() if value}


def _link_payment(payment: Payment) -> Json:
    return {
        "amount": payment.amount,
        "created_at": payment.created_at,
        "method": payment.method,
        "payment_id": payment.id,
        "plink_id": payment.link.id,
        "status": "captured",
        "updated_at": payment.created_at,
    }


def _payment(payment: Payment) -> Json:
    asked, taken = payment.link.asked, not payment.failed
    fee = payment.amount * 2 // 100
    return {
        "id": payment.id,
        "entity": "payment",
        "amount": payment.amount,
        "currency": "INR",
        "base_amount": payment.amount,
        "status": payment.status,
        "order_id": payment.link.order_id,
        "invoice_id": None,
        "international": False,
        "method": payment.method,
        "amount_refunded": payment.amount_refunded,
        "amount_transferred": 0,
        "refund_status": _refund_status(payment),
        "captured": taken,
        "description": "#" + payment.link.id.removeprefix("plink_"),
        "bank": None,
        "wallet": None,
        "email": asked.customer.get("email") or None,
        "contact": asked.customer.get("contact") or None,
        "notes": asked.notes or [],
        "fee": fee if taken else None,
        "tax": fee * 18 // 118 if taken else None,
        "created_at": payment.created_at,
    }


def _refund_status(payment: Payment) -> str | None:
    if not payment.amount_refunded:
        return None
    return "partial" if payment.left else "full"


def _method(payment: Payment) -> Json:
    return _upi(payment) if payment.method == "upi" else _card(payment)


def _upi(payment: Payment) -> Json:
    vpa = "success@razorpay" if not payment.failed else "failure@razorpay"
    return {
        "card_id": None,
        "vpa": vpa,
        "upi": {"payer_account_type": "bank_account", "vpa": vpa, "flow": "intent"},
        "acquirer_data": {"rrn": None if payment.failed else payment.reference},
    }


def _card(payment: Payment) -> Json:
    card_id = payment.id.replace("pay_", "card_")
    card = {
        "id": card_id,
        "entity": "card",
        "name": payment.link.asked.customer.get("name", ""),
        "iin": "411111",
        "last4": "1111",
        "network": "Visa",
        "type": "debit",
        "issuer": None,
        "international": False,
        "emi": False,
        "sub_type": "consumer",
    }
    taken_by = {"auth_code": payment.reference[:6], "rrn": None if payment.failed else payment.reference}
    return {"card_id": card_id, "card": card, "vpa": None, "token_id": None, "acquirer_data": taken_by}


def _error(payment: Payment) -> Json:
    names = ("error_code", "error_description", "error_source", "error_step", "error_reason")
    if not payment.failed:
        return dict.fromkeys(names)
    values = ("BAD_REQUEST_ERROR", "Payment failed", "issuer", "payment_authorization", "payment_failed")
    return dict(zip(names, values, strict=True))


def _order(link: Link) -> Json:
    return {
        "amount": link.asked.amount,
        "amount_paid": link.amount_paid,
        "amount_due": link.asked.amount - link.amount_paid,
        "currency": "INR",
        "receipt": link.asked.reference_id or None,
        "status": "paid",
        "attempts": len(link.payments),
        "notes": link.asked.notes or [],
        "created_at": link.payments[0].created_at,
    }
