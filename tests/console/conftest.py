"""A running console for each test."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.console_kit import Stand, Starter


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Starter]:
    """Starts a console with the settings given."""
    stands: list[Stand] = []

    async def start_with(**settings: Any) -> Stand:
        stands.append(Stand(tmp_path / "files", **settings))
        await stands[-1].start()
        return stands[-1]

    yield start_with
    for stand in stands:
        await stand.stop()


@pytest.fixture
async def stand(start: Starter) -> Stand:
    """A console as in development."""
    return await start()
