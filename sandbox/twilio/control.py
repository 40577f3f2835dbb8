"""Levers for tests and demonstrations, under /_sandbox/twilio. What customers do is under /phone."""

from typing import Any

from aiohttp import web

from sandbox.levers import LeverError, chaos_routes, json_object
from sandbox.postman import Delivery, Letter
from sandbox.twilio import shapes
from sandbox.twilio.contents import read_content
from sandbox.twilio.courier import letter
from sandbox.twilio.desk import Desk
from sandbox.twilio.entities import Message
from sandbox.twilio.ids import new_sid


class Control:
    """What Twilio would never offer. JSON only: no form of another page can pull these levers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._book = desk.book

    def routes(self) -> list[web.RouteDef]:
        """Relative to /_sandbox/twilio."""
        return [
            web.get("/state", self.state),
            web.get("/messages", self.messages),
            web.get("/counts", self.counts),
            web.post("/contents", self.content),
            web.post("/window/{number:[0-9]+}", self.window),
            web.post("/opt_out/{number:[0-9]+}", self.opt_out),
            web.post("/webhook", self.webhook),
            web.post("/redeliver/{id}", self.redeliver),
            web.post("/forget", self.forget),
            *chaos_routes(self._desk.chaos),
        ]

    async def state(self, _: web.Request) -> web.Response:
        """Everything there is, oldest first (messages in the order in which they were taken), and the knobs."""
        book = self._book
        return web.json_response(
            {
                "messages": self._taken(),
                "received": [self._told(message) for message in book.messages.values() if not message.is_shops],
                "contents": {sid: content.name for sid, content in book.contents.items()},
                "opted_out": sorted(book.opted_out),
                "windows": {number: book.window_open(number) for number in book.wrote_at},
                "webhooks": [_sent(delivery) for delivery in self._desk.postman.deliveries],
                "counts": dict(book.counts),
                "chaos": self._desk.chaos.turn({}),
            }
        )

    async def messages(self, request: web.Request) -> web.Response:
        """What was taken from the shop, in order; `?after=seq` leaves out what was seen already, `?to=` others'."""
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit()):
            raise LeverError("after is a number")
        return web.json_response(self._taken(int(after), request.query.get("to", "")))

    async def counts(self, _: web.Request) -> web.Response:
        """How many messages were taken, and how many calls refused, by code."""
        return web.json_response(dict(self._book.counts))

    async def content(self, request: web.Request) -> web.Response:
        """Makes a template known: JSON as Twilio's Content API takes it, `sid`? and `approved`? (true) beside."""
        try:
            content = read_content({"sid": new_sid("HX")} | await json_object(request))
        except ValueError as error:
            raise LeverError(str(error)) from error
        self._book.contents[content.sid] = content
        return web.json_response({"sid": content.sid}, status=201)

    async def window(self, request: web.Request) -> web.Response:
        """`{"open": true | false}`: WhatsApp's window of the customer with that number opens, or is over."""
        number, is_open = request.match_info["number"], (await json_object(request)).get("open") is True
        if is_open:
            self._book.wrote_at[number] = self._book.now()
        else:
            self._book.wrote_at.pop(number, None)
        return web.json_response({"number": number, "open": is_open})

    async def opt_out(self, request: web.Request) -> web.Response:
        """`{"out": true | false}`: the customer with that number wants no SMS, or wants them again; the shop is not
        told, as where a carrier or Twilio's support did it."""
        number, out = request.match_info["number"], (await json_object(request)).get("out") is True
        if out:
            self._book.opted_out.add(number)
        else:
            self._book.opted_out.discard(number)
        return web.json_response({"number": number, "out": out})

    async def webhook(self, request: web.Request) -> web.Response:
        """`{"path": "/webhooks/twilio/sms", "fields": {…}}`: sends any form, signed."""
        body = await json_object(request)
        path, fields = body.get("path"), body.get("fields")
        if not isinstance(path, str) or not path.startswith("/"):
            raise LeverError("path is a path of the shop")
        if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
            raise LeverError("fields is an object of texts")
        return self._post(letter("made_up", self._desk.settings.shop_url + path, fields))

    async def redeliver(self, request: web.Request) -> web.Response:
        """Sends a webhook again under its id, dropped or delivered."""
        for delivery in self._desk.postman.deliveries:
            if delivery.letter.id == request.match_info["id"]:
                return self._post(delivery.letter)
        raise LeverError("no such webhook", status=404)

    async def forget(self, _: web.Request) -> web.Response:
        """Messages, webhooks, who opted out, windows and telephones are gone; templates and knobs stay."""
        self._book.forget()
        self._desk.exchange.forget()
        self._desk.postman.deliveries.clear()
        return web.json_response({})

    def _taken(self, after: int = 0, number: str = "") -> list[dict[str, Any]]:
        kept = [message for message in self._book.messages.values() if message.is_shops and message.seq > after]
        return [self._told(message) for message in kept if number in ("", message.number)]

    def _post(self, sent: Letter) -> web.Response:
        self._desk.postman.post([sent])
        return web.json_response({"id": sent.id, "event": sent.name}, status=202)

    def _told(self, message: Message) -> dict[str, Any]:
        answer = shapes.message_answer(message, self._desk.settings.account_sid) | {"seq": message.seq}
        asked = message.asked
        if asked is None:
            return answer
        content = {"content_sid": asked.content.sid, "content_variables": dict(asked.values)} if asked.content else {}
        return answer | {"media_urls": message.drawn.media_urls, "status_callback": asked.status_callback, **content}


def _sent(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.letter.id,
        "event": delivery.letter.name,
        "url": delivery.letter.url,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "body": delivery.letter.raw.decode(errors="replace"),
    }
