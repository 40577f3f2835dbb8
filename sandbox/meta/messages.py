"""Messages of every type: what Meta demands of them, and what of them a telephone shows.

Limits: text 4,096 characters; for the others see `interactive.py`, `mediafields.py` and `templates.py`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.meta import fields
from sandbox.meta.errors import invalid, missing, parameter
from sandbox.meta.fields import Json, known, text
from sandbox.meta.interactive import read_interactive
from sandbox.meta.mediafields import KINDS, CheckMedia, read_media
from sandbox.meta.templates import Templates

_NUMBER = re.compile(r"[0-9]{5,15}")
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_SEPARATORS = str.maketrans("", "", "+-() .")


@dataclass(frozen=True, slots=True)
class Asked:
    """A message as asked for. `to`: digits; `recipient`: a user id instead; `given`: whichever it was, as it came.

    `kind` is its type, of an interactive message that one's own; `shown` is what a telephone shows.
    """

    to: str
    recipient: str
    given: str
    kind: str
    shown: Json
    category: str = ""
    tracker: str = ""

    @property
    def is_template(self) -> bool:
        """Whether it may go when the customer has not written for a day."""
        return self.kind == "template"


def read_message(body: object, templates: Templates, check: CheckMedia) -> Asked:
    """Raises `GraphError` on the first thing that Meta would not take."""
    if not isinstance(body, dict):
        raise parameter("The request body must be a JSON object.")
    check_product(body)
    fields.one_of(body.get("recipient_type", "individual"), "recipient_type", ["individual"])
    to, recipient = _recipient(body)
    kind = body.get("type", "text")
    if kind == "template":
        category, shown = templates.read(body.get("template"), check)
    else:
        category, shown = "", _shown(kind, body, check)
    if kind == "interactive":
        kind = body["interactive"]["type"]
    tracker = text(body, "biz_opaque_callback_data", "", 512, needed=False)
    return Asked(to, recipient, str(body.get("to") or recipient), kind, shown | _quoted(body), category, tracker)


def check_product(body: Json) -> None:
    """Every call says that it means WhatsApp."""
    if "messaging_product" not in body:
        raise fields.required("messaging_product")
    fields.one_of(body["messaging_product"], "messaging_product", ["whatsapp"])


def _recipient(body: Json) -> tuple[str, str]:
    to, recipient = body.get("to"), body.get("recipient")
    if to is None and recipient is None:
        raise fields.required("to")
    if to is None:
        if not isinstance(recipient, str) or not _USER_ID.fullmatch(recipient):
            raise parameter("Param recipient must be a business-scoped user ID.")
        return "", recipient
    digits = to.translate(_SEPARATORS) if isinstance(to, str) else ""
    if not _NUMBER.fullmatch(digits):
        raise invalid("Parameter 'to' is not a valid phone number")
    return digits, ""


def _shown(kind: object, body: Json, check: CheckMedia) -> Json:
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise parameter(f'Param type must be one of {{{", ".join(sorted(_READERS))}, template}} - got "{kind}".')
    content = body.get(str(kind))
    if content is None:
        raise fields.required(str(kind))
    return reader(content, check)


def _quoted(body: Json) -> Json:
    context = body.get("context")
    if context is None:
        return {}
    return {"quoted": text(known(context, "context", frozenset({"message_id"})), "message_id", "context", 256)}


def _text(content: object, _: CheckMedia) -> Json:
    given = known(content, "text", frozenset({"body", "preview_url"}))
    words = given.get("body")
    if not isinstance(words, str) or not words.strip():
        raise fields.required("text['body']")
    if fields.units(words) > 4096:
        raise parameter("Param text['body'] must be at most 4096 characters long.")
    if not isinstance(given.get("preview_url", False), bool):
        raise parameter("Param text['preview_url'] must be a boolean.")
    return {"text": words}


def _media(kind: str) -> Callable[[object, CheckMedia], Json]:
    def read(content: object, check: CheckMedia) -> Json:
        media = read_media(kind, content, kind, check, caption=True)
        said = media.pop("text", "")
        return {"media": media} | ({"text": said} if said else {})

    return read


def _location(content: object, _: CheckMedia) -> Json:
    given = known(content, "location", frozenset({"latitude", "longitude", "name", "address"}))
    place: Json = {name: fields.number(given, name, "location", most) for name, most in _DEGREES}
    for name in ("name", "address"):
        if said := text(given, name, "location", 1000, needed=False):
            place[name] = said
    if "address" in place and "name" not in place:
        raise missing("Parameter 'name' of location is mandatory where there is an address")
    return {"place": place}


def _contacts(content: object, _: CheckMedia) -> Json:
    if not isinstance(content, list) or not content:
        raise parameter("Param contacts must be a non-empty array.")
    names = []
    for index, contact in enumerate(content):
        where = f"contacts[{index}]['name']"
        named = contact.get("name") if isinstance(contact, dict) else None
        if not isinstance(named, dict):
            raise missing(f"Parameter '{where}' is mandatory")
        names.append(text(named, "formatted_name", where, 1000))
    return {"text": "\n".join(names), "note": "contacts"}


def _reaction(content: object, _: CheckMedia) -> Json:
    given = known(content, "reaction", frozenset({"message_id", "emoji"}))
    emoji = given.get("emoji")
    if not isinstance(emoji, str):
        raise missing("Parameter 'emoji' of reaction is mandatory")
    return {"reaction": {"entry": text(given, "message_id", "reaction", 256), "emoji": emoji}}


def _interactive(content: object, check: CheckMedia) -> Json:
    return read_interactive(content, check)


_DEGREES = (("latitude", 90.0), ("longitude", 180.0))
_READERS: dict[str, Callable[[object, CheckMedia], Json]] = {
    "text": _text,
    "interactive": _interactive,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    **{kind: _media(kind) for kind in KINDS},
}
