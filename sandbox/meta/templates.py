"""Message templates: which are approved, and what a message made from one must bring.

A template comes as Meta's API lists it: `{name, language, category, status?, components: [{type: HEADER | BODY |
FOOTER | BUTTONS, …}]}`; without a status it is approved. Limits: Meta, "Templates": name 512, body 1,024, 10 buttons.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.meta import fields
from sandbox.meta.errors import GraphError, invalid, missing, parameter
from sandbox.meta.fields import Json, known, text
from sandbox.meta.mediafields import CheckMedia, read_media

_NAME = re.compile(r"[a-z0-9_]{1,512}")
_PLACE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_UNTIDY = re.compile(r"[\n\r\t]| {5,}")
_CATEGORIES = ("MARKETING", "UTILITY", "AUTHENTICATION")
_STATUSES = ("APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED")
_CODE = "*{{1}}* is your verification code. For your security, do not share this code."
_EXPIRES = "This code expires in {} minutes."
_COPY = {
    "type": "URL",
    "text": "Copy code",
    "url": "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}",
}
_MEDIA = ("IMAGE", "VIDEO", "DOCUMENT")


class TemplateError(Exception):
    """That is no template; the text says why."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template as registered. `components` by their type in capitals."""

    name: str
    language: str
    category: str
    status: str
    components: Json

    @property
    def body(self) -> str:
        """The words, with their placeholders."""
        return str(self.components["BODY"]["text"])

    @property
    def buttons(self) -> list[Json]:
        """As registered, in order."""
        found: list[Json] = self.components.get("BUTTONS", {}).get("buttons", [])
        return found

    def listed(self) -> Json:
        """As Meta lists it."""
        about = {"name": self.name, "language": self.language, "category": self.category, "status": self.status}
        return about | {"components": list(self.components.values())}


class Templates:
    """The templates of the account, by name and language."""

    def __init__(self, templates: Iterable[Template] = ()) -> None:
        self._kept = {(template.name, template.language): template for template in templates}

    def register(self, template: Template) -> None:
        """Add it, or put it in the place of what had this name and language."""
        self._kept[template.name, template.language] = template

    def all(self) -> list[Template]:
        """Oldest first."""
        return list(self._kept.values())

    def read(self, content: object, check: CheckMedia) -> tuple[str, Json]:
        """The category of the template that a message names, and what a telephone shows. Raises `GraphError`."""
        given = known(content, "template", frozenset({"name", "language", "components", "namespace"}))
        template = self._named(text(given, "name", "template", 512), given.get("language"))
        parts = given.get("components") or []
        if not isinstance(parts, list):
            raise parameter("Param template['components'] must be an array.")
        return template.category, _rendered(template, _sorted(parts), check)

    def _named(self, name: str, language: object) -> Template:
        where = "template['language']"
        given = known(language, where, frozenset({"code", "policy"}))
        if "policy" in given:
            fields.one_of(given["policy"], f"{where}['policy']", ["deterministic"])
        code = text(given, "code", where, 20)
        template = self._kept.get((name, code))
        if template is None or template.status in ("PENDING", "REJECTED"):
            raise GraphError(132001, f"template name ({name}) does not exist in {code}")
        if template.status == "PAUSED":
            raise GraphError(132015, f"template ({name}) is paused")
        if template.status == "DISABLED":
            raise GraphError(132016, f"template ({name}) is disabled")
        return template


