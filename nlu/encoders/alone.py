"""A text's tokens, and what an encoder makes of each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import cast

import numpy as np

from nlu.encoders.encoder import LONG_TEXT, Encoder
from nlu.encoders.kept import TOKENS, known
from nlu.encoders.weights import Floats

REMEMBERED = 16_000  # words: some 3 MB
ORDINARY = 30  # letters: longer words are not remembered
MOST_TOKENS = 62  # of a text: as many as the encoder itself looks at


class TextTokens:
    """A text as an encoder cuts it up, once somebody asks; "" has no tokens."""

    def __init__(self, encoder: Encoder, text: str) -> None:
        self.encoder = encoder
        self.text = text

    @cached_property
    def ids(self) -> list[int]:
        """The tokens in order, without those that begin and end every text."""
        words = self.text[:LONG_TEXT].translate(self.encoder.letters).split()
        return [token for word in words for token in cut(self.encoder, word)][:MOST_TOKENS]

    def rows(self, ids: Sequence[int]) -> Floats:
        """The word table's rows."""
        return rows(self.encoder, ids)

    def alone(self, ids: Sequence[int]) -> Floats:
        """What the encoder makes of each token by itself; what an earlier training computed is not computed again."""
        names = {str(token): token for token in ids}
        found = known(self.encoder.folder / TOKENS, list(names), lambda name: lone(self.encoder, names[name]))
        return np.array(found, np.float32).reshape(len(names), self.encoder.width)


def cut(encoder: Encoder, word: str) -> tuple[int, ...]:
    """The tokens of a word, whatever stands beside it; most words came before."""
    return remembered(encoder, word) if len(word) <= ORDINARY else tokens_of(encoder, word)


def tokens_of(encoder: Encoder, word: str) -> tuple[int, ...]:
    """The same, asked of the tokenizer."""
    return tuple(encoder.tokenizer.encode(word, add_special_tokens=False).ids)


remembered = lru_cache(REMEMBERED)(tokens_of)


def rows(encoder: Encoder, ids: Sequence[int]) -> Floats:
    """The word table's rows of tokens."""
    places = np.array(ids, np.int64)
    found: Floats = encoder.rows[places] * encoder.scales[places][:, None]
    return found


def lone(encoder: Encoder, token: int) -> Floats:
    """The mean of the last layer over one token and those that begin and end a text."""
    (mean,) = encoder.session.run(None, {"words": rows(encoder, [*encoder.before, token, *encoder.after])})
    return cast("Floats", mean)
