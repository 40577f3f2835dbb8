"""The catalogue and the stock: nothing is sold that is not there."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.errors import Fault, Refused
from model.ports import Store, UnitOfWork
from tests.store.store_kit import NOW, Undo, catalogue

Step = tuple[str, int]


def seed(uow: UnitOfWork, **stock: int) -> int:
    return uow.catalogue.replace(catalogue(**stock), NOW)


async def wish(store: Store, name: str, product_id: str, units: int) -> bool | None:
    """Calls the method of the catalogue that has this name."""

    def work(uow: UnitOfWork) -> bool | None:
        got: bool | None = getattr(uow.catalogue, name)(product_id, units)
        return got

    return await store.transact(work)


async def free(store: Store, product_id: str = "laddu") -> int:
    return (await store.transact(lambda uow: uow.catalogue.free([product_id])))[product_id]


async def test_a_catalogue_comes_back_as_it_was_seeded(store: Store) -> None:
    assert await store.transact(lambda uow: seed(uow, laddu=1_000, barfi=500)) == 1
    current = await store.transact(lambda uow: uow.catalogue.current())
    assert current.version == await store.transact(lambda uow: uow.catalogue.version()) == 1
    given_ = catalogue(laddu=1_000, barfi=500)
    for part in ("shop", "categories", "products", "variants", "coupons", "areas", "faqs"):
        assert getattr(current, part) == getattr(given_, part)


async def test_a_shop_never_seeded_has_version_0_and_no_catalogue(store: Store) -> None:
    assert await store.transact(lambda uow: uow.catalogue.version()) == 0
    with pytest.raises(Fault):
        await store.transact(lambda uow: uow.catalogue.current())


async def test_the_catalogue_is_read_once_a_version(store: Store) -> None:
    await store.transact(lambda uow: seed(uow, laddu=1))
    first, again = [await store.transact(lambda uow: uow.catalogue.current()) for _ in range(2)]
    assert first is again
    assert await store.transact(lambda uow: seed(uow, barfi=1)) == 2
    assert [p.id for p in (await store.transact(lambda uow: uow.catalogue.current())).products] == ["barfi"]


async def test_a_catalogue_undone_is_never_seen(store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        seed(uow, laddu=1)
        assert uow.catalogue.current().version == 1
        raise Undo

    with pytest.raises(Undo):
        await store.transact(work)
    await store.transact(lambda uow: seed(uow, barfi=1))
    assert [p.id for p in (await store.transact(lambda uow: uow.catalogue.current())).products] == ["barfi"]


async def test_seeding_again_keeps_what_is_held(store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        seed(uow, laddu=1_000, barfi=1_000, halwa=1_000)
        for product_id in ("laddu", "barfi", "halwa"):
            assert uow.catalogue.hold(product_id, 400)

    await store.transact(work)
    await store.transact(lambda uow: seed(uow, laddu=900, barfi=100))
    assert [await free(store, product_id) for product_id in ("laddu", "barfi", "halwa")] == [500, 0, 0]
    for product_id in ("laddu", "barfi", "halwa"):
        await wish(store, "take_held", product_id, 400)


async def test_unknown_products_have_nothing_free_and_cannot_be_changed(store: Store) -> None:
    assert await free(store, "nothing") == 0
    for name in ("hold", "take"):
        assert await wish(store, name, "nothing", 1) is False
    for name in ("unhold", "take_held", "put_back", "set_on_hand"):
        with pytest.raises(Fault):
            await wish(store, name, "nothing", 1)


@pytest.mark.parametrize("name", ["unhold", "take_held"])
async def test_letting_go_of_more_than_is_held_is_a_fault_and_changes_nothing(store: Store, name: str) -> None:
    def work(uow: UnitOfWork) -> None:
        seed(uow, laddu=10)
        uow.catalogue.hold("laddu", 4)

    await store.transact(work)
    with pytest.raises(Fault):
        await wish(store, name, "laddu", 5)
    assert await free(store) == 6


async def test_a_count_of_the_shelf_cannot_go_below_what_is_held(store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        seed(uow, laddu=10)
        uow.catalogue.hold("laddu", 4)
        uow.catalogue.set_on_hand("laddu", 4)

    await store.transact(work)
    assert await free(store) == 0
    with pytest.raises(Refused, match="stock_below_held"):
        await store.transact(lambda uow: uow.catalogue.set_on_hand("laddu", 3))


@pytest.mark.parametrize("name", ["hold", "take"])
async def test_of_a_hundred_at_once_the_last_ten_units_go_to_ten(store: Store, name: str) -> None:
    await store.transact(lambda uow: seed(uow, laddu=10))

    got = await asyncio.gather(*(wish(store, name, "laddu", 1) for _ in range(100)))
    assert got.count(True) == 10
    assert await free(store) == 0


@dataclass
class Shelf:
    """The simplest thing that could be right."""

    on_hand: int = 20
    held: int = 0

    def may(self, step: str, units: int) -> bool:
        limit = {"hold": self.on_hand - self.held, "take": self.on_hand - self.held, "put_back": units}
        return units <= limit.get(step, self.held)

    def do(self, step: str, units: int) -> None:
        self.on_hand += {"take": -units, "take_held": -units, "put_back": units}.get(step, 0)
        self.held += {"hold": units, "unhold": -units, "take_held": -units}.get(step, 0)


def walk(steps: list[Step]) -> Callable[[UnitOfWork], None]:
    """Takes every step in the store and on the shelf, and undoes it all."""

    def work(uow: UnitOfWork) -> None:
        shelf = Shelf()
        seed(uow, laddu=shelf.on_hand)
        for step, units in steps:
            if shelf.may(step, units):
                assert getattr(uow.catalogue, step)("laddu", units) in (True, None)
                shelf.do(step, units)
            elif step in ("hold", "take"):
                assert not getattr(uow.catalogue, step)("laddu", units)
            assert uow.catalogue.free(["laddu"]) == {"laddu": shelf.on_hand - shelf.held}
            assert 0 <= shelf.held <= shelf.on_hand
        raise Undo

    return work


@given(
    st.lists(st.tuples(st.sampled_from(["hold", "unhold", "take", "take_held", "put_back"]), st.integers(1, 12)))
)  # fmt: skip
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_done_what_is_held_is_there(store: Store, steps: list[Step]) -> None:
    with pytest.raises(Undo):
        await store.transact(walk(steps))
