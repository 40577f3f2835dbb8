"""What the environment says about the stand-in for WhatsApp."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.chaos import knobs_from
from sandbox.meta.chaos import TAKES, Knobs
from sandbox.meta.templates import Template, TemplateError, read_templates
from sandbox.postman import Rounds
from sandbox.wanting import SettingsError, shop_url, wanted

_NEEDED = ("WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")
_ACCOUNT = "102290129340398"
_NUMBER = "919876500001"


@dataclass(frozen=True, slots=True)
class MetaSettings:
    """Ids and keys of the shop's number, where its webhook is, and what the account has.

    `number` is the shop's own in digits, `name` how it is shown; `account` the id of the business account.
    """

    phone_number_id: str
    access_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    shop_url: str = "http://127.0.0.1:8080"
    webhook_path: str = "/webhooks/whatsapp"
    account: str = _ACCOUNT
    number: str = _NUMBER
    name: str = "The shop"
    templates: tuple[Template, ...] = ()
    knobs: Knobs = field(default_factory=Knobs)
    rounds: Rounds = field(default_factory=Rounds)

    @property
    def webhook_url(self) -> str:
        """Where the shop takes webhooks."""
        return self.shop_url + self.webhook_path


def read_meta(env: Mapping[str, str]) -> MetaSettings | None:
    """None where nothing of it is set. Raises `SettingsError` naming what is missing or makes no sense."""
    given = wanted(env, _NEEDED)
    if given is None:
        return None
    number_id, token, secret, verify = given
    if not re.fullmatch(r"[0-9]{5,20}", number_id):
        raise SettingsError("WHATSAPP_PHONE_NUMBER_ID is digits")
    return MetaSettings(
        phone_number_id=number_id,
        access_token=token,
        app_secret=secret,
        verify_token=verify,
        shop_url=shop_url(env),
        webhook_path=env.get("SANDBOX_WHATSAPP_WEBHOOK_PATH") or "/webhooks/whatsapp",
        account=env.get("WHATSAPP_BUSINESS_ACCOUNT_ID") or _ACCOUNT,
        number=env.get("SANDBOX_WHATSAPP_NUMBER") or _NUMBER,
        name=env.get("SANDBOX_SHOP_NAME") or "The shop",
        templates=_templates(env.get("SANDBOX_WHATSAPP_TEMPLATES", "").strip()),
        knobs=knobs_from(env, "SANDBOX_WHATSAPP_CHAOS", Knobs(), TAKES),
    )


def _templates(setting: str) -> tuple[Template, ...]:
    try:
        return tuple(read_templates(setting))
    except TemplateError as error:
        raise SettingsError(f"SANDBOX_WHATSAPP_TEMPLATES: {error}") from error
