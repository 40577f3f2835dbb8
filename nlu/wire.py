"""What may come in over HTTP, tamed: bounded bodies, checked shapes, errors as JSON."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

KIB = 1024
ONE, BATCH, CATALOGUE = 8 * KIB, 256 * KIB, 4 * KIB * KIB
MOST_IN_BATCH = 64


class Refused(Exception):
    """A request that is not answered: an HTTP status with a code and a sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def response(self) -> web.Response:
        """``{"error": {"code", "message"}}``."""
        return web.json_response({"error": {"code": self.code, "message": str(self)}}, status=self.status)


async def read_json(request: web.Request, limit: int) -> Any:
    """The body's JSON. Raises Refused: 413 for a body over ``limit`` bytes, 400 for broken JSON."""
    if (request.content_length or 0) > limit:
        raise too_large(limit)
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise too_large(limit)
    try:
        return json.loads(bytes(body).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refused(400, "bad_json", "The body is not JSON.") from error


def too_large(limit: int) -> Refused:
    """The refusal of a long body."""
    return Refused(413, "too_large", f"The body is longer than {limit} bytes.")


def parse_request(payload: Any) -> tuple[str, str | None]:
    """The text and message id of ``{"text", "message_id"?}``. Raises Refused (400)."""
    if not isinstance(payload, dict):
        raise Refused(400, "bad_request", "An object with a text is wanted.")
    text, message_id = payload.get("text"), payload.get("message_id")
    if not isinstance(text, str) or not text.strip():
        raise Refused(400, "no_text", "text must be a string that is not empty.")
    if message_id is not None and not isinstance(message_id, str):
        raise Refused(400, "bad_request", "message_id must be a string.")
    return text.encode("utf-8", "replace").decode("utf-8"), message_id


def batch_request(payload: Any) -> list[tuple[str, str | None]]:
    """The texts and message ids of a list of at most 64. Raises Refused (400)."""
    if not isinstance(payload, list):
        raise Refused(400, "bad_request", "A list of objects is wanted.")
    if len(payload) > MOST_IN_BATCH:
        raise Refused(400, "too_many", f"At most {MOST_IN_BATCH} texts are taken at once.")
    return [parse_request(each) for each in payload]


def model_file(payload: Any) -> str:
    """The path of ``{"model_file"}``. Raises Refused (400)."""
    path = payload.get("model_file") if isinstance(payload, dict) else None
    if not isinstance(path, str) or not path:
        raise Refused(400, "bad_request", "model_file must be a path.")
    return path
