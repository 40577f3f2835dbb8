"""Signing in and out."""

from datetime import timedelta
from http import HTTPStatus
from math import ceil

from aiohttp import web

from console import sessions
from console.desk import VISITOR, Desk, desk_of, visitor_of
from console.forms import field, form
from console.pages import page
from console.users import tidy_name
from model.rows import User

_HOME = "/console"
_WRONG = "Name or password is not right."
_WAIT = "Too many tries. Please wait {seconds} seconds."


async def login_page(request: web.Request) -> web.Response:
    """The form; straight on for who is signed in already."""
    if VISITOR in request:
        raise web.HTTPSeeOther(_next(request))
    return page(request, "login.html", name="", trouble="")


async def login(request: web.Request) -> web.Response:
    """Check name and password, then begin a session and go where the visitor wanted to go."""
    desk, fields = desk_of(request), await form(request)
    name, password = tidy_name(field(fields, "name")), field(fields, "password")
    keys = (request.remote, name.casefold()), request.remote
    wait = _wait(desk, keys)
    if wait:
        return _too_many(request, name, wait)
    user = await _checked(desk, name, password)
    if user is None:
        return page(request, "login.html", status=HTTPStatus.UNAUTHORIZED, name=name, trouble=_WRONG)
    desk.tries.clear(keys[0])
    desk.address_tries.forgive(keys[1])
    return await _welcome(request, user, password)


def _wait(desk: Desk, keys: tuple[object, object]) -> timedelta:
    """How long the next try has to wait; zero: it counts from now."""
    now = desk.engine.parts.clock()
    wait = max(desk.tries.wait(keys[0], now), desk.address_tries.wait(keys[1], now))
    if not wait:
        desk.tries.count(keys[0], now)
        desk.address_tries.count(keys[1], now)
    return wait


def _too_many(request: web.Request, name: str, wait: timedelta) -> web.Response:
    seconds = ceil(wait.total_seconds())
    trouble = _WAIT.format(seconds=seconds)
    response = page(request, "login.html", status=HTTPStatus.TOO_MANY_REQUESTS, name=name, trouble=trouble)
    response.headers["Retry-After"] = str(seconds)
    return response


async def _checked(desk: Desk, name: str, password: str) -> User | None:
    """The user, if the password is theirs and they may sign in here."""
    user = await desk.transact("console", lambda work: work.uow.desk.user(name))
    fits = await desk.passwords.fits(user, password)
    return user if user and fits and (desk.demo or not user.demo) else None


async def _welcome(request: web.Request, user: User, password: str) -> web.Response:
    desk, token = desk_of(request), sessions.new_token()
    renewed = await desk.passwords.renewed(user, password)
    if renewed:
        await desk.transact("console", lambda work: work.uow.desk.add_user(user.name, renewed, user.role, user.demo))
    await desk.transact("console", lambda work: sessions.begin(work, token, user))
    response = web.HTTPSeeOther(_next(request))
    sessions.give(response, token, desk.secure)
    raise response


def _next(request: web.Request) -> str:
    """Where the visitor wanted to go, if that is a page of ours."""
    wanted = request.query.get("next", "")
    return wanted if wanted.startswith(f"{_HOME}/") and "\\" not in wanted else _HOME


async def logout(request: web.Request) -> web.Response:
    """End the session here and in the store."""
    desk, token = desk_of(request), visitor_of(request).token
    await desk.transact("console", lambda work: sessions.end(work, token))
    response = web.HTTPSeeOther(request.app.router["login"].url_for())
    sessions.take_away(response, desk.secure)
    raise response
