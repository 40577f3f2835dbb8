"""What the environment says about the Twilio stand-in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.chaos import knobs_from
from sandbox.telephone.entries import Network
from sandbox.twilio.addresses import Address, can_send
from sandbox.twilio.chaos import TAKES, Knobs
from sandbox.twilio.contents import Content, read_contents
from sandbox.wanting import SettingsError, required, shop_url

_KEYS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
_FROM = ("TWILIO_SMS_FROM", "TWILIO_WHATSAPP_FROM")
_CONTENTS = "SANDBOX_TWILIO_CONTENTS"
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_POOLED = "+15005550006"
"""The number that a messaging service sends from here; of Twilio's test numbers the one that works."""


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """The account, its senders, and the shop's public address, which webhooks go to and are signed for.

    `service_sid` is the messaging service that `sms_from` is in, "" where it is in none; `contents` are the templates
    known from the start. `answer_within` and `retry_after` are seconds: how long a receiver may take (Twilio: 15), and
    the pause before a webhook is sent again. `remember` is how many messages and webhooks are kept.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    sms_from: Address | None = None
    service_sid: str = ""
    whatsapp_from: Address | None = None
    shop_url: str = "http://127.0.0.1:8080"
    contents: tuple[Content, ...] = ()
    knobs: Knobs = field(default_factory=Knobs)
    answer_within: float = 15.0
    retry_after: float = 0.5
    remember: int = 20_000

    def webhook_url(self, address: Address) -> str:
        """Where the shop hears of messages to that sender of its own."""
        return f"{self.shop_url}/webhooks/twilio/{address.network}"

    def owns(self, address: Address) -> bool:
        """Whether that is one of the account's senders."""
        return address in (self.sms_from, self.whatsapp_from)


def read_twilio(env: Mapping[str, str]) -> TwilioSettings | None:
    """None where nothing of Twilio is set.

    Raises `SettingsError` naming what is missing, a sender that is none, or templates or chaos that make no sense.
    """
    if not any(env.get(name, "").strip() for name in (*_KEYS, *_FROM)):
        return None
    account_sid, auth_token = required(env, _KEYS)
    sms, whatsapp = (env.get(name, "").strip() for name in _FROM)
    if not (sms or whatsapp):
        raise SettingsError(f"missing: {' or '.join(_FROM)}")
    return TwilioSettings(
        account_sid=account_sid,
        auth_token=auth_token,
        sms_from=_sender(_FROM[0], "sms", _POOLED if _SERVICE.fullmatch(sms) else sms),
        service_sid=sms if _SERVICE.fullmatch(sms) else "",
        whatsapp_from=_sender(_FROM[1], "whatsapp", whatsapp.removeprefix("whatsapp:")),
        shop_url=shop_url(env),
        contents=_contents(env.get(_CONTENTS, "").strip()),
        knobs=knobs_from(env, "SANDBOX_TWILIO_CHAOS", Knobs(), TAKES),
    )


def _contents(setting: str) -> tuple[Content, ...]:
    try:
        return tuple(read_contents(setting))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{_CONTENTS}: {error}") from error


def _sender(name: str, network: Network, value: str) -> Address | None:
    if not value:
        return None
    address = Address(network, value)
    if not can_send(address):
        raise SettingsError(f"{name} is no sender: write numbers as +911140000001")
    return address
