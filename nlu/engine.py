"""The model in use: parses on a thread of its own, swapped and told of catalogues while parses go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from nlu.runner import Model

FALLBACK = "nlu_fallback"
SHORT = 160  # characters: such a text is parsed sooner than it is handed to the thread and back
Answer = TypeVar("Answer")
Request = tuple[str, "str | None"]


class NotReady(Exception):
    """No model is loaded yet."""


class Engine:
    """One model at a time, one parse at a time; the event loop stays free meanwhile.

    A short text alone is parsed on the loop itself: that takes about a millisecond.

    More parsing threads would only wait for each other: nearly all the work holds Python's lock. Loading has
    a thread of its own, so that parses go on while the next model is read.
    """

    def __init__(self) -> None:
        self.parsing = ThreadPoolExecutor(1, "parse")
        self.loading = ThreadPoolExecutor(1, "load")
        self.model: Model | None = None
        self.names: Any = None
        self.at_work = 0

    async def load(self, path: Path) -> None:
        """Read a model aside, then use it in place of the last. Raises BadModel or FileNotFoundError."""
        self.model = await self.on(self.loading, lambda: self.prepared(path))

    def prepared(self, path: Path) -> Model:
        """A model that knows the catalogue and has parsed once."""
        from nlu.runner import load  # imports Rasa: not before the server can say that it is loading

        model = load(path)
        if self.names is not None:
            model.use_catalogue(self.names)
        model.parse("2 kg")
        return model

    async def use_catalogue(self, payload: object) -> int:
        """Recognise the payload's names from now on; how many they are. Raises ValueError, NotReady."""
        model = self.ready()
        names = await self.on(self.loading, lambda: index(payload))
        self.names = names
        (self.model or model).use_catalogue(names)
        return self.catalogue_size

    @property
    def catalogue_size(self) -> int:
        """How many different names are recognised."""
        return self.names.size if self.names is not None else 0

    async def parse(self, requests: Sequence[Request]) -> list[dict[str, Any]]:
        """Answers in the order of the requests, all by one model; others get their turn between. Raises NotReady."""
        model = self.ready()
        if self.at_work == 0 and len(requests) == 1 and len(requests[0][0]) <= SHORT:
            return [heard(model, *requests[0])]
        return [await self.aside(partial(heard, model, *request)) for request in requests]

    async def aside(self, parse: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """One parse on the thread; until it is done, every other one waits for it there."""
        self.at_work += 1
        try:
            return await self.on(self.parsing, parse)
        finally:
            self.at_work -= 1

    def ready(self) -> Model:
        """The model in use. Raises NotReady."""
        if self.model is None:
            raise NotReady
        return self.model

    async def on(self, pool: ThreadPoolExecutor, work: Callable[[], Answer]) -> Answer:
        """Run ``work`` on a pool's thread."""
        return await asyncio.get_running_loop().run_in_executor(pool, work)

    def close(self) -> None:
        """Let the threads end."""
        self.parsing.shutdown(wait=False, cancel_futures=True)
        self.loading.shutdown(wait=False, cancel_futures=True)


def index(payload: object) -> Any:
    """The recogniser of a pushed catalogue."""
    from nlu.components.catalogue import catalogue_of

    return catalogue_of(payload)


def heard(model: Model, text: str, message_id: str | None) -> dict[str, Any]:
    """One answer; its ranking holds the scores alone, for a rejection is a decision on top of them."""
    answer = model.parse(text, message_id)
    ranking = answer.get("intent_ranking") or []
    answer["intent_ranking"] = [entry for entry in ranking if entry.get("name") != FALLBACK]
    return answer if message_id is None else {**answer, "message_id": message_id}
