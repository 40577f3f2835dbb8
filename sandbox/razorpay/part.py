"""The Razorpay stand-in, put together."""

import logging
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from sandbox.levers import levers
from sandbox.money import rupees
from sandbox.part import Part, Row
from sandbox.razorpay.api import Api
from sandbox.razorpay.chaos import TAKES, Chaos
from sandbox.razorpay.checkout import Checkout
from sandbox.razorpay.control import Control
from sandbox.razorpay.desk import Desk
from sandbox.razorpay.entities import Link
from sandbox.razorpay.errors import too_many, trouble
from sandbox.razorpay.guards import key_required, razorpay_errors
from sandbox.razorpay.ledger import Clock, Ledger
from sandbox.razorpay.postman import razorpay_postman
from sandbox.razorpay.settings import RazorpaySettings
from sandbox.tasks import Tasks
from sandbox.troubles import troubles

_ABOUT = "Payment links, payments and refunds over Razorpay's API, a pay page, and signed webhooks."
_SHOWN = 25
_log = logging.getLogger("sandbox.razorpay")


def razorpay_part(settings: RazorpaySettings, public_url: str, clock: Clock) -> Part:
    """A fresh, empty Razorpay. `public_url` is where customers find the pay page."""
    tasks, chaos = Tasks(), Chaos(settings.knobs, TAKES)
    ledger = Ledger(clock, public_url)
    desk = Desk(ledger, razorpay_postman(settings, chaos, tasks), chaos, tasks)

    def install(app: web.Application) -> None:
        app.add_routes(Checkout(desk, settings.key_secret).routes())
        app.add_subapp("/v1/", _api(desk, settings))
        app.add_subapp("/_sandbox/razorpay/", _control(desk))
        app.cleanup_ctx.append(_working(desk, tasks))

    def recent() -> list[Row]:
        desk.expire_due()
        return [_row(link) for link in list(ledger.links.values())[: -_SHOWN - 1 : -1]]

    return Part("Razorpay", _ABOUT, "Recent payment links", "/_sandbox/razorpay/state", recent, install)


def _api(desk: Desk, settings: RazorpaySettings) -> web.Application:
    meddling = troubles(desk.chaos, too_many, trouble, _log)
    app = web.Application(middlewares=[razorpay_errors, key_required(settings), meddling])
    app.add_routes(Api(desk).routes())
    return app


def _control(desk: Desk) -> web.Application:
    app = web.Application(middlewares=[levers, razorpay_errors])
    app.add_routes(Control(desk).routes())
    return app


def _working(desk: Desk, tasks: Tasks) -> Callable[[web.Application], AsyncIterator[None]]:
    async def working(_: web.Application) -> AsyncIterator[None]:
        tasks.start(desk.watch_clock())
        yield
        await tasks.close()
        await desk.postman.close()

    return working


def _row(link: Link) -> Row:
    reference = link.asked.reference_id or link.id
    return Row(f"/pay/{link.id}", reference, link.status, rupees(link.asked.amount))
