"""Our short runner answers as Rasa's agent does."""

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from conftest import ROOT, TEXTS, Trained
from nlu.errors import BadModel
from nlu.runner import load


def test_both_ways_answer_the_same(trained: Trained) -> None:
    """210 texts, Rasa's MessageProcessor in a process of its own against the runner."""
    model = load(trained.model)
    assert trained.answers == [json.loads(json.dumps(model.parse(text))) for text in TEXTS]


def test_neither_tensorflow_nor_scikit_learn_is_needed_to_parse(model_file: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from nlu.runner import load; load(Path(sys.argv[1])).parse('Godan');"
        "print({'tensorflow', 'sklearn', 'rasa.core.channels'} & set(sys.modules))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, str(model_file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"


def test_labels_of_other_peoples_data_are_learned(model_file: Path) -> None:
    answer = load(model_file).parse("please lend me Malgudi Days")
    assert answer["intent"]["name"] == "borrow"
    assert [(e["entity"], e["value"]) for e in answer["entities"]] == [("title", "Malgudi Days")]


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.tar.gz").write_text("no archive")
    with tarfile.open(tmp_path / "empty.tar.gz", "w:gz"):
        pass
    for name in ("text.tar.gz", "empty.tar.gz"):
        with pytest.raises(BadModel):
            load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "absent.tar.gz")
