"""Pictures and papers that customers send in the web chat: kept under what they hold, shown to their session alone.

`POST /webchat/files` takes the file itself as the body and the session's token in `X-Haat-Session`.
"""

import asyncio

from aiohttp import web

from bot.engine import Engine
from model.errors import Refused
from model.files import TYPES
from model.ports import Files
from webhooks.body import read_body
from webhooks.limits import Buckets, counted
from webhooks.sessions import Session, resume, verify

MAX_FILE = 5 * 1024 * 1024
TOKEN = "X-Haat-Session"  # noqa: S105 - the header's name
_PATH = "/webchat/files"
_WANTED = "Send a JPEG, PNG, WebP or GIF picture or a PDF."
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": f"Content-Type, {TOKEN}",
    "Access-Control-Max-Age": "600",
}
_SHOWN = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class Counter:
    """Where files are handed in and out."""

    def __init__(
        self, engine: Engine, files: Files, uploads: Buckets, from_address: Buckets, origins: frozenset[str]
    ) -> None:
        """`uploads` limits each session; `from_address` each client's address, which may begin many sessions."""
        self._engine, self._files, self._origins = engine, files, origins
        self._uploads, self._from_address = uploads, from_address

    async def take(self, request: web.Request) -> web.Response:
        """`POST /webchat/files`: {"file": id}"""
        self._check_origin(request)
        session = await self._session(request)
        self._check_limits(counted(request.remote), session)
        raw = await read_body(request, MAX_FILE)
        try:
            file_id = await asyncio.to_thread(self._files.keep, session.conversation_id, raw)
        except Refused as refused:
            raise web.HTTPUnsupportedMediaType(reason=_WANTED) from refused
        return web.json_response({"file": file_id})

    async def show(self, request: web.Request) -> web.StreamResponse:
        """`GET /webchat/files/<id>`, for the session that sent it."""
        session = await self._session(request)
        path = self._files.find(session.conversation_id, request.match_info["id"])
        kind = TYPES.get(path.suffix[1:]) if path else None
        if path is None or kind is None:
            raise web.HTTPNotFound()
        return web.FileResponse(path, headers={"Content-Type": kind, **_SHOWN})

    async def preflight(self, request: web.Request) -> web.Response:
        """What a browser asks before either."""
        self._check_origin(request)
        return web.Response(status=204, headers=_PREFLIGHT)

    async def let_read(self, request: web.Request, response: web.StreamResponse) -> None:
        """A page of an allowed origin may read every answer here, errors too."""
        if request.path.startswith(_PATH):
            response.headers["Vary"] = "Origin"
            if verify(request.headers.get("Origin"), self._origins):
                response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]

    def _check_limits(self, address: str, session: Session) -> None:
        if not self._uploads.take(str(session.conversation_id)):
            raise web.HTTPTooManyRequests(reason="Too many files at once. Please wait a minute.")
        if not self._from_address.take(address):
            raise web.HTTPTooManyRequests(reason="Too many files today. Please tell us in words.")

    def _check_origin(self, request: web.Request) -> None:
        if not verify(request.headers.get("Origin"), self._origins):
            raise web.HTTPForbidden()

    async def _session(self, request: web.Request) -> Session:
        token = request.headers.get(TOKEN)
        session = await resume(self._engine, token) if token else None
        if session is None:
            raise web.HTTPUnauthorized(reason=f"{TOKEN} holds no known session")
        return session


def add_routes(app: web.Application, counter: Counter) -> None:
    """`POST /webchat/files`, `GET /webchat/files/<id>`, and what browsers ask before either."""
    app.router.add_post(_PATH, counter.take)
    app.router.add_get(f"{_PATH}/{{id}}", counter.show)
    for path in (_PATH, f"{_PATH}/{{id}}"):
        app.router.add_route("OPTIONS", path, counter.preflight)
    app.on_response_prepare.append(counter.let_read)
