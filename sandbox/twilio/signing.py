"""Twilio's signature of a webhook."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def signature(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """Base64 of HMAC-SHA1 over the URL and all fields by name, name and value one after the other.

    A fragment of the URL is Twilio's own (it holds connection overrides) and is neither sent nor signed.
    """
    signed = url.partition("#")[0] + "".join(f"{name}{value}" for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
