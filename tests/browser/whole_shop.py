"""The real thing for the browser: `haat demo` as newcomers start it, and pictures of what is seen of it."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

from app.processes import free_port
from app.responses import read_responses
from app.settings import ROOT

TRAINED = (ROOT / "nlu" / ".venv" / "bin" / "python").exists() and any((ROOT / "models").glob("*.tar.gz"))
SCREENSHOTS = ROOT / "var" / "screenshots"
PICTURES = {"en-2-shelf": "shop", "en-4-pay": "pay", "en-8-person-console": "console", "hi-1-cart": "phone"}
"""The README's pictures by the screenshots they are; written where HAAT_PICTURES names a folder."""
_OURS = ("HAAT_", "RAZORPAY_", "SANDBOX_")
_COLOURS = 256
_OPEN_WITHIN = 120.0
_END_WITHIN = 60.0


@asynccontextmanager
async def whole_shop(folder: Path) -> AsyncIterator[str]:
    """The demo with its database and files in `folder`; gives its address once it is open, ends as by Ctrl-C."""
    port, sandbox_port = free_port(), free_port()
    command = (sys.executable, "-m", "app", "demo", "--sandbox-port", str(sandbox_port))
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=_environment(folder, port), stdout=PIPE, stderr=STDOUT
    )
    try:
        async with asyncio.timeout(_OPEN_WITHIN):
            await _opened(process)
        draining = asyncio.create_task(_drain(process))
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        status = await asyncio.wait_for(process.wait(), _END_WITHIN)
    told = (await draining).decode()
    assert (0, False) == (status, "Traceback" in told), told


def _environment(folder: Path, port: int) -> dict[str, str]:
    """Nothing of this machine's own set-up: `folder` holds no `.env` either."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return inherited | {
        "PYTHONPATH": str(ROOT),
        "HAAT_PORT": str(port),
        "HAAT_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'haat.db'}",
        "HAAT_FILES": str(folder / "files"),
        "HAAT_SHOP": str(ROOT / "data" / "shop"),
    }


async def _opened(process: Process) -> None:
    assert process.stdout
    told = []
    async for line in process.stdout:
        told.append(line.decode())
        if "The shop is open" in told[-1]:
            return
    raise AssertionError("the demo did not open:\n" + "".join(told))


async def _drain(process: Process) -> bytes:
    """The rest of what it tells: a full pipe would stop it."""
    assert process.stdout
    return await process.stdout.read()


def said(language: str, key: str) -> re.Pattern[str]:
    """What the bot says for a response key, up to the first line's end, whatever is filled in."""
    text = str(read_responses(ROOT / "data" / "responses")[language][key]).replace("*", "")
    return re.compile(".+".join(re.escape(part) for part in re.split(r"\{\w+\}", text.splitlines()[0])))


async def screenshot(page: Page, name: str) -> None:
    """A picture of what is seen, with the pointer out of the way and those of the chat's goods that show loaded."""
    await page.mouse.move(0, 0)
    for card in (await page.locator(".card img").all())[:2]:
        await card.evaluate("img => img.decode()")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    taken = SCREENSHOTS / f"{name}.png"
    await page.screenshot(path=taken, animations="disabled")
    if name in PICTURES and (folder := os.environ.get("HAAT_PICTURES")):
        _shrink(taken, ROOT / folder / f"{PICTURES[name]}.png")


def _shrink(taken: Path, picture: Path) -> None:
    picture.parent.mkdir(parents=True, exist_ok=True)
    Image.open(taken).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)
