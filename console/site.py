"""The console as a whole, to be mounted on the bot's application."""

from collections.abc import Iterable

from aiohttp import web

from bot.engine import Engine
from console import files, home, signin, talk, tickets, trade
from console.desk import DESK, Desk
from console.guard import add_headers, guard
from console.pages import STATIC
from console.socket import close_sockets, socket
from console.troubles import spoken
from model.ports import Files, Queries


def add_console(
    app: web.Application,
    engine: Engine,
    queries: Queries,
    files: Files,
    *,
    secret: str,
    secure: bool,
    demo: bool,
    origins: Iterable[str] = (),
) -> None:
    """Mount the console under /console.

    `files` holds what customers sent; `secret` signs what forms carry.
    `secure`: the cookie travels over https only; `demo`: demo users may sign in. Forms and sockets must come from the
    host of their own address, or from one of `origins` (scheme and host; for a proxy that rewrites the Host header).
    """
    app.add_subapp("/console", _application(Desk(engine, queries, files, secret, secure, demo, frozenset(origins))))


def _application(desk: Desk) -> web.Application:
    app = web.Application(middlewares=[spoken, guard])
    app[DESK] = desk
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(close_sockets)
    app.add_routes(_ROUTES)
    return app


_ROUTES = [
    web.static("/static", STATIC, name="static"),
    web.get("/login", signin.login_page, name="login"),
    web.post("/login", signin.login, name="login"),
    web.post("/logout", signin.logout),
    web.get("", home.home),
    web.get("/", home.home),
    web.get("/lists", home.lists_fragment),
    web.get("/socket", socket),
    web.get("/conversations/{id}", talk.conversation),
    web.get("/conversations/{id}/news", talk.news),
    web.post("/conversations/{id}/take", talk.take),
    web.post("/conversations/{id}/back", talk.hand_back),
    web.post("/conversations/{id}/lines", talk.write),
    web.post("/conversations/{id}/typing", talk.typing),
    web.get("/files/{conversation}/{id}", files.show, name=files.FILE),
    web.get("/orders", trade.order_list),
    web.get("/orders/{number}", trade.order_page),
    web.post("/orders/{number}", trade.move),
    web.get("/tickets", tickets.ticket_list),
    web.post("/tickets/{id}/close", tickets.close),
    web.get("/money", trade.money),
]
