"""Settings, read once from the environment or `.env`. A provider half set up stops the start, by name."""

import re
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from model.pace import Limits

ROOT = Path(__file__).resolve().parent.parent
_SAID = {"twilio_from": "TWILIO_SMS_FROM or TWILIO_WHATSAPP_FROM"}
_LEAST_SECRET = 32
_LEAST_WEBHOOK_SECRET = 8
_PORT = 8080
_PROVIDERS = {
    "RAZORPAY": ("razorpay_key_id", "razorpay_key_secret", "razorpay_webhook_secret"),
    "WHATSAPP": (
        "whatsapp_phone_number_id",
        "whatsapp_access_token",
        "whatsapp_app_secret",
        "whatsapp_verify_token",
    ),
    "TWILIO": ("twilio_account_sid", "twilio_auth_token", "twilio_from"),
}
_SENDERS = {
    "twilio_whatsapp_from": (
        r"(?:whatsapp:)?\+[1-9]\d{6,14}",
        "write your WhatsApp number with plus and country code, as whatsapp:+919845012345",
    ),
    # The last two: a short code, and a name as Twilio's "Alphanumeric Sender ID" has it.
    "twilio_sms_from": (
        r"\+[1-9]\d{6,14}|MG[0-9a-fA-F]{32}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}",
        "write a number with plus and country code, as +14155550100, or a short code, a messaging service (MG…) or a "
        "sender ID of at most 11 letters and digits",
    ),
}
_ADDRESSES = ("razorpay_api_url", "whatsapp_api_url", "twilio_api_url")

Address = Annotated[str, AfterValidator(lambda url: url.rstrip("/"))]
"""Where something is reached, without a slash at the end."""


