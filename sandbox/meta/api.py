"""The Graph API's calls for one number: messages, media, the number itself, templates."""

import hmac
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.typedefs import Handler, Middleware

from sandbox.meta import fields
from sandbox.meta.desk import Desk
from sandbox.meta.errors import GraphError, no_such_object, parameter
from sandbox.meta.messages import check_product
from sandbox.meta.templates import TemplateError, read_template

Json = dict[str, Any]

_VERSION = r"/{version:v\d+\.\d+}"
_NUMBER_FIELDS = ("verified_name", "code_verification_status", "display_phone_number", "quality_rating")
_MORE_FIELDS = ("platform_type", "throughput", "status", "name_status", "messaging_limit_tier", "account_mode")


class Api:
    """Handlers, one a call; each stands with a version before it and without."""

    def __init__(self, desk: Desk, meddling: Middleware) -> None:
        self._desk = desk
        self._settings = desk.settings
        self._around = (self._errors, self._token_required, meddling)

    def routes(self) -> list[web.RouteDef]:
        """At the root: `/v23.0/123/messages`, and `/123/messages` too."""
        return [
            *self._both(web.post, r"/{id:\d+}/messages", self.send),
            *self._both(web.post, r"/{id:\d+}/media", self.upload),
            *self._both(web.get, r"/{id:\d+}/message_templates", self.list_templates),
            *self._both(web.post, r"/{id:\d+}/message_templates", self.create_template),
            *self._both(web.get, r"/{id:\d+}", self.look_up),
            *self._both(web.delete, r"/{id:\d+}", self.delete),
            web.get("/whatsapp_business/attachments/", self.download),
        ]

    async def send(self, request: web.Request) -> web.Response:
        """A message, or the mark that one was read (with typing, if wished)."""
        self._own_number(request)
        body = await _object(request)
        if body.get("status") == "read":
            return self._read(body)
        asked, customer, new_id = self._desk.accept(body)
        contact: Json = {"input": asked.given}
        contact |= {"user_id": customer.user_id} if asked.recipient else {"wa_id": customer.number}
        message: Json = {"id": new_id} | ({"message_status": "accepted"} if asked.is_template else {})
        answer = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]}
        await self._desk.chaos.work()
        return web.json_response(answer)

    async def upload(self, request: web.Request) -> web.Response:
        """A file, as a form with `messaging_product`, `file` and perhaps `type`."""
        self._own_number(request)
        if not request.content_type.startswith("multipart/"):
            raise fields.required("file")
        form: dict[str, str] = {}
        kept: tuple[str, str, bytes] | None = None
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "file":
                kept = (part.headers.get("Content-Type", ""), part.filename or "", bytes(await part.read()))
            else:
                form[part.name or ""] = await part.text()
        check_product(form)
        if kept is None:
            raise fields.required("file")
        mime, name, raw = kept
        return web.json_response({"id": self._desk.media.upload(mime or form.get("type", ""), raw, name)})

    async def look_up(self, request: web.Request) -> web.Response:
        """What an id is: the number, or a file."""
        wanted = request.match_info["id"]
        if wanted == self._settings.phone_number_id:
            return web.json_response(self._number(request.query.get("fields", "")))
        media = self._desk.media.media(wanted, "get")
        return web.json_response(self._desk.media.described(media, request.url.origin()))

    async def delete(self, request: web.Request) -> web.Response:
        """A file goes."""
        self._desk.media.drop(request.match_info["id"])
        return web.json_response({"success": True})

    async def download(self, request: web.Request) -> web.Response:
        """The bytes of a file, for whoever has the address and the token."""
        query = request.query
        media = self._desk.media.lying_at(query.get("mid", ""), query.get("ext", ""), query.get("hash", ""))
        if not self._has_token(request):
            return web.Response(status=401)
        if media is None:
            return web.Response(status=404)
        return web.Response(body=media.raw, headers={"Content-Type": media.mime})

    async def list_templates(self, request: web.Request) -> web.Response:
        """All templates; `name` narrows them down."""
        self._own_account(request)
        name = request.query.get("name", "")
        found = [template.listed() for template in self._desk.templates.all() if name in template.name]
        return web.json_response({"data": found, "paging": {}})

    async def create_template(self, request: web.Request) -> web.Response:
        """A new template, approved at once."""
        self._own_account(request)
        try:
            template = read_template(await _object(request))
        except TemplateError as error:
            raise GraphError(100, str(error)) from error
        self._desk.templates.register(template)
        made = {"id": str(len(self._desk.templates.all())), "status": template.status, "category": template.category}
        return web.json_response(made)

    def _read(self, body: Json) -> web.Response:
        check_product(body)
        message_id = body.get("message_id")
        if not isinstance(message_id, str):
            raise fields.required("message_id")
        typing = body.get("typing_indicator")
        if typing is not None:
            fields.one_of(fields.known(typing, "typing_indicator", frozenset({"type"})).get("type"), "type", ["text"])
        self._desk.mark_read(message_id, typing is not None)
        return web.json_response({"success": True})

    def _number(self, asked: str) -> Json:
        known: Json = {
            "verified_name": self._settings.name,
            "code_verification_status": "VERIFIED",
            "display_phone_number": f"+{self._settings.number}",
            "quality_rating": "GREEN",
            "platform_type": "CLOUD_API",
            "throughput": {"level": "STANDARD"},
            "status": "CONNECTED",
            "name_status": "APPROVED",
            "messaging_limit_tier": "TIER_UNLIMITED",
            "account_mode": "SANDBOX",
        }
        names = [name.strip() for name in asked.split(",") if name.strip()] or [*_NUMBER_FIELDS, *_MORE_FIELDS[:2]]
        for name in names:
            if name not in known and name != "id":
                raise parameter(
                    f"Tried accessing nonexisting field ({name}) on node type (WhatsAppBusinessPhoneNumber)"
                )
        return {name: known[name] for name in names if name != "id"} | {"id": self._settings.phone_number_id}

    def _own_number(self, request: web.Request) -> None:
        if request.match_info["id"] != self._settings.phone_number_id:
            raise no_such_object(request.method, request.match_info["id"])

    def _own_account(self, request: web.Request) -> None:
        if request.match_info["id"] != self._settings.account:
            raise no_such_object(request.method, request.match_info["id"])

    def _has_token(self, request: web.Request) -> bool:
        shown = request.headers.get("Authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {self._settings.access_token}".encode())

    def _both(
        self, method: Callable[..., web.RouteDef], path: str, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> list[web.RouteDef]:
        guarded: Handler = handler
        for around in reversed(self._around):
            guarded = partial(around, handler=guarded)
        return [method(_VERSION + path, guarded), method(path, guarded)]

    @staticmethod
    def _fallen(error: GraphError) -> web.Response:
        headers = {"WWW-Authenticate": f'OAuth "Facebook Platform" "invalid_request" "{error.message}"'}
        return web.json_response(error.body(), status=error.status, headers=headers)

    async def _errors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except GraphError as error:
            self._desk.ledger.counts[f"refused:{error.code}"] += 1
            return self._fallen(error)

    async def _token_required(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._has_token(request):
            raise GraphError(190, message="Invalid OAuth access token - Cannot parse access token")
        return await handler(request)


async def _object(request: web.Request) -> Json:
    try:
        body = json.loads(await request.read())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise parameter("The request body must be a JSON object.")
    return body
