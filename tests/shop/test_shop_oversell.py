"""Oversell is stopped by the database's own statement: two processes go for the last grams."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from store.sql import SqlStore
from tests.kit import NOW, catalogue, new_database

JARS = 12
TRIES = 15


async def _buy(url: str, way: str) -> int:
    """How many jars of 250 g one process got."""
    store = SqlStore(url)
    try:
        got = [await store.transact(lambda uow: getattr(uow.catalogue, way)("mango", 250)) for _ in range(TRIES)]
    finally:
        await store.close()
    return sum(got)


def buy(url: str, way: str) -> int:
    return asyncio.run(_buy(url, way))


async def _seed(url: str) -> None:
    store = SqlStore(url)
    await store.transact(lambda uow: uow.catalogue.replace(catalogue({"mango": 250 * JARS + 249}), NOW))
    await store.close()


async def _left(url: str) -> int:
    store = SqlStore(url)
    free = await store.transact(lambda uow: uow.catalogue.free(["mango"])["mango"])
    await store.close()
    return free


@pytest.mark.parametrize("ways", [("take", "take"), ("hold", "hold"), ("take", "hold")])
async def test_two_processes_never_get_more_than_there_is(tmp_path: Path, ways: tuple[str, str]) -> None:
    url = new_database(tmp_path)
    await _seed(url)
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        got = [process.result() for process in [processes.submit(buy, url, way) for way in ways]]
    assert sum(got) == JARS
    assert await _left(url) == 249
