"""The providers' descriptions, amended: what contradicts itself or the provider's own documentation is put right.

Every amendment tells why. Some widen what the description allows, most narrow it: unknown fields are refused, and
limits that it tells in words alone become rules.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.openapi_check.description import Json

META_MESSAGES = "/{Version}/{Phone-Number-ID}/messages"
TWILIO_MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
TWILIO_MEDIA = "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/{Sid}"

_NAMED = "#/components/schemas/"
_LABEL = {"type": "string", "minLength": 1, "maxLength": 20}
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change to a description, and why."""

    why: str
    make: Callable[[Json], None]


def amended(document: Json, amendments: tuple[Amendment, ...]) -> Json:
    """A changed copy. Raises KeyError where a description no longer has what an amendment is about."""
    changed = copy.deepcopy(document)
    for amendment in amendments:
        amendment.make(changed)
    return changed


def _closed(properties: Json, *required: str) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(required or properties),
    }


def _kinds(document: Json) -> dict[str, Json]:
    """The schemas of message types by their name in `type`."""
    schemas = document["components"]["schemas"]
    mapping = schemas["Message"]["discriminator"]["mapping"]
    return {kind: schemas[reference.removeprefix(_NAMED)] for kind, reference in mapping.items()}


def _judge_fields_together(document: Json) -> None:
    for schema in _kinds(document).values():
        for part in schema["allOf"]:
            part.pop("additionalProperties", None)
        schema["unevaluatedProperties"] = False


def _know_recipient(document: Json) -> None:
    base = document["components"]["schemas"]["BaseMessageProperties"]
    base["required"].remove("to")
    base["properties"]["to"]["pattern"] = r"^\d{5,20}$"
    base["properties"]["recipient"] = {"type": "string", "pattern": r"^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$"}
    base["oneOf"] = [{"required": ["to"]}, {"required": ["recipient"]}]


def _id(longest: int) -> Json:
    return {"type": "string", "minLength": 1, "maxLength": longest}


def _know_newer_interactives(document: Json) -> None:
    schemas = document["components"]["schemas"]
    kinds = ("cta_url", "location_request_message")
    schemas["InteractiveObject"]["properties"]["type"]["enum"] += kinds
    button = _closed({"display_text": _LABEL, "url": {"type": "string", "pattern": "^https?://", "maxLength": 2000}})
    schemas["ActionObject"]["oneOf"] += [
        _closed({"name": {"const": "cta_url"}, "parameters": button}),
        _closed({"name": {"const": "send_location"}}),
    ]


def _know_attention(document: Json) -> None:
    content = document["paths"][META_MESSAGES]["post"]["requestBody"]["content"]["application/json"]
    properties = {
        "messaging_product": {"const": "whatsapp"},
        "status": {"const": "read"},
        "message_id": _id(512),
        "typing_indicator": _closed({"type": {"const": "text"}}),
    }
    read = _closed(properties, "messaging_product", "status", "message_id")
    content["schema"] = {"if": {"required": ["status"]}, "then": read, "else": content["schema"]}


def _keep_limits(document: Json) -> None:
    schemas, kinds = document["components"]["schemas"], _kinds(document)
    text = _own(kinds["text"])["text"]
    text["properties"]["body"] |= {"minLength": 1, "maxLength": 4096}
    text["required"] = ["body"]
    schemas["BodyObject"]["properties"]["text"]["minLength"] = 1
    schemas["InteractiveObject"]["required"].append("body")
    schemas["TemplateObject"]["properties"]["name"] |= {"pattern": "^[a-z0-9_]{1,512}$"}
    for name in ("InteractiveObject", "BodyObject", "HeaderObject", "FooterObject", "SectionObject", "TemplateObject"):
        schemas[name]["additionalProperties"] = False


def _own(kind: Json) -> Json:
    properties: Json = kind["allOf"][1]["properties"]
    return properties


def _know_captions(document: Json) -> None:
    caption = {"type": "string", "minLength": 1, "maxLength": 1024}
    link = {"type": "string", "pattern": "^https?://"}
    kinds = _kinds(document)
    _own(kinds["image"])["image"] = _closed({"link": link, "caption": caption}, "link")
    file = {"link": link, "caption": caption, "filename": _id(240)}
    _own(kinds["document"])["document"] = _closed(file, "link")


META = (
    Amendment(
        "each type forbids, by `additionalProperties` in one part of its `allOf`, the fields of the other part: "
        "no message at all could be right",
        _judge_fields_together,
    ),
    Amendment(
        "`to` is demanded, though whoever has no number is written to by `recipient` (business-scoped user ids, 2026)",
        _know_recipient,
    ),
    Amendment(
        "interactive messages of the types cta_url and location_request_message are not known yet",
        _know_newer_interactives,
    ),
    Amendment("reading and typing are an example, and no schema allows them", _know_attention),
    Amendment("limits of length, and that there is anything at all, are told in words alone", _keep_limits),
    Amendment("a media object says nothing of captions and file names", _know_captions),
)


def _create(document: Json) -> Json:
    operation = document["paths"][TWILIO_MESSAGES]["post"]
    schema: Json = operation["requestBody"]["content"][_FORM]["schema"]
    return schema


def _refuse_unknown_fields(document: Json) -> None:
    _create(document)["additionalProperties"] = False


def _demand_ends_and_content(document: Json) -> None:
    schema = _create(document)
    schema["allOf"] = [
        {"required": ["To"]},
        {"oneOf": [{"required": ["From"]}, {"required": ["MessagingServiceSid"]}]},
        {"anyOf": [{"required": ["Body"]}, {"required": ["MediaUrl"]}, {"required": ["ContentSid"]}]},
        {"not": {"required": ["ContentSid", "Body"]}},
    ]


def _keep_twilio_shapes(document: Json) -> None:
    properties: dict[str, Any] = _create(document)["properties"]
    properties["Body"] |= {"minLength": 1, "maxLength": 1600}
    properties["To"]["pattern"] = r"^(whatsapp:)?(\+[1-9]\d{4,19}|[A-Z]{2}\.[A-Za-z0-9]{1,128})$"
    properties["From"]["pattern"] = r"^((whatsapp:)?\+[1-9]\d{4,19}|[A-Za-z0-9 ]{1,11})$"
    properties["ContentVariables"]["pattern"] = r"^\{.*\}$"
    properties["StatusCallback"]["pattern"] = "^https?://[^_/]+(/.*)?$"
    properties["MediaUrl"] |= {"minItems": 1, "maxItems": 10}
    properties["MediaUrl"]["items"]["pattern"] = "^https?://"


def _know_files(document: Json) -> None:
    document["paths"][TWILIO_MEDIA] = document["paths"][f"{TWILIO_MEDIA}.json"]


TWILIO = (
    Amendment("fields that nobody knows are taken, and with them every misspelt one", _refuse_unknown_fields),
    Amendment("that a message has two ends and a content is told in words alone", _demand_ends_and_content),
    Amendment("limits of length and the shapes of addresses are told in words alone", _keep_twilio_shapes),
    Amendment("the file itself lies at the path of its description without `.json`", _know_files),
)
