"""Levers for tests and demonstrations, under /_sandbox/razorpay."""

from typing import Any

from aiohttp import web

from sandbox.levers import chaos_routes, json_object
from sandbox.postman import Delivery
from sandbox.razorpay import shapes
from sandbox.razorpay.desk import Desk
from sandbox.razorpay.entities import METHODS, Method
from sandbox.razorpay.errors import Refusal
from sandbox.razorpay.events import raw_event


class Control:
    """What Razorpay would never offer. JSON only: no form of another page can pull these levers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """Relative to /_sandbox/razorpay."""
        return [
            web.get("/state", self.state),
            web.post("/pay/{id}", self.pay),
            web.post("/fail/{id}", self.fail),
            web.post("/expire/{id}", self.expire),
            web.post("/webhook", self.webhook),
            web.post("/redeliver/{id}", self.redeliver),
            *chaos_routes(self._desk.chaos),
        ]

    async def state(self, _: web.Request) -> web.Response:
        """Everything there is, oldest first, and the knobs as they stand."""
        ledger = self._desk.ledger
        return web.json_response(
            {
                "links": [shapes.link_answer(link) for link in ledger.links.values()],
                "payments": [shapes.payment_answer(payment) for payment in ledger.payments.values()],
                "refunds": [shapes.refund_answer(refund) for refund in ledger.refunds.values()],
                "webhooks": [_told(delivery) for delivery in self._desk.postman.deliveries],
                "chaos": self._desk.chaos.turn({}),
            }
        )

    async def pay(self, request: web.Request) -> web.Response:
        """`{"method": "upi" | "card", "late": false}`: pay as on the page; late, whatever the link's state."""
        body = await json_object(request)
        payment = self._desk.pay(request.match_info["id"], _method(body), late=body.get("late") is True)
        return web.json_response(shapes.payment_answer(payment))

    async def fail(self, request: web.Request) -> web.Response:
        """`{"method": "upi" | "card"}`: an attempt that the bank declines."""
        payment = self._desk.fail(request.match_info["id"], _method(await json_object(request)))
        return web.json_response(shapes.payment_answer(payment))

    async def expire(self, request: web.Request) -> web.Response:
        """An open link expires now, before its time."""
        link = self._desk.link(request.match_info["id"])
        if link.status != "created":
            raise Refusal("cannot cancel or expire an expired link")
        self._desk.expire(link)
        return web.json_response(shapes.link_answer(link))

    async def webhook(self, request: web.Request) -> web.Response:
        """Sends the request's body, byte for byte, signed."""
        event = raw_event(await request.read())
        self._desk.postman.post([event])
        return web.json_response({"id": event.id, "event": event.name}, status=202)

    async def redeliver(self, request: web.Request) -> web.Response:
        """Sends an event again under its id, dropped or delivered."""
        kept = self._desk.postman.deliveries
        wanted = [told.letter for told in kept if told.letter.id == request.match_info["id"]]
        if not wanted:
            raise Refusal("no such event", status=404)
        self._desk.postman.post(wanted[:1])
        return web.json_response({"id": wanted[0].id, "event": wanted[0].name}, status=202)


def _method(body: dict[str, Any]) -> Method:
    for method in METHODS:
        if body.get("method", "upi") == method:
            return method
    raise Refusal(f"method is one of {', '.join(METHODS)}", field="method")


def _told(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.letter.id,
        "event": delivery.letter.name,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "body": delivery.letter.raw.decode(errors="replace"),
    }
