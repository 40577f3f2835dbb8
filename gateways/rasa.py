"""The NLU over Rasa's HTTP API: one server or several side by side."""

import itertools
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import aiohttp
import orjson
import structlog

from model.catalogue import Catalogue
from model.errors import Fault, HaatError, Unavailable
from model.message import Entity, Heard

log = structlog.get_logger()

_TIMEOUT = aiohttp.ClientTimeout(total=5, sock_connect=1)
_PUSH_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=2)
"""`connect` would count the wait for a connection that is free as well."""
_RETRY_AFTER = 2.0
_BUSY = (429, 502, 503, 504)


class RasaNlu:
    """Asks the servers in turn; one that does not answer is passed over for the next."""

    def __init__(self, session: aiohttp.ClientSession, urls: Sequence[str]) -> None:
        self._session = session
        self._urls = [url.rstrip("/") for url in urls]
        self._turn = itertools.cycle(range(len(self._urls)))

    async def hear(self, text: str, message_id: str) -> Heard:
        """Parse one message.

        Raises Unavailable where no server answers within 5 s, Fault where one does, but not to this text.
        """
        body = orjson.dumps({"text": text, "message_id": message_id})
        first, troubles = next(self._turn), list[HaatError]()
        for place in range(len(self._urls)):
            try:
                return read_parse(await self._ask(self._urls[(first + place) % len(self._urls)], body))
            except HaatError as trouble:
                troubles.append(trouble)
        raise next((trouble for trouble in troubles if isinstance(trouble, Fault)), troubles[0])

    async def raw(self, text: str) -> Mapping[str, Any]:
        """The first server's answer as it came, for `haat parse`. Raises Unavailable."""
        return await self._ask(self._urls[0], orjson.dumps({"text": text}))

    async def _ask(self, url: str, body: bytes) -> Mapping[str, Any]:
        headers = {"Content-Type": "application/json"}
        try:
            async with self._session.post(f"{url}/model/parse", data=body, headers=headers, timeout=_TIMEOUT) as answer:
                return _object(answer.status, await answer.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("nlu_unreachable", error=type(error).__name__)
            raise Unavailable("nlu", _RETRY_AFTER) from error

    async def put_catalogue(self, catalogue: Catalogue) -> None:
        """Push names and aliases to every server (a plain Rasa server without this route is left alone).

        Raises Unavailable where one of them did not take them.
        """
        body = orjson.dumps(names(catalogue))
        taken = [await self._put(f"{url}/catalogue", body) for url in self._urls]
        if not all(taken):
            raise Unavailable("nlu", _RETRY_AFTER)

    async def _put(self, url: str, body: bytes) -> bool:
        headers = {"Content-Type": "application/json"}
        try:
            async with self._session.put(url, data=body, headers=headers, timeout=_PUSH_TIMEOUT) as response:
                return response.status in (200, 204, 404, 405)
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def healthy(self) -> bool:
        """Whether at least one server is ready (Rasa's own answers /status, ours /health)."""
        for url in self._urls:
            for path in ("/health", "/status"):
                if await self._answers(url + path):
                    return True
        return False

    async def lacks_catalogue(self) -> bool:
        """Whether a server of ours is up that was never given the catalogue (it was restarted)."""
        for url in self._urls:
            health = await self._health(url)
            if health is not None and health.get("catalogue") == 0:
                return True
        return False

    async def _health(self, url: str) -> Mapping[str, Any] | None:
        try:
            async with self._session.get(f"{url}/health", timeout=_TIMEOUT) as response:
                answer = orjson.loads(await response.read()) if response.status == 200 else None
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError):
            return None
        return answer if isinstance(answer, dict) else None

    async def _answers(self, url: str) -> bool:
        try:
            async with self._session.get(url, timeout=_TIMEOUT) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


def _object(status: int, raw: bytes) -> Mapping[str, Any]:
    """A JSON object. Raises Unavailable while a server is busy or loading, Fault for any other answer."""
    if status in _BUSY:
        raise Unavailable("nlu", _RETRY_AFTER)
    try:
        answer = orjson.loads(raw) if status == 200 else None
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise Fault(f"the NLU answered {status} and no parse")
    return answer


def names(catalogue: Catalogue) -> dict[str, Any]:
    """What `PUT /catalogue` takes: every product and category with all it is called."""
    categories = [{"id": c.id, "names": list({*c.name.values(), *c.aliases})} for c in catalogue.categories]
    return {"products": [{"id": p.id, "names": list(p.names)} for p in catalogue.products], "categories": categories}


def read_parse(answer: Mapping[str, Any]) -> Heard:
    """Rasa's parse JSON as `Heard`; language and sentiment have defaults where a server gives none.

    Raises Fault on what is no such JSON.
    """
    try:
        return _heard(answer)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise Fault("the NLU's answer is not Rasa's parse JSON") from error


def _heard(answer: Mapping[str, Any]) -> Heard:
    intent = answer.get("intent") or {}
    language = answer.get("language") or {}
    sentiment = answer.get("sentiment") or {}
    return Heard(
        text=str(answer.get("text", "")),
        intent=str(intent.get("name") or "nlu_fallback"),
        confidence=_share(intent.get("confidence")),
        ranking=tuple((str(r["name"]), _share(r["confidence"])) for r in answer.get("intent_ranking") or ()),
        entities=tuple(_entity(entity) for entity in answer.get("entities") or ()),
        language=language.get("code"),
        language_confidence=_share(language.get("confidence")),
        sentiment=str(sentiment.get("label") or "calm"),
        sentiment_confidence=_share(sentiment.get("confidence")),
    )


def _share(value: Any) -> float:
    """A confidence, 0 where none is given; a network's rounding may have put it a little above 1."""
    share = float(value or 0.0)
    if not isfinite(share):
        raise ValueError("a confidence is a number")
    return min(max(share, 0.0), 1.0)


def _entity(entity: Mapping[str, Any]) -> Entity:
    known = entity.get("id")
    return Entity(
        kind=str(entity["entity"]),
        value=str(entity["value"]),
        start=int(entity.get("start", 0)),
        end=int(entity.get("end", 0)),
        id=known if isinstance(known, str) else None,
    )
