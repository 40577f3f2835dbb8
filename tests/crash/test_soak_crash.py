"""The same for long, killed at boundaries and at any moment in between."""

import asyncio
import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.crash.books import Books
from tests.crash.boundaries import BOUNDARIES, SEED, times
from tests.crash.processes import Bot
from tests.crash.shop_floor import shop_floor

MINUTES = float(os.environ.get("HAAT_SOAK_MINUTES") or 10)
_LONGEST_LIFE = 5.0


@pytest.mark.soak
@pytest.mark.timeout(MINUTES * 60 + 300)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="lives are forked")
@pytest.mark.parametrize("seed", [SEED])
async def test_nothing_is_lost_or_doubled_however_often_the_bot_is_killed(seed: int, tmp_path: Path) -> None:
    """For HAAT_SOAK_MINUTES (10)."""
    dice = random.Random(seed)  # noqa: S311
    async with shop_floor(tmp_path) as floor:
        await floor.open()
        floor.welcome(dice, buyers=12, chatterers=4)
        async with floor.busy(seconds=120):
            end = time.monotonic() + MINUTES * 60
            while time.monotonic() < end:
                await dice.choice((_die_at_a_boundary, _die_at_any_moment))(floor.bot, dice)
            await floor.bot.live()
        Books(floor, await floor.till.state()).check()
        assert await floor.bot.end("SIGTERM", within=20) == 0


async def _die_at_a_boundary(bot: Bot, dice: random.Random) -> None:
    boundary = dice.choice(BOUNDARIES)
    await bot.live(boundary, times(boundary, dice))
    assert await bot.dies(within=60) == -signal.SIGKILL, boundary


async def _die_at_any_moment(bot: Bot, dice: random.Random) -> None:
    await bot.live()
    await asyncio.sleep(dice.uniform(0.0, _LONGEST_LIFE))
    assert await bot.end("SIGKILL", within=10) == -signal.SIGKILL
