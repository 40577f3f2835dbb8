"""`haat serve`: the bot until it is told to end."""

import asyncio
import signal

import structlog

from app.settings import Settings
from app.web import build_app, serving
from app.wiring import build, running

log = structlog.get_logger()


async def until_told() -> None:
    """Wait for SIGINT or SIGTERM."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()


async def serve(settings: Settings) -> None:
    """Serve until told to end; then what is under way is brought to its end first."""
    async with (
        build(settings) as bot,
        running(bot),
        serving(build_app(bot), settings.host, settings.port) as port,
    ):
        log.info("serving", host=settings.host, port=port, url=settings.public_url, env=settings.env)
        await until_told()
        log.info("ending")
