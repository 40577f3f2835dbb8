"""Newer replies overtook older ones that waited: after a restart, and where a look had found only some of those."""

import pytest

from bot import outbox
from bot.engine import Engine
from model.errors import Unavailable
from tests.kit import Scene

_OLD = ["added", "cart", "browse_categories"]


@pytest.fixture
async def scene() -> Scene:
    """Three replies wait: the first could not go, and holds up the others."""
    made = await Scene().open()
    made.sender.troubles = [Unavailable("channel", 2.0)]
    for tap in ("add:mango-250:1", "show_cart", "categories"):
        await made.receive(tap=tap)
    await made.turns()
    return made


async def _to_the_end(scene: Scene) -> list[str]:
    """What is told while a new message comes in before the first look, and three looks after it."""
    await scene.tap("add:mango-250:1")
    for _ in range(len(_OLD) + 1):
        await scene.engine.outbox.deliver_due()
    return scene.told()


async def test_a_restart_keeps_their_order(scene: Scene) -> None:
    scene.clock.advance(seconds=3)
    scene.engine = Engine(scene.parts)
    await scene.engine.outbox.take_up()
    assert [*_OLD, "added_more"] == await _to_the_end(scene)


async def test_a_look_that_finds_only_the_first_keeps_their_order(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_PAGE", 1)
    scene.clock.advance(seconds=3)
    await scene.engine.outbox.deliver_due()
    assert [*_OLD, "added_more"] == await _to_the_end(scene)
