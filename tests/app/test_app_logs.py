"""Logs tell what happened, and never what was said or by whom."""

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from tests.app.app_kit import tiny_shop
from tests.gateways.rasa_kit import PARSE, Server, servers
from tests.kit import ROOT
from tests.webhooks.edge_kit import PNG, Tab

PHONE, STREET, NAME = "9845012345", "12, Fourth Cross, Jayanagar 560001", "Asha Raghunathan"
PRIVATE = (PHONE, "98450", "+91", "Fourth Cross", "Raghunathan", "where on earth")
ORIGIN = {"Origin": "http://127.0.0.1:8080"}


class Process:
    """`haat serve` as it runs anywhere: every line it logged."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.lines: list[str] = []

    async def until(self, event: str, times: int = 1) -> dict[str, Any]:
        """Read until this event was logged so often; the last one."""
        assert self._process.stderr
        found: list[dict[str, Any]] = []
        async with asyncio.timeout(30):
            while len(found) < times:
                raw = await self._process.stderr.readline()
                assert raw, self.lines
                self.lines.append(raw.decode())
                line = json.loads(raw)
                found += [line] if line["event"] == event else []
        return found[-1]

    async def end(self) -> None:
        """Tell it to end; keep what it says of that."""
        self._process.terminate()
        _, rest = await self._process.communicate()
        self.lines += rest.decode().splitlines()


@asynccontextmanager
async def serving(folder: Path, nlu: Server) -> AsyncIterator[Process]:
    """A bot in a process of its own."""
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HAAT_PORT": "0",
        "HAAT_PUBLIC_URL": ORIGIN["Origin"],
        "HAAT_SHOP": str(tiny_shop(folder)),
        "HAAT_NLU_URL": nlu.url,
    }
    command = [sys.executable, "-m", "app", "serve"]
    process = Process(
        await asyncio.create_subprocess_exec(*command, env=env, cwd=folder, stderr=asyncio.subprocess.PIPE)
    )
    try:
        yield process
    finally:
        await process.end()


@asynccontextmanager
async def talking(process: Process) -> AsyncIterator[tuple[str, ClientSession, Tab]]:
    """A customer of it."""
    url = f"http://127.0.0.1:{(await process.until('serving'))['port']}"
    async with ClientSession() as http, http.ws_connect(f"{url}/webchat/socket", headers=ORIGIN) as ws:
        yield url, http, Tab(ws)


def private_in(process: Process, *more: str) -> list[str]:
    written = "".join(process.lines)
    return [words for words in (*PRIVATE, *more) if words in written]


async def test_a_talk_leaves_no_word_and_no_number_in_the_logs(tmp_path: Path) -> None:
    async with servers() as (nlu,), serving(tmp_path, nlu) as process, talking(process) as (url, http, tab):
        token = (await tab.hello())["token"]
        nlu.body = PARSE | {"intent": {"name": "inform", "confidence": 0.9}, "entities": []}
        for number, text in enumerate((NAME, PHONE, STREET, "where on earth is it")):
            await tab.say(text, str(number))
        async with http.post(f"{url}/webchat/files", data=PNG, headers={**ORIGIN, "X-Haat-Session": token}) as answer:
            name = (await answer.json())["file"]
        await tab.send(type="message", id="file", file=name)
        await tab.ws.send_str("{" + PHONE)
        await process.until("turn_done", times=5)
    assert [] == private_in(process, token, name)


async def test_a_turn_that_breaks_in_the_database_leaves_none_either(tmp_path: Path) -> None:
    async with servers() as (nlu,), serving(tmp_path, nlu) as process, talking(process) as (_, _, tab):
        nlu.body = PARSE | {"intent": {"name": "complain", "confidence": 0.9}, "entities": []}
        await tab.hello()
        break_tickets(tmp_path / "var" / "haat.db")
        reply = await tab.say(f"where on earth is it, I am {NAME}, {PHONE}", "1")
        await process.until("turn_failed", times=5)
    assert "something_wrong" == reply["content"]["key"]
    assert [] == private_in(process)


def break_tickets(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("DROP TABLE ticket")
    database.close()
