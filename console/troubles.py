"""What goes wrong, told in plain English with the right status; never a stack trace."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from console import words
from console.desk import desk_of
from console.guard import wants_json
from console.pages import page
from model.errors import Conflict, Refused, Unavailable

log = structlog.get_logger()

_OWN_WORDS = {
    400: "That request could not be read.",
    404: "There is no such page.",
    405: "That is not possible here.",
    413: "That is too much at once.",
}
_UNKNOWN = ("conversation_unknown", "order_unknown")
_CODES = {401: "signed_out", 403: "forbidden", 404: "unknown", 409: "conflict", 422: "refused", 503: "unavailable"}


@web.middleware
async def spoken(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns errors into pages, or into JSON where a script asks."""
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < 400:
            raise
        return _told(request, answer.status, _OWN_WORDS.get(answer.status, answer.reason))
    except Conflict:
        return _told(request, 409, "Another colleague has this conversation.")
    except Refused as refused:
        status = 404 if refused.key in _UNKNOWN else 422
        return _told(request, status, words.refusal(refused, desk_of(request).engine.parts.speech))
    except Unavailable as down:
        log.warning("console_waits", what=down.what)
        return _told(request, 503, "This does not work right now. Please try again in a moment.")
    except Exception:
        log.exception("console_failed", method=request.method, route=request.match_info.route.name)
        return _told(request, 500, "Something went wrong on our side. Please try again.")


def _told(request: web.Request, status: int, message: str) -> web.Response:
    if wants_json(request):
        error = {"code": _CODES.get(status, "failed"), "message": message, "details": []}
        return web.json_response({"error": error}, status=status)
    return page(request, "trouble.html", status=status, message=message, back=_back(request))


def _back(request: web.Request) -> str:
    """The page whose button was pressed, else the first one."""
    _, console, *rest = request.path.split("/")
    pressed = request.method == "POST" and len(rest) > 1 and rest[0] in ("conversations", "orders")
    return "/".join(["", console, *rest[:2]]) if pressed else "/console"
