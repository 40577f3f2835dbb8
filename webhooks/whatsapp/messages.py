"""One message of a customer, of whatever type (Meta's "Messages webhook reference")."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from model.message import AccountNews, Channel, Inbound, Media, MediaKind, Moved, Place, Sort
from webhooks.tame import (
    Wild,
    degrees_of,
    fact_of,
    id_of,
    kind_of,
    name_of,
    part,
    parts,
    text_of,
    whole_of,
)
from webhooks.whatsapp.notices import read_system
from webhooks.whatsapp.people import Person, sender_of

_OUR_TAP = re.compile(r"[a-z_]+(:\S*)?")
"""What the ids of our own choices look like: a template's button may carry anything."""
_SKU = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_PACKS = 999
_WELCOME = "help"
"""The tap that an opened chat counts as: the customer is told what can be done here."""


def read_message(message: Wild, account: str, people: Mapping[str, Person]) -> Inbound | Moved | AccountNews | None:
    """What it is; one that cannot be read is unsupported, one without id or sender is None.

    `about` holds, where told: `quoted` (the message answered, reacted to, edited or deleted), `forwarded` ("once" or
    "often"), `product` (the SKU they ask about), `referral` (the ad or link they came by), `kind` (Meta's word for
    what is unsupported) and `left_out` (how many things of a cart could not be read).
    """
    if message.get("type") == "system":
        return read_system(message, account)
    own_id, sender = id_of(message.get("id")), sender_of(message, people)
    if not own_id or not sender.user:
        return None
    if message.get("group_id"):
        return AccountNews(Channel.WHATSAPP, account, "group_message", {"id": own_id})
    bare = Inbound(sender.address(account), own_id, name=sender.name, phone=sender.phone, also=sender.also)
    bare = replace(bare, about=_about(message))
    reader = _READERS.get(kind_of(message.get("type")))
    return (reader(bare, message) if reader else None) or _unsupported(bare, message)


def _about(message: Wild) -> dict[str, str]:
    context = part(message, "context")
    facts = {
        "quoted": id_of(context.get("id")),
        "forwarded": _forwarded(context),
        "product": id_of(part(context, "referred_product").get("product_retailer_id")),
        "referral": _referral(part(message, "referral")),
    }
    return {name: fact for name, fact in facts.items() if fact}


def _forwarded(context: Wild) -> str:
    return "often" if context.get("frequently_forwarded") else "once" if context.get("forwarded") else ""


def _referral(referral: Wild) -> str:
    """The ad's headline and its address, as far as they are told; else its id."""
    shown = fact_of(" ".join(fact_of(referral.get(name)) for name in ("headline", "source_url")))
    return shown or id_of(referral.get("source_id"))


def _with(bare: Inbound, **facts: str) -> Mapping[str, str]:
    return {**bare.about, **{name: fact for name, fact in facts.items() if fact}}


def _unsupported(bare: Inbound, message: Wild) -> Inbound:
    kind = kind_of(part(message, "unsupported").get("type")) or kind_of(message.get("type"))
    return replace(bare, sort=Sort.UNSUPPORTED, about=_with(bare, kind=kind))


def _text(bare: Inbound, message: Wild) -> Inbound | None:
    text = text_of(part(message, "text").get("body"))
    return replace(bare, text=text) if text.strip() else None


def _interactive(bare: Inbound, message: Wild) -> Inbound | None:
    """A tap on a button or a list row; the answers to forms and to other things we never send are unsupported."""
    interactive = part(message, "interactive")
    kind = kind_of(interactive.get("type"))
    answer = part(interactive, kind)
    if kind in ("button_reply", "list_reply"):
        return _tapped(bare, id_of(answer.get("id")), answer.get("title"))
    said = replace(bare, text=text_of(answer.get("body")), sort=Sort.UNSUPPORTED)
    return replace(said, about=_with(bare, kind=kind or "interactive"))


def _button(bare: Inbound, message: Wild) -> Inbound | None:
    """A tap on a template's button: its payload counts if it is of our own making, else its words do."""
    button = part(message, "button")
    payload = id_of(button.get("payload"))
    return _tapped(bare, payload if _OUR_TAP.fullmatch(payload) else "", button.get("text"))


