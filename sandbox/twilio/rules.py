"""What Twilio demands of a new message.

Wording and codes: Twilio's error dictionary and answers published by those who use the API.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from yarl import URL

from sandbox.twilio.addresses import Address, can_receive, can_send, read_address
from sandbox.twilio.contents import CONTENT_SID, Content, Drawn, draw, read_values
from sandbox.twilio.errors import Refusal
from sandbox.twilio.settings import TwilioSettings

_LONGEST = 1600
_MOST_MEDIA = 10
_HOST = re.compile(r"[A-Za-z0-9.-]+|[0-9a-fA-F:]+")

# Twilio's own test numbers, each of which is refused in its way.
_MAGIC = {
    "+15005550001": (21211, "The 'To' number {to} is not a valid phone number."),
    "+15005550002": (
        21612,
        "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number: {sender} via SMS.",
    ),
    "+15005550003": (
        21408,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}.",
    ),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number: {to}, is not a valid mobile number"),
}

FindContent = Callable[[str], Content | None]
Given = Mapping[str, Sequence[str]]
"""A form: all values of each field."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message as asked for: `drawn` is what it says, with the values of its template where `content` is one."""

    sender: Address
    to: Address
    drawn: Drawn
    status_callback: str = ""
    service_sid: str = ""
    content: Content | None = None
    values: Mapping[str, str] = field(default_factory=dict)


def read_message(form: Given, settings: TwilioSettings, find: FindContent) -> NewMessage:
    """Raises `Refusal` on the first thing that Twilio would not take. Fields that it does not know it ignores.

    `find` gives a template by its sid.
    """
    to, service = _to(form), _one(form, "MessagingServiceSid")
    sender = _pooled(service, settings) if service else _sender(form)
    _check_pair(to, sender)
    if not settings.owns(sender):
        raise _foreign(sender)
    _check_magic(to, sender)
    callback, content = _status_callback(form), _content(form, find)
    if content is None:
        return NewMessage(sender, to, _plain(form), callback, service)
    values = read_values(variables) if (variables := _one(form, "ContentVariables")) else {}
    drawn = draw(content, values, to.network == "whatsapp")
    return NewMessage(sender, to, drawn, callback, service, content, values)


def _one(form: Given, name: str) -> str:
    return form.get(name, [""])[-1]


def _to(form: Given) -> Address:
    text = _one(form, "To").strip()
    if not text:
        raise Refusal(21604, "A 'To' phone number is required.")
    address = read_address(text)
    if not can_receive(address):
        raise Refusal(21211, f"The 'To' number {text} is not a valid phone number.")
    return address


def _pooled(service: str, settings: TwilioSettings) -> Address:
    if settings.sms_from is None or service != settings.service_sid:
        raise Refusal(21701, f"The Messaging Service Sid {service} is invalid.")
    return settings.sms_from


def _sender(form: Given) -> Address:
    text = _one(form, "From").strip()
    if not text:
        raise Refusal(21603, "A 'From' phone number is required.")
    address = read_address(text)
    if not can_send(address):
        said = f"The 'From' number {text} is not a valid phone number, shortcode, or alphanumeric sender ID."
        raise Refusal(21212, said)
    return address


def _check_pair(to: Address, sender: Address) -> None:
    if to.network != sender.network:
        raise Refusal(21910, "Invalid From and To pair. From and To should be of the same channel")
    if to == sender and to.network == "whatsapp":
        raise Refusal(63031, "Channels message cannot have same From and To")
    if to == sender:
        raise Refusal(21266, "'To' and 'From' number cannot be the same")


def _foreign(sender: Address) -> Refusal:
    if sender.network == "whatsapp":
        return Refusal(63007, "Twilio could not find a Channel with the specified From address")
    said = "is not a valid, SMS-capable inbound phone number or short code for your account."
    return Refusal(21606, f"The From phone number {sender} {said}")


def _check_magic(to: Address, sender: Address) -> None:
    if to.network == "sms" and to.value in _MAGIC:
        code, said = _MAGIC[to.value]
        raise Refusal(code, said.format(to=to, sender=sender))


def _status_callback(form: Given) -> str:
    url = _one(form, "StatusCallback")
    if url and not _is_web_address(url):
        raise Refusal(21609, f"The 'StatusCallback' URL {url} is not a valid URL.")
    return url


def _content(form: Given, find: FindContent) -> Content | None:
    sid = _one(form, "ContentSid")
    if not sid:
        if _one(form, "ContentVariables"):
            raise Refusal(21654, "ContentSid Required")
        return None
    content = find(sid) if CONTENT_SID.fullmatch(sid) else None
    if content is None:
        raise Refusal(21655, "The ContentSid is Invalid")
    return content


def _plain(form: Given) -> Drawn:
    body, urls = _one(form, "Body"), [url for url in form.get("MediaUrl", []) if url]
    if not body and not urls:
        if "Body" in form:
            raise Refusal(21602, "Message body is required.")
        raise Refusal(21619, "A text message body or media urls must be specified.")
    if len(body) > _LONGEST:
        raise Refusal(21617, f"The concatenated message body exceeds the {_LONGEST} character limit")
    if len(urls) > _MOST_MEDIA:
        raise Refusal(21623, "Number of media files exceeds allowed limit")
    if not all(map(_is_web_address, urls)):
        raise Refusal(21620, "Invalid media URL(s)")
    return Drawn("media" if urls else "text", body, tuple(urls))


def _is_web_address(text: str) -> bool:
    try:
        url = URL(text)
    except ValueError:
        return False
    return url.scheme in ("http", "https") and _HOST.fullmatch(url.host or "") is not None
