"""While the database took nothing, what had gone went once more, overtook, and was sent beside itself by a look."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot import outbox
from model.errors import Unavailable
from model.message import Channel, Sent
from model.ports import Store
from model.rows import OutboxRow
from tests.kit import RecordingSender, Scene


class Locked:
    """A store that takes nothing for the next `times`, counted while `when` says so."""

    def __init__(self, store: Store, times: int, when: Callable[[], bool]) -> None:
        self._store, self.times, self._when = store, times, when

    async def transact(self, work: Any, *, first: bool = False) -> Any:
        """As the store's, or Unavailable."""
        if self.times and self._when():
            self.times -= 1
            raise Unavailable("database")
        return await self._store.transact(work, first=first)


class Picky:
    """A sender that is down for one customer and keeps another waiting."""

    def __init__(self, down: str) -> None:
        self.down, self.gate, self.sent, self.refused = down, asyncio.Event(), list[str](), False

    async def send(self, row: OutboxRow) -> Sent:
        """The `Sender` port."""
        if row.address.user == self.down:
            self.refused = True
            raise Unavailable("channel", 1.0)
        await self.gate.wait()
        self.sent.append(row.address.user)
        return Sent(f"wamid.{len(self.sent)}")


def lock(scene: Scene, times: int, when: Callable[[], bool]) -> None:
    object.__setattr__(scene.parts, "store", Locked(scene.store, times, when))


async def scene_of() -> Scene:
    return await Scene(channel=Channel.WHATSAPP, sender=RecordingSender(parts=1)).open()


async def test_what_went_is_marked_once_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_MARK_WAITS", (0.0, 0.0, 0.0))
    scene = await scene_of()
    lock(scene, 3, lambda: bool(scene.sender.ids))
    await scene.receive(tap="categories")
    await scene.turns()
    await scene.later(seconds=3)
    assert scene.told() == ["browse_categories"]


async def test_a_reply_that_broke_off_keeps_the_next_one_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database comes back only after our patience: then the last one is repeated, but nothing overtakes it."""
    monkeypatch.setattr(outbox, "_MARK_WAITS", (0.0,))
    scene = await scene_of()
    lock(scene, 3, lambda: bool(scene.sender.ids))
    await scene.receive(tap="categories")
    await scene.turns()
    await scene.receive(tap="show_cart")
    await scene.turns()
    assert scene.told() == ["browse_categories"]
    await scene.later(seconds=3)
    assert scene.told() == ["browse_categories", "cart_empty"]


async def test_one_customers_broken_delivery_leaves_the_others_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_LOOK_WAITS", 0.0)
    scene = await scene_of()
    scene.sender.troubles = [Unavailable("channel", 1.0) for _ in range(2)]
    for user in ("asha", "ravi"):
        await scene.receive(user=user, tap="categories")
        await scene.turns()
    scene.clock.advance(seconds=3)
    picky = Picky("asha")
    object.__setattr__(scene.parts, "senders", {Channel.WHATSAPP: picky})
    lock(scene, 1, lambda: picky.refused)
    for _ in range(3):
        await scene.engine.outbox.deliver_due()
    picky.gate.set()
    await scene.engine.outbox.close()
    assert picky.sent == ["ravi"]
