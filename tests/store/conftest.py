"""The three stores, each empty: whatever a test states, it states of all of them."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from model.ports import Queries, Store
from store import migrate
from store.engines import writer
from store.memory import MemoryQueries, MemoryStore
from store.queries import SqlQueries
from store.sql import SqlStore
from store.tables import metadata
from tests.store.store_kit import ALL


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "haat.db"
    migrate.upgrade(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> str:
    migrate.upgrade(postgres_url)
    return postgres_url


@pytest.fixture(params=ALL)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database; empty itself for the store in memory."""
    if request.param == "memory":
        return ""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "haat.db")
        return f"sqlite+aiosqlite:///{file}"
    address: str = request.getfixturevalue("migrated_postgres")
    in_transaction(address, _empty)
    return address


def _empty(connection: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


def in_transaction(url: str, work: Callable[[Connection], None]) -> None:
    engine = writer(url, 1)
    with engine.begin() as connection:
        work(connection)
    engine.dispose()


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    made: Store = SqlStore(url) if url else MemoryStore()
    yield made
    await made.close()


@pytest.fixture
async def queries(url: str, store: Store) -> AsyncIterator[Queries]:
    made = MemoryQueries(store) if isinstance(store, MemoryStore) else SqlQueries(url)
    yield made
    await made.close()
