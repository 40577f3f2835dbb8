"""Message templates, read from `data/templates/*.yml` and checked: each file is one template in some languages.

A file holds `name`, `category`, `stands_for` (response key: names of the reply's values, in the order of {{1}}, {{2}})
and `languages` (code: body, and `sid` where Twilio sends it). Languages in Latin letters have no code at WhatsApp:
their customers get English.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from app.responses import placeholders
from model.errors import Fault
from model.language import DEFAULT, OWN_SCRIPT
from model.templates import Template, Templates

CATEGORIES = ("utility", "authentication", "marketing")
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_SLOT = re.compile(r"\{\{(\d+)\}\}")
_AT_AN_END = re.compile(r"^\s*\{\{\d+\}\}|\{\{\d+\}\}\s*$")
_LANGUAGES = (DEFAULT, *OWN_SCRIPT)
_LONGEST_BODY = 1024


def read_templates(folder: Path, responses: Mapping[str, str]) -> Templates:
    """All templates of a folder. `responses` are the English ones, by key.

    Raises Fault, naming the file, for a template that could not be approved or could not be filled.
    """
    by_key: dict[str, Mapping[str, Template]] = {}
    for path in sorted(folder.glob("*.yml")):
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for key, parameters in _checked(path.name, raw, responses).items():
            if key in by_key:
                raise Fault(f"{path.name}: another template stands for {key} already")
            by_key[key] = {code: _template(raw, code, parameters) for code in raw["languages"]}
    return Templates(by_key)


def as_meta(folder: Path) -> list[dict[str, Any]]:
    """Every template as Meta's API takes it (`POST /<business account>/message_templates`), one by language."""
    found: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.yml")):
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for code, language in raw["languages"].items():
            values = next(iter(raw["stands_for"].values()))
            parts = _code_parts() if raw["category"] == "authentication" else _body_parts(language["body"], values)
            category = raw["category"].upper()
            found.append({"name": raw["name"], "language": code, "category": category, "components": parts})
    return found


def _body_parts(body: str, values: list[str]) -> list[dict[str, Any]]:
    """Meta wants an example of every value."""
    shown = ["HT-7K3QD" if value == "number" else "₹450" for value in values]
    example = {"example": {"body_text": [shown]}} if shown else {}
    return [{"type": "BODY", "text": body, **example}]


def _code_parts() -> list[dict[str, Any]]:
    """Meta words this category itself."""
    body = {"type": "BODY", "add_security_recommendation": True}
    button = {"type": "OTP", "otp_type": "COPY_CODE"}
    return [body, {"type": "FOOTER", "code_expiration_minutes": 10}, {"type": "BUTTONS", "buttons": [button]}]


def _template(raw: Mapping[str, Any], code: str, parameters: list[str]) -> Template:
    language = raw["languages"][code]
    body, sid = language["body"], language.get("sid", "")
    return Template(raw["name"], code, raw["category"], body, tuple(parameters), sid)


def _checked(name: str, raw: Any, responses: Mapping[str, str]) -> Mapping[str, list[str]]:
    """What it stands for. Raises Fault."""
    if not isinstance(raw, dict) or not _NAME.fullmatch(str(raw.get("name"))):
        raise Fault(f"{name}: a template has a name of small letters, digits and _")
    if raw.get("category") not in CATEGORIES:
        raise Fault(f"{name}: category is one of {', '.join(CATEGORIES)}")
    languages, keys = raw.get("languages"), raw.get("stands_for")
    if not isinstance(languages, dict) or DEFAULT not in languages or not set(languages) <= set(_LANGUAGES):
        raise Fault(f"{name}: languages are some of {', '.join(_LANGUAGES)}, English among them")
    if not isinstance(keys, dict) or not keys:
        raise Fault(f"{name}: stands_for names the responses")
    for key, parameters in keys.items():
        _check_key(name, key, parameters, responses)
    counts = {len(parameters) for parameters in keys.values()}
    for code, language in languages.items():
        _check_body(f"{name}: {code}", language, counts)
        _check_ends(f"{name}: {code}", language["body"], raw["category"])
    return keys


def _check_key(name: str, key: str, parameters: Any, responses: Mapping[str, str]) -> None:
    if key not in responses:
        raise Fault(f"{name}: there is no response {key!r}")
    known = placeholders(responses[key])
    if not isinstance(parameters, list) or any(str(name) not in known for name in parameters):
        raise Fault(f"{name}: {key} has other values than {parameters}")


def _check_body(where: str, language: Any, counts: set[int]) -> None:
    """WhatsApp's rules: slots numbered from 1 without gaps, at most 1024 characters."""
    body = language.get("body") if isinstance(language, dict) else None
    if not isinstance(body, str) or not 0 < len(body) <= _LONGEST_BODY:
        raise Fault(f"{where}: the body has 1 to {_LONGEST_BODY} characters")
    slots = {int(slot) for slot in _SLOT.findall(body)}
    if {len(slots)} != counts or slots != set(range(1, len(slots) + 1)):
        raise Fault(f"{where}: the body needs {{{{1}}}} and so on, one for each value")


def _check_ends(where: str, body: str, category: str) -> None:
    """WhatsApp's rule again; of codes Meta writes the words itself."""
    if category != "authentication" and _AT_AN_END.search(body):
        raise Fault(f"{where}: the body neither begins nor ends with a value")
