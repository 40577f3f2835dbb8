"""Trains the NLU, unless a model of the very same inputs is there: ``python -m nlu.train``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from nlu.errors import TrainingFailed
from nlu.fingerprint import ROOT, fingerprint, inputs, prune

QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "OPENBLAS_NUM_THREADS": "1",  # its threads only wait for each other on matrices as small as these
}
SHOWN = 1.0  # seconds: what takes less is not worth a line


class Progress:
    """Shows each step with its time, on ``out``; a step may end in a process that was forked meanwhile."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Say how long what is done within took."""
        began = time.monotonic()
        if self.out.isatty():
            self.out.write(f"  {name} …\r")
            self.out.flush()
        yield
        spent = time.monotonic() - began
        if spent >= SHOWN or name.startswith("training"):
            self.out.write(f"  {name:<40} {spent:6.1f} s\n")
            self.out.flush()


@contextmanager
def hushed() -> Iterator[tuple[TextIO, Path]]:
    """Send both outputs, those of C libraries and subprocesses too, to a file; gives the real one and it."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with tempfile.TemporaryDirectory() as folder, os.fdopen(os.dup(1), "w", encoding="utf-8") as real:
        log = Path(folder) / "log"
        with log.open("wb") as sink:
            os.dup2(sink.fileno(), 1)
            os.dup2(sink.fileno(), 2)
        try:
            yield real, log
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, original in enumerate(saved, start=1):
                os.dup2(original, number)
                os.close(original)


def train(config: Path, domain: Path, data: Path, models: Path, *, force: bool = False) -> tuple[Path, bool]:
    """The model of these inputs, and whether it had to be trained. Raises TrainingFailed, FileNotFoundError."""
    name = f"nlu-{fingerprint(inputs(config, domain, data))}.tar.gz"
    model = models / name
    if model.exists() and not force:
        os.utime(model)
        return model, False
    models.mkdir(parents=True, exist_ok=True)
    with hushed() as (out, log), tempfile.TemporaryDirectory(dir=models, prefix=".training-") as folder:
        try:
            run_rasa(config, data, Path(folder) / name, Progress(out))
        except TrainingFailed as error:
            raise TrainingFailed(f"{error}\n{log.read_text('utf-8', errors='replace')[-4000:]}") from error
        (Path(folder) / name).replace(model)
    prune(models)
    return model, True


def run_rasa(config: Path, data: Path, model: Path, progress: Progress) -> None:
    """Train with Rasa into the file ``model``. Raises what `nlu.training.train` does."""
    os.environ.update(QUIET)
    with progress.step("loading Rasa"):
        from nlu import training
    training.train(config, data, model, progress.step)


def arguments(given: list[str] | None) -> argparse.Namespace:
    """The command line; defaults are the checkout's own files."""
    parser = argparse.ArgumentParser(prog="nlu.train", description="Train the NLU where its inputs changed.")
    parser.add_argument("--config", type=Path, default=ROOT / "config.yml")
    parser.add_argument("--domain", type=Path, default=ROOT / "domain.yml")
    parser.add_argument("--nlu", type=Path, default=ROOT / "data" / "nlu", help="a file or folder of examples")
    parser.add_argument("--out", type=Path, default=ROOT / "models")
    parser.add_argument("--force", action="store_true", help="train even if nothing changed")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Train and say so; the exit status."""
    asked = arguments(given)
    began = time.monotonic()
    try:
        model, trained = train(asked.config, asked.domain, asked.nlu, asked.out, force=asked.force)
    except (TrainingFailed, FileNotFoundError) as error:
        sys.stderr.write(f"training failed: {error}\n")
        return 1
    spent = time.monotonic() - began
    said = f"trained in {spent:.0f} s" if trained else "model is up to date"
    sys.stdout.write(f"{said}: {model}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
