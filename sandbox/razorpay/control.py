"""Levers for tests and demonstrations, under /_sandbox/razorpay."""

from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.razorpay import shapes
from sandbox.razorpay.chaos import ChaosError
from sandbox.razorpay.desk import Desk
from sandbox.razorpay.entities import METHODS, Method
from sandbox.razorpay.errors import Refusal
from sandbox.razorpay.events import raw_event
from sandbox.razorpay.postman import Delivery


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
            web.post("/chaos", self.chaos),
            web.delete("/chaos", self.rest),
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
        body = await _object(request)
        payment = self._desk.pay(request.match_info["id"], _method(body), late=body.get("late") is True)
        return web.json_response(shapes.payment_answer(payment))

    async def fail(self, request: web.Request) -> web.Response:
        """`{"method": "upi" | "card"}`: an attempt that the bank declines."""
        payment = self._desk.fail(request.match_info["id"], _method(await _object(request)))
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
        wanted = [told.event for told in kept if told.event.id == request.match_info["id"]]
        if not wanted:
            raise Refusal("no such event", status=404)
        self._desk.postman.post(wanted[:1])
        return web.json_response({"id": wanted[0].id, "event": wanted[0].name}, status=202)

    async def chaos(self, request: web.Request) -> web.Response:
        """Turns some knobs (see `chaos.Knobs`), leaves the others; answers with all."""
        try:
            return web.json_response(self._desk.chaos.turn(await _object(request)))
        except ChaosError as error:
            raise Refusal(str(error)) from error

    async def rest(self, _: web.Request) -> web.Response:
        """All knobs back to where they were at the start."""
        return web.json_response(self._desk.chaos.rest())


@web.middleware
async def json_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A browser asks before it sends JSON to another site, and the answer here is no."""
    if request.method == "POST" and request.content_type != "application/json":
        raise Refusal("send application/json", status=415)
    return await handler(request)


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal("send a JSON object")
    return body


def _method(body: dict[str, Any]) -> Method:
    for method in METHODS:
        if body.get("method", "upi") == method:
            return method
    raise Refusal(f"method is one of {', '.join(METHODS)}", field="method")


def _told(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.event.id,
        "event": delivery.event.name,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "body": delivery.event.raw.decode(errors="replace"),
    }
