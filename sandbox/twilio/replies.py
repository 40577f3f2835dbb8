"""What Twilio makes of the answer to a webhook.

A text/plain answer goes to the customer as it is, even a mere "OK"; of TwiML the texts of its messages do. Anything
else says nothing.
"""

import re
from html import unescape

_MARKED = ("text/xml", "application/xml", "text/html")
_MESSAGE = re.compile(r"<(?:Message|Sms)\b[^>]*>(.*?)</(?:Message|Sms)>", re.DOTALL)
_BODY = re.compile(r"<Body\b[^>]*>(.*?)</Body>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def spoken(content_type: str, raw: bytes) -> list[str]:
    """The texts that go to the customer."""
    text, mime = raw.decode(errors="replace").strip(), content_type.partition(";")[0].strip().lower()
    if mime == "text/plain":
        return [text] if text else []
    if mime not in _MARKED:
        return []
    found = [_words(message) for message in _MESSAGE.findall(text)]
    return [words for words in found if words]


def _words(message: str) -> str:
    body = _BODY.search(message)
    return unescape(_TAG.sub("", body[1] if body else message)).strip()
