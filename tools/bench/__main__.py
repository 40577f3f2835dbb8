"""Runs the measurements, prints them as a table, writes them as JSON."""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console
from rich.table import Table

from app import logs, processes
from app.processes import Kept
from app.settings import Settings
from app.web import build_app
from app.wiring import Bot, build, nlu_ready, running
from model.message import Channel
from tools.bench import door
from tools.bench.measure import Answers, Load, cpu_of, memory_of
from tools.bench.parses import messages, parse_each
from tools.bench.stage import until_ready
from tools.bench.texts import texts
from tools.bench.yardstick import WHERE_TARGETS_WERE_SET, cpu_a_turn

_OUT = Path("var/bench.json")
_ROUNDS = ((1, 300), (16, 100), (64, 40))
"""Conversations at once, turns of each."""
_LONG = 300
_LONG_TALKS = 4


@dataclass
class Result:
    """What was measured, row by row."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, value: float, unit: str, target: str = "") -> None:
        """One figure with its unit and the target that it is held against."""
        self.rows.append((name, f"{value:,.1f} {unit}", target))
        self.values[name] = round(value, 3)


@asynccontextmanager
async def _bot(folder: Path) -> AsyncIterator[tuple[Bot, Load, int]]:
    port = processes.free_port()
    nlu = Kept("nlu", processes.nlu_command(port))
    nlu.start()
    given = {
        "HAAT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/bench.db",
        "HAAT_NLU_URL": f"http://127.0.0.1:{port}",
    }
    answers = Answers()
    try:
        async with build(Settings(**given), (Channel.TERMINAL, answers)) as bot, running(bot):  # type: ignore[arg-type]
            build_app(bot)
            if not await nlu_ready(bot, 120):
                raise SystemExit("the NLU did not start")
            catalogue = await bot.store.transact(lambda uow: uow.catalogue.current())
            await bot.nlu.put_catalogue(catalogue)
            yield bot, Load(bot.engine, answers, texts(catalogue)), nlu.pid or 0
    finally:
        await nlu.close()


async def _rounds(load: Load, nlu: int, result: Result) -> None:
    await load.conversation(50)
    for conversations, turns in _ROUNDS:
        before = cpu_of(os.getpid()), cpu_of(nlu)
        figures = await load.side_by_side(conversations, turns)
        name = f"{conversations} at once"
        result.add(f"{name}: turns", figures.rate, "/s", "≥ 250 /s" if conversations == 16 else "")
        result.add(f"{name}: p50", figures.percentile(0.5), "ms", "≤ 8 ms" if conversations == 1 else "")
        result.add(f"{name}: p99", figures.percentile(0.99), "ms")
        count = conversations * turns
        result.add(f"{name}: bot's CPU a turn", (cpu_of(os.getpid()) - before[0]) * 1e3 / count, "ms")
        result.add(f"{name}: NLU's CPU a turn", (cpu_of(nlu) - before[1]) * 1e3 / count, "ms")


async def _parses(result: Result) -> None:
    """What a parse costs, by way of writing and over all; two servers' memory."""
    port, other = processes.free_port(), processes.free_port()
    servers = [Kept("nlu", processes.nlu_command(each)) for each in (port, other)]
    try:
        for server, each in zip(servers, (port, other), strict=True):
            server.start()
            await until_ready(f"http://127.0.0.1:{each}/health")
        by_way = messages()
        for way, texts_of_way in by_way.items():
            figures, _ = await parse_each(f"http://127.0.0.1:{port}", servers[0].pid or 0, texts_of_way)
            result.add(f"parse, {way}, about 12 words: p50", figures.percentile(0.5), "ms", "≤ 2.5 ms")
        every = [text for texts_of_way in by_way.values() for text in texts_of_way]
        figures, cpu = await parse_each(f"http://127.0.0.1:{other}", servers[1].pid or 0, every)
        result.add("parse, all ways: p50", figures.percentile(0.5), "ms", "≤ 2.5 ms")
        result.add("parse, all ways: p99", figures.percentile(0.99), "ms", "≤ 8 ms")
        result.add("parses a second of a core's time", 1 / cpu, "/s", "≥ 450 /s")
        result.add("two NLU servers' memory", sum(memory_of(server.pid or 0) for server in servers), "MB", "≤ 1,229 MB")
    finally:
        for server in servers:
            await server.close()


async def _long_talk(load: Load, result: Result) -> None:
    """The first turn of new conversations against the three-hundredth of long ones."""
    first: list[float] = []
    last: list[float] = []
    for _ in range(_LONG_TALKS):
        first += [(await load.conversation(1))[0] for _ in range(25)]
        last += (await load.conversation(_LONG))[-25:]
    result.add("1st turn: p50", statistics.median(first) * 1e3, "ms")
    result.add("300th turn: p50", statistics.median(last) * 1e3, "ms")
    result.add("300th turn / 1st turn", statistics.median(last) / statistics.median(first), "×", "≤ 1.1 ×")


async def _start_up(folder: Path, result: Result) -> None:
    """From starting `haat serve` to its being ready to answer, NLU and all."""
    port = processes.free_port()
    env = {
        **os.environ,
        "HAAT_PORT": str(port),
        "HAAT_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HAAT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/bench.db",
    }
    started = time.perf_counter()
    command = [sys.executable, "-m", "app", "serve"]
    quiet = asyncio.subprocess.DEVNULL
    server = await asyncio.create_subprocess_exec(*command, env=env, stdout=quiet, stderr=quiet)
    try:
        await until_ready(f"http://127.0.0.1:{port}/health/ready")
        result.add("start-up until ready", time.perf_counter() - started, "s", "≤ 20 s")
        result.add("bot's memory at start", memory_of(server.pid), "MB", "≤ 200 MB")
    finally:
        server.terminate()
        await server.wait()


async def _yardstick(result: Result, when: str) -> None:
    name = f"yardstick {when} the way through the door: CPU of three transactions"
    result.add(name, await cpu_a_turn(), "ms", f"{WHERE_TARGETS_WERE_SET} ms where the targets were set")


async def measure() -> Result:
    """Everything, in one go."""
    result = Result()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with _bot(folder) as (_, load, nlu):
            await _rounds(load, nlu, result)
            await _long_talk(load, result)
            result.add("bot's memory", memory_of(os.getpid()), "MB", "≤ 200 MB")
            result.add("NLU's memory", memory_of(nlu), "MB", "≤ 800 MB")
        await _parses(result)
        await _start_up(folder, result)
        await _yardstick(result, "before")
        await door.measure(folder, result.add)
        await _yardstick(result, "after")
    return result


def _print(result: Result) -> None:
    table = Table(
        "measured", "figure", "target", title=f"{os.cpu_count()} cores, synchronous=FULL, every text different"
    )
    for row in result.rows:
        table.add_row(*row)
    Console().print(table)


def main() -> None:
    """Measure, print, write."""
    logs.set_up(readable=True, level=40)
    result = uvloop.run(measure())
    _print(result)
    _OUT.parent.mkdir(exist_ok=True)
    _OUT.write_text(json.dumps(result.values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


main()
