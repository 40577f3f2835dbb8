"""The NLU's server, for loopback: ``python -m nlu.server --port 5005 [--model PATH] [--workers N]``."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import uvloop
from aiohttp import web

from nlu.engine import Engine, OneProcess
from nlu.fingerprint import ROOT, newest
from nlu.log import say
from nlu.pool import Pool
from nlu.routes import application

LOOK = 1.0  # seconds between looks at the parent
SWITCH = 0.001  # seconds: how long a parse may keep the event loop from answering


def arguments(given: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="nlu.server", description="Answers what a text means.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5005, help="0 for any free one")
    parser.add_argument("--model", type=Path, help="a model archive; the newest of models/ by default")
    parser.add_argument("--workers", type=count, default=1, help="processes that parse, beside this one if several")
    parser.add_argument("--parent", type=int, help="end when this process does")
    return parser.parse_args(given)


def count(given: str) -> int:
    """A number from 1 on. Raises ValueError."""
    if int(given) < 1:
        raise ValueError(given)
    return int(given)


def orphaned(parent: int, ours: bool) -> bool:
    """Whether ``parent`` is gone; ``ours``: it started us, and we would be handed to another."""
    if ours:
        return os.getppid() != parent
    with suppress(PermissionError):
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            return True
    return False


def watch(parent: int, ended: asyncio.Event) -> None:
    """Set ``ended`` when the process ``parent`` is gone."""
    ours, loop = os.getppid() == parent, asyncio.get_running_loop()

    def look() -> None:
        if orphaned(parent, ours):
            ended.set()
        else:
            loop.call_later(LOOK, look)

    look()


async def serve(host: str, port: int, model: Path, workers: int, parent: int | None) -> None:
    """Listen, load the model, and answer until a signal or the parent's end. Raises what loading raises."""
    ended = end_of(parent)
    engine = OneProcess() if workers == 1 else Pool(workers)
    runner = web.AppRunner(application(engine), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, shutdown_timeout=5)
        await site.start()
        say(event="nlu_listening", host=host, port=runner.addresses[0][1], model=model.name, pid=os.getpid())
        await answer(engine, model, ended)
    finally:
        await runner.cleanup()
        await engine.close()


def end_of(parent: int | None) -> asyncio.Event:
    """What is set by a signal, and by the parent's end."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    if parent:
        watch(parent, ended)
    return ended


async def answer(engine: Engine, model: Path, ended: asyncio.Event) -> None:
    """Load the model and wait for the end."""
    end = asyncio.ensure_future(ended.wait())
    loading = asyncio.ensure_future(engine.load(model))
    await asyncio.wait({end, loading}, return_when=asyncio.FIRST_COMPLETED)
    if loading.done():
        loading.result()
    await end
    loading.cancel()


def main(given: list[str] | None = None) -> int:
    """Serve; the exit status: 1 where there is no model, or none that can be loaded."""
    asked = arguments(given)
    model = asked.model or newest(ROOT / "models")
    if model is None or not model.is_file():
        say(event="nlu_failed", reason="no model", wanted=str(asked.model or "models/*.tar.gz"))
        return 1
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: a parse is far too small to share
    sys.setswitchinterval(SWITCH)
    try:
        uvloop.run(serve(asked.host, asked.port, model, asked.workers, asked.parent))
    except Exception as error:
        say(event="nlu_failed", reason=type(error).__name__)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
