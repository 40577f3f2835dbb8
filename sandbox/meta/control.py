"""Levers for tests, load runs and demonstrations, under /_sandbox/meta."""

import secrets
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from sandbox.levers import LeverError, chaos_routes, json_object
from sandbox.meta.customers import FLAGS, Customer
from sandbox.meta.desk import Desk
from sandbox.meta.templates import TemplateError, read_template
from sandbox.meta.updates import Update
from sandbox.postman import Delivery, Letter, Postman


class Control:
    """What Meta would never offer. What customers do is at `POST /phone/whatsapp/{number}`."""

    def __init__(self, desk: Desk, postman: Postman) -> None:
        self._desk = desk
        self._postman = postman

    def routes(self) -> list[web.RouteDef]:
        """Relative to /_sandbox/meta."""
        return [
            web.get("/state", self.state),
            web.get("/messages", self.messages),
            web.get("/messages/{number}", self.messages_to),
            web.get("/counts", self.counts),
            web.post("/customers/{number}", self.customer),
            web.post("/templates", self.template),
            web.post("/change", self.change),
            web.post("/webhook", self.webhook),
            web.post("/redeliver/{id}", self.redeliver),
            web.post("/subscribe", self.subscribe),
            web.post("/forget", self.forget),
            *chaos_routes(self._desk.chaos),
        ]

    async def state(self, _: web.Request) -> web.Response:
        """Everything there is, oldest first, and the knobs as they stand."""
        return web.json_response(
            {
                "messages": [record.listed() for record in self._desk.ledger.all()],
                "customers": [customer.listed() for customer in self._desk.customers.all()],
                "templates": [template.listed() for template in self._desk.templates.all()],
                "webhooks": [_told(delivery) for delivery in self._postman.deliveries],
                "counts": dict(self._desk.ledger.counts),
                "chaos": self._desk.chaos.turn({}),
            }
        )

    async def messages(self, request: web.Request) -> web.Response:
        """What was accepted, in order; `?after=seq` leaves out what was seen already."""
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit()):
            raise LeverError("after is a number")
        return web.json_response([record.listed() for record in self._desk.ledger.all(int(after))])

    async def messages_to(self, request: web.Request) -> web.Response:
        """What was accepted for one customer, in order."""
        return web.json_response([record.listed() for record in self._desk.ledger.to(request.match_info["number"])])

    async def counts(self, _: web.Request) -> web.Response:
        """How many were accepted and how many refused, by code."""
        return web.json_response(dict(self._desk.ledger.counts))

    async def customer(self, request: web.Request) -> web.Response:
        """Turns flags of a customer (`absent`, `hidden`, `offline`, `no_marketing`) and their `wrote_at`."""
        body, customer = await json_object(request), self._desk.customers.of(_number(request))
        for name, value in body.items():
            self._turn(customer, name, value)
        return web.json_response(customer.listed())

    async def template(self, request: web.Request) -> web.Response:
        """Registers a template, or puts it in the place of an earlier one (so its status is changed too)."""
        try:
            template = read_template(await json_object(request))
        except TemplateError as error:
            raise LeverError(str(error)) from error
        self._desk.templates.register(template)
        return web.json_response(template.listed())

    async def change(self, request: web.Request) -> web.Response:
        """`{"field": …, "value": {…}}`: any change at all, wrapped and signed as Meta does, in turn with the others."""
        body = await json_object(request)
        field, value = body.get("field"), body.get("value")
        if not isinstance(field, str) or not isinstance(value, dict):
            raise LeverError("send a field and a value")
        self._desk.despatch.tell(Update(field, "", "value", value))
        return web.json_response({}, status=202)

    async def webhook(self, request: web.Request) -> web.Response:
        """Sends the request's body, byte for byte, signed."""
        letter = Letter(secrets.token_hex(8), "raw", await request.read())
        self._postman.post([letter])
        return web.json_response({"id": letter.id}, status=202)

    async def redeliver(self, request: web.Request) -> web.Response:
        """Sends a webhook again, byte for byte."""
        wanted = [told.letter for told in self._postman.deliveries if told.letter.id == request.match_info["id"]]
        if not wanted:
            raise LeverError("no such webhook", status=404)
        self._postman.post(wanted[:1])
        return web.json_response({"id": wanted[0].id}, status=202)

    async def subscribe(self, _: web.Request) -> web.Response:
        """Asks the shop to prove that it knows the verify token, as Meta does before it sends anything."""
        settings, challenge = self._desk.settings, str(secrets.randbelow(10**9))
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": settings.verify_token}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=settings.rounds.answer_within)) as http,
                http.get(settings.webhook_url, params=query, allow_redirects=False) as answer,
            ):
                verified = answer.status == 200 and await answer.text() == challenge
                return web.json_response({"verified": verified, "status": answer.status})
        except (ClientError, TimeoutError) as error:
            return web.json_response({"verified": False, "status": type(error).__name__})

    async def forget(self, _: web.Request) -> web.Response:
        """Customers, messages, webhooks and handsets are gone; templates and knobs stay."""
        self._desk.forget()
        self._desk.exchange.forget()
        self._postman.deliveries.clear()
        return web.json_response({})

    def _turn(self, customer: Customer, name: str, value: object) -> None:
        if name == "wrote_at" and isinstance(value, int | float) and not isinstance(value, bool):
            customer.wrote_at = float(value)
        elif name == "offline" and value is False:
            self._desk.come_online(customer)
        elif name in FLAGS and isinstance(value, bool):
            setattr(customer, name, value)
        else:
            raise LeverError(f"{', '.join(FLAGS)} take true or false, wrote_at takes Unix seconds")


def _number(request: web.Request) -> str:
    number = request.match_info["number"]
    if not (number.isascii() and number.isdigit() and 5 <= len(number) <= 15):
        raise LeverError("a number is 5 to 15 digits")
    return number


def _told(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.letter.id,
        "event": delivery.letter.name,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "body": delivery.letter.raw.decode(errors="replace"),
    }