def _tapped(bare: Inbound, tap: str, title: object) -> Inbound | None:
    said = replace(bare, tap=tap, text=text_of(title))
    return said if said.tap or said.text.strip() else None


def _order(bare: Inbound, message: Wild) -> Inbound | None:
    """WhatsApp's own cart. Its prices are never believed: the shop's own are."""
    order = part(message, "order")
    items = parts(order, "product_items")
    wanted = [f"{sku}*{packs}" for sku, packs in map(_item, items) if sku and packs]
    left_out = str(len(items) - len(wanted)) if len(wanted) < len(items) else ""
    said = replace(bare, text=text_of(order.get("text")), about=_with(bare, left_out=left_out))
    return replace(said, tap="order_items:" + ",".join(wanted)) if wanted else None


def _item(item: Wild) -> tuple[str, int]:
    sku, packs = id_of(item.get("product_retailer_id")), whole_of(item.get("quantity"))
    return sku if _SKU.fullmatch(sku) else "", packs if packs <= _MOST_PACKS else 0


def _location(bare: Inbound, message: Wild) -> Inbound | None:
    told = part(message, "location")
    latitude, longitude = degrees_of(told.get("latitude"), 90), degrees_of(told.get("longitude"), 180)
    if latitude is None or longitude is None:
        return None
    place = Place(latitude, longitude, name_of(told.get("name")), fact_of(told.get("address")))
    return replace(bare, sort=Sort.PLACE, place=place)


def _media(bare: Inbound, message: Wild) -> Inbound | None:
    """Only its id counts: the address that Meta may tell beside it is asked for again when it is fetched."""
    kind = MediaKind(message["type"])
    told = part(message, kind)
    ref = id_of(told.get("id"))
    if kind is MediaKind.AUDIO and told.get("voice") is True:
        kind = MediaKind.VOICE
    media = Media(kind, ref, name_of(told.get("mime_type")), fact_of(told.get("filename")))
    return replace(bare, sort=Sort.MEDIA, text=text_of(told.get("caption")), media=media) if ref else None


def _contacts(bare: Inbound, message: Wild) -> Inbound | None:
    """`text` has a line for each: their name and numbers."""
    lines = [line for line in map(_card, parts(message, "contacts")) if line]
    return replace(bare, sort=Sort.CONTACTS, text=text_of("\n".join(lines))) if lines else None


def _card(contact: Wild) -> str:
    numbers = [phone.get("phone") or phone.get("wa_id") for phone in parts(contact, "phones")]
    words = [part(contact, "name").get("formatted_name"), *numbers]
    return " ".join(filter(None, map(name_of, words)))


def _reaction(bare: Inbound, message: Wild) -> Inbound | None:
    reaction = part(message, "reaction")
    about = _with(bare, quoted=id_of(reaction.get("message_id")))
    return replace(bare, sort=Sort.REACTION, text=name_of(reaction.get("emoji")), about=about) if reaction else None


def _edit(bare: Inbound, message: Wild) -> Inbound | None:
    """How a text, or what is written under a picture, reads now."""
    edit = part(message, "edit")
    now = part(edit, "message")
    changed = part(now, kind_of(now.get("type")))
    text = text_of(changed.get("body")) or text_of(changed.get("caption"))
    about = _with(bare, quoted=id_of(edit.get("original_message_id")))
    return replace(bare, sort=Sort.EDITED, text=text, about=about) if now else None


def _revoke(bare: Inbound, message: Wild) -> Inbound:
    quoted = id_of(part(message, "revoke").get("original_message_id"))
    return replace(bare, sort=Sort.DELETED, about=_with(bare, quoted=quoted))


def _welcome(bare: Inbound, message: Wild) -> Inbound:
    """They opened the chat for the first time and wrote nothing yet."""
    return replace(bare, tap=_WELCOME)


_READERS: dict[str, Callable[[Inbound, Wild], Inbound | None]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "location": _location,
    **dict.fromkeys(("image", "document", "video", "audio", "sticker"), _media),
    "contacts": _contacts,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "request_welcome": _welcome,
}
