"""The processes of a shop that is being crashed: the bot with its lives, and Razorpay's stand-in, which stays up."""

import asyncio
import os
import random
import socket
import sys
from asyncio import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientConnectionError, ClientSession

ROOT = Path(__file__).resolve().parents[2]
_PORTS = range(8210, 8410)
"""Below the ports that systems give to outgoing connections: one of those would take the bot's while it is dead."""
_LOOK_EVERY = 0.1


def free_ports() -> tuple[int, int]:
    """Two ports that nobody listens on, others than the ones of a run beside this one whose bot is dead just now."""
    first, second = random.sample(list(filter(_is_free, _PORTS)), 2)
    return first, second


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


async def until(fact: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Wait for what another process does, which sends no event. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await fact():  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_EVERY)


async def is_up(http: ClientSession, url: str) -> bool:
    """Whether a server answers there, and well."""
    try:
        async with http.get(url) as answer:
            return answer.status == 200
    except ClientConnectionError:
        return False


@dataclass
class Bot:
    """`crashing_bot`: it lives as often as it is told to."""

    process: subprocess.Process
    http: ClientSession
    url: str

    async def live(self, boundary: str = "-", times: int = 0) -> None:
        """Begin a life that ends when the boundary is reached for that time; without one it goes on."""
        await self._tell(f"{times} {boundary}")

    async def dies(self, within: float) -> int:
        """The exit status of this life, once it is over."""
        assert self.process.stdout
        async with asyncio.timeout(within):
            return int(await self.process.stdout.readline())

    async def end(self, how: str, within: float) -> int:
        """Send this life a signal; its exit status once it is over."""
        await self._tell(how)
        return await self.dies(within)

    async def _tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n".encode())
        await self.process.stdin.drain()

    async def is_up(self) -> bool:
        """Whether it takes requests."""
        return await is_up(self.http, f"{self.url}/health/live")


@dataclass
class Razorpay:
    """The stand-in by its levers: `customers.Till`."""

    http: ClientSession
    url: str

    async def pay(self, link_id: str, *, late: bool = False) -> None:
        await self._pull(f"pay/{link_id}", {"late": late})

    async def fail(self, link_id: str) -> None:
        await self._pull(f"fail/{link_id}", {})

    async def _pull(self, lever: str, body: dict[str, Any]) -> None:
        async with self.http.post(f"{self.url}/_sandbox/razorpay/{lever}", json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def state(self) -> dict[str, Any]:
        """Everything in its ledger, and the webhooks it sent."""
        async with self.http.get(f"{self.url}/_sandbox/razorpay/state") as answer:
            state: dict[str, Any] = await answer.json()
            return state

    async def has_told_everything(self) -> bool:
        """Whether no webhook is still on its way."""
        return all(told["state"] == "delivered" for told in (await self.state())["webhooks"])


@asynccontextmanager
async def bot_process(folder: Path, log: Path, env: Mapping[str, str]) -> AsyncIterator[subprocess.Process]:
    """The bot before its first life; a life that is left goes with it."""
    process = await _start(folder, log, env, "tests.crash.crashing_bot")
    try:
        yield process
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def sandbox_process(folder: Path, env: Mapping[str, str], port: int) -> AsyncIterator[None]:
    """The stand-in on its port."""
    log = folder / "sandbox.log"
    process = await _start(folder, log, env, "sandbox", "--port", str(port), "--parent", str(os.getpid()))
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def _start(folder: Path, log: Path, env: Mapping[str, str], *module: str) -> subprocess.Process:
    """A module as a process that works in `folder`, where no `.env` of ours is read."""
    pipe = subprocess.PIPE
    with log.open("wb") as errors:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *module),
            cwd=folder,
            env={**os.environ, **env, "PYTHONPATH": str(ROOT)},
            stdin=pipe,
            stdout=pipe,
            stderr=errors,
        )
