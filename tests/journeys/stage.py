"""Where journeys are played: the bot as the shop runs it, the trained NLU and the sandbox as processes beside it."""

import asyncio
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from app import processes
from app.settings import ROOT, Settings
from app.web import build_app, serving
from app.wiring import Bot, bring_up_to_date, build, seed
from bot.engine import Engine
from gateways.rasa import RasaNlu
from model.message import Channel, Heard
from model.rows import OutboxRow
from store.sql import SqlStore

NLU_PORT, SANDBOX_PORT, SHOP_PORT = 8190, 8191, 8192
_KEYS = {
    "RAZORPAY_API_URL": f"http://127.0.0.1:{SANDBOX_PORT}",
    "RAZORPAY_KEY_ID": "rzp_test_journeys",
    "RAZORPAY_KEY_SECRET": "journeys-key-secret",
    "RAZORPAY_WEBHOOK_SECRET": "journeys-webhook-secret",
}
_READY_WITHIN = 60.0


class Recorder:
    """The `Sender` of a journey: replies wait here, in the order in which they went out, by conversation."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Queue[OutboxRow]] = {}

    async def send(self, row: OutboxRow) -> None:
        """Keep a reply."""
        self.replies(row.conversation_id).put_nowait(row)

    def replies(self, conversation_id: int) -> asyncio.Queue[OutboxRow]:
        """The replies of a conversation that nobody looked at yet."""
        return self._waiting.setdefault(conversation_id, asyncio.Queue())


class Listening:
    """The `Nlu` port: the real one, remembering what it heard last."""

    def __init__(self, nlu: RasaNlu) -> None:
        self._nlu = nlu
        self.put_catalogue, self.healthy = nlu.put_catalogue, nlu.healthy
        self.last: Heard | None = None

    async def hear(self, text: str, message_id: str) -> Heard:
        """As the real one. Raises Unavailable."""
        self.last = await self._nlu.hear(text, message_id)
        return self.last


@dataclass(frozen=True)
class Stage:
    """A shop that is open; `turns` gets an item with each turn that was committed."""

    bot: Bot
    engine: Engine
    replies: Recorder
    ears: Listening
    turns: asyncio.Queue[None]


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback
            return int(answer.status) == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def _process(command: list[str], env: dict[str, str], ready_at: str) -> Iterator[None]:
    """A process, from its being ready (neither of ours sends an event for that) to its end."""
    command = [*command, "--parent", str(os.getpid())]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + _READY_WITHIN
        while not _ready(ready_at):
            assert process.poll() is None, f"{command[2]} ended with status {process.returncode}"
            assert time.monotonic() < until, f"{command[2]} did not answer at {ready_at}"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def nlu() -> Iterator[str]:
    """The trained NLU; gives its address."""
    url = f"http://127.0.0.1:{NLU_PORT}"
    with _process(processes.nlu_command(NLU_PORT), {}, f"{url}/health"):
        yield url


@contextmanager
def sandbox() -> Iterator[None]:
    """The sandbox, where refunds are processed at once."""
    env = {
        **_KEYS,
        "SANDBOX_WEBHOOK_URL": f"http://127.0.0.1:{SHOP_PORT}/webhooks/razorpay",
        "SANDBOX_RAZORPAY_CHAOS": json.dumps({"refund_ms": 0}),
    }
    with _process(processes.sandbox_command(SANDBOX_PORT), env, f"http://127.0.0.1:{SANDBOX_PORT}/"):
        yield


async def stock(settings: Settings) -> None:
    """A database that is up to date and seeded; its names made known to the NLU."""
    bring_up_to_date(settings)
    store = SqlStore(settings.database_url)
    await seed(store, settings)
    catalogue = await store.transact(lambda uow: uow.catalogue.current())
    await store.close()
    async with aiohttp.ClientSession() as session:
        await RasaNlu(session, settings.nlu_urls).put_catalogue(catalogue)


def settings(folder: Path, nlu_url: str) -> Settings:
    """A shop in a folder of its own, with nothing taken from this machine's `.env`."""
    given = {
        "HAAT_ENV": "development",
        "HAAT_PUBLIC_URL": f"http://127.0.0.1:{SHOP_PORT}",
        "HAAT_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'haat.db'}",
        "HAAT_SECRET_KEY": "journeys-" * 5,
        "HAAT_SHOP": ROOT / "data" / "shop",
        "HAAT_NLU_URL": nlu_url,
        **_KEYS,
    }
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


@asynccontextmanager
async def open_shop(settings: Settings) -> AsyncIterator[Stage]:
    """The bot at work, wired as the shop's own, with its webhook open to the sandbox."""
    recorder, turns = Recorder(), asyncio.Queue[None]()

    def observe(step: str, _: float) -> None:
        if step == "turn":
            turns.put_nowait(None)

    async with build(settings) as bot:
        ears = Listening(bot.nlu)
        senders = dict.fromkeys(Channel, recorder)
        engine = Engine(replace(bot.engine.parts, nlu=ears, senders=senders, observe=observe))
        async with serving(build_app(replace(bot, engine=engine)), "127.0.0.1", SHOP_PORT):
            await engine.start()
            try:
                yield Stage(bot, engine, recorder, ears, turns)
            finally:
                await engine.stop()
