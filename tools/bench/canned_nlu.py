"""A server that answers as Rasa does, at once: with what the real NLU said to the same texts before.

`python -m tools.bench.canned_nlu PORT ANSWERS`: the answers are a JSON object of Rasa's parse JSON by text.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import uvloop
from aiohttp import web


def build_app(parsed: Callable[[str], bytes]) -> web.Application:
    """`POST /model/parse`, answered with the JSON of a text's parse; a catalogue is taken and never lost."""

    async def parse(request: web.Request) -> web.Response:
        return web.Response(body=parsed((await request.json())["text"]), content_type="application/json")

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


def main(port: str, answers: str) -> None:
    """Serve until told to end."""
    known = json.loads(Path(answers).read_text(encoding="utf-8"))
    raw = {text: json.dumps(parse, ensure_ascii=False).encode() for text, parse in known.items()}
    app, loop = build_app(raw.__getitem__), uvloop.new_event_loop()
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None, loop=loop)


if __name__ == "__main__":
    main(*sys.argv[1:])
