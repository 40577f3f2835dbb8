"""Who gets in: everything under /console is locked, but the sign-in page and the static files."""

import hmac

from aiohttp import web
from aiohttp.typedefs import Handler

from console import sessions
from console.desk import VISITOR, Desk, desk_of
from console.files import FILE, POLICY
from console.forms import field, form
from console.sessions import Visitor

CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
_OPEN = ("login", "static")
_READS = ("GET", "HEAD")

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Security headers, on whatever is answered; static files may be kept, but are asked after each time."""
    response.headers.update(_HEADERS)
    route = request.match_info.route.name
    if route == "static":
        response.headers["Cache-Control"] = "no-cache"
    if route == FILE:
        response.headers["Content-Security-Policy"] = POLICY


def wants_json(request: web.Request) -> bool:
    """Whether a script asks, not a person's browser."""
    return "application/json" in request.headers.get("Accept", "")


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Lets in who is signed in and comes from our own pages."""
    desk = desk_of(request)
    upgrading = request.headers.get("Upgrade", "").lower() == "websocket"
    if (request.method not in _READS or upgrading) and not _from_here(request, desk):
        raise web.HTTPForbidden(reason="This request came from another site.")
    route = request.match_info.route.name
    visitor = await _who(request) if route != "static" else None
    if visitor:
        request[VISITOR] = visitor
    if route not in _OPEN:
        if visitor is None:
            raise _sign_in(request, upgrading)
        await _check_csrf(request, visitor)
    return await handler(request)


async def _who(request: web.Request) -> Visitor | None:
    desk = desk_of(request)
    token = request.cookies.get(sessions.COOKIE, "")
    if not token:
        return None
    return await desk.transact("console", lambda work: sessions.visitor(work, token, desk.secret, desk.demo))


def _from_here(request: web.Request, desk: Desk) -> bool:
    origin = request.headers.get("Origin", "")
    scheme, _, host = origin.partition("://")
    ours = scheme in (("https",) if desk.secure else ("http", "https")) and host == request.host
    return ours or origin in desk.origins


def _sign_in(request: web.Request, upgrading: bool) -> web.HTTPException:
    """Pages lead to the sign-in and back again; scripts, sockets and forms are told."""
    if upgrading or wants_json(request) or request.method not in _READS:
        return web.HTTPUnauthorized(reason="You are not signed in any more.")
    return web.HTTPSeeOther(request.app.router["login"].url_for().with_query(next=request.path_qs))


async def _check_csrf(request: web.Request, visitor: Visitor) -> None:
    if request.method in _READS:
        return
    given = request.headers.get(CSRF_HEADER) or field(await form(request), CSRF_FIELD)
    if not hmac.compare_digest(given.encode(errors="surrogatepass"), visitor.csrf.encode()):
        raise web.HTTPForbidden(reason="This form is out of date. Load the page again, please.")
