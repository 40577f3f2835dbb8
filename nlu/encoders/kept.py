"""Vectors kept from one training to the next, in a file beside the encoder that made them.

Changed data bring a few new texts, and the vectors of all the others are what training takes longest to compute.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import onnxruntime

from nlu.encoders.encoder import LONG_TEXT, Encoder
from nlu.encoders.weights import Floats

MOST = 60_000  # vectors: 92 MB
FILE = f"kept-{onnxruntime.__version__}.npz"  # other versions reckon a little otherwise
TOKENS = f"tokens-{onnxruntime.__version__}.npz"
DIGEST = 16  # bytes

Kept = dict[bytes, Floats]


def vectors(encoder: Encoder, texts: Sequence[str]) -> list[Floats]:
    """Each text's vector: out of the file where it is there, else computed on all processors, and kept."""
    return known(encoder.folder / FILE, [text[:LONG_TEXT] for text in texts], encoder.computed)


def known(path: Path, names: Sequence[str], work: Callable[[str], Floats]) -> list[Floats]:
    """What ``work`` makes of each name: out of a file where it is there, else computed on all processors, and kept."""
    keys = [key(name) for name in names]
    found = read(path)
    new = {key: name for key, name in zip(keys, names, strict=True) if key not in found}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found |= zip(new, pool.map(work, new.values()), strict=True)
    if new:
        with suppress(OSError):  # an environment that cannot be written to only takes longer
            write(path, newest(keys, found))
    return [found[key] for key in keys]


def key(text: str) -> bytes:
    """What a text is kept under."""
    return hashlib.blake2b(text.encode(), digest_size=DIGEST).digest()


def newest(keys: Iterable[bytes], found: Kept) -> Kept:
    """At most `MOST` vectors: first those asked for now, then of the others those kept last."""
    order = dict.fromkeys([*keys, *found])
    return {key: found[key] for key in list(order)[:MOST]}


def read(path: Path) -> Kept:
    """What a file holds; nothing where there is none, or none that can be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return dict(zip(map(bytes, archive["keys"]), archive["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def write(path: Path, kept: Kept) -> None:
    """Write the file aside, then put it in place: a reader sees the old one or the new, and the last writer's stays."""
    keys = np.frombuffer(b"".join(kept), np.uint8).reshape(-1, DIGEST)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".keeping-") as folder:
        np.savez(Path(folder) / path.name, keys=keys, vectors=np.stack(list(kept.values())))
        os.replace(Path(folder) / path.name, path)
