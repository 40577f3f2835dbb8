"""A server that answers as Rasa does and hears what a script says: wares by "do you have …?", else a bare value."""

import re
from typing import Any

from aiohttp import web

_ASKS = re.compile(r"do you have (.+)\?")


def heard(text: str) -> dict[str, Any]:
    """Rasa's parse JSON."""
    asks = _ASKS.fullmatch(text)
    intent = {"name": "search" if asks else "inform", "confidence": 1.0}
    entities = [{"entity": "product", "value": asks[1], "start": asks.start(1), "end": asks.end(1)}] if asks else []
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": entities}


def build_app() -> web.Application:
    """`POST /model/parse`, and a catalogue that is taken and never lost."""

    async def parse(request: web.Request) -> web.Response:
        return web.json_response(heard((await request.json())["text"]))

    async def take_catalogue(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({})

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"catalogue": 1})

    app = web.Application(client_max_size=1024 * 1024)
    app.router.add_post("/model/parse", parse)
    app.router.add_put("/catalogue", take_catalogue)
    app.router.add_get("/health", health)
    return app
