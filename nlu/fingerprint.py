"""What a model was made from: one digest over every input of training."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = 3
SOURCES = frozenset({".py", ".txt", ".yml", ".yaml", ".json"})


def inputs(config: Path, domain: Path, data: Path) -> Iterator[Path]:
    """Configuration, domain, data, the components with their word lists, the encoders, the locked requirements."""
    yield from (config, domain, ROOT / "nlu" / "requirements.txt", ROOT / "nlu" / "requirements-weights.txt")
    yield from files_under(data)
    yield from files_under(ROOT / "nlu" / "components")
    yield from files_under(ROOT / "nlu" / "encoders")


def files_under(place: Path) -> list[Path]:
    """A file itself, or the sources below a folder, in a stable order. Raises FileNotFoundError."""
    if not place.exists():
        raise FileNotFoundError(f"no such file or folder: {place}")
    if place.is_file():
        return [place]
    return sorted(path for path in place.rglob("*") if path.is_file() and path.suffix in SOURCES)


def fingerprint(paths: Iterable[Path]) -> str:
    """Twelve hexadecimal digits over names and contents. Raises FileNotFoundError."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def newest(folder: Path) -> Path | None:
    """The model archive written or confirmed last; None if there is none."""
    return max(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime_ns, default=None)


def prune(folder: Path) -> None:
    """Leave the newest three of our models."""
    models = sorted(folder.glob("nlu-*.tar.gz"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in models[KEPT:]:
        old.unlink()
