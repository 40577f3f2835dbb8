"""Whole conversations through the whole engine: the trained NLU, a SQL store, the real catalogue, the sandbox."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from app.settings import ROOT
from shop.search import normal
from tests.journeys import script, stage
from tests.journeys.player import Player

_NLU_PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
_TRAINED = _NLU_PYTHON.exists() and any((ROOT / "models").glob("*.tar.gz"))
needs_training = pytest.mark.skipif(not _TRAINED, reason="no nlu/.venv or no trained model")
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


@pytest.fixture(scope="session")
def nlu_url() -> Iterator[str]:
    with stage.nlu() as url:
        yield url


@pytest.fixture(scope="session")
def sandbox() -> Iterator[None]:
    with stage.sandbox():
        yield


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, nlu_url: str) -> Path:
    """The folder of a shop that is stocked; the NLU knows its names. Each journey goes on in a copy."""
    folder = tmp_path_factory.mktemp("seeded")
    asyncio.run(stage.stock(stage.settings(folder, nlu_url)))
    return folder


@pytest.fixture
def folder(seeded: Path, tmp_path: Path) -> Path:
    """A shop of this journey's own."""
    return Path(shutil.copytree(seeded, tmp_path, dirs_exist_ok=True))


@pytest.mark.trained
@needs_training
@pytest.mark.parametrize("name", script.names())
async def test_journey(name: str, folder: Path, nlu_url: str, sandbox: None) -> None:
    """Each step brings the replies and facts that its file states, and nothing else is said."""
    journey = script.read(name)
    async with stage.open_shop(stage.settings(folder, nlu_url)) as shop:
        player = Player(shop, journey.channel)
        for step in script.steps(journey):
            await player.play(step)
        await player.over()


def _training_lines() -> set[str]:
    lines: set[str] = set()
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines.update(normal(_MARKED.sub(r"\1", line)) for line in block["examples"].splitlines())
    return lines


def test_no_customer_line_is_a_training_line() -> None:
    """What the journeys' customers say, the NLU never saw: word for word, marks and punctuation aside."""
    learnt = _training_lines()
    said = {step.says for name in script.names() for step in script.read(name).steps if step.says}
    assert [] == sorted(line for line in said if len(line.split()) > 1 and normal(line) in learnt)


def test_there_are_at_least_thirty_journeys() -> None:
    """Enough ways through the shop are walked."""
    assert len(script.names()) >= 30
