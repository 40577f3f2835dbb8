"""NLU servers on real sockets that answer as they are told."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.webhooks.edge_kit import serving

PARSE: dict[str, Any] = {
    "text": "2 mango pickle",
    "intent": {"name": "order", "confidence": 0.91},
    "intent_ranking": [{"name": "order", "confidence": 0.91}, {"name": "price", "confidence": 0.06}],
    "entities": [
        {"entity": "quantity", "value": "2", "start": 0, "end": 1},
        {"entity": "product", "value": "mango pickle", "start": 2, "end": 14, "id": "mango", "confidence_entity": 0.99},
    ],
    "language": {"code": "en", "confidence": 0.97},
    "sentiment": {"label": "calm", "confidence": 0.8},
}


@dataclass
class Server:
    """Answers every parse with `status` and `body`, after `gate` if there is one; `cut` hangs up instead.

    `health` is what `/health` says; None: it has no such route, as Rasa's own.
    """

    body: Any = field(default_factory=lambda: dict(PARSE))
    status: int = 200
    gate: asyncio.Event | None = None
    cut: bool = False
    health: dict[str, Any] | None = None
    up: bool = True
    catalogue_status: int = 204
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    catalogues: list[dict[str, Any]] = field(default_factory=list)

    async def parse(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        if self.gate:
            await self.gate.wait()
        if self.cut and request.transport:
            request.transport.close()
        raw = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return web.Response(body=raw, status=self.status, content_type="application/json")

    async def take_catalogue(self, request: web.Request) -> web.Response:
        self.catalogues.append(await request.json())
        return web.Response(status=self.catalogue_status)

    async def tell_health(self, request: web.Request) -> web.Response:
        if self.health is None:
            raise web.HTTPNotFound
        return web.json_response(self.health)

    async def tell_status(self, request: web.Request) -> web.Response:
        return web.json_response({"model_file": "x"}, status=200 if self.up else 503)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/model/parse", self.parse)
        app.router.add_put("/catalogue", self.take_catalogue)
        app.router.add_get("/health", self.tell_health)
        app.router.add_get("/status", self.tell_status)
        return app


@asynccontextmanager
async def servers(count: int = 1) -> AsyncIterator[list[Server]]:
    """So many servers, each answering `PARSE`."""
    async with AsyncExitStack() as stack:
        made = [Server() for _ in range(count)]
        for server in made:
            server.url = await stack.enter_async_context(serving(server.application()))
        yield made
