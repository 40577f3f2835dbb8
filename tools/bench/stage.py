"""The processes that a message passes: the bot with SQLite, and the stand-in for Meta."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from app import processes

NUMBER_ID, APP_SECRET = "330011223344556", "app-secret-of-the-bench"
_KEYS = {
    "WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
    "WHATSAPP_ACCESS_TOKEN": "access-token-of-the-bench",
    "WHATSAPP_APP_SECRET": APP_SECRET,
    "WHATSAPP_VERIFY_TOKEN": "verify-token-of-the-bench",
    "WHATSAPP_RATE": "1000",
}
_KNOBS = {"window": "open", "rate": 1000, "fetch_links": False, "deliver_ms": 50, "read_ms": 50}
"""Each message is reported as sent, delivered and read. The stand-in knows nothing of customers who write past it."""
_READY_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Addresses and process ids."""

    webhook: str
    levers: str
    bot: int
    sandbox: int


@asynccontextmanager
async def stage(folder: Path, nlu_url: str) -> AsyncIterator[Stage]:
    """Both of them, up and ready, with a new database in the folder, which is empty."""
    port, sandbox_port = processes.free_port(), processes.free_port()
    url, sandbox_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}"
    sandbox_env = {"SANDBOX_SHOP_URL": url, "SANDBOX_WHATSAPP_CHAOS": json.dumps(_KNOBS), "SANDBOX_KEEP": "1"}
    bot_env = {
        "HAAT_PORT": str(port),
        "HAAT_PUBLIC_URL": url,
        "HAAT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/door.db",
        "HAAT_NLU_URL": nlu_url,
        "WHATSAPP_API_URL": f"{sandbox_url}/v23.0",
    }
    async with AsyncExitStack() as stack:
        command = processes.sandbox_command(sandbox_port)
        sandbox = await stack.enter_async_context(process(folder / "sandbox.log", command, {**_KEYS, **sandbox_env}))
        command = [sys.executable, "-m", "app", "serve"]
        bot = await stack.enter_async_context(process(folder / "bot.log", command, {**_KEYS, **bot_env}))
        await until_ready(f"{sandbox_url}/_sandbox/meta/counts")
        await until_ready(f"{url}/health/ready")
        yield Stage(f"{url}/webhooks/whatsapp", f"{sandbox_url}/_sandbox/meta", bot, sandbox)


@asynccontextmanager
async def process(log: Path, command: list[str], env: Mapping[str, str] | None = None) -> AsyncIterator[int]:
    """A process that lives as long as the context; gives its id."""
    with log.open("wb") as errors:
        started = await asyncio.create_subprocess_exec(
            *command, env={**os.environ, **(env or {})}, stdout=errors, stderr=errors
        )
        try:
            yield started.pid
        finally:
            started.terminate()
            await started.wait()


async def until_ready(url: str) -> None:
    """Wait until a server answers there, and well. Raises TimeoutError."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(_READY_WITHIN):
        while not await _is_ready(session, url):  # noqa: ASYNC110 - another process, it sends no event
            await asyncio.sleep(0.1)


async def _is_ready(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False
