"""The WhatsApp stand-in, put together."""

import logging
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlencode

from aiohttp import web

from sandbox.levers import levers
from sandbox.meta.api import Api
from sandbox.meta.chaos import Chaos
from sandbox.meta.control import Control
from sandbox.meta.desk import Desk
from sandbox.meta.despatch import Despatch
from sandbox.meta.errors import too_many, trouble
from sandbox.meta.settings import MetaSettings
from sandbox.meta.updates import signature
from sandbox.part import Part, Row
from sandbox.postman import Letter, Postman
from sandbox.tasks import Tasks
from sandbox.telephone.exchange import Exchange
from sandbox.troubles import troubles

_ABOUT = "WhatsApp Cloud API of Meta: messages with all their limits, media, templates, and signed webhooks."
_REMEMBERED = 500
_SHOWN = 25
_log = logging.getLogger("sandbox.meta")


def meta_part(settings: MetaSettings, exchange: Exchange) -> Part:
    """One number of the shop on WhatsApp; its customers are the handsets of `exchange`."""
    tasks, chaos = Tasks(), Chaos(settings.knobs)
    postman = _postman(settings, chaos, tasks)
    desk = Desk(settings, exchange, chaos, Despatch(settings, chaos, postman, tasks, exchange), tasks)
    exchange.on_write("whatsapp", settings.phone_number_id, desk.write, settings.name)

    def install(app: web.Application) -> None:
        app.add_routes(Api(desk, troubles(chaos, too_many, trouble, _log)).routes())
        app.add_subapp("/_sandbox/meta/", _control(desk, postman))
        app.cleanup_ctx.append(_working(desk, postman, tasks))

    chat = {"network": "whatsapp", "shop": settings.phone_number_id}

    def recent() -> list[Row]:
        return [
            Row(f"/phone?{urlencode(chat | {'number': record.to})}", record.to, record.status, record.asked.kind)
            for record in desk.ledger.all()[: -_SHOWN - 1 : -1]
        ]

    return Part("WhatsApp (Meta)", _ABOUT, "Recent messages", "/_sandbox/meta/state", recent, install)


def _postman(settings: MetaSettings, chaos: Chaos, tasks: Tasks) -> Postman:
    def stamp(letter: Letter) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": signature(settings.app_secret, letter.raw),
        }

    return Postman(stamp, lambda: chaos.knobs, settings.rounds, tasks, _log, settings.webhook_url, _REMEMBERED)


def _control(desk: Desk, postman: Postman) -> web.Application:
    app = web.Application(middlewares=[levers])
    app.add_routes(Control(desk, postman).routes())
    return app


def _working(desk: Desk, postman: Postman, tasks: Tasks) -> Callable[[web.Application], AsyncIterator[None]]:
    async def working(_: web.Application) -> AsyncIterator[None]:
        yield
        await tasks.close()
        await postman.close()
        await desk.media.close()

    return working
