"""What one customer may ask of the bot is set in the environment, and the bot that serves keeps to it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings
from model.message import Address, Channel, Inbound
from model.pace import Limits
from tests.app.app_kit import served

GIVEN = {
    "HAAT_MESSAGES_A_MINUTE": "10",
    "HAAT_MESSAGES_A_DAY": "100",
    "HAAT_SAME_TEXTS": "3",
    "HAAT_FILES_A_DAY": "20",
    "HAAT_FILES_MB_A_DAY": "50",
}


def test_nothing_need_be_set() -> None:
    assert Limits() == Settings().limits


def test_each_limit_has_its_name() -> None:
    assert Limits(10, 100, 3, 20, 50_000_000) == Settings(**GIVEN).limits  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "value"), [("HAAT_MESSAGES_A_MINUTE", "0"), ("HAAT_SAME_TEXTS", "1")])
def test_a_limit_that_would_silence_everybody_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        Settings(**{name: value})  # type: ignore[arg-type]


async def test_the_bot_that_serves_keeps_to_them(tmp_path: Path) -> None:
    where = Address(Channel.SMS, "+15005550006", "919845012345")
    async with served(tmp_path, HAAT_MESSAGES_A_MINUTE=2) as shop:
        for n in range(5):
            await shop.bot.engine.accept(Inbound(where, f"m{n}", tap="categories"))
            await shop.bot.engine._lanes.close()
        lines = await shop.bot.queries.transcript(1, 0, 100)
    keys = [line.content.get("key", line.content["kind"]) for line in lines if line.author != "customer"]
    assert ["browse_categories", "browse_categories", "note", "rest_minute"] == keys