def read_templates(setting: str) -> list[Template]:
    """Templates of a setting: JSON, or the path of a JSON file; a list, or `{"data": […]}`. Raises `TemplateError`."""
    if not setting:
        return []
    try:
        told = json.loads(setting if setting.lstrip()[:1] in ("[", "{") else Path(setting).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TemplateError(f"no templates: {error}") from error
    listed = told.get("data") if isinstance(told, dict) else told
    if not isinstance(listed, list):
        raise TemplateError("templates come as a list")
    return [read_template(template) for template in listed]


def read_template(told: object) -> Template:
    """One template. Raises `TemplateError`."""
    if not isinstance(told, dict):
        raise TemplateError("a template is an object")
    name, language = told.get("name"), told.get("language")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise TemplateError("name takes small letters, digits and underscores")
    if not isinstance(language, str) or not language:
        raise TemplateError(f"{name}: language is a code")
    category = _among(told, "category", _CATEGORIES, "UTILITY", name)
    status = _among(told, "status", _STATUSES, "APPROVED", name)
    listed = told.get("components")
    worded = _worded(listed) if category == "AUTHENTICATION" and isinstance(listed, list) else listed
    return Template(name, language, category, status, _components(worded, name))


def _worded(components: list[Any]) -> list[Any]:
    """A one-time code's template as Meta lists it once it is made: the words and the button are Meta's own."""
    worded: list[Any] = []
    for component in components:
        kind = str(component.get("type", "")).upper() if isinstance(component, dict) else ""
        words = {"BODY": _CODE, "FOOTER": _EXPIRES.format(component.get("code_expiration_minutes", 10))} if kind else {}
        if kind == "BUTTONS":
            worded.append({"type": "BUTTONS", "buttons": [_COPY]})
        else:
            worded.append({**component, "text": component.get("text") or words.get(kind)} if words else component)
    return worded


def _among(told: Json, key: str, allowed: Sequence[str], default: str, name: str) -> str:
    value = str(told.get(key) or default).upper()
    if value not in allowed:
        raise TemplateError(f"{name}: {key} is one of {', '.join(allowed)}")
    return value


def _components(told: object, name: str) -> Json:
    if not isinstance(told, list) or not all(isinstance(component, dict) for component in told):
        raise TemplateError(f"{name}: components is a list of objects")
    by_type = {str(component.get("type", "")).upper(): component for component in told}
    words = by_type.get("BODY", {}).get("text")
    if not isinstance(words, str) or not 0 < len(words) <= 1024:
        raise TemplateError(f"{name}: a BODY has a text of 1 to 1024 characters")
    buttons = by_type.get("BUTTONS", {}).get("buttons", [])
    if not isinstance(buttons, list) or len(buttons) > 10 or not all(isinstance(button, dict) for button in buttons):
        raise TemplateError(f"{name}: at most 10 buttons, each an object")
    return by_type


def _sorted(parts: list[Any]) -> Json:
    """The components of a message: `header` and `body` by name, buttons by their place."""
    found: Json = {}
    for index, part in enumerate(parts):
        where = f"template['components'][{index}]"
        given = known(part, where, frozenset({"type", "sub_type", "index", "parameters"}))
        kind = str(given.get("type", "")).lower()
        fields.one_of(kind, f"{where}['type']", ["header", "body", "button"])
        key = f"button{given.get('index', 0)}" if kind == "button" else kind
        found[key] = given | {"parameters": fields.items(given, "parameters", where)}
    return found


def _rendered(template: Template, given: Json, check: CheckMedia) -> Json:
    shown: Json = {"template": template.name, "text": _filled(template.body, given.get("body"), "body")}
    if fields.units(shown["text"]) > 1024:
        raise GraphError(132005, "body: translated text is longer than 1024 characters")
    if header := _header(template.components.get("HEADER"), given.get("header"), check):
        shown["header"] = header
    if footer := template.components.get("FOOTER", {}).get("text"):
        shown["footer"] = footer
    return shown | _buttons(template.buttons, given)


def _header(registered: Json | None, given: Json | None, check: CheckMedia) -> Json:
    if registered is None:
        if given and given["parameters"]:
            raise _count("header", len(given["parameters"]), 0)
        return {}
    form = str(registered.get("format", "TEXT")).upper()
    if form == "TEXT":
        return {"kind": "text", "text": _filled(str(registered.get("text", "")), given, "header")}
    parameters = given["parameters"] if given else []
    if len(parameters) != 1:
        raise GraphError(132012, f"header: Format mismatch, expected {form}, received UNKNOWN")
    kind = form.lower()
    given_one = parameters[0] if isinstance(parameters[0], dict) else {}
    if form not in _MEDIA or given_one.get("type") != kind:
        raise GraphError(132012, f"header: Format mismatch, expected {form}, received {given_one.get('type')}")
    return read_media(kind, given_one.get(kind), "template header", check, caption=False)


def _filled(words: str, given: Json | None, where: str) -> str:
    """`words` with its placeholders filled: in their order, or by name where the template names them."""
    wanted = list(dict.fromkeys(_PLACE.findall(words)))
    parameters = given["parameters"] if given else []
    if len(parameters) != len(wanted):
        raise _count(where, len(parameters), len(wanted))
    values = [_value(one, where) for one in parameters]
    numbered = all(name.isdigit() for name in wanted)
    by_name = (
        dict(zip(sorted(wanted, key=int), values, strict=True)) if numbered else _by_name(parameters, wanted, where)
    )
    return _PLACE.sub(lambda found: by_name[found[1]], words)


def _by_name(parameters: list[Json], wanted: list[str], where: str) -> dict[str, str]:
    named = {one.get("parameter_name"): _value(one, where) for one in parameters}
    if set(named) != set(wanted):
        raise GraphError(100, "Parameter name is missing or empty")
    return {name: named[name] for name in wanted}


def _value(given: object, where: str) -> str:
    if not isinstance(given, dict):
        raise parameter(f"Param template {where} parameter must be a JSON object.")
    kind = given.get("type")
    if kind in ("currency", "date_time"):
        fallback = given.get(kind)
        return str(fallback.get("fallback_value", "")) if isinstance(fallback, dict) else ""
    if kind != "text":
        raise GraphError(132012, f"{where}: Parameter format does not match format in the created template")
    value = given.get("text")
    if not isinstance(value, str) or not value:
        raise missing("Parameter of type text is missing text value")
    if _UNTIDY.search(value):
        raise GraphError(132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
    return value


def _buttons(registered: list[Json], given: Json) -> Json:
    buttons, links = [], []
    for index, button in enumerate(registered):
        parameters = given.get(f"button{index}", {}).get("parameters", [])
        title = str(button.get("text", ""))
        match str(button.get("type", "")).upper():
            case "QUICK_REPLY":
                buttons.append({"id": _payload(parameters) or title, "title": title})
            case "URL":
                links.append({"title": title, "url": _address(str(button.get("url", "")), parameters, index)})
            case "PHONE_NUMBER":
                links.append({"title": title, "url": f"tel:{button.get('phone_number', '')}"})
    extra = [key for key in given if key.startswith("button") and not key[6:].isdecimal()]
    if extra or any(int(key[6:]) >= len(registered) for key in given if key.startswith("button")):
        raise invalid("buttons: index out of range of the template's buttons")
    return ({"buttons": buttons} if buttons else {}) | ({"links": links} if links else {})


def _payload(parameters: list[Any]) -> str:
    if not parameters:
        return ""
    payload = parameters[0].get("payload") if isinstance(parameters[0], dict) else None
    if not isinstance(payload, str) or not 0 < len(payload) <= 256:
        raise invalid("buttons: payload length invalid. Min length: 1, Max length: 256")
    return payload


def _address(address: str, parameters: list[Any], index: int) -> str:
    if not _PLACE.search(address):
        if parameters:
            raise _count("button", len(parameters), 0)
        return address
    if len(parameters) != 1:
        raise missing(f"buttons: Button at index {index} of type Url requires a parameter")
    value = _value(parameters[0], "button")
    return _PLACE.sub(lambda _: value, address)


def _count(where: str, found: int, expected: int) -> GraphError:
    said = f"{where}: number of localizable_params ({found}) does not match the expected number of params ({expected})"
    return GraphError(132000, said)
