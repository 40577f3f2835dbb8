"""Everything is built here, by hand, once."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import structlog

from app import processes
from app.channels import Channels, open_channels
from app.codes import read_codes
from app.metrics import Metrics
from app.processes import Kept
from app.responses import read_responses
from app.settings import ROOT, Settings
from app.templates import read_templates
from bot.brake import Brake
from bot.engine import Engine
from bot.parts import Parts
from bot.speech import Speech
from gateways.files import KeptFiles
from gateways.live import LocalLive
from gateways.rasa import RasaNlu
from gateways.razorpay import Razorpay
from gateways.shop_folder import read_shop
from gateways.webchat import WebChat
from model.errors import Fault, Unavailable
from model.language import DEFAULT
from model.message import Channel
from model.ports import Sender
from store import migrate
from store.queries import SqlQueries
from store.sql import SqlStore

log = structlog.get_logger()

_PUSH_EVERY = 5.0
_ALONE = "server"
"""The owner's name where there is only one server: after a crash it takes up its own work at once."""


@dataclass(frozen=True)
class Bot:
    """The parts that commands use."""

    settings: Settings
    engine: Engine
    store: SqlStore
    queries: SqlQueries
    nlu: RasaNlu
    metrics: Metrics


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def bring_up_to_date(settings: Settings) -> None:
    """Apply migrations in development. Raises Fault where production's database is behind."""
    if not settings.production:
        migrate.upgrade(settings.database_url)
    elif migrate.current(settings.database_url) != migrate.head():
        raise Fault("the database is not up to date: run `haat migrate`")


async def seed(store: SqlStore, settings: Settings) -> int:
    """Read the shop's folder and put it in place of the catalogue; returns the version.

    Raises ShopFolderError, naming file, line and reason; then nothing was changed.
    """
    catalogue = await asyncio.to_thread(read_shop, settings.shop)
    at = now()
    return await store.transact(lambda uow: uow.catalogue.replace(catalogue, at))


async def seed_if_new(store: SqlStore, settings: Settings) -> None:
    """A development shop that was never seeded is seeded at its start; production says what to do."""
    if await store.transact(lambda uow: uow.catalogue.version()):
        return
    if settings.production:
        raise Fault("the shop was never seeded: run `haat seed`")
    await seed(store, settings)


@asynccontextmanager
async def build(settings: Settings, sender: tuple[Channel, Sender] | None = None) -> AsyncIterator[Bot]:
    """The bot, not yet started: its store open, an NLU of its own started where none is named.

    `sender`: the one channel of a tool that works beside the server; without it, the server's own channels.
    """
    bring_up_to_date(settings)
    async with AsyncExitStack() as stack:
        store, queries = SqlStore(settings.database_url), SqlQueries(settings.database_url)
        stack.push_async_callback(store.close)
        stack.push_async_callback(queries.close)
        await seed_if_new(store, settings)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        nlu = RasaNlu(session, await _nlu_urls(stack, settings))
        live, metrics = LocalLive(), Metrics()
        channels = Channels() if sender else await open_channels(stack, settings, session)
        senders = dict([sender]) if sender else {Channel.WEBCHAT: WebChat(live), **channels.senders}
        speech = read_speech(settings)
        parts = Parts(
            store=store,
            nlu=nlu,
            speech=speech,
            live=live,
            clock=now,
            owner=_owner(settings, beside=sender is not None),
            payments=await _razorpay(stack, settings, store),
            senders=senders,
            observe=metrics.observe,
            files=KeptFiles(settings.files),
            media=channels.media,
            attentive=channels.attentive,
            archives=channels.archives,
            codes=None if sender else read_codes(settings, speech.templates),
            brake=Brake(settings.limits),
        )
        yield Bot(settings, Engine(parts), store, queries, nlu, metrics)


def read_speech(settings: Settings) -> Speech:
    """What the bot says, and the templates that may stand for it. Raises Fault, naming the file that is wrong."""
    responses = read_responses(ROOT / "data" / "responses")
    templates = read_templates(ROOT / "data" / "templates", responses[DEFAULT])
    return Speech(responses, f"{settings.public_url}/shop", templates)


def _owner(settings: Settings, *, beside: bool) -> str:
    """Who leases conversations."""
    alone = not settings.redis_url and not beside
    return _ALONE if alone else f"{socket.gethostname()}:{os.getpid()}"


async def _nlu_urls(stack: AsyncExitStack, settings: Settings) -> list[str]:
    """The servers named, else one started here on a free port."""
    if settings.nlu_urls:
        return settings.nlu_urls
    port = processes.free_port()
    kept = Kept("nlu", processes.nlu_command(port))
    kept.start()
    stack.push_async_callback(kept.close)
    return [f"http://127.0.0.1:{port}"]


async def _razorpay(stack: AsyncExitStack, settings: Settings, store: SqlStore) -> Razorpay | None:
    if not settings.razorpay:
        return None
    name = await store.transact(lambda uow: uow.catalogue.current().shop.name)
    gateway = Razorpay(
        settings.razorpay_api_url,
        settings.razorpay_key_id,
        settings.razorpay_key_secret.get_secret_value(),
        f"{settings.public_url}/payments/razorpay/return",
        name,
    )
    stack.callback(gateway.close)
    return gateway


@asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[None]:
    """The engine at work, the NLU kept in step with the catalogue."""
    if bot.engine.parts.owner == _ALONE:
        await bot.store.transact(lambda uow: uow.effects.unclaim())
    await bot.engine.start(beside=Channel.WEBCHAT not in bot.engine.parts.senders)
    pushing = asyncio.create_task(_push_catalogue(bot))
    try:
        yield
    finally:
        pushing.cancel()
        await asyncio.gather(pushing, return_exceptions=True)
        await bot.engine.stop()


async def _push_catalogue(bot: Bot) -> None:
    """Push the catalogue's names at the start, when it was seeded anew, and to an NLU that lost them."""
    pushed = 0
    while True:
        catalogue = await bot.store.transact(lambda uow: uow.catalogue.current())
        try:
            if catalogue.version != pushed or await bot.nlu.lacks_catalogue():
                await bot.nlu.put_catalogue(catalogue)
                pushed = catalogue.version
        except Unavailable:
            pushed = 0
        await asyncio.sleep(_PUSH_EVERY if pushed else 0.5)


async def nlu_ready(bot: Bot, seconds: float) -> bool:
    """Wait until the NLU answers, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            while not await bot.nlu.healthy():  # noqa: ASYNC110 - a process of another Python, it sends no event
                await asyncio.sleep(0.2)
    except TimeoutError:
        return False
    return True
