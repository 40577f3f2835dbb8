"""Webhooks signed as Razorpay signs them."""

import logging

from sandbox.postman import Letter, Postman, Rounds
from sandbox.razorpay.chaos import Chaos
from sandbox.razorpay.settings import RazorpaySettings
from sandbox.razorpay.signing import signature
from sandbox.tasks import Tasks

_log = logging.getLogger("sandbox.razorpay")


def razorpay_postman(settings: RazorpaySettings, chaos: Chaos, tasks: Tasks) -> Postman:
    """Sends to the shop's one address and remembers everything."""

    def stamp(letter: Letter) -> dict[str, str]:
        secrets = settings.webhook_secrets
        secret = secrets[-1] if chaos.knobs.old_secret else secrets[0]
        return {
            "Content-Type": "application/json",
            "User-Agent": "Razorpay-Webhook/v1",
            "X-Razorpay-Signature": signature(secret, letter.raw),
            "x-razorpay-event-id": letter.id,
        }

    rounds = Rounds(settings.answer_within, settings.retry_first, settings.retry_for)
    return Postman(stamp, lambda: chaos.knobs, rounds, tasks, _log, settings.webhook_url)
