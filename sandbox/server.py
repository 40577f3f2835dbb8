"""Puts the parts together and serves them."""

import logging
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.pages import STATIC, page
from sandbox.parent import ended
from sandbox.part import Part
from sandbox.razorpay.part import razorpay_part
from sandbox.settings import Settings
from sandbox.tasks import Tasks

_log = logging.getLogger("sandbox")


def build_app(settings: Settings, clock: Callable[[], float] = time.time) -> web.Application:
    """Every stand-in, its pages and the index, ready to be served. `clock` gives Unix seconds."""
    parts = [razorpay_part(settings.razorpay, settings.public_url, clock)]
    app = web.Application()
    app.router.add_get("/", _index(parts))
    app.router.add_static("/_sandbox/static/", STATIC)
    for part in parts:
        part.install(app)
    return app


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
    )


def _index(parts: Sequence[Part]) -> Handler:
    async def index(_: web.Request) -> web.StreamResponse:
        return page("index.html", {"parts": [(part, part.recent()) for part in parts]})

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
