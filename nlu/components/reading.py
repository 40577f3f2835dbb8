"""What a classifier sees of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = "npt.NDArray[np.float32]"


class Tokens(Protocol):
    """A text as one encoder cuts it up, before it is asked for the text's vector."""

    @property
    def ids(self) -> Sequence[int]:
        """The tokens in order; none where the encoder does not read the text."""

    def rows(self, ids: Sequence[int]) -> Floats:
        """What the encoder's word table holds of tokens: one row each. Quick."""

    def alone(self, ids: Sequence[int]) -> Floats:
        """What the encoder makes of each token by itself: one row each. Slow: for training."""


@dataclass(frozen=True)
class Reading:
    """What the classifier sees of a text.

    ``words`` as they sound; ``masked``, the same with each entity as one mark like "<product>"; ``vectors``, one
    for each encoder of the pipeline, zeros from those that do not read the text. A vector may be worked out no sooner
    than it is looked at. ``tokens``: how each of the same encoders cuts the text up.
    """

    words: tuple[str, ...]
    masked: tuple[str, ...]
    vectors: Sequence[Floats] = ()
    tokens: Sequence[Tokens] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to see."""
        return bool(self.words)
