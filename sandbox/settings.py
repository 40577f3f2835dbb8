"""What the environment says, read once."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.razorpay.settings import RazorpaySettings, read_razorpay
from sandbox.wanting import SettingsError

__all__ = ["Settings", "SettingsError", "read_settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the sandbox listens, the address that browsers know it by, and each part's own settings."""

    host: str
    port: int
    public_url: str
    razorpay: RazorpaySettings


def read_settings(env: Mapping[str, str], host: str, port: int) -> Settings:
    """Raises `SettingsError` naming every variable that is missing or makes no sense."""
    public_url = env.get("SANDBOX_PUBLIC_URL") or f"http://{_bracketed(host)}:{port}"
    return Settings(host, port, public_url.rstrip("/"), read_razorpay(env))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
