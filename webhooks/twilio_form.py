"""What Twilio's webhooks tell: messages of customers and reports on ours, read from their signed forms.

Facts (Twilio's "Webhook request" and "Track the message status"): parameters are added without notice. WhatsApp
addresses begin with `whatsapp:`; who hides their number there comes as `whatsapp:IN.1349…`, a user id that holds for
this business alone (BSUID), and has it in `ExternalUserId` otherwise.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from model.message import (
    Address,
    Arrival,
    Channel,
    Inbound,
    Media,
    MediaKind,
    Place,
    Progress,
    Sort,
    Status,
    Trouble,
)
from model.troubles import TWILIO, TWILIO_UNSENT
from webhooks.tame import fact_of, kind_of, name_of, text_of

Params = Mapping[str, str]

_WHATSAPP = "whatsapp:"
_MOST_MEDIA = 10
_ID = 64
"""Characters of an id that are taken; Twilio's own are 34 long."""
_USER = 140
_PHONE = re.compile(r"\+\d{5,15}", re.ASCII)
_BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
"""Meta: two letters of a country, a dot, up to 128 letters and digits; `ENT.` before them is a parent's."""
_CHOICE = re.compile(r"[a-z_]+(?::\S*)?")
"""The ids of our choices; buttons of templates made elsewhere carry other words."""
_MOST_CHOICE = 200
_MEDIA = re.compile(r"/2010-04-01/Accounts/(AC\w{32})/(Messages/(?:MM|SM)\w{32}/Media/ME\w{32})", re.ASCII)
_KEYWORDS = {
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"), "STOP"),
    **dict.fromkeys(("start", "unstop"), "START"),
    **dict.fromkeys(("help", "info"), "HELP"),
}
"""Twilio's own words (its "Support for opt-out keywords"): on an SMS that is one of these it acts, and answers it.

"Yes" is a START too to those who wrote STOP, but to us it may answer what was asked.
"""
_KINDS = {"image": MediaKind.IMAGE, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}
_VOICE = "audio/ogg"
"""What WhatsApp records; sound files that are sent along are of other types."""
_CONTACTS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
_PROGRESS = {
    "sent": Progress.SENT,
    "delivered": Progress.DELIVERED,
    "read": Progress.READ,
    "undelivered": Progress.FAILED,
    "failed": Progress.FAILED,
    "canceled": Progress.FAILED,
}


def read_message(params: Params, service: str = "") -> list[Arrival]:
    """The message in a signed form; one `Inbound` for each file in it, the first with the caption.

    `service` is the messaging service that sends the shop's SMS: then an SMS is for that, whichever number of it was
    written to, so that a customer is the same one whether they or the shop (with a code, say) began.
    `about` holds, where told: `quoted` (the message answered), `forwarded` ("once" or "often"), `referral` (the ad or
    link they came by) and `kind` (Twilio's word for what is unsupported). Raises ValueError on what is no message.
    """
    sender = bare(params.get("From", ""))
    phone = sender if _PHONE.fullmatch(sender) else _known_phone(params)
    user = phone.removeprefix("+") or _plain(sender, _USER)
    ids = (bare(params.get("ExternalUserId", "")), sender)
    channel = channel_of(params)
    account = (service if channel is Channel.SMS else "") or bare(params.get("To", ""))
    first = Inbound(
        Address(channel, _plain(account, _ID), user),
        _plain(params.get("MessageSid") or params.get("SmsSid", ""), _ID),
        name=name_of(params.get("ProfileName") or params.get("ProfileUsername")),
        phone=phone,
        also=next((one for one in ids if _BSUID.fullmatch(one) and one != user), ""),
        about=_about(params),
    )
    return [*_contents(first, params)]


def read_status(params: Params, account: str = "") -> list[Arrival]:
    """What a signed form tells of a message of ours; nothing while Twilio has yet to send it.

    `account` is whose message it is, where it went out by another sender. Raises ValueError on what is no report.
    """
    provider_id = _plain(params.get("MessageSid") or params.get("SmsSid", ""), _ID)
    progress = _PROGRESS.get((params.get("MessageStatus") or params.get("SmsStatus", "")).casefold())
    if progress is None:
        return []
    # A message that failed before Twilio chose a number of the messaging service names the service alone.
    sender = bare(params.get("From") or params.get("MessagingServiceSid", ""))
    status = Status(channel_of(params), _plain(account or sender, _ID), provider_id, progress)
    if progress is not Progress.FAILED:
        return [status]
    code = _digits(params.get("ErrorCode", ""))
    return [replace(status, trouble=_trouble(int(code or 0)), code=code)]


def _trouble(code: int) -> Trouble | None:
    """None for what passes by itself and surely kept the message from the customer: it may be sent again."""
    return None if code in TWILIO_UNSENT else TWILIO.get(code, Trouble.REFUSED)


def channel_of(params: Params) -> Channel:
    """What carries a message, by the ends of it that are told."""
    ends = (params.get("From", ""), params.get("To", ""))
    return Channel.WHATSAPP if any(end.startswith(_WHATSAPP) for end in ends) else Channel.SMS


