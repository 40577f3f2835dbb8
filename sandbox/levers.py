"""What every set of levers under /_sandbox needs: JSON only, and errors that say what to mend."""

from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.chaos import Chaos, ChaosError


class LeverError(Exception):
    """That lever cannot be pulled so; the text says why."""

    def __init__(self, said: str, status: int = 400) -> None:
        super().__init__(said)
        self.status = status


@web.middleware
async def levers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """JSON only: a browser asks before it sends JSON to another site, and the answer here is no."""
    try:
        if request.method == "POST" and request.content_type != "application/json":
            raise LeverError("send application/json", status=415)
        return await handler(request)
    except LeverError as error:
        return web.json_response({"error": {"description": str(error)}}, status=error.status)


async def json_object(request: web.Request) -> dict[str, Any]:
    """The request's JSON object. Raises `LeverError`."""
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise LeverError("send a JSON object")
    return body


def chaos_routes(chaos: Chaos[Any]) -> list[web.RouteDef]:
    """`POST /chaos` turns some knobs, leaves the others and answers with all; `DELETE /chaos` brings them to rest."""

    async def turn(request: web.Request) -> web.Response:
        try:
            return web.json_response(chaos.turn(await json_object(request)))
        except ChaosError as error:
            raise LeverError(str(error)) from error

    async def rest(_: web.Request) -> web.Response:
        return web.json_response(chaos.rest())

    return [web.post("/chaos", turn), web.delete("/chaos", rest)]
