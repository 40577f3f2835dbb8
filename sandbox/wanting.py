"""What to say when a setting is missing or wrong. Values are never shown: they may be secrets."""

from collections.abc import Mapping, Sequence


class SettingsError(Exception):
    """The sandbox cannot start; the text names the variables to mend."""


def required(env: Mapping[str, str], names: Sequence[str]) -> list[str]:
    """The values of `names`. Raises `SettingsError` naming all that are unset or empty."""
    missing = [name for name in names if not env.get(name, "").strip()]
    if missing:
        raise SettingsError(f"missing: {', '.join(missing)}")
    return [env[name].strip() for name in names]