def bare(address: str) -> str:
    """An address without its channel: a number in E.164, a sender id or a user id."""
    return address.strip().removeprefix(_WHATSAPP)


def _known_phone(params: Params) -> str:
    """The number of somebody who writes under a user id, where it is told nonetheless."""
    phone = f"+{params.get('WaId', '')}"
    return phone if _PHONE.fullmatch(phone) else ""


def _plain(value: str, most: int) -> str:
    """An id as Twilio writes them. Raises ValueError on anything else, which no database need keep."""
    if not 0 < len(value) <= most or not value.isascii() or not value.isprintable():
        raise ValueError("not an id")
    return value


def _digits(value: str) -> str:
    return value if value.isascii() and value.isdigit() and len(value) <= 10 else ""


def _about(params: Params) -> dict[str, str]:
    referral = " ".join(fact_of(params.get(name)) for name in ("ReferralHeadline", "ReferralSourceUrl"))
    often, once = (params.get(name) == "true" for name in ("FrequentlyForwarded", "Forwarded"))
    facts = {
        "quoted": fact_of(params.get("OriginalRepliedMessageSid")),
        "forwarded": "often" if often else "once" if once else "",
        "referral": fact_of(referral) or fact_of(params.get("ReferralSourceId")),
    }
    return {name: fact for name, fact in facts.items() if fact}


def _contents(first: Inbound, params: Params) -> list[Inbound]:
    count = next((i for i in range(_MOST_MEDIA) if f"MediaUrl{i}" not in params), _MOST_MEDIA)
    if count:
        return [_file(first, params, place) for place in range(count)]
    place = _place(params)
    if place:
        return [replace(first, sort=Sort.PLACE, place=place, text=text_of(params.get("Body")))]
    return [_said(first, params)]


def _file(first: Inbound, params: Params, place: int) -> Inbound:
    """The file at a place of the message. Its address is not believed: only a path of our own account is kept."""
    caption, own_id = _words(params), f"{first.provider_id}:{place}"
    part = replace(first, provider_id=own_id) if place else replace(first, text=caption)
    mime = name_of(params.get(f"MediaContentType{place}")).partition(";")[0].strip().casefold()
    if mime in _CONTACTS:
        return replace(part, sort=Sort.CONTACTS)
    ref = _media_ref(params.get(f"MediaUrl{place}", ""), params.get("AccountSid", ""))
    if not ref:
        return _unsupported(part, params)
    return replace(part, sort=Sort.MEDIA, media=Media(_media_kind(mime, params.get("MessageType", "")), ref, mime))


def _unsupported(message: Inbound, params: Params) -> Inbound:
    kind = kind_of(params.get("MessageType"))
    return replace(message, sort=Sort.UNSUPPORTED, about={**message.about, **({"kind": kind} if kind else {})})


def _media_ref(url: str, account_sid: str) -> str:
    """`Messages/MM…/Media/ME…`, the tail of an address of Twilio's API within this account; "" for any other."""
    try:
        found = _MEDIA.fullmatch(urlsplit(url).path)
    except ValueError:
        return ""
    return found[2] if found and found[1] == account_sid else ""


def _media_kind(mime: str, message_type: str) -> MediaKind:
    if message_type == "sticker":
        return MediaKind.STICKER
    return MediaKind.VOICE if mime == _VOICE else _KINDS.get(mime.partition("/")[0], MediaKind.DOCUMENT)


def _place(params: Params) -> Place | None:
    try:
        latitude, longitude = float(params.get("Latitude", "")), float(params.get("Longitude", ""))
    except ValueError:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Place(latitude, longitude, name_of(params.get("Label")), fact_of(params.get("Address")))


def _said(first: Inbound, params: Params) -> Inbound:
    """A tap or words; a message without either is of a kind that Twilio does not pass on."""
    title = params.get("ButtonText") or params.get("ListTitle")
    tap = next((tap for tap in (params.get("ButtonPayload"), params.get("ListId")) if tap and _is_ours(tap)), "")
    if tap:
        return replace(first, tap=tap, text=text_of(title or params.get("Body")))
    text = _words(params) or text_of(title)
    return replace(first, text=text) if text.strip() else _unsupported(first, params)


def _is_ours(tap: str) -> bool:
    return len(tap) <= _MOST_CHOICE and tap.isprintable() and _CHOICE.fullmatch(tap) is not None


def _words(params: Params) -> str:
    """What was written; STOP, START or HELP where Twilio took it for that, be it in other words.

    It tells of that (`OptOutType`) only where a messaging service has words of the shop's own ("Advanced Opt-Out").
    """
    body = params.get("Body", "")
    said = body.strip().casefold()
    told = params.get("OptOutType", "").upper()
    if told in _KEYWORDS.values() and (told, said) != ("START", "yes"):
        return told
    meant = _KEYWORDS.get(said, "") if channel_of(params) is Channel.SMS else ""
    return meant or text_of(body)
