"""The forms that webhooks carry.

Fields: Twilio's documentation of its request to the webhook URL and of status callbacks, and forms that those who get
them published. Twilio adds fields without notice; so does the stand-in, a blank one among them (it counts in the
signature).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from sandbox.telephone.entries import Json, Writing
from sandbox.twilio.entities import Message, Status
from sandbox.twilio.errors import failure
from sandbox.twilio.ids import country
from sandbox.twilio.shapes import API_VERSION, media_path

Fields = dict[str, str]

_NEW = {"EngagementScore": "0.5", "EngagementNote": ""}


def encoded(fields: Mapping[str, str]) -> bytes:
    """As the request's body."""
    return urlencode(fields).encode()


def file_type(mime: str) -> str:
    """What WhatsApp calls a file: image, video, audio or document."""
    kind = mime.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "document"


@dataclass(frozen=True, slots=True)
class Forms:
    """Forms of one account, whose media are read under `public_url`."""

    account_sid: str
    public_url: str

    def sms(self, message: Message, opt_out: str) -> Fields:
        """A customer's SMS. `opt_out` is STOP, START or HELP where Twilio took the message for one, else empty: it
        tells of that by a messaging service (with Advanced Opt-Out, as is every one here), not by a number alone."""
        service = message.service_sid
        return {
            **self._received(message),
            **_where("From", country(message.number)),
            **_where("To", country(message.to.digits)),
            **({"OptOutType": opt_out} if opt_out and service else {}),
            **({"MessagingServiceSid": service} if service else {}),
            **_NEW,
        }

    def whatsapp(self, message: Message, user_id: str, did: Writing, tapped: Message | None) -> Fields:
        """A customer's message by WhatsApp.

        `user_id` is what WhatsApp calls them, `did` what they did, `tapped` the message whose choice they tapped.
        """
        about = {**_person(message, did.name), **_answered(message, did.content), **_deed(did)}
        return {
            **self._received(message),
            "MessageType": _message_type(did, tapped),
            "ReferralNumMedia": "0",
            "ExternalUserId": f"whatsapp:{user_id}",
            **about,
            "ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": about}}, separators=(",", ":")),
            **_NEW,
        }

    def status(self, message: Message, status: Status) -> Fields:
        """How far a message of the shop came."""
        return {
            "SmsSid": message.sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "MessageSid": message.sid,
            "AccountSid": self.account_sid,
            "ApiVersion": API_VERSION,
            "From": str(message.sender),
            "To": str(message.to),
            **({"MessagingServiceSid": message.service_sid} if message.service_sid else {}),
            **_carrier(message, status),
            **_error(message),
            **_NEW,
        }

    def _received(self, message: Message) -> Fields:
        return {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsMessageSid": message.sid,
            "SmsStatus": "received",
            "AccountSid": self.account_sid,
            "ApiVersion": API_VERSION,
            "From": str(message.sender),
            "To": str(message.to),
            "Body": message.drawn.body,
            "NumSegments": str(message.segments),
            "NumMedia": str(len(message.media)),
            **self._media(message),
        }

    def _media(self, message: Message) -> Fields:
        fields: Fields = {}
        for place, media in enumerate(message.media):
            fields[f"MediaContentType{place}"] = media.mime.partition(";")[0]
            fields[f"MediaUrl{place}"] = self.public_url + media_path(media, self.account_sid)
        return fields


def _where(whose: str, land: str) -> Fields:
    return {f"{whose}Country": land, f"{whose}State": "", f"{whose}City": "", f"{whose}Zip": ""}


def _person(message: Message, name: str) -> Fields:
    return {"ProfileName": name, **({"WaId": message.number} if message.sender.is_number else {})}


def _answered(message: Message, content: Json) -> Fields:
    """Which message of the shop the customer answers, by a quotation or a tap."""
    answered = content.get("quoted") or content.get("entry")
    if not answered:
        return {}
    return {"OriginalRepliedMessageSid": answered, "OriginalRepliedMessageSender": str(message.to)}


def _deed(did: Writing) -> Fields:
    if did.deed == "location":
        return _place(did.content)
    if did.deed != "tap":
        return {}
    choice = did.content["choice"]
    if did.content["kind"] != "list-picker":
        return {"ButtonText": choice["title"], "ButtonPayload": choice["id"]}
    about = {"ListDescription": choice["description"]} if choice.get("description") else {}
    return {"ListId": choice["id"], "ListTitle": choice["title"], **about}


def _place(content: Json) -> Fields:
    named = {"Label": content.get("name", ""), "Address": content.get("address", "")}
    point = {"Latitude": str(content["latitude"]), "Longitude": str(content["longitude"])}
    return point | {field: value for field, value in named.items() if value}


def _message_type(did: Writing, tapped: Message | None) -> str:
    """A tap is a `button` on a template, `interactive` on what is sent only while the window is open."""
    match did.deed:
        case "tap":
            content = tapped.asked.content if tapped and tapped.asked else None
            return "button" if content is not None and content.opens else "interactive"
        case "picture":
            return file_type(did.content["mime"])
        case "voice":
            return "audio"
    return did.deed


def _carrier(message: Message, status: Status) -> Fields:
    """What the network says beside: WhatsApp who was reached, SMS when it arrived (to the minute)."""
    if message.network == "whatsapp":
        event = {"EventType": status.upper()} if status in ("delivered", "read") else {}
        return {"ChannelPrefix": "whatsapp", "ChannelToAddress": message.to.value, **event}
    if status == "delivered":
        return {"RawDlrDoneDate": datetime.fromtimestamp(message.updated_at, UTC).strftime("%y%m%d%H%M")}
    return {}


def _error(message: Message) -> Fields:
    if not message.error_code:
        return {}
    return {"ErrorCode": str(message.error_code), "ErrorMessage": failure(message.error_code)}
