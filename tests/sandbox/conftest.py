"""A sandbox and the shop it sends webhooks to, both in this process."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import razorpay
from aiohttp import ClientSession, web

from sandbox.razorpay.chaos import Knobs
from sandbox.server import build_app
from tests.sandbox.sandbox_kit import (
    KEY_ID,
    KEY_SECRET,
    Clock,
    Shop,
    Stand,
    Starter,
    address_of,
    basic,
    listening,
    serve,
    settings,
)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    shop, app = Shop(), web.Application()
    app.router.add_post("/webhooks/razorpay", shop.take)
    address, runner = await serve(app)
    shop.url = f"{address}/webhooks/razorpay"
    yield shop
    await runner.cleanup()


@pytest.fixture
async def start(shop: Shop) -> AsyncIterator[Starter]:
    """Starts a sandbox with the knobs given."""
    runners: list[web.AppRunner] = []
    sessions: list[ClientSession] = []
    clock = Clock()

    async def start_with(**knobs: Any) -> Stand:
        own = listening()
        made = settings(address_of(own), shop.url, Knobs(**knobs))
        address, runner = await serve(build_app(made, clock), own)
        runners.append(runner)
        sessions.append(ClientSession(headers={"Authorization": basic(KEY_ID, KEY_SECRET)}))
        return Stand(address, sessions[-1], clock)

    yield start_with
    for session in sessions:
        await session.close()
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def stand(start: Starter) -> Stand:
    """A sandbox where nothing goes wrong."""
    return await start(refund_ms=0)


@pytest.fixture
def sdk(stand: Stand) -> Iterator[razorpay.Client]:
    """Razorpay's own client, pointed at the sandbox."""
    client = razorpay.Client(auth=(KEY_ID, KEY_SECRET), base_url=stand.url)
    yield client
    client.session.close()