class Settings(BaseSettings):
    """Names and defaults are told in `docs/operations.md`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    env: Literal["development", "production"] = Field("development", validation_alias="HAAT_ENV")
    host: str = Field("127.0.0.1", validation_alias="HAAT_HOST")
    port: int = Field(_PORT, validation_alias="HAAT_PORT", ge=0, le=65535)
    public_url: Address = Field("", validation_alias="HAAT_PUBLIC_URL")
    database_url: str = Field("sqlite+aiosqlite:///var/haat.db", validation_alias="HAAT_DATABASE_URL")
    proxies: int = Field(0, validation_alias="HAAT_PROXIES", ge=0, le=5)
    redis_url: str = Field("", validation_alias="HAAT_REDIS_URL")
    nlu_url: str = Field("", validation_alias="HAAT_NLU_URL")
    secret_key: SecretStr = Field(SecretStr(""), validation_alias="HAAT_SECRET_KEY")
    shop: Path = Field(Path("data/shop"), validation_alias="HAAT_SHOP")
    files: Path = Field(Path("var/files"), validation_alias="HAAT_FILES")
    webchat_origins: str = Field("", validation_alias="HAAT_WEBCHAT_ORIGINS")
    metrics_token: SecretStr = Field(SecretStr(""), validation_alias="HAAT_METRICS_TOKEN")
    messages_a_minute: int = Field(60, validation_alias="HAAT_MESSAGES_A_MINUTE", ge=1)
    messages_a_day: int = Field(500, validation_alias="HAAT_MESSAGES_A_DAY", ge=1)
    same_texts: int = Field(24, validation_alias="HAAT_SAME_TEXTS", ge=2, le=50)
    files_a_day: int = Field(50, validation_alias="HAAT_FILES_A_DAY", ge=0)
    files_mb_a_day: int = Field(100, validation_alias="HAAT_FILES_MB_A_DAY", ge=0)
    codes_a_day: int = Field(400, validation_alias="HAAT_CODES_A_DAY", ge=10)
    whatsapp_api_url: Address = Field("https://graph.facebook.com/v23.0", validation_alias="WHATSAPP_API_URL")
    whatsapp_rate: float = Field(80.0, validation_alias="WHATSAPP_RATE", gt=0, le=1000)
    whatsapp_phone_number_id: str = Field("", validation_alias="WHATSAPP_PHONE_NUMBER_ID")
    whatsapp_access_token: SecretStr = Field(SecretStr(""), validation_alias="WHATSAPP_ACCESS_TOKEN")
    whatsapp_app_secret: SecretStr = Field(SecretStr(""), validation_alias="WHATSAPP_APP_SECRET")
    whatsapp_verify_token: SecretStr = Field(SecretStr(""), validation_alias="WHATSAPP_VERIFY_TOKEN")
    twilio_api_url: Address = Field("https://api.twilio.com", validation_alias="TWILIO_API_URL")
    twilio_sms_rate: float = Field(1.0, validation_alias="TWILIO_SMS_RATE", gt=0, le=1000)
    twilio_account_sid: str = Field("", validation_alias="TWILIO_ACCOUNT_SID")
    twilio_auth_token: SecretStr = Field(SecretStr(""), validation_alias="TWILIO_AUTH_TOKEN")
    twilio_sms_from: str = Field("", validation_alias="TWILIO_SMS_FROM")
    twilio_whatsapp_from: str = Field("", validation_alias="TWILIO_WHATSAPP_FROM")
    razorpay_api_url: Address = Field("https://api.razorpay.com", validation_alias="RAZORPAY_API_URL")
    razorpay_key_id: str = Field("", validation_alias="RAZORPAY_KEY_ID")
    razorpay_key_secret: SecretStr = Field(SecretStr(""), validation_alias="RAZORPAY_KEY_SECRET")
    razorpay_webhook_secret: SecretStr = Field(SecretStr(""), validation_alias="RAZORPAY_WEBHOOK_SECRET")

    @property
    def production(self) -> bool:
        """Whether weak secrets, demo accounts and the sandbox are refused."""
        return self.env == "production"

    @property
    def razorpay(self) -> bool:
        """Whether a Razorpay account is set up."""
        return bool(self.razorpay_key_id)

    @property
    def twilio_from(self) -> str:
        """One of the two senders is enough."""
        return self.twilio_sms_from or self.twilio_whatsapp_from

    @property
    def nlu_urls(self) -> list[str]:
        """The NLU servers; none means: start one here."""
        return [url.strip() for url in self.nlu_url.split(",") if url.strip()]

    @property
    def origins(self) -> frozenset[str]:
        """Sites that may carry the widget, lower case, without a slash at the end."""
        named = self.webchat_origins or self.public_origin
        return frozenset(origin.strip().rstrip("/").casefold() for origin in named.split(",") if origin.strip())

    @property
    def public_origin(self) -> str:
        """Scheme and host of the public address."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def limits(self) -> Limits:
        """What one conversation on a network that carries it may ask of the bot."""
        texts = self.messages_a_minute, self.messages_a_day, self.same_texts
        return Limits(*texts, self.files_a_day, self.files_mb_a_day * 1_000_000)

    @property
    def webhook_secrets(self) -> list[str]:
        """Razorpay's webhook secrets: two while one is being rotated."""
        return [s.strip() for s in self.razorpay_webhook_secret.get_secret_value().split(",") if s.strip()]

    @cached_property
    def secret(self) -> str:
        """The key that signs; in development made once and kept under `var/`."""
        return self.secret_key.get_secret_value() or _kept_secret()

    @model_validator(mode="before")
    @classmethod
    def _public(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Without a public address, this machine's own at the port."""
        if given.get("HAAT_PUBLIC_URL"):
            return given
        return given | {"HAAT_PUBLIC_URL": f"http://127.0.0.1:{given.get('HAAT_PORT', _PORT)}"}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        problems = [*_half_set_up(self), *_no_secret(self), *_no_senders(self)]
        problems += _weak(self) if self.production else ()
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _half_set_up(settings: Settings) -> list[str]:
    problems = []
    for provider, names in _PROVIDERS.items():
        missing = [_SAID.get(name, name.upper()) for name in names if not _value(settings, name)]
        if missing and len(missing) < len(names):
            problems.append(f"{provider} is only half set up: set {', '.join(missing)} as well (or none of them)")
    return problems


def _no_secret(settings: Settings) -> list[str]:
    given = settings.razorpay_webhook_secret.get_secret_value()
    return ["RAZORPAY_WEBHOOK_SECRET holds no secret"] if given and not settings.webhook_secrets else []


def _no_senders(settings: Settings) -> list[str]:
    """Written otherwise, a sender would match nothing that Twilio tells of it: all that comes would be refused."""
    given = ((name, _value(settings, name), form, how) for name, (form, how) in _SENDERS.items())
    wrong = ((name, how) for name, value, form, how in given if value and not re.fullmatch(form, value, re.ASCII))
    return [f"{name.upper()} is no sender: {how}" for name, how in wrong]


def _weak(settings: Settings) -> list[str]:
    problems = []
    if len(_value(settings, "secret_key")) < _LEAST_SECRET:
        problems.append(f"HAAT_SECRET_KEY needs at least {_LEAST_SECRET} characters in production")
    if any(len(secret) < _LEAST_WEBHOOK_SECRET for secret in settings.webhook_secrets):
        problems.append(f"RAZORPAY_WEBHOOK_SECRET needs at least {_LEAST_WEBHOOK_SECRET} characters in production")
    plain = (name for name in _ADDRESSES if urlsplit(_value(settings, name)).scheme != "https")
    problems += [f"{name.upper()} must be https in production" for name in plain]
    if urlsplit(settings.public_url).scheme != "https":
        problems.append("HAAT_PUBLIC_URL must be https in production")
    return problems


def _kept_secret() -> str:
    path = Path("var/secret.key")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")
