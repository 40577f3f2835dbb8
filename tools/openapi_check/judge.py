"""Servers on loopback that stand where the providers do, and hold each request against a description."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from tools.openapi_check.amended import META, META_MESSAGES, TWILIO, TWILIO_MEDIA, TWILIO_MESSAGES, amended
from tools.openapi_check.description import Description, Request, read

MEDIA_ID = "1037543291543636"
FILE = b"\xff\xd8\xff\xe0a picture"
_META_MEDIA = "/{Version}/{Media-ID}"
_META_NUMBER = "/{Version}/{Phone-Number-ID}"


@dataclass
class Judge:
    """`about` is what is being sent; `refused` is what was wrong with it."""

    description: Description
    about: str = ""
    accepted: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str]] = field(default_factory=list)

    async def hold(self, request: web.Request, path: str, names: dict[str, str]) -> None:
        """Hold a request against what the description says of a path."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        sent = Request(request.method, names, dict(request.query), headers, await request.read())
        problems = self.description.problems(path, sent)
        if problems:
            self.refused += [(f"{request.method} {path}, {self.about}", problem) for problem in problems]
        else:
            self.accepted[f"{request.method} {path}"] += 1


def judge_meta(path: Path) -> Judge:
    """By Meta's description in this file."""
    return Judge(Description(amended(read(path), META)))


def judge_twilio(path: Path) -> Judge:
    """By Twilio's description in this file."""
    return Judge(Description(amended(read(path), TWILIO)))


def meta(judge: Judge) -> web.Application:
    """Where Meta would be."""

    async def take(request: web.Request) -> web.Response:
        version, number = request.match_info["version"], request.match_info["id"]
        await judge.hold(request, META_MESSAGES, {"Version": version, "Phone-Number-ID": number})
        return web.json_response({"messaging_product": "whatsapp", "messages": [{"id": "wamid.1"}]})

    async def tell(request: web.Request) -> web.Response:
        version, name = request.match_info["version"], request.match_info["id"]
        if name == MEDIA_ID:
            await judge.hold(request, _META_MEDIA, {"Version": version, "Media-ID": name})
            return web.json_response({"url": f"http://{request.host}/files/1", "file_size": str(len(FILE))})
        await judge.hold(request, _META_NUMBER, {"Version": version, "Phone-Number-ID": name})
        return web.json_response({"display_phone_number": "+91 98450 12345", "verified_name": "Haat"})

    app = web.Application()
    app.router.add_post("/{version}/{id}/messages", take)
    app.router.add_get("/files/1", _file)
    app.router.add_get("/{version}/{id}", tell)
    return app


def twilio(judge: Judge) -> web.Application:
    """Where Twilio would be."""

    async def take(request: web.Request) -> web.Response:
        await judge.hold(request, TWILIO_MESSAGES, {"AccountSid": request.match_info["account"]})
        return web.json_response({"sid": "SM" + "0" * 32, "status": "queued"}, status=201)

    async def give(request: web.Request) -> web.Response:
        found = request.match_info
        names = {"AccountSid": found["account"], "MessageSid": found["message"], "Sid": found["media"]}
        await judge.hold(request, TWILIO_MEDIA, names)
        return await _file(request)

    app = web.Application()
    app.router.add_post("/2010-04-01/Accounts/{account}/Messages.json", take)
    app.router.add_get("/2010-04-01/Accounts/{account}/Messages/{message}/Media/{media}", give)
    return app


async def _file(_: web.Request) -> web.Response:
    return web.Response(body=FILE, content_type="image/jpeg")
