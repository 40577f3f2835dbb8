"""Starting a server in a process of its own, and talking to it over a real socket."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
from conftest import ROOT

Answer = TypeVar("Answer")


def start(*more: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """A server on a free port, and its one line."""
    command = [sys.executable, "-m", "nlu.server", "--port", "0", *more]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    return process, json.loads(process.stdout.readline())


def orphaned(*more: str) -> str:
    """What a server says whose parent starts it and dies at once.

    The pipe that it and its workers inherited closes only when they have ended, too.
    """
    program = (
        "import os, subprocess, sys;"
        "p = subprocess.Popen([sys.executable, '-m', 'nlu.server', '--port', '0', '--parent', str(os.getpid()),"
        " *sys.argv[1:]], stdout=subprocess.PIPE, text=True, stderr=sys.stdout);"
        "p.stdout.readline()"
    )
    command = [sys.executable, "-c", program, *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True).stdout


async def until_ready(session: aiohttp.ClientSession) -> list[int]:
    """Ask for health until it is good; the statuses on the way."""
    statuses: list[int] = []
    while not statuses or statuses[-1] != 200:
        async with session.get("/health") as response:
            statuses.append(response.status)
        await asyncio.sleep(0.02)
    return statuses


def talk(server: str, conversation: Callable[[aiohttp.ClientSession], Awaitable[Answer]]) -> Answer:
    """Run a conversation with the ready server."""

    async def whole() -> Answer:
        async with aiohttp.ClientSession(server) as session:
            await until_ready(session)
            return await conversation(session)

    return asyncio.run(whole())


def ask(server: str, method: str, path: str, body: bytes) -> tuple[int, Any]:
    """One request; its status and JSON."""

    async def once(session: aiohttp.ClientSession) -> tuple[int, Any]:
        async with session.request(method, path, data=body) as response:
            return response.status, json.loads(await response.text() or "null")

    return talk(server, once)


def refusal(answered: tuple[int, Any]) -> tuple[int, str]:
    """The status and code of a refusal."""
    return answered[0], answered[1]["error"]["code"]


def post(server: str, payload: Any, path: str = "/model/parse") -> tuple[int, Any]:
    """POST a JSON payload."""
    return ask(server, "POST", path, json.dumps(payload).encode())
