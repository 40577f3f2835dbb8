"""A generation of workers as the server sees it: their processes, and the connection of each.

See `nlu.worker` for the other side.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from nlu.errors import BadModel
from nlu.worker import HEAD

END_WITHIN = 5.0  # seconds


class Gone(Exception):
    """A worker ended before it answered."""


class Link(asyncio.Protocol):
    """The connection of one worker, which answers one request at a time."""

    def __init__(self, joined: Callable[[Link, dict[str, int]], None], left: Callable[[Link], None]) -> None:
        """``joined`` is told what the worker says of itself, ``left`` that the connection has ended."""
        self.joined = joined
        self.left = left
        self.received = bytearray()
        self.waiting: asyncio.Future[bytes] | None = None
        self.transport: Any = None
        self.generation: Generation | None = None
        self.serves = False
        self.number = self.pid = self.answered = self.version = 0

    @property
    def lost(self) -> bool:
        """Whether the connection has ended."""
        return bool(self.transport.is_closing())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A worker is there: it will say who it is."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect a frame."""
        self.received += data
        size = HEAD + int.from_bytes(self.received[:HEAD], "big")
        if len(self.received) < size:
            return
        body, self.received = bytes(self.received[HEAD:size]), self.received[size:]
        if self.generation is None:
            self.joined(self, json.loads(body))
        elif self.waiting and not self.waiting.done():
            self.waiting.set_result(body)

    def connection_lost(self, error: Exception | None) -> None:
        """The worker has ended, or is about to."""
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(Gone())
        self.left(self)

    async def ask(self, frame: bytes) -> bytes:
        """A request's answer. Raises Gone."""
        if self.lost:
            raise Gone
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(frame)
        try:
            answer = await self.waiting
        except asyncio.CancelledError:
            self.transport.abort()  # its answer would be taken for the next one's
            raise
        finally:
            self.waiting = None
        self.answered += 1
        return answer

    def close(self) -> None:
        """Let the worker end."""
        self.transport.close()


class Generation:
    """A model's processes: the one that forks, and its workers."""

    def __init__(self, number: int, path: Path, process: asyncio.subprocess.Process) -> None:
        self.number = number
        self.path = path
        self.process = process
        self.model_id = ""
        self.links: list[Link] = []

    @property
    def ended(self) -> bool:
        """Whether nobody forks workers any more."""
        return self.process.returncode is not None

    async def loaded(self) -> None:
        """Wait for the model. Raises BadModel."""
        line = await self.process.stdout.readline() if self.process.stdout else b""
        said = json.loads(line or "{}")
        if "model_id" not in said:
            raise BadModel(said.get("failed") or f"{self.path.name}: its process ended")
        self.model_id = said["model_id"]

    def retire(self) -> None:
        """Let no more workers be forked; those that are there end as they are closed."""
        with suppress(ProcessLookupError):
            self.process.terminate()

    async def close(self) -> None:
        """End all of it, by force where it takes too long."""
        self.retire()
        for link in self.links:
            link.close()
        try:
            await asyncio.wait_for(self.process.wait(), END_WITHIN)
        except asyncio.TimeoutError:
            self.process.kill()
