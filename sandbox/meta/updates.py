"""Webhook bodies: what Meta tells, how it words it, and the bytes that it signs."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.meta.customers import Customer
from sandbox.meta.errors import told
from sandbox.meta.settings import MetaSettings
from sandbox.telephone.entries import Media, Writing

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Update:
    """One thing to tell. `key` is the customer's number: updates of one customer keep their order.

    `kind` says where in a webhook's value `item` goes; with "value" it is the whole value of the field `name`.
    """

    name: str
    key: str
    kind: Literal["messages", "statuses", "value"]
    item: Json
    contact: Json = field(default_factory=dict)


def contact_of(customer: Customer) -> Json:
    """How a webhook names a customer."""
    named = {"profile": {"name": customer.name or customer.number}, "user_id": customer.user_id}
    return named if customer.hidden else {**named, "wa_id": customer.number}


def message(customer: Customer, message_id: str, at: float, content: Json) -> Update:
    """Something that the customer wrote; `content` has its type and what belongs to it."""
    sender: Json = {"from_user_id": customer.user_id}
    if not customer.hidden:
        sender["from"] = customer.number
    item = {**sender, "id": message_id, "timestamp": str(int(at)), **content}
    return Update("message", customer.number, "messages", item, contact_of(customer))


def status(
    customer: Customer, message_id: str, at: float, name: str, category: str, tracker: str, trouble: int | None
) -> Update:
    """How far a message of the shop came; `trouble` is the code of what went wrong."""
    item: Json = {"id": message_id, "status": name, "timestamp": str(int(at)), "recipient_user_id": customer.user_id}
    if not customer.hidden:
        item["recipient_id"] = customer.number
    if tracker:
        item["biz_opaque_callback_data"] = tracker
    if trouble is not None:
        item["errors"] = [told(trouble)]
    elif name != "read":
        item["pricing"] = _pricing(category)
    return Update(name, customer.number, "statuses", item, contact_of(customer))


def content_of(writing: Writing, own_number: str, media: Media | None, sent_at_kind: str) -> Json:
    """The type of a customer's message and what belongs to it. `sent_at_kind` is the kind of the message tapped."""
    content = writing.content
    match writing.deed:
        case "tap":
            return _tap(content, own_number, sent_at_kind)
        case "picture" | "voice" if media is not None:
            return _media(writing, media)
        case "location":
            place = {name: content[name] for name in _PLACE if name in content}
            return {"type": "location", "location": place, **_context(content, own_number)}
        case "reaction":
            emoji = {"emoji": content["emoji"]} if content["emoji"] else {}
            return {"type": "reaction", "reaction": {"message_id": content["entry"], **emoji}}
    return {"type": "text", "text": {"body": content["text"]}, **_context(content, own_number)}


def webhook(settings: MetaSettings, updates: Sequence[Update], shape: int) -> bytes:
    """The bytes of one webhook. Several updates come, by `shape`, as changes, as entries, or in one value."""
    changes = [_change(settings, [update]) for update in updates]
    if len(updates) > 1 and shape % 3 == 2:
        changes = _merged(settings, updates)
    groups = [[change] for change in changes] if shape % 3 == 1 else [changes]
    entries = [{"id": settings.account, "changes": group} for group in groups]
    return escaped({"object": "whatsapp_business_account", "entry": entries})


def escaped(body: Json) -> bytes:
    """JSON as Meta writes and signs it: letters beyond ASCII as small hex, and four more characters escaped.

    Whoever checks the signature over JSON that they wrote anew will fail.
    """
    plain = json.dumps(body, separators=(",", ":"))
    # None of the four has a meaning of its own in JSON: they occur in texts alone.
    for character, escape in (("/", "\\/"), ("<", "\\u003C"), ("%", "\\u0025"), ("@", "\\u0040")):
        plain = plain.replace(character, escape)
    return plain.encode("ascii")


def signature(app_secret: str, raw: bytes) -> str:
    """What `X-Hub-Signature-256` holds."""
    return "sha256=" + hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()


_PLACE = ("latitude", "longitude", "name", "address", "url")


def _tap(content: Json, own_number: str, kind: str) -> Json:
    choice, context = content["choice"], {"context": {"from": own_number, "id": content["entry"]}}
    if kind == "template":
        return {"type": "button", "button": {"payload": choice["id"], "text": choice["title"]}, **context}
    reply = "list_reply" if kind == "list" else "button_reply"
    return {"type": "interactive", "interactive": {"type": reply, reply: choice}, **context}


def _media(writing: Writing, media: Media) -> Json:
    about: Json = {"id": media.id, "mime_type": media.mime, "sha256": _digest(media.raw)}
    if writing.deed == "voice":
        return {"type": "audio", "audio": {**about, "voice": True}}
    kind = media.mime.split("/")[0]
    kind = kind if kind in ("image", "video") else "document"
    if caption := writing.content["text"]:
        about["caption"] = caption
    if kind == "document":
        about["filename"] = media.name or "document"
    return {"type": kind, kind: about}


def _digest(raw: bytes) -> str:
    return base64.b64encode(hashlib.sha256(raw).digest()).decode()


def _context(content: Json, own_number: str) -> Json:
    quoted = content.get("quoted")
    return {"context": {"from": own_number, "id": quoted}} if quoted else {}


def _pricing(category: str) -> Json:
    free = not category
    kind = "free_customer_service" if free else "regular"
    return {"billable": not free, "pricing_model": "PMP", "category": category.lower() or "service", "type": kind}


def _change(settings: MetaSettings, updates: Sequence[Update]) -> Json:
    first = updates[0]
    if first.kind == "value":
        return {"value": first.item, "field": first.name}
    return {"value": _value(settings, updates), "field": "messages"}


def _value(settings: MetaSettings, updates: Sequence[Update]) -> Json:
    metadata = {"display_phone_number": settings.number, "phone_number_id": settings.phone_number_id}
    contacts = {update.contact["user_id"]: update.contact for update in updates}
    value: Json = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": list(contacts.values())}
    for update in updates:
        value.setdefault(update.kind, []).append(update.item)
    return value


def _merged(settings: MetaSettings, updates: Sequence[Update]) -> list[Json]:
    inside = [update for update in updates if update.kind != "value"]
    whole = [_change(settings, [update]) for update in updates if update.kind == "value"]
    return [*([_change(settings, inside)] if inside else []), *whole]
