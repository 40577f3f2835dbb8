"""Razorpay's two signatures: hex HMAC-SHA256, with different secrets."""

import hashlib
import hmac

from sandbox.razorpay.entities import Payment


def signature(secret: str, signed: bytes) -> str:
    """Webhooks: `secret` is the webhook's, `signed` the raw body."""
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def callback_query(payment: Payment, key_secret: str) -> dict[str, str]:
    """What a customer who paid brings back to the shop, signed with the API key's secret."""
    link = payment.link
    signed = "|".join((link.id, link.asked.reference_id, link.status, payment.id))
    return {
        "razorpay_payment_id": payment.id,
        "razorpay_payment_link_id": link.id,
        "razorpay_payment_link_reference_id": link.asked.reference_id,
        "razorpay_payment_link_status": link.status,
        "razorpay_signature": signature(key_secret, signed.encode()),
    }
