"""Training, and its cache."""

import os
import time
from pathlib import Path

import pytest
from conftest import HERE, Trained, train
from nlu.fingerprint import ROOT, fingerprint, inputs, newest, prune


def test_training_shows_its_steps_and_nothing_else(trained: Trained) -> None:
    lines = trained.said.splitlines()
    assert any("training LinearIntentClassifier" in line for line in lines)
    assert any("training CRFEntities" in line for line in lines)
    assert lines[-1].startswith("trained in")
    assert lines[-1].endswith(str(trained.model))
    assert len(lines) < 10


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
