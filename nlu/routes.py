"""The routes: Rasa's `/model/parse`, `/model` and `/status`, and ours for batches, health and the catalogue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from nlu import wire
from nlu.engine import Engine
from nlu.errors import BadModel, NotReady
from nlu.wire import Refused

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ENGINE = web.AppKey("engine", Engine)


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers every refusal as JSON."""
    try:
        return await handler(request)
    except Refused as refused:
        return refused.response()
    except NotReady:
        return Refused(503, "loading", "No model is loaded yet.").response()
    except web.HTTPException as error:
        return Refused(error.status, error.reason.lower().replace(" ", "_"), error.reason).response()


async def parse(request: web.Request) -> web.Response:
    """POST /model/parse"""
    wanted = wire.parse_request(await wire.read_json(request, wire.ONE))
    (answer,) = await request.app[ENGINE].parse([wanted])
    return as_json(answer)


async def parse_batch(request: web.Request) -> web.Response:
    """POST /model/parse/batch"""
    wanted = wire.batch_request(await wire.read_json(request, wire.BATCH))
    return as_json("[" + ",".join(await request.app[ENGINE].parse(wanted)) + "]")


def as_json(text: str) -> web.Response:
    """An answer that is JSON already."""
    return web.Response(text=text, content_type="application/json")


async def health(request: web.Request) -> web.Response:
    """GET /health: 503 until a model is loaded. ``workers``: each process that parses, and how often it has."""
    try:
        about = request.app[ENGINE].about()
    except NotReady:
        return web.json_response({"status": "loading"}, status=503)
    found = {"status": "ok", "model": about.path.name, "catalogue": about.catalogue, "workers": about.workers}
    return web.json_response(found)


async def status(request: web.Request) -> web.Response:
    """GET /status, as Rasa's server answers it."""
    about = request.app[ENGINE].about()
    found = {"model_file": str(about.path), "model_id": about.model_id, "num_active_training_jobs": 0}
    return web.json_response(found)


async def put_catalogue(request: web.Request) -> web.Response:
    """PUT /catalogue"""
    payload = await wire.read_json(request, wire.CATALOGUE)
    try:
        size = await request.app[ENGINE].use_catalogue(payload)
    except ValueError as error:
        raise Refused(400, "bad_catalogue", str(error)) from error
    return web.json_response({"catalogue": size})


async def put_model(request: web.Request) -> web.Response:
    """PUT /model: 204 once the new model answers; the old one goes on where the new cannot be loaded."""
    path = Path(wire.model_file(await wire.read_json(request, wire.ONE)))
    try:
        await request.app[ENGINE].load(path)
    except FileNotFoundError as error:
        raise Refused(400, "no_such_model", f"There is no file {path.name}.") from error
    except BadModel as error:
        raise Refused(400, "bad_model", str(error)) from error
    return web.Response(status=204)


def application(engine: Engine) -> web.Application:
    """The server's application over an engine, which may still be loading."""
    app = web.Application(middlewares=[refusals], client_max_size=wire.CATALOGUE)
    app[ENGINE] = engine
    app.add_routes(
        [
            web.post("/model/parse", parse),
            web.post("/model/parse/batch", parse_batch),
            web.get("/health", health),
            web.get("/status", status),
            web.put("/catalogue", put_catalogue),
            web.put("/model", put_model),
        ]
    )
    return app
