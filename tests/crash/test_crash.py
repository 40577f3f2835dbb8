"""`kill -9` of the bot under load, then restart: no accepted message is lost, no order or payment doubled."""

import os
import random
import signal
from pathlib import Path

import pytest

from tests.crash.books import Books
from tests.crash.boundaries import BOUNDARIES, SEED, times
from tests.crash.shop_floor import shop_floor


@pytest.mark.skipif(not hasattr(os, "fork"), reason="lives are forked")
@pytest.mark.parametrize("seed", [SEED])
async def test_nothing_is_lost_or_doubled_when_the_bot_is_killed_at_every_boundary(seed: int, tmp_path: Path) -> None:
    """Each boundary once, in an order of chance; its seed stands in the test's name."""
    dice = random.Random(seed)  # noqa: S311
    async with shop_floor(tmp_path) as floor:
        await floor.open()
        floor.welcome(dice, buyers=6, chatterers=2)
        async with floor.busy(seconds=60):
            for boundary in dice.sample(BOUNDARIES, len(BOUNDARIES)):
                await floor.bot.live(boundary, times(boundary, dice))
                assert await floor.bot.dies(within=30) == -signal.SIGKILL, boundary
            await floor.bot.live()
        Books(floor, await floor.till.state()).check()
        assert await floor.bot.end("SIGTERM", within=20) == 0
