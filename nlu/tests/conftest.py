"""A small model, trained once for all tests, and what Rasa itself answers with it."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLES = ("--nlu", str(HERE / "examples.yml"), "--domain", str(HERE / "domain.yml"))

OPENINGS = ["lend me", "mujhe", "WHERE is", "कब", "fine", "do you have", "order HT-7K2M9", "2 kg", "👍", "naaku"]
MIDDLES = ["Godan", "Malgudi Days", "", "500g ka packet", "the worst!!!", "560001 mein", "गोदान"]
ENDINGS = ["please", "chahiye", "kavali"]
TEXTS = [" ".join(parts).strip() for parts in itertools.product(OPENINGS, MIDDLES, ENDINGS)]


@dataclass(frozen=True)
class Trained:
    """A model, what its training printed, and Rasa's own answers to `TEXTS` with it."""

    model: Path
    said: str
    answers: list[dict[str, Any]]


def train(out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m nlu.train`` on the examples of these tests."""
    command = [sys.executable, "-m", "nlu.train", *EXAMPLES, "--out", str(out), *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)


def made(kind: Any, folder: Path, how: str = "create", **config: object) -> Any:
    """A component by itself, its files in ``folder``; ``how`` is "create" or "load"."""
    whole = {**kind.get_default_config(), **config}
    context = ExecutionContext(GraphSchema({}), "tests")
    return getattr(kind, how)(whole, LocalModelStorage(folder), Resource(kind.__name__), context)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The model of the examples."""
    folder = tmp_path_factory.mktemp("trained")
    answers, models = folder / "answers.json", folder / "models"
    command = [sys.executable, str(HERE / "rasa_answers.py"), str(answers), str(models), *EXAMPLES]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=json.dumps(TEXTS), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (model,) = models.glob("nlu-*.tar.gz")
    return Trained(model, done.stdout, json.loads(answers.read_text("utf-8")))


@pytest.fixture(scope="session")
def model_file(trained: Trained) -> Path:
    """The model's archive."""
    return trained.model
