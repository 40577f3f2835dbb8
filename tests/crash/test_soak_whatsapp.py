"""WhatsApp under load, with sends that go wrong and a bot that is killed: each message has one answer, in order."""

import os
import random
from pathlib import Path

import pytest

from tests.crash.boundaries import SEED
from tests.crash.meta_customers import talk
from tests.crash.whatsapp_books import WhatsAppBooks
from tests.crash.whatsapp_floor import whatsapp_floor

_DEATHS = ("SIGKILL", "after send", "SIGKILL", "before sent", "SIGKILL")
"""At any moment, or where a message was taken by Meta and nobody noted that."""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="lives are forked")


@pytest.mark.parametrize("seed", [SEED])
async def test_each_message_has_one_answer_in_order_though_the_bot_is_killed(seed: int, tmp_path: Path) -> None:
    """40 customers, 8 messages each, killed twice."""
    await _soak(tmp_path, random.Random(seed), people=40, messages=8, deaths=_DEATHS[:2], patience=60)  # noqa: S311


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [SEED])
async def test_the_same_holds_for_ten_thousand_messages(seed: int, tmp_path: Path) -> None:
    """500 customers, 20 messages each, killed five times."""
    await _soak(tmp_path, random.Random(seed), people=500, messages=20, deaths=_DEATHS, patience=900)  # noqa: S311


async def _soak(
    folder: Path, dice: random.Random, people: int, messages: int, deaths: tuple[str, ...], patience: float
) -> None:
    talks = [talk(place, messages, dice) for place in range(people)]
    async with whatsapp_floor(folder, dice) as floor:
        await floor.goes_through(talks, deaths, patience)
        repeated = WhatsAppBooks(floor, talks, await floor.taken()).check()
        print(f"\n{await floor.told()}\nsent again, for the answer was lost: {dict(repeated)}")  # noqa: T201
        assert await floor.bot.end("SIGTERM", within=20) == 0
