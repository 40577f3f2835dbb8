"""What the environment says, read once."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.meta.settings import MetaSettings, read_meta
from sandbox.razorpay.settings import RazorpaySettings, read_razorpay
from sandbox.twilio.settings import TwilioSettings, read_twilio
from sandbox.wanting import SettingsError

__all__ = ["Settings", "SettingsError", "read_settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the sandbox listens, the address that browsers know it by, and each part's own settings (None: off).

    `keep`: so many entries are kept of each telephone, and so many messages of each recipient; None: all.
    """

    host: str
    port: int
    public_url: str
    razorpay: RazorpaySettings | None = None
    meta: MetaSettings | None = None
    twilio: TwilioSettings | None = None
    keep: int | None = None


def read_settings(env: Mapping[str, str], host: str, port: int) -> Settings:
    """Raises `SettingsError` naming every variable that is missing or makes no sense, or where no part is on."""
    public_url = env.get("SANDBOX_PUBLIC_URL") or f"http://{_bracketed(host)}:{port}"
    parts = read_razorpay(env), read_meta(env), read_twilio(env)
    if parts == (None, None, None):
        raise SettingsError("nothing to stand in for: set the keys of Razorpay, WhatsApp or Twilio")
    return Settings(host, port, public_url.rstrip("/"), *parts, keep=_keep(env.get("SANDBOX_KEEP", "").strip()))


def _keep(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and int(text)):
        raise SettingsError("SANDBOX_KEEP is a number, 1 or more")
    return int(text) if text else None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
