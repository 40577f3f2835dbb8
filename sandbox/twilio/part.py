"""The Twilio stand-in, put together."""

import logging
from collections.abc import AsyncIterator, Callable

from aiohttp import web
from yarl import URL

from sandbox.levers import levers
from sandbox.part import Part, Row
from sandbox.telephone.exchange import Exchange
from sandbox.troubles import troubles
from sandbox.twilio.api import Api
from sandbox.twilio.chaos import TAKES, Chaos
from sandbox.twilio.control import Control
from sandbox.twilio.desk import Desk
from sandbox.twilio.entities import Message
from sandbox.twilio.errors import too_many, trouble
from sandbox.twilio.forms import Forms
from sandbox.twilio.guards import calls_counted, credentials_required, twilio_errors
from sandbox.twilio.inbox import Inbox
from sandbox.twilio.settings import TwilioSettings

_ABOUT = "SMS and WhatsApp over Twilio's API, signed webhooks of what customers write and of how far messages come."
_SHOWN = 25
_log = logging.getLogger("sandbox.twilio")


def twilio_part(settings: TwilioSettings, public_url: str, exchange: Exchange) -> Part:
    """A fresh, empty Twilio. `public_url` is where the shop reads customers' files."""
    forms = Forms(settings.account_sid, public_url)
    desk = Desk(settings, forms, exchange, Chaos(settings.knobs, TAKES))
    api = Api(desk, public_url)
    Inbox(desk).listen()

    def install(app: web.Application) -> None:
        app.add_routes(api.open_routes())
        app.add_subapp("/2010-04-01/", _api(desk, api))
        app.add_subapp("/_sandbox/twilio/", _control(desk))
        app.cleanup_ctx.append(_working(desk))

    def recent() -> list[Row]:
        return [_row(message) for message in list(desk.book.messages.values())[: -_SHOWN - 1 : -1]]

    return Part("Twilio", _ABOUT, "Recent messages", "/_sandbox/twilio/state", recent, install)


def _api(desk: Desk, api: Api) -> web.Application:
    counting = calls_counted(desk.chaos, desk.book.now)
    refusing = twilio_errors(desk.book.counts)
    meddling = troubles(desk.chaos, too_many, trouble, _log)
    app = web.Application(middlewares=[refusing, credentials_required(desk.settings), counting, meddling])
    app.add_routes(api.routes())
    return app


def _control(desk: Desk) -> web.Application:
    app = web.Application(middlewares=[levers])
    app.add_routes(Control(desk).routes())
    return app


def _working(desk: Desk) -> Callable[[web.Application], AsyncIterator[None]]:
    async def working(_: web.Application) -> AsyncIterator[None]:
        yield
        await desk.close()

    return working


def _row(message: Message) -> Row:
    shop = message.sender if message.is_shops else message.to
    address = URL("/phone").with_query(network=message.network, number=message.number, shop=shop.value)
    return Row(str(address), f"{message.sender} → {message.to}", message.status, message.drawn.body[:60])
