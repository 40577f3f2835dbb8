"""Which web addresses a provider takes."""

from urllib.parse import urlsplit

import regex

_ADDRESS = regex.compile(r"https?://[!-~]+", regex.IGNORECASE)
_PUBLIC_HOST = regex.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", regex.IGNORECASE)
_PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".test", ".invalid", ".lan")
_LONGEST = 2000
"""Meta: an address behind a template's button has at most 2,000 characters; it names no limit elsewhere."""


def is_address(url: str) -> bool:
    """An absolute http or https address: Meta fetches media by such a one ("HTTP/HTTPS only")."""
    return len(url) <= _LONGEST and bool(_ADDRESS.fullmatch(url)) and bool(_host(url))


def is_public(url: str) -> bool:
    """One whose host has a name that anybody can look up: Meta refuses others behind a button."""
    host = _host(url) if is_address(url) else ""
    return bool(_PUBLIC_HOST.fullmatch(host)) and not host.endswith(_PRIVATE_ENDINGS)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return ""
    return parts.hostname or ""
