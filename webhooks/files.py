"""Pictures and papers that customers send in the web chat: kept under what they hold, shown to their session alone.

`POST /webchat/files` takes the file itself as the body and the session's token in `X-Haat-Session`.
"""

import asyncio
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.engine import Engine
from webhooks.body import read_body
from webhooks.limits import Buckets
from webhooks.sessions import Session, resume, verify

MAX_FILE = 5 * 1024 * 1024
TOKEN = "X-Haat-Session"  # noqa: S105 - the header's name
_PATH = "/webchat/files"
_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "pdf": "application/pdf",
}
_BEGINNINGS = {
    "jpg": rb"\xff\xd8\xff",
    "png": rb"\x89PNG\r\n\x1a\n",
    "webp": rb"RIFF....WEBPVP8[ LX]",
    "gif": rb"GIF8[79]a",
    "pdf": rb"%PDF-\d\.\d",
}
_ID = re.compile(rf"[0-9a-f]{{64}}\.(?:{'|'.join(_TYPES)})", re.ASCII)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": f"Content-Type, {TOKEN}",
    "Access-Control-Max-Age": "600",
}
_SHOWN = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def kind_of(raw: bytes) -> str | None:
    """jpg, png, webp, gif or pdf, by how the bytes begin; None for anything else."""
    return next((kind for kind, begins in _BEGINNINGS.items() if re.match(begins, raw, re.DOTALL)), None)


@dataclass(frozen=True, slots=True)
class Files:
    """Kept in `folder`, one folder a conversation; the id is the SHA-256 of the content with its kind as ending."""

    folder: Path
    uploads: Buckets

    def keep(self, conversation_id: int, kind: str, raw: bytes) -> str:
        """Store a file for good; returns its id. The same content again is the same file."""
        name = f"{hashlib.sha256(raw).hexdigest()}.{kind}"
        home = self.folder / str(conversation_id)
        home.mkdir(parents=True, exist_ok=True)
        if not (home / name).exists():
            _write(home, name, raw)
        return name

    def find(self, conversation_id: int, file_id: str) -> Path | None:
        """Where a file of this conversation lies; None for what is not one."""
        path = self.folder / str(conversation_id) / file_id
        return path if _ID.fullmatch(file_id) and path.is_file() else None


def _write(home: Path, name: str, raw: bytes) -> None:
    """Whole or not at all, and on the disk before its id is told."""
    with tempfile.NamedTemporaryFile(dir=home, delete=False) as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(home / name)


class Counter:
    """Where files are handed in and out."""

    def __init__(self, engine: Engine, files: Files, origins: frozenset[str]) -> None:
        self._engine, self._files, self._origins = engine, files, origins

    async def take(self, request: web.Request) -> web.Response:
        """`POST /webchat/files`: {"file": id}"""
        self._check_origin(request)
        session = await self._session(request)
        if not self._files.uploads.take(str(session.conversation_id)):
            raise web.HTTPTooManyRequests(reason="Too many files at once. Please wait a minute.")
        raw = await read_body(request, MAX_FILE)
        kind = kind_of(raw)
        if kind is None:
            raise web.HTTPUnsupportedMediaType(reason="Send a JPEG, PNG, WebP or GIF picture or a PDF.")
        return web.json_response(
            {"file": await asyncio.to_thread(self._files.keep, session.conversation_id, kind, raw)}
        )

    async def show(self, request: web.Request) -> web.StreamResponse:
        """`GET /webchat/files/<id>`, for the session that sent it."""
        session = await self._session(request)
        path = self._files.find(session.conversation_id, request.match_info["id"])
        if path is None:
            raise web.HTTPNotFound()
        return web.FileResponse(path, headers={"Content-Type": _TYPES[path.suffix[1:]], **_SHOWN})

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
