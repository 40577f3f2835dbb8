"""A hundred customers go for the last ten jars at once, through the whole bot, on a real database file."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from model.order import Order, OrderStatus
from shop.work import Work
from store.sql import SqlStore
from tests.kit import HOME, Scene, address, cart_of, catalogue, customer_of, new_database

JARS = 10
CUSTOMERS = [f"customer-{n}" for n in range(100)]


@pytest.fixture
async def crowd(tmp_path: Path) -> AsyncIterator[list[Scene]]:
    """Two bots with a store each on one file, ten jars of 250 g in it, and a hundred customers about to pay."""
    url = new_database(tmp_path)
    scenes = [Scene(SqlStore(url), owner=f"bot-{n}") for n in range(2)]
    await scenes[0].open(catalogue({"mango": 250 * JARS, "garlic": 0, "laddu": 0}))
    await scenes[0].do(_come)
    yield scenes
    for scene in scenes:
        await scene.store.close()


def _come(work: Work) -> None:
    """Everybody picked one jar and gave their address before."""
    for user in CUSTOMERS:
        customer = customer_of(work.uow, user, work.now)
        work.uow.customers.save_cart(cart_of(customer, {"mango-250": 1}))
        talk = work.uow.conversations.open(address(user), work.now)
        draft = {"name": HOME.name, "phone": HOME.phone, "street": HOME.street, "pincode": HOME.pincode}
        talk.memory.draft.update(draft)
        work.uow.conversations.save(talk)


async def rush(scenes: list[Scene], way: str) -> Counter[str]:
    """Everybody taps the way to pay at once; how often each answer was given."""
    await asyncio.gather(
        *(scenes[n % len(scenes)].receive(user=user, tap=f"pay:{way}") for n, user in enumerate(CUSTOMERS))
    )
    await asyncio.gather(*(scene.turns() for scene in scenes))
    return Counter(key for n, user in enumerate(CUSTOMERS) for key in scenes[n % len(scenes)].sender.keys(user))


async def orders(scene: Scene) -> list[Order]:
    found = [await scene.orders(user) for user in CUSTOMERS]
    return [order for of_customer in found for order in of_customer]


async def free(scene: Scene) -> int:
    return await scene.do(lambda work: work.uow.catalogue.free(["mango"])["mango"])


async def test_exactly_ten_orders_are_confirmed_and_ninety_customers_are_told(crowd: list[Scene]) -> None:
    told = await rush(crowd, "cash")
    placed = await orders(crowd[0])
    assert [order.status for order in placed] == [OrderStatus.CONFIRMED] * JARS
    assert (told["order_placed"], told["stock_short"]) == (JARS, len(CUSTOMERS) - JARS)
    assert await free(crowd[0]) == 0


async def test_exactly_ten_holds_are_given_to_those_who_pay_online(crowd: list[Scene]) -> None:
    told = await rush(crowd, "online")
    placed = await orders(crowd[0])
    assert [order.status for order in placed] == [OrderStatus.AWAITING_PAYMENT] * JARS
    assert (told["link_coming"], told["stock_short"]) == (JARS, len(CUSTOMERS) - JARS)
    assert await free(crowd[0]) == 0
