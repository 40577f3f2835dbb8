"""Training, and its cache."""

import io
import json
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import EXAMPLES, HERE, Trained, train
from nlu.fingerprint import ROOT, fingerprint, inputs, newest, prune


def test_training_shows_its_steps_and_nothing_else(trained: Trained) -> None:
    lines = trained.said.splitlines()
    assert any("training LinearIntentClassifier" in line for line in lines)
    assert any("training CRFEntities" in line for line in lines)
    assert lines[-1].startswith("trained in")
    assert lines[-1].endswith(str(trained.model))
    assert len(lines) < 10


def contents(archive: Path) -> dict[str, Any]:
    """What the files of a model hold; what differs each time left out of the metadata."""
    found: dict[str, Any] = {}
    with tarfile.open(archive) as files:
        for member in files:
            data = files.extractfile(member) if member.isfile() else None
            if data and member.name.endswith(".npz"):
                arrays = np.load(io.BytesIO(data.read()))
                found |= {f"{member.name}/{name}": arrays[name].tobytes() for name in arrays.files}
            elif data:
                found[member.name] = data.read()
    metadata = json.loads(found["metadata.json"])
    for node in metadata["predict_schema"]["nodes"].values():
        (node["resource"] or {}).pop("output_fingerprint", None)
    return {**found, "metadata.json": {**metadata, "trained_at": None, "model_id": None}}


def test_the_model_is_that_of_rasas_own_command(model_file: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "rasa", "train", "nlu", *EXAMPLES, "--config", "config.yml"]
    where = ["--out", str(tmp_path), "--fixed-model-name", "rasas"]
    quiet = os.environ | {"RASA_TELEMETRY_ENABLED": "false", "RASA_MAX_CACHE_SIZE": "0", "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run([*command, *where], cwd=ROOT, env=quiet, capture_output=True, check=True)
    assert contents(tmp_path / "rasas.tar.gz") == contents(model_file)


def test_what_fails_beside_is_told(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    wrong = {"name": "nlu.components.intent.LinearIntentClassifier", "strength": -1.0}
    pipeline = [{"name": "nlu.components.tokens.ScriptTokenizer"}, wrong]
    config.write_text(json.dumps({"recipe": "default.v1", "assistant_id": "x", "language": "en", "pipeline": pipeline}))
    done = train(tmp_path / "models", "--config", str(config))
    assert done.returncode == 1
    assert done.stderr.startswith("training failed: training LinearIntentClassifier: exit status 1")
    assert "Traceback" in done.stderr, "the error itself follows"
    assert list((tmp_path / "models").iterdir()) == []


def test_unchanged_inputs_train_nothing(model_file: Path) -> None:
    before = model_file.read_bytes()
    began = time.monotonic()
    done = train(model_file.parent)
    assert time.monotonic() - began < 1
    assert f"model is up to date: {model_file}\n" == done.stdout
    assert before == model_file.read_bytes()


def test_data_that_is_not_there_is_said_in_a_line(tmp_path: Path) -> None:
    done = train(tmp_path, "--nlu", str(tmp_path / "absent"))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_every_input_counts(tmp_path: Path) -> None:
    config, domain = tmp_path / "config.yml", tmp_path / "domain.yml"
    data = tmp_path / "data"
    data.mkdir()
    seen = set()
    for path in (config, domain, data / "en.yml", data / "hi.yml"):
        for each in (config, domain):
            each.touch()
        path.write_text("changed")
        seen.add(fingerprint(inputs(config, domain, data)))
    assert len(seen) == 4


def test_components_and_word_lists_are_inputs() -> None:
    names = {path.name for path in inputs(HERE / "domain.yml", HERE / "domain.yml", HERE / "examples.yml")}
    assert {"intent.py", "sentiment.txt", "requirements.txt", "examples.yml"} <= names
    assert (ROOT / "nlu" / "requirements.txt").exists()


def test_three_models_are_kept_and_the_newest_is_known(tmp_path: Path) -> None:
    for age in range(5):
        path = tmp_path / f"nlu-{age}.tar.gz"
        path.touch()
        os.utime(path, (1000 - age, 1000 - age))
    prune(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nlu-0.tar.gz", "nlu-1.tar.gz", "nlu-2.tar.gz"]
    assert tmp_path / "nlu-0.tar.gz" == newest(tmp_path)


def test_no_folder_has_no_newest(tmp_path: Path) -> None:
    assert newest(tmp_path / "absent") is None


@pytest.mark.parametrize("missing", ["config.yml", "data"])
def test_a_missing_input_is_an_error(tmp_path: Path, missing: str) -> None:
    (tmp_path / "domain.yml").touch()
    if missing != "config.yml":
        (tmp_path / "config.yml").touch()
    with pytest.raises(FileNotFoundError):
        fingerprint(inputs(tmp_path / "config.yml", tmp_path / "domain.yml", tmp_path / "data"))
