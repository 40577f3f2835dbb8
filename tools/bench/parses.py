"""Parses over HTTP, one at a time: customers' own messages, none parsed before."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import yaml

from tools.bench.measure import Figures, cpu_of

_LINES = Path("tests/nlu")
_WORDS = range(9, 16)  # about 12
_MARK = re.compile(r"\[([^\]]+)\](?:\([^)]+\)|\{[^}]+\})")
_WARM = 20


def messages() -> dict[str, list[str]]:
    """Test lines of about 12 words, by way of writing."""
    return {file.stem: list(_of_length(file)) for file in sorted(_LINES.glob("*.yml"))}


def _of_length(file: Path) -> Iterator[str]:
    for block in yaml.safe_load(file.read_text("utf-8"))["nlu"]:
        for line in block["examples"].splitlines():
            text = _MARK.sub(r"\1", line.removeprefix("- ")).strip()
            if len(text.split()) in _WORDS:
                yield text


async def parse_each(url: str, pid: int, texts: list[str]) -> tuple[Figures, float]:
    """Seconds of each parse, and the server's seconds of CPU for one."""
    async with aiohttp.ClientSession() as session:
        for number in range(_WARM):
            await _parse(session, url, f"warm up {number}")
        before, started = cpu_of(pid), time.perf_counter()
        spent = [await _parse(session, url, text) for text in texts]
        wall = time.perf_counter() - started
        return Figures(spent, wall), (cpu_of(pid) - before) / len(texts)


async def _parse(session: aiohttp.ClientSession, url: str, text: str) -> float:
    started = time.perf_counter()
    async with session.post(f"{url}/model/parse", json={"text": text}) as response:
        response.raise_for_status()
        await response.read()
    return time.perf_counter() - started
