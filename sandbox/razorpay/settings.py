"""What the environment says about the Razorpay stand-in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.chaos import knobs_from
from sandbox.razorpay.chaos import TAKES, Knobs
from sandbox.wanting import SettingsError, wanted

_NEEDED = ("RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRET")
_WEBHOOK_URL = "http://127.0.0.1:8080/webhooks/razorpay"


@dataclass(frozen=True, slots=True)
class RazorpaySettings:
    """Keys, where webhooks go, and how long they are tried.

    `webhook_secrets`: the one to sign with first; a second is an older one, still in use while
    secrets are rotated. `answer_within`, `retry_first` and `retry_for` are seconds: how long a
    receiver may take (Razorpay: 5), the first pause before a retry, and when to give up.
    """

    key_id: str
    key_secret: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    webhook_url: str = _WEBHOOK_URL
    knobs: Knobs = field(default_factory=Knobs)
    answer_within: float = 5.0
    retry_first: float = 0.5
    retry_for: float = 600.0


def read_razorpay(env: Mapping[str, str]) -> RazorpaySettings | None:
    """None where no key is set.

    Raises `SettingsError` naming what is missing, on a live key, or on chaos that makes no sense.
    """
    given = wanted(env, _NEEDED)
    if given is None:
        return None
    key_id, key_secret, secrets = given
    if key_id.startswith("rzp_live_"):
        raise SettingsError("RAZORPAY_KEY_ID is a live key; the sandbox takes test keys only")
    return RazorpaySettings(
        key_id=key_id,
        key_secret=key_secret,
        webhook_secrets=_secrets(secrets),
        webhook_url=env.get("SANDBOX_WEBHOOK_URL") or _WEBHOOK_URL,
        knobs=knobs_from(env, "SANDBOX_RAZORPAY_CHAOS", Knobs(), TAKES),
    )


def _secrets(text: str) -> tuple[str, ...]:
    secrets = tuple(part.strip() for part in text.split(",") if part.strip())
    if not secrets:
        raise SettingsError("missing: RAZORPAY_WEBHOOK_SECRET")
    return secrets
