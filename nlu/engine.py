"""The model in use: parses on a thread of its own, swapped and told of catalogues while parses go on."""

from __future__ import annotations

import asyncio
import json
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nlu.errors import NotReady

if TYPE_CHECKING:
    from nlu.runner import Model

FALLBACK = "nlu_fallback"
SHORT = 160  # characters: such a text is parsed sooner than it is handed to the thread and back
Answer = TypeVar("Answer")
Request = tuple[str, "str | None"]
dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class About:
    """What is answering: the model's file and id, how many names it knows, each worker's pid and number of answers."""

    path: Path
    model_id: str
    catalogue: int
    workers: list[dict[str, int]]


class Engine(ABC):
    """What the routes ask: one model at a time, which knows one catalogue."""

    @abstractmethod
    async def load(self, path: Path) -> None:
        """Read a model aside, then use it in place of the last. Raises BadModel or FileNotFoundError."""

    @abstractmethod
    async def use_catalogue(self, payload: object) -> int:
        """Recognise the payload's names from now on; how many they are. Raises ValueError, NotReady."""

    @abstractmethod
    async def parse(self, requests: Sequence[Request]) -> list[str]:
        """Answers as JSON in the order of the requests, all by one model. Raises NotReady."""

    @abstractmethod
    def about(self) -> About:
        """What is answering now. Raises NotReady."""

    @abstractmethod
    async def close(self) -> None:
        """Let threads and processes end."""


class OneProcess(Engine):
    """One parse at a time, in this process; the event loop stays free meanwhile.

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
        self.answered = 0

    async def load(self, path: Path) -> None:
        """See `Engine`."""
        self.model = await self.on(self.loading, lambda: self.prepared(path))

    def prepared(self, path: Path) -> Model:
        """A model that knows the catalogue."""
        model = opened(path)
        if self.names is not None:
            model.use_catalogue(self.names)
        return model

    async def use_catalogue(self, payload: object) -> int:
        """See `Engine`."""
        model = self.ready()
        names = await self.on(self.loading, lambda: index(payload))
        self.names = names
        (self.model or model).use_catalogue(names)
        return int(names.size)

    async def parse(self, requests: Sequence[Request]) -> list[str]:
        """See `Engine`; others get their turn between the requests."""
        model = self.ready()
        self.answered += len(requests)
        if self.at_work == 0 and len(requests) == 1 and len(requests[0][0]) <= SHORT:
            return [heard(model, *requests[0])]
        return [await self.aside(partial(heard, model, *request)) for request in requests]

    async def aside(self, parse: Callable[[], str]) -> str:
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

    def about(self) -> About:
        """See `Engine`."""
        model = self.ready()
        size = self.names.size if self.names is not None else 0
        return About(model.path, model.model_id, size, [{"pid": os.getpid(), "answered": self.answered}])

    async def on(self, pool: ThreadPoolExecutor, work: Callable[[], Answer]) -> Answer:
        """Run ``work`` on a pool's thread."""
        return await asyncio.get_running_loop().run_in_executor(pool, work)

    async def close(self) -> None:
        """See `Engine`."""
        self.parsing.shutdown(wait=False, cancel_futures=True)
        self.loading.shutdown(wait=False, cancel_futures=True)


def opened(path: Path) -> Model:
    """A model that has parsed once. Raises BadModel or FileNotFoundError."""
    from nlu.runner import load  # imports Rasa: not before the server can say that it is loading

    model = load(path)
    model.parse("2 kg")
    return model


def index(payload: object) -> Any:
    """The recogniser of a pushed catalogue. Raises ValueError."""
    from nlu.components.catalogue import catalogue_of

    return catalogue_of(payload)


def heard(model: Model, text: str, message_id: str | None) -> str:
    """One answer as JSON; its ranking holds the scores alone, for a rejection is a decision on top of them."""
    answer = model.parse(text, message_id)
    ranking = answer.get("intent_ranking") or []
    answer["intent_ranking"] = [entry for entry in ranking if entry.get("name") != FALLBACK]
    return dumps(answer if message_id is None else {**answer, "message_id": message_id})
