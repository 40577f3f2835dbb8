"""From door to door: a customer's message comes in as a webhook of Meta, its answer is taken by Meta (a stand-in)."""

import itertools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp

from app import processes
from app.settings import ROOT
from gateways.shop_folder import read_shop
from tools.bench.customers import Customers, customers
from tools.bench.measure import Figures, cpu_of, memory_of
from tools.bench.stage import Stage, process, stage, until_ready
from tools.bench.texts import texts

Add = Callable[[str, float, str, str], None]
"""Name, figure, unit, target."""

_PEOPLE = 5000
_AT_ONCE = 64
_CLOSED_FOR = 15.0
_RATE, _SECONDS = 200, 8
_RECORDED = 400
"""Texts that the canned NLU knows."""
_WARM = 200
_WITH_NLU_FOR = 10.0
_NO_END = 120.0


async def measure(folder: Path, add: Add) -> None:
    """First with answers that the NLU gave before, for the bot's own work; then with the NLU itself."""
    port, canned_port = processes.free_port(), processes.free_port()
    url, canned_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{canned_port}"
    said = list(itertools.islice(texts(read_shop(ROOT / "data" / "shop")), _RECORDED + _PEOPLE))
    async with process(folder / "nlu.log", processes.nlu_command(port)) as nlu:
        await until_ready(f"{url}/health")
        answers = await _record(url, said[:_RECORDED], folder)
        command = [sys.executable, "-m", "tools.bench.canned_nlu", str(canned_port), str(answers)]
        async with process(folder / "canned.log", command):
            await until_ready(f"{canned_url}/health")
            await _own_work(_new(folder, "own"), canned_url, said[:_RECORDED], add)
        await _with_nlu(_new(folder, "nlu"), url, nlu, said[_RECORDED:], add)


def _new(folder: Path, name: str) -> Path:
    inner = folder / name
    inner.mkdir()
    return inner


async def _record(nlu: str, said: list[str], folder: Path) -> Path:
    """What the NLU says to these texts, in a file for `canned_nlu`."""
    answers = {}
    async with aiohttp.ClientSession() as session:
        for text in said:
            async with session.post(f"{nlu}/model/parse", json={"text": text}) as response:
                answers[text] = await response.json()
    file = folder / "answers.json"
    file.write_text(json.dumps(answers), encoding="utf-8")
    return file


async def _own_work(folder: Path, nlu_url: str, said: list[str], add: Add) -> None:
    everybody = range(_PEOPLE)
    async with stage(folder, nlu_url) as on, customers(on.webhook, on.levers, itertools.cycle(said)) as people:
        await people.side_by_side(everybody[:_WARM], _AT_ONCE, _NO_END)
        costs = _Costs(on, people)
        figures = await people.side_by_side(everybody[_WARM:], _AT_ONCE, _CLOSED_FOR)
        name = f"door to door, {_AT_ONCE} at once"
        _tell(name, figures, add, "≥ 400 /s")
        costs.tell(name, len(figures.turns), add)
        await _steady(people, everybody[: _RATE * _SECONDS], add)
        add("bot's memory after it", memory_of(on.bot), "MB", "≤ 200 MB")


def _tell(name: str, figures: Figures, add: Add, target: str = "") -> None:
    add(f"{name}: turns", figures.rate, "/s", target)
    add(f"{name}: p50", figures.percentile(0.5), "ms", "")
    add(f"{name}: p99", figures.percentile(0.99), "ms", "")


async def _steady(people: Customers, who: range, add: Add) -> None:
    """Another message of people who wrote before."""
    webhooks, figures = await people.steadily(who, _RATE)
    name = f"{_RATE} messages a second"
    add(f"{name}: webhook answered, p50", webhooks.percentile(0.5), "ms", "≤ 10 ms")
    add(f"{name}: webhook answered, p99", webhooks.percentile(0.99), "ms", "≤ 60 ms")
    add(f"{name}: door to door, p50", figures.percentile(0.5), "ms", "")
    add(f"{name}: door to door, p99", figures.percentile(0.99), "ms", "")


async def _with_nlu(folder: Path, url: str, nlu: int, said: list[str], add: Add) -> None:
    async with stage(folder, url) as on, customers(on.webhook, on.levers, iter(said)) as people:
        await people.side_by_side(range(_WARM), _AT_ONCE, _NO_END)
        before = cpu_of(nlu)
        figures = await people.side_by_side(range(_WARM, _PEOPLE), _AT_ONCE, _WITH_NLU_FOR)
        name = f"door to door with the NLU, {_AT_ONCE} at once"
        _tell(name, figures, add)
        add(f"{name}: NLU's CPU a turn", (cpu_of(nlu) - before) * 1e3 / len(figures.turns), "ms", "")


class _Costs:
    """What each process has used from here on."""

    def __init__(self, on: Stage, people: Customers) -> None:
        self._pids = {"bot": on.bot, "stand-in": on.sandbox, "load": os.getpid()}
        self._before = {name: cpu_of(pid) for name, pid in self._pids.items()}
        self._people, self._messages = people, people.answers.count

    def tell(self, name: str, turns: int, add: Add) -> None:
        """By turn."""
        for who, pid in self._pids.items():
            target = "≤ 1.5 ms" if who == "bot" else ""
            add(f"{name}: {who}'s CPU a turn", (cpu_of(pid) - self._before[who]) * 1e3 / turns, "ms", target)
        add(f"{name}: messages a turn", (self._people.answers.count - self._messages) / turns, "", "")
