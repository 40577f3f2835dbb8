"""A web chat for each test: on SQLite, and where both stores must agree on the store in memory too."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.webhooks.edge_kit import Edge, edge, sqlite


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("migrated")


@pytest.fixture
def sqlite_url(tmp_path: Path, templates: Path) -> str:
    return sqlite(tmp_path, templates)


@pytest.fixture
async def chat(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    """The web chat on SQLite."""
    async with edge(sqlite_url, tmp_path) as served:
        yield served


@pytest.fixture(params=["memory", "sqlite"])
async def any_chat(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Edge]:
    """The web chat on either store."""
    url = "" if request.param == "memory" else request.getfixturevalue("sqlite_url")
    async with edge(url, tmp_path) as served:
        yield served
