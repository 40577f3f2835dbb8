"""The model in several processes: short requests over one port, parses spread over workers that share its memory.

This process answers HTTP and hands each parse to a worker that is idle, so that every worker has its share however few
connections there are, and a parse whose worker dies is asked of another. A model comes with a generation of workers
(see `nlu.worker`); the next one is made aside, then takes over in an instant, and the old one ends after its requests.
A catalogue is given to one worker after the other, and to each that is born later before it parses anything.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from nlu.engine import About, Engine, Request
from nlu.errors import BadModel, NotReady
from nlu.fingerprint import ROOT
from nlu.generation import Generation, Gone, Link
from nlu.log import say
from nlu.worker import DONE, FAILED, request

TRIES = 3  # of a parse: one that ends workers must not end them all
AGAIN = 2.0  # seconds before a model that could not be loaded again is tried once more


class Failed(Exception):
    """A parse could not be answered; the message is the error's name."""


class Pool(Engine):
    """Parses by a number of worker processes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.current: Generation | None = None
        self.generations: dict[int, Generation] = {}
        self.idle: asyncio.Queue[Link] = asyncio.Queue()
        self.pushing = asyncio.Lock()
        self.changing = asyncio.Lock()  # never held while waiting for a worker of a generation that may have ended
        self.changed = asyncio.Event()
        self.learning: Link | None = None
        self.tasks: set[asyncio.Task[None]] = set()
        self.catalogue = b""
        self.version = self.names = self.made = 0
        self.closing = False
        self.folder = tempfile.TemporaryDirectory(prefix="nlu-")
        self.place = str(Path(self.folder.name) / "workers")
        self.door: asyncio.AbstractServer | None = None

    async def load(self, path: Path) -> None:
        """See `Engine`."""
        async with self.changing:
            await self.replace(path)

    async def replace(self, path: Path) -> None:
        """Make a generation, then use it in place of the last. Raises BadModel, FileNotFoundError."""
        new = await self.raised(path)
        old, self.current = self.current, new
        if old:
            old.retire()
        self.sort(*self.idle_ones(), *new.links)

    async def raised(self, path: Path) -> Generation:
        """A generation of which every worker is ready. Raises BadModel, FileNotFoundError."""
        generation = await self.started(path)
        try:
            await generation.loaded()
            await self.until(lambda: generation.ended or self.up_to_date(generation) >= self.size)
            if generation.ended:
                raise BadModel(f"{path.name}: its process ended")
        except BaseException:
            generation.retire()
            raise
        return generation

    async def started(self, path: Path) -> Generation:
        """A generation whose process has just been started. Raises FileNotFoundError."""
        if self.door is None:
            self.door = await asyncio.get_running_loop().create_unix_server(self.link, self.place)
        self.made += 1
        process = await asyncio.create_subprocess_exec(*self.command(path), stdin=DEVNULL, stdout=PIPE, cwd=ROOT)
        generation = self.generations[self.made] = Generation(self.made, path, process)
        self.begin(self.watch(generation))
        return generation

    def link(self) -> Link:
        """What a new connection speaks."""
        return Link(self.joined, self.left)

    def command(self, path: Path) -> list[str]:
        """How a generation is started. Raises FileNotFoundError."""
        given = [os.getpid(), self.place, self.made, self.size, path.resolve(strict=True)]
        return [sys.executable, "-m", "nlu.worker", *map(str, given)]

    async def watch(self, generation: Generation) -> None:
        """Take note of a generation's end; where it was the one in use, make another of the same model."""
        await generation.process.wait()
        self.changed.set()
        while generation is self.current and not self.closing:
            say(event="nlu_workers_made_anew", model=generation.path.name)
            with suppress(BadModel, OSError):
                await self.renew(generation)
            await asyncio.sleep(AGAIN)
        del self.generations[generation.number]

    async def renew(self, generation: Generation) -> None:
        """Replace a generation by one of the same model, if it is still in use. Raises BadModel, OSError."""
        async with self.changing:
            if generation is self.current:
                await self.replace(generation.path)

    async def use_catalogue(self, payload: object) -> int:
        """See `Engine`."""
        frame = request(catalogue=payload)
        async with self.pushing:
            first, answer = await self.ask(frame)
            if answer.startswith(FAILED):
                raise ValueError(answer[1:].decode())
            async with self.changing:
                self.catalogue, self.names = frame, int(answer[1:])
                first.version = self.version = self.version + 1
                self.sort(*self.idle_ones())
                current = self.ready()
                await self.until(lambda: self.up_to_date(current) == len(current.links))
        return self.names

    async def parse(self, requests: Sequence[Request]) -> list[str]:
        """See `Engine`. Raises Failed too."""
        if len(requests) == 1:
            _, answer = await self.ask(request(parse=requests[0]))
            return [parsed(answer)]
        while True:
            answered = await self.side_by_side(requests)
            if len({link.number for link, _ in answered}) <= 1:  # else the model was changed meanwhile
                return [parsed(answer) for _, answer in answered]

    async def side_by_side(self, requests: Sequence[Request]) -> list[tuple[Link, bytes]]:
        """What `ask` answers to each; as many at once as there are workers, so that others get their turn between."""
        turns = asyncio.Semaphore(self.size)

        async def one(asked: Request) -> tuple[Link, bytes]:
            async with turns:
                return await self.ask(request(parse=asked))

        return await asyncio.gather(*map(one, requests))

    async def ask(self, frame: bytes) -> tuple[Link, bytes]:
        """The next idle worker and its answer. Raises NotReady, Failed."""
        for _ in range(TRIES):
            link = await self.next_idle()
            try:
                return link, await link.ask(frame)
            except Gone:
                continue
            finally:
                self.sort(link)
        raise Failed(f"{TRIES} workers ended")

    async def next_idle(self) -> Link:
        """Wait for a worker of the generation in use. Raises NotReady."""
        self.ready()
        while True:
            link = await self.idle.get()
            if link.generation is self.current and not link.lost:
                return link

    def ready(self) -> Generation:
        """The generation in use. Raises NotReady."""
        if self.current is None:
            raise NotReady
        return self.current

    def about(self) -> About:
        """See `Engine`; NotReady also while there is no worker."""
        current = self.ready()
        workers = [{"pid": link.pid, "answered": link.answered} for link in current.links]
        if not workers:
            raise NotReady
        return About(current.path, current.model_id, self.names, workers)

    def joined(self, link: Link, said: dict[str, int]) -> None:
        """A worker has been born."""
        generation = self.generations.get(said["generation"])
        if generation is None or self.closing:
            link.close()
            return
        link.generation, link.number, link.pid = generation, generation.number, said["pid"]
        generation.links.append(link)
        self.sort(link)

    def left(self, link: Link) -> None:
        """A worker has ended."""
        if link.generation:
            link.generation.links.remove(link)
        if link.generation is self.current and not self.closing:
            say(event="nlu_worker_ended", pid=link.pid)
        self.changed.set()

    def sort(self, *links: Link) -> None:
        """Let workers that are not at work learn the catalogue, or be idle, or wait for their model, or end."""
        for link in links:
            if link.lost:
                continue
            if self.current and link.number < self.current.number:
                link.close()
            elif link.version != self.version and (self.learning is None or not link.serves):
                self.begin_to_teach(link)
            elif link.generation is self.current:
                link.serves = True
                self.idle.put_nowait(link)
        self.changed.set()

    def begin_to_teach(self, link: Link) -> None:
        """Give a worker the catalogue: of those that answer already one at a time, while the others go on."""
        if link.serves:
            self.learning = link
        self.begin(self.teach(link))

    async def teach(self, link: Link) -> None:
        """Give a worker the catalogue, then look for the next."""
        version = self.version
        with suppress(Gone):
            await link.ask(self.catalogue)
            link.version = version
        if self.learning is link:
            self.learning = None
        self.sort(link, *self.idle_ones())

    def idle_ones(self) -> list[Link]:
        """All that are idle, who are so no longer."""
        return [self.idle.get_nowait() for _ in range(self.idle.qsize())]

    def up_to_date(self, generation: Generation) -> int:
        """How many of a generation's workers know the catalogue."""
        return sum(link.version == self.version for link in generation.links)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true of the workers."""
        while not true():
            self.changed.clear()
            await self.changed.wait()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside."""
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def close(self) -> None:
        """See `Engine`."""
        self.closing = True
        await asyncio.gather(*(generation.close() for generation in list(self.generations.values())))
        if self.door:
            self.door.close()
        self.folder.cleanup()


def parsed(answer: bytes) -> str:
    """The JSON of a parse's answer. Raises Failed."""
    if not answer.startswith(DONE):
        raise Failed(answer[1:].decode())
    return answer[1:].decode()
