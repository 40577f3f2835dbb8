"""Approved templates: the only thing that WhatsApp takes more than 24 hours after the customer wrote."""

from collections.abc import Mapping
from typing import Any

import regex

from gateways.render.graphemes import is_visible, one_line, shorten

_NAME = regex.compile(r"[a-z0-9_]{1,512}")
_SID = regex.compile(r"HX[0-9a-fA-F]{32}")
_BODY = 1024
"""Meta: a template's body has at most 1,024 characters with its parameters filled in."""
_NOTHING = "-"
"""Stands for a parameter that is empty, which Meta and Twilio refuse."""


def template(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """The message body for Meta's Cloud API of the template that may stand for this reply; None where there is none."""
    wanted = content.get("template")
    name = _word(wanted, "name")
    if not isinstance(wanted, Mapping) or not _NAME.fullmatch(name):
        return None
    language = {"policy": "deterministic", "code": _word(wanted, "language") or "en"}
    body: dict[str, Any] = {"name": name, "language": language}
    filled = [{"type": "text", "text": words} for words in parameters(content)]
    if filled:
        body["components"] = [{"type": "body", "parameters": filled}]
    if filled and _word(wanted, "category") == "authentication":  # its button copies the code, and wants it as well
        body["components"].append({"type": "button", "sub_type": "url", "index": "0", "parameters": filled[:1]})
    return {"type": "template", "template": body}


def content_sid(content: Mapping[str, Any]) -> str:
    """Twilio's id of the template, "" where there is none."""
    sid = _word(content.get("template"), "content_sid")
    return sid if _SID.fullmatch(sid) else ""


def parameters(content: Mapping[str, Any]) -> list[str]:
    """What fills the template's places, in order.

    Meta refuses a parameter that is empty or has a line end, a tab or more than four blanks in a row (132018).
    Together they are never longer than a template's body may be.
    """
    wanted = content.get("template")
    given = wanted.get("parameters") if isinstance(wanted, Mapping) else None
    words = [one_line("" if one is None else str(one)) for one in given] if isinstance(given, list | tuple) else []
    return [shorten(one, _BODY // len(words)) if is_visible(one) else _NOTHING for one in words]


def _word(template: Any, key: str) -> str:
    value = template.get(key) if isinstance(template, Mapping) else None
    return value.strip() if isinstance(value, str) else ""
