"""Content templates: what Twilio's Content API would keep, and how a telephone shows them.

Shapes: Twilio's documentation of the Content resource. Of the content types those that a shop uses are drawn; of any
other the body alone.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.twilio.errors import Refusal

Json = dict[str, Any]

CONTENT_SID = re.compile(r"HX[0-9a-fA-F]{32}")
_PLACE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_BROKEN = re.compile(r"[\n\t]| {5,}")
_TEXT = "twilio/text"
_ONLY_IN_SESSION = frozenset({"twilio/list-picker", "twilio/location"})


@dataclass(frozen=True, slots=True)
class Content:
    """A template: `types` as the Content API takes them, `samples` the values that stand in where none are sent,
    `approved` by WhatsApp. One without types is not known: its words are whatever values it is sent with."""

    sid: str
    name: str
    types: Json = field(default_factory=dict)
    samples: Mapping[str, str] = field(default_factory=dict)
    approved: bool = True

    @property
    def opens(self) -> bool:
        """Whether it may go to somebody whose window is closed. List pickers never may."""
        return self.approved and not _ONLY_IN_SESSION & self.types.keys()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message in full: its kind, its words, the pictures that it asks for, and what a telephone shows beside them."""

    kind: str
    body: str
    media_urls: tuple[str, ...] = ()
    shown: Json = field(default_factory=dict)


def read_contents(setting: str) -> list[Content]:
    """Templates of a setting: a JSON list, or the path of a file that holds one; [] where it is empty.

    Raises `ValueError` or `OSError`.
    """
    if not setting:
        return []
    told = json.loads(setting if setting.startswith("[") else Path(setting).read_text(encoding="utf-8"))
    if not isinstance(told, list):
        raise ValueError("templates come as a list")
    return [read_content(body) for body in told]


def read_content(body: object) -> Content:
    """A template from JSON as the Content API takes it, `sid` and `approved`? (true) beside. Raises `ValueError`."""
    if not isinstance(body, dict):
        raise ValueError("a template is an object")
    sid, types, samples = body.get("sid"), body.get("types"), body.get("variables") or {}
    if not isinstance(sid, str) or not CONTENT_SID.fullmatch(sid):
        raise ValueError("sid is HX and 32 hexadecimal digits")
    if not isinstance(types, dict) or not types or not all(isinstance(data, dict) for data in types.values()):
        raise ValueError("types is an object of content types")
    if not isinstance(samples, dict) or not all(isinstance(value, str) for value in samples.values()):
        raise ValueError("variables is an object of sample values")
    content = Content(sid, str(body.get("friendly_name") or sid), types, samples, body.get("approved", True) is True)
    try:
        _drawn(content, samples, on_whatsapp=True)
    except (KeyError, TypeError) as error:
        raise ValueError("types are not such as Twilio's Content API takes") from error
    return content


def read_values(text: str) -> dict[str, str]:
    """ContentVariables: a JSON object of texts, none of them empty. Raises `Refusal` 21656."""
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(value, str) and value for value in values.values()):
        raise _broken()
    return values


def draw(content: Content, values: Mapping[str, str], on_whatsapp: bool) -> Drawn:
    """The template with its values, or sample values where some are not given.

    Raises `Refusal` 21656 where values are missing, unknown to the template, or such as WhatsApp does not take
    (WhatsApp: no new line, no tab, no more than four spaces in a row).
    """
    if on_whatsapp and any(_BROKEN.search(value) for value in values.values()):
        raise _broken()
    if not content.types:
        return Drawn("text", " · ".join(values.values()))
    places = set(_places(content.types))
    if values.keys() - places or places - values.keys() - content.samples.keys():
        raise _broken()
    return _drawn(content, {**content.samples, **values}, on_whatsapp)


def _broken() -> Refusal:
    return Refusal(21656, "The Content Variables parameter is invalid")


def _drawn(content: Content, values: Mapping[str, str], on_whatsapp: bool) -> Drawn:
    kind = _kind(content, on_whatsapp)
    data = _filled(content.types[kind], values)
    body = str(data.get("body") or data.get("title") or "")
    shown = _SHOWN[kind](data) if on_whatsapp and kind in _SHOWN else {}
    return Drawn(kind.removeprefix("twilio/"), body, tuple(data.get("media") or ()), shown)


def _kind(content: Content, on_whatsapp: bool) -> str:
    """WhatsApp is shown the richest type, here the first that is more than text; SMS the text, where there is one."""
    rich = [kind for kind in content.types if kind != _TEXT]
    if _TEXT in content.types and not (rich and on_whatsapp):
        return _TEXT
    return rich[0]


def _places(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield from _PLACE.findall(data)
    elif isinstance(data, dict):
        for value in data.values():
            yield from _places(value)
    elif isinstance(data, list):
        for value in data:
            yield from _places(value)


def _filled(data: Any, values: Mapping[str, str]) -> Any:
    if isinstance(data, str):
        return _PLACE.sub(lambda place: values.get(place[1], place[0]), data)
    if isinstance(data, dict):
        return {name: _filled(value, values) for name, value in data.items()}
    if isinstance(data, list):
        return [_filled(value, values) for value in data]
    return data


def _quick_reply(data: Json) -> Json:
    return {"buttons": [_button(each) for each in data["actions"]]}


def _list_picker(data: Json) -> Json:
    rows = [_row(item) for item in data["items"]]
    return {"list": {"title": data["button"], "sections": [{"title": "", "rows": rows}]}}


def _call_to_action(data: Json) -> Json:
    return {"links": [_link(each) for each in data["actions"] if "url" in each]}


def _card(data: Json) -> Json:
    actions = data.get("actions", [])
    buttons = [_button(each) for each in actions if each.get("type") == "QUICK_REPLY"]
    return {"footer": data.get("subtitle") or "", "buttons": buttons, **_call_to_action({"actions": actions})}


def _button(action: Json) -> Json:
    return {"id": action.get("id") or action["title"], "title": action["title"]}


def _link(action: Json) -> Json:
    return {"title": action["title"], "url": action["url"]}


def _row(item: Json) -> Json:
    about = {"description": item["description"]} if item.get("description") else {}
    return {"id": item["id"], "title": item["item"], **about}


_SHOWN: Mapping[str, Callable[[Json], Json]] = {
    "twilio/quick-reply": _quick_reply,
    "twilio/list-picker": _list_picker,
    "twilio/call-to-action": _call_to_action,
    "twilio/card": _card,
}
