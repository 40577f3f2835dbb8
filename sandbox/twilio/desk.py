"""Messages of the shop on their way, and the shop hearing of them by status."""

import asyncio
from dataclasses import replace

from sandbox.postman import Letter, Postman
from sandbox.tasks import Tasks
from sandbox.telephone.entries import Entry, Json, Ticks
from sandbox.telephone.exchange import Exchange
from sandbox.twilio.book import Book
from sandbox.twilio.chaos import Chaos
from sandbox.twilio.contents import Content
from sandbox.twilio.courier import letter, twilio_postman
from sandbox.twilio.downloads import Downloads, Spoiled
from sandbox.twilio.entities import Direction, Message, Status
from sandbox.twilio.errors import Refusal, failure
from sandbox.twilio.forms import Forms, file_type
from sandbox.twilio.queueing import Queue
from sandbox.twilio.rules import Given, NewMessage, read_message
from sandbox.twilio.settings import TwilioSettings

_WINDOW_CLOSED = 63016
_NO_RECIPIENT = 63024
_TICKS: dict[Status, Ticks] = {"sent": "sent", "delivered": "delivered", "read": "read"}


class Desk:
    """The book, with telephones on one side and the shop on the other. `forms` makes what webhooks say."""

    def __init__(self, settings: TwilioSettings, forms: Forms, exchange: Exchange, chaos: Chaos) -> None:
        self.settings = settings
        self.forms = forms
        self.exchange = exchange
        self.chaos = chaos
        self.book = Book(exchange.clock, settings.remember, settings.contents)
        self._tasks = Tasks()
        self._queue = Queue()
        self._downloads = Downloads()
        self.postman: Postman = twilio_postman(settings, chaos, self._tasks)

    async def close(self) -> None:
        """Stop what is under way and let go of all connections."""
        await self._tasks.close()
        await self._downloads.close()
        await self.postman.close()

    def take(self, form: Given) -> Message:
        """A message that the shop asks for by the API. Raises `Refusal`."""
        asked = read_message(form, self.settings, self._content)
        if asked.to.network == "sms" and asked.to.digits in self.book.opted_out:
            raise Refusal(21610, "Attempt to send to unsubscribed recipient")
        if self.chaos.knobs.window == "refuse" and not self._may_go(asked):
            raise Refusal(_WINDOW_CLOSED, failure(_WINDOW_CLOSED))
        message = self.send(asked, "outbound-api")
        self.book.counts["taken"] += 1
        return message

    def send(self, asked: NewMessage, direction: Direction) -> Message:
        """Put a message in its sender's queue. Raises `Refusal` where that is too long."""
        message = self.book.outgoing(asked, direction)
        wait = self._wait(message)
        self.book.add(message)
        self._tasks.start(self._bring(message, wait))
        return message

    def read(self, message: Message) -> None:
        """The customer has seen it."""
        self.postman.post(self._come_to(message, "read"))

    def _content(self, sid: str) -> Content | None:
        return self.book.content(sid, self.chaos.knobs.any_content)

    def _may_go(self, asked: NewMessage) -> bool:
        if asked.to.network == "sms" or (asked.content is not None and asked.content.opens):
            return True
        return self.book.window_open(self.book.number_of(asked.to))

    def _wait(self, message: Message) -> float:
        knobs = self.chaos.knobs
        rate = knobs.sms_rate if message.network == "sms" else knobs.whatsapp_rate
        now = asyncio.get_running_loop().time()
        return self._queue.wait(message.sender, message.segments, rate, knobs.queue_ms / 1000, now)

    async def _bring(self, message: Message, wait: float) -> None:
        if message.status == "accepted":
            await self._tell(self._come_to(message, "queued"))
        await asyncio.sleep(wait + self._pause)
        code = self._stopped(message) or await self._fetch(message)
        if message.number:
            self._show(message)
        if code:
            message.error_code = code
            await self._tell(self._come_to(message, self.chaos.knobs.failed_as))
        else:
            await self._arrive(message)

    async def _arrive(self, message: Message) -> None:
        untold = self._come_to(message, "sent")
        if not self.chaos.knobs.shuffle:
            await self._tell(untold)
            untold = []
        await asyncio.sleep(self._pause)
        await self._tell([*untold, *self._come_to(message, "delivered")])

    @property
    def _pause(self) -> float:
        return self.chaos.knobs.status_ms / 1000

    def _stopped(self, message: Message) -> int:
        """The code of what keeps a message from arriving, 0 where nothing does."""
        knobs = self.chaos.knobs
        if knobs.fail_messages:
            self.chaos.knobs = replace(knobs, fail_messages=knobs.fail_messages - 1)
            return knobs.error_code
        if not message.number:
            return _NO_RECIPIENT
        return 0 if message.asked is None or self._may_go(message.asked) else _WINDOW_CLOSED

    async def _fetch(self, message: Message) -> int:
        """Get the files that go with a message, on WhatsApp the first alone; the code of what is wrong with them."""
        urls = message.drawn.media_urls
        for url in urls[:1] if message.network == "whatsapp" else urls:
            try:
                mime, raw = await self._downloads.fetch(url, message.network)
            except Spoiled as error:
                return error.code
            self.book.attach(message, mime, raw)
        return 0

    def _show(self, message: Message) -> None:
        at, shop, kind = self.book.now(), message.sender.value, message.drawn.kind
        entry = Entry.of_shop(message.sid, at, shop, kind, self._shown(message))
        self.exchange.show(message.network, message.number, entry)

    def _shown(self, message: Message) -> Json:
        shown: Json = {"text": message.drawn.body, **message.drawn.shown}
        if message.media:
            shown |= self._shown_media(message)
        if message.network == "sms":
            shown["note"] = f"{message.segments} SMS"
        if message.asked is not None and message.asked.content is not None:
            shown["template"] = message.asked.content.name
        return shown

    def _shown_media(self, message: Message) -> Json:
        """Twilio on WhatsApp: recordings and papers go without their words."""
        first = message.media[0]
        kind, kept = file_type(first.mime), self.exchange.keep_media(first.mime, first.raw)
        silent = message.network == "whatsapp" and kind in ("audio", "document")
        media = {"kind": kind, "url": f"/phone/media/{kept}", "mime": first.mime}
        return {"media": media, **({"text": ""} if silent else {})}

    def _come_to(self, message: Message, status: Status) -> list[Letter]:
        """Note it, let the telephone show it; what the shop is to be told of it."""
        message.come_to(status, self.book.now())
        trouble = f"{message.error_code} {failure(message.error_code)}" if message.error_code else ""
        if status != "queued":
            self.exchange.tick(message.sid, _TICKS.get(status, "failed"), trouble)
        callback = message.asked.status_callback if message.asked else ""
        return [letter(status, callback, self.forms.status(message, status))] if callback else []

    async def _tell(self, letters: list[Letter]) -> None:
        if letters:
            await self.postman.send(letters)
