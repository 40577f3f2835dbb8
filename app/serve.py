"""`haat serve`: the bot until it is told to end."""

import asyncio
import gc
import signal
import sys
from contextlib import AsyncExitStack

import structlog

from app.settings import Settings
from app.web import build_app, serving
from app.wiring import build, nlu_ready, running

log = structlog.get_logger()

_NLU_WITHIN = 60.0


async def until_told() -> None:
    """Wait for SIGINT or SIGTERM."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()


def _tell_what_waits(settings: Settings) -> None:
    """Settings that are read but not yet served."""
    if settings.redis_url:
        log.warning("redis_unused", hint="one process serves a database for now; leave HAAT_REDIS_URL empty")


def _spare_the_collector() -> None:
    """What there is at the start stays, so the garbage collector need not look through it each time.

    Measured: it took 12% of the CPU of a busy server, then 4%.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _take_turns_quickly() -> None:
    """The thread that waits for the disk has little to do in Python, before and after: it need not wait 5 ms for it.

    Measured with 70 messages a second: a commit took 2.6 ms, then 1.9; webhooks were answered after 26 ms, then 18.
    """
    sys.setswitchinterval(0.0005)


async def serve(settings: Settings) -> None:
    """Serve until told to end; then what is under way is brought to its end first.

    An NLU of our own is waited for; ones elsewhere may come later, customers are told that it takes a moment.
    """
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(build(settings))
        if not settings.nlu_urls and not await nlu_ready(bot, _NLU_WITHIN):
            log.warning("nlu_late")
        await stack.enter_async_context(running(bot))
        _tell_what_waits(settings)
        port = await stack.enter_async_context(serving(build_app(bot), settings.host, settings.port))
        _spare_the_collector()
        _take_turns_quickly()
        log.info("serving", host=settings.host, port=port, url=settings.public_url, env=settings.env)
        await until_told()
        log.info("ending")
