"""The web server: every route, errors as JSON, headers that browsers heed."""

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

from app.channels import add_doors
from app.pages import add_pages
from app.wiring import Bot
from console import add_console
from gateways.files import KeptFiles
from model.errors import HaatError
from webhooks import files, razorpay, webchat
from webhooks.limits import Buckets

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_MAX_BODY = 1024 * 1024
_END_WITHIN = 10.0
_DAY = 86_400
_FILES_A_DAY = 200
"""From one address, that many customers may share (telephone companies have few): at most a gigabyte."""
_LOOPBACK = frozenset({"127.0.0.1", "::1"})


def problem(code: str, message: str, status: int) -> web.Response:
    """An error as every route tells it."""
    return web.json_response({"error": {"code": code, "message": message, "details": []}}, status=status)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Never a stack trace: what went wrong as JSON."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return problem(HTTPStatus(error.status).name.casefold(), error.reason, error.status)
    except HaatError:
        log.exception("request_failed", route=_route(request))
        return problem("unavailable", "This does not work right now. Please try again in a moment.", 503)
    except Exception:
        log.exception("request_broke", route=_route(request))
        return problem("internal", "Something went wrong on our side.", 500)


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"


async def _set_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


def behind(proxies: int) -> Any:
    """Who asks, where so many proxies of ours stand before us: each added the address it was asked from."""

    @web.middleware
    async def see_through(request: web.Request, handler: Handler) -> web.StreamResponse:
        passed = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(passed) < proxies:
            return await handler(request)
        return await handler(request.clone(remote=passed[-proxies]))

    return see_through


def build_app(bot: Bot) -> web.Application:
    """Every route on one application."""
    through = [behind(bot.settings.proxies)] if bot.settings.proxies else []
    app = web.Application(middlewares=[*through, errors], client_max_size=_MAX_BODY)
    app.on_response_prepare.append(_set_headers)
    settings = bot.settings
    add_pages(app, bot.store, settings)
    _add_webchat(app, bot)
    if settings.razorpay:
        secret = settings.razorpay_key_secret.get_secret_value()
        razorpay.add_routes(app, bot.engine, settings.webhook_secrets, secret)
    add_doors(app, bot.engine, settings)
    secure = settings.public_url.startswith("https:")
    origins = [settings.public_origin]
    demo = not settings.production
    kept = KeptFiles(settings.files)
    add_console(app, bot.engine, bot.queries, kept, secret=settings.secret, secure=secure, demo=demo, origins=origins)
    _add_health(app, bot)
    return app


def _add_webchat(app: web.Application, bot: Bot) -> None:
    """How much one address or session may do at once, and a second in the long run, is set here."""
    kept = KeptFiles(bot.settings.files)
    origins, sessions, messages = bot.settings.origins, Buckets(30, 0.5), Buckets(20, 2.0)
    webchat.add_routes(app, webchat.Desk(bot.engine, bot.queries, origins, sessions, messages, kept))
    a_day = Buckets(_FILES_A_DAY, _FILES_A_DAY / _DAY)
    files.add_routes(app, files.Counter(bot.engine, kept, Buckets(10, 0.05), a_day, origins))


def _add_health(app: web.Application, bot: Bot) -> None:
    async def live(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(request: web.Request) -> web.Response:
        parts = {"database": await _database(bot), "nlu": "ok" if await bot.nlu.healthy() else "unavailable"}
        well = all(state == "ok" for state in parts.values())
        stopped = dict.fromkeys(bot.engine.outbox.stopped, "sends nothing: mend its account")
        body = {"status": "ok" if well else "unavailable", "parts": parts | stopped}
        return web.json_response(body, status=200 if well else 503)

    async def metrics(request: web.Request) -> web.Response:
        if not _may_measure(request, bot.settings.metrics_token.get_secret_value()):
            raise web.HTTPForbidden()
        text = bot.metrics.text(await bot.queries.depths())
        return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app.router.add_get("/health/live", live)
    app.router.add_get("/health/ready", ready)
    app.router.add_get("/metrics", metrics)


async def _database(bot: Bot) -> str:
    try:
        await bot.queries.depths()
    except Exception:
        log.exception("database_unready")
        return "unavailable"
    return "ok"


def _may_measure(request: web.Request, token: str) -> bool:
    """A token, if one is set, is asked of everyone; else only this machine may look."""
    if not token:
        return request.remote in _LOOPBACK
    given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(f"Bearer {token}".encode(), given)


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """The application on a port (0: any free one); gives the port."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_END_WITHIN)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
