"""Runs a sentence encoder; builds its files into the environment the first time."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from nlu.encoders.weights import ENCODERS, Floats

BUILT = Path(sys.prefix) / "encoders"
SOURCES = ("weights.py", "graph.py", "encoder.py")
REMEMBERED = 4096  # texts: customers' shortest messages come again and again
LONG_TEXT = 2000  # characters: more than `LONGEST` tokens have, and few enough to be remembered
LONGEST = 64  # tokens: what a message wants stands near its beginning, and time grows with its length


class Encoder:
    """Makes a vector of a text. Safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        about = json.loads((folder / "about.json").read_text("utf-8"))
        self.prefix: str = about["prefix"]
        self.before, self.after = about["before"], about["after"]
        self.letters = {int(code): letters for code, letters in about["letters"].items()}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # Mapped, not read: workers share the pages, and only the rows in use are ever in memory.
        self.rows = np.load(folder / "words.npy", mmap_mode="r")
        self.scales = np.load(folder / "scales.npy", mmap_mode="r")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.remembered = lru_cache(REMEMBERED)(self.computed)

    @property
    def width(self) -> int:
        """The length of every vector."""
        return int(self.rows.shape[1])

    def tokens(self, text: str) -> list[int]:
        """The token ids of a text, those that begin and end it included; at most `LONGEST`."""
        plain = " ".join(text.translate(self.letters).split())
        found = self.tokenizer.encode(self.prefix + plain, add_special_tokens=False).ids
        return [*self.before, *found[: LONGEST - 2], *self.after]

    def vector(self, text: str) -> Floats:
        """A vector of Euclidean length 1 for a text's beginning; sooner where it came before."""
        return self.remembered(text[:LONG_TEXT])

    def computed(self, text: str) -> Floats:
        """The vector, worked out."""
        tokens = self.tokens(text)
        words = self.rows[tokens] * self.scales[tokens][:, None]
        (mean,) = self.session.run(None, {"words": words})
        return cast("Floats", mean / np.linalg.norm(mean))


@lru_cache(maxsize=4)
def encoder(name: str) -> Encoder:
    """The encoder of a name in `ENCODERS`, built if need be. Raises NoWeights, KeyError."""
    return Encoder(built(name))


def built(name: str) -> Path:
    """The folder of an encoder's files. Raises NoWeights, KeyError."""
    made_of = [(Path(__file__).parent / source).read_bytes() for source in SOURCES]
    folder = BUILT / f"{name}-{hashlib.sha256(b''.join(made_of)).hexdigest()[:12]}"
    if not folder.exists():
        BUILT.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILT, prefix=".building-") as temporary:
            write(name, Path(temporary) / "new")
            for old in BUILT.glob(f"{name}-*"):
                shutil.rmtree(old)
            os.replace(Path(temporary) / "new", folder)
    return folder


def write(name: str, folder: Path) -> None:
    """Make an encoder's files from its weights."""
    from nlu.encoders.graph import build  # onnx, and onnxruntime's tools: not for processes that only parse

    weights = ENCODERS[name]()
    folder.mkdir()
    table = weights.tensor("emb.word")
    scales = np.maximum(np.abs(table).max(axis=1), 1e-9).astype(np.float32) / 127
    np.save(folder / "words.npy", np.rint(table / scales[:, None]).astype(np.int8))
    np.save(folder / "scales.npy", scales)
    weights.tokenizer().save(str(folder / "tokenizer.json"))
    about = {
        "prefix": weights.prefix, "before": weights.before, "after": weights.after, "letters": weights.letters,
    }  # fmt: skip
    (folder / "about.json").write_text(json.dumps(about), "utf-8")
    build(weights, folder / "encoder.onnx")
