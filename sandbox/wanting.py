"""What to say when a setting is missing or wrong. Values are never shown: they may be secrets."""

from collections.abc import Mapping, Sequence

from yarl import URL


class SettingsError(Exception):
    """The sandbox cannot start; the text names the variables to mend."""


def required(env: Mapping[str, str], names: Sequence[str]) -> list[str]:
    """The values of `names`. Raises `SettingsError` naming all that are unset or empty."""
    missing = [name for name in names if not env.get(name, "").strip()]
    if missing:
        raise SettingsError(f"missing: {', '.join(missing)}")
    return [env[name].strip() for name in names]


def wanted(env: Mapping[str, str], names: Sequence[str]) -> list[str] | None:
    """The values of `names`, None where not one is set. Raises `SettingsError` where some are and others are not."""
    if not any(env.get(name, "").strip() for name in names):
        return None
    return required(env, names)


def shop_url(env: Mapping[str, str]) -> str:
    """The shop's address without a slash at its end: SANDBOX_SHOP_URL, else the origin of SANDBOX_WEBHOOK_URL."""
    told = env.get("SANDBOX_SHOP_URL", "").strip()
    if told:
        return told.rstrip("/")
    webhook = env.get("SANDBOX_WEBHOOK_URL", "").strip()
    try:
        return str(URL(webhook).origin()) if webhook else "http://127.0.0.1:8080"
    except ValueError as error:
        raise SettingsError("SANDBOX_WEBHOOK_URL is no address") from error
