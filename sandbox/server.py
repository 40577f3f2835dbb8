"""Puts the parts together and serves them."""

import logging
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import uvloop
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.meta.part import meta_part
from sandbox.pages import STATIC, page
from sandbox.parent import ended
from sandbox.part import Part
from sandbox.razorpay.part import razorpay_part
from sandbox.settings import Settings
from sandbox.tasks import Tasks
from sandbox.telephone.exchange import EXCHANGE, Exchange
from sandbox.telephone.part import install_telephone
from sandbox.twilio.part import twilio_part

_LARGEST = 101 * 1024 * 1024
"""Bytes of a request: WhatsApp takes documents of 100 MB."""
_log = logging.getLogger("sandbox")


def build_app(settings: Settings, clock: Callable[[], float] = time.time) -> web.Application:
    """Every stand-in, its pages and the index, ready to be served. `clock` gives Unix seconds."""
    exchange = Exchange(clock, settings.keep)
    parts = list(_parts(settings, exchange))
    app = web.Application(client_max_size=_LARGEST)
    app[EXCHANGE] = exchange
    install_telephone(app, exchange)
    app.router.add_get("/", _index(parts, exchange))
    app.router.add_static("/_sandbox/static/", STATIC)
    for part in parts:
        part.install(app)
    return app


def _parts(settings: Settings, exchange: Exchange) -> Iterator[Part]:
    if settings.razorpay is not None:
        yield razorpay_part(settings.razorpay, settings.public_url, exchange.clock)
    if settings.meta is not None:
        yield meta_part(settings.meta, exchange)
    if settings.twilio is not None:
        yield twilio_part(settings.twilio, settings.public_url, exchange)


def serve(app: web.Application, settings: Settings, parent: int | None) -> None:
    """Serve until SIGINT or SIGTERM, or until process `parent` ends."""
    if parent is not None:
        app.cleanup_ctx.append(_stop_after(parent))
    web.run_app(
        app,
        host=settings.host,
        port=settings.port,
        access_log=None,
        print=lambda *_: _log.info("listening address=%s", settings.public_url),
        shutdown_timeout=1.0,
        loop=uvloop.new_event_loop(),
    )


def _index(parts: Sequence[Part], exchange: Exchange) -> Handler:
    async def index(_: web.Request) -> web.StreamResponse:
        shown = [(part, part.recent()) for part in parts]
        return page("index.html", {"parts": shown, "telephone": bool(exchange.lines)})

    return index


def _stop_after(parent: int) -> Callable[[web.Application], AsyncIterator[None]]:
    async def watch() -> None:
        await ended(parent)
        signal.raise_signal(signal.SIGTERM)

    async def watching(_: web.Application) -> AsyncIterator[None]:
        tasks = Tasks()
        tasks.start(watch())
        yield
        await tasks.close()

    return watching
