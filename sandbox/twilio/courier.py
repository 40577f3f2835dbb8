"""Webhooks as Twilio sends them: forms, signed, and once more only where the retry policy says so."""

import logging
from collections.abc import Callable
from urllib.parse import parse_qsl
from uuid import uuid4

from sandbox.postman import Letter, Postman, Rounds
from sandbox.tasks import Tasks
from sandbox.twilio.chaos import Chaos
from sandbox.twilio.forms import Fields, encoded
from sandbox.twilio.settings import TwilioSettings
from sandbox.twilio.signing import signature

_log = logging.getLogger("sandbox.twilio")


def letter(name: str, url: str, fields: Fields, taken: Callable[[str, bytes], None] | None = None) -> Letter:
    """A webhook to `url`. Its id goes with every attempt, in `I-Twilio-Idempotency-Token`."""
    return Letter(str(uuid4()), name, encoded(fields), url, taken)


def twilio_postman(settings: TwilioSettings, chaos: Chaos, tasks: Tasks) -> Postman:
    """Signs with the account's token and remembers the last webhooks."""

    def stamp(sent: Letter) -> dict[str, str]:
        token = "not the token" if chaos.knobs.bad_signature else settings.auth_token
        fields = parse_qsl(sent.raw.decode(), keep_blank_values=True)
        return {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token": sent.id,
            "X-Home-Region": "us1",
            "X-Twilio-Signature": signature(token, sent.url, fields),
        }

    def again(outcome: int | str) -> bool:
        return not {policy(outcome), "all"}.isdisjoint(chaos.knobs.retry_on)

    rounds = Rounds(settings.answer_within, settings.retry_after, settings.retry_after, again)
    return Postman(stamp, lambda: chaos.knobs, rounds, tasks, _log, remember=settings.remember)


def policy(outcome: int | str) -> str:
    """Which retry policy what came of an attempt falls under; "" for an answer that none is about."""
    if isinstance(outcome, int):
        return {4: "4xx", 5: "5xx"}.get(outcome // 100, "")
    return "rt" if outcome == "no answer in time" else "ct"
