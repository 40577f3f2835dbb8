"""What customers write, on its way to the shop."""

from contextlib import suppress
from typing import Any

from sandbox.telephone.entries import Json, Writing
from sandbox.telephone.exchange import WriteError
from sandbox.twilio.addresses import Address
from sandbox.twilio.contents import Drawn
from sandbox.twilio.courier import letter
from sandbox.twilio.desk import Desk
from sandbox.twilio.entities import Message
from sandbox.twilio.errors import Refusal
from sandbox.twilio.forms import Fields, file_type
from sandbox.twilio.ids import new_sid
from sandbox.twilio.keywords import ANSWERS, Keyword, keyword
from sandbox.twilio.replies import spoken
from sandbox.twilio.rules import NewMessage

_LABELS = {"sms": "Shop by SMS (Twilio)", "whatsapp": "Shop on WhatsApp (Twilio)"}


class Inbox:
    """Takes what customers do on their telephones and tells the shop by webhook."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._book = desk.book

    def listen(self) -> None:
        """Be told of every chat with one of the account's senders."""
        settings, exchange = self._desk.settings, self._desk.exchange
        if settings.sms_from is not None:
            exchange.on_write("sms", settings.sms_from.value, self.sms, _LABELS["sms"])
        if settings.whatsapp_from is not None:
            exchange.on_write("whatsapp", settings.whatsapp_from.value, self.whatsapp, _LABELS["whatsapp"])

    def sms(self, did: Writing) -> str:
        """A customer wrote an SMS; its sid, "" where nothing is sent (SMS knows no read receipts and reactions).

        Raises `WriteError` where the shop sends under a name: nobody can answer that.
        """
        if did.deed in ("open", "reaction"):
            return ""
        if not did.shop.lstrip("+").isdecimal():
            raise WriteError("a sender that is a name cannot be answered")
        message = self._received(Address("sms", f"+{did.number}"), Address("sms", did.shop), _sms_body(did), did)
        meant = keyword(message.drawn.body, did.number in self._book.opted_out)
        if meant is not None:
            self._obey(message, meant)
        self._post(message, self._desk.forms.sms(message, meant or ""))
        return message.sid

    def whatsapp(self, did: Writing) -> str:
        """A customer did something on WhatsApp; its sid, "" where Twilio tells the shop nothing (of reactions)."""
        if did.deed == "open":
            self._read(did.content["entries"])
        if did.deed in ("open", "reaction"):
            return ""
        self._book.wrote_at[did.number] = did.at
        user_id = self._book.user_id(did.number)
        sender = user_id if self._desk.chaos.knobs.hide_numbers else f"+{did.number}"
        shop = Address("whatsapp", did.shop)
        message = self._received(Address("whatsapp", sender), shop, _whatsapp_body(did), did)
        tapped = self._book.messages.get(did.content.get("entry", ""))
        self._post(message, self._desk.forms.whatsapp(message, user_id, did, tapped))
        return message.sid

    def _received(self, sender: Address, to: Address, body: str, did: Writing) -> Message:
        file = did.content.get("media")
        message = Message(
            sid=new_sid("MM" if file else "SM"),
            direction="inbound",
            sender=sender,
            to=to,
            number=did.number,
            drawn=Drawn(did.deed, body),
            created_at=did.at,
            updated_at=did.at,
            sent_at=did.at,
            status="received",
            service_sid=self._desk.settings.service_sid if to.network == "sms" else "",
        )
        if file:
            self._book.attach(message, did.content["mime"], self._desk.exchange.media[file].raw)
        return self._book.add(message)

    def _post(self, message: Message, fields: Fields) -> None:
        def taken(content_type: str, raw: bytes) -> None:
            self._desk.exchange.tick(message.sid, "delivered")
            for text in spoken(content_type, raw):
                self._answer(message, text)

        url = self._desk.settings.webhook_url(message.to)
        self._desk.postman.post([letter("received", url, fields, taken)])

    def _obey(self, message: Message, meant: Keyword) -> None:
        """Twilio keeps who wants no SMS, and answers in the shop's name."""
        if meant == "STOP":
            self._book.opted_out.add(message.number)
        elif meant == "START":
            self._book.opted_out.discard(message.number)
        self._answer(message, ANSWERS[meant], last=True)

    def _answer(self, message: Message, text: str, last: bool = False) -> None:
        """Send `text` to whoever wrote, unless the queue is full; a `last` word goes to those who opted out, too."""
        if last or not (message.network == "sms" and message.number in self._book.opted_out):
            with suppress(Refusal):
                self._desk.send(NewMessage(message.to, message.sender, Drawn("text", text)), "outbound-reply")

    def _read(self, entry_ids: list[str]) -> None:
        for entry_id in entry_ids:
            message = self._book.messages.get(entry_id)
            if message is not None:
                self._desk.read(message)


def _sms_body(did: Writing) -> str:
    if did.deed == "location":
        return f"https://maps.google.com/maps?q={did.content['latitude']},{did.content['longitude']}"
    return _text(did.content)


def _whatsapp_body(did: Writing) -> str:
    """Taps bring what was on the button; papers their caption or else their name; places and recordings nothing."""
    content: dict[str, Any] = did.content
    match did.deed:
        case "tap":
            return str(content["choice"]["title"])
        case "picture" if file_type(content["mime"]) == "document":
            return _text(content) or str(content.get("name", ""))
    return _text(content)


def _text(content: Json) -> str:
    return str(content.get("text", ""))
