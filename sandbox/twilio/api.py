"""The REST API under /2010-04-01: messages and their media."""

from collections.abc import Iterable

from aiohttp import web

from sandbox.twilio import shapes
from sandbox.twilio.desk import Desk
from sandbox.twilio.entities import Media, Message
from sandbox.twilio.errors import not_found
from sandbox.twilio.lists import narrowed, page_of
from sandbox.twilio.rules import Given
from sandbox.twilio.shapes import Json

_MESSAGES = "/Accounts/{account}/Messages"
_LENT = "/twilio-media/"


class Api:
    """Handlers, one a call."""

    def __init__(self, desk: Desk, public_url: str) -> None:
        self._desk = desk
        self._book = desk.book
        self._account_sid = desk.settings.account_sid
        self._public_url = public_url

    def routes(self) -> list[web.RouteDef]:
        """Relative to /2010-04-01."""
        return [
            web.post(f"{_MESSAGES}.json", self.create),
            web.get(f"{_MESSAGES}.json", self.list_messages),
            web.get(_MESSAGES + "/{sid:[A-Z0-9a-f]+}.json", self.message),
            web.get(_MESSAGES + "/{sid}/Media.json", self.list_media),
            web.get(_MESSAGES + "/{sid}/Media/{media:[A-Z0-9a-f]+}.json", self.about_media),
            web.get(_MESSAGES + "/{sid}/Media/{media:[A-Z0-9a-f]+}", self.media),
        ]

    def open_routes(self) -> list[web.RouteDef]:
        """At the root, without credentials."""
        return [web.get(_LENT + "{token}", self.lent)]

    async def create(self, request: web.Request) -> web.Response:
        """A message, queued."""
        form = _form((await request.post()).items())
        await self._desk.chaos.work()
        return web.json_response(self._answer(self._desk.take(form)), status=201)

    async def message(self, request: web.Request) -> web.Response:
        """One message, either way, in its present state."""
        return web.json_response(self._answer(self._message(request)))

    async def list_messages(self, request: web.Request) -> web.Response:
        """Messages both ways, newest first; `To`, `From` and `DateSent` narrow them down."""
        wanted = narrowed(self._book.messages.values(), request.query, self._desk.chaos.knobs.by_day)
        return _page(request, "messages", [self._answer(message) for message in reversed(wanted)])

    async def list_media(self, request: web.Request) -> web.Response:
        """The files of a message."""
        found = [shapes.media_answer(media, self._account_sid) for media in self._message(request).media]
        return _page(request, "media_list", found)

    async def about_media(self, request: web.Request) -> web.Response:
        """A file, but for its bytes."""
        return web.json_response(shapes.media_answer(self._media(request), self._account_sid))

    async def media(self, request: web.Request) -> web.Response:
        """Leads to an address where the bytes can be read for four hours."""
        address = f"{self._public_url}{_LENT}{self._book.lend(self._media(request))}"
        return web.Response(status=307, headers={"Location": address})

    async def lent(self, request: web.Request) -> web.Response:
        """The bytes."""
        media = self._book.lent(request.match_info["token"])
        if media is None:
            raise web.HTTPForbidden
        return web.Response(body=media.raw, headers={"Content-Type": media.mime})

    def _answer(self, message: Message) -> Json:
        return shapes.message_answer(message, self._account_sid)

    def _message(self, request: web.Request) -> Message:
        found = self._book.messages.get(request.match_info["sid"])
        if found is None:
            raise not_found(request.path)
        return found

    def _media(self, request: web.Request) -> Media:
        for media in self._message(request).media:
            if media.sid == request.match_info["media"]:
                return media
        raise not_found(request.path)


def _form(posted: Iterable[tuple[str, object]]) -> Given:
    form: dict[str, list[str]] = {}
    for name, value in posted:
        form.setdefault(name, []).append(str(value))
    return form


def _page(request: web.Request, name: str, items: list[Json]) -> web.Response:
    return web.json_response(page_of(name, items, request.path, request.query))
