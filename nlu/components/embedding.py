"""A sentence vector for each message, from a published encoder."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import numpy as np
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.base import Component, component
from nlu.components.text import script_of
from nlu.encoders.alone import TextTokens
from nlu.encoders.encoder import Encoder, encoder
from nlu.encoders.kept import vectors
from nlu.encoders.weights import Floats

MOST_LETTERS = 200


def is_latin(text: str) -> bool:
    """Whether most letters of a text's beginning are Latin; a text without letters counts as Latin."""
    if text.isascii():
        return True
    scripts = [script for char in text[:MOST_LETTERS] if (script := script_of(char))]
    return 2 * sum(script == "Latn" for script in scripts) >= len(scripts)


class SentenceVector(Features):
    """A dense sentence feature that is worked out when it is first looked at: a message may be sure without it.

    ``tokens``: the text as the encoder cuts it up, which is quickly known.
    """

    def __init__(self, work: Callable[[], Floats], tokens: TextTokens, origin: str) -> None:
        self.work = work
        self.tokens = tokens
        self._cached_fingerprint = None
        self.type = FEATURE_TYPE_SENTENCE
        self.attribute = TEXT
        self.origin = origin

    @cached_property
    def features(self) -> Floats:
        """The vector as a matrix of one row."""
        return self.work()[None, :]


@component("MESSAGE_FEATURIZER")
class SentenceEmbedding(Component):
    """Adds a dense sentence feature of Euclidean length 1 to the texts that its encoder reads; zeros to others.

    ``encoder``: a name of `nlu.encoders.weights.ENCODERS`. ``latin``: whether it reads the texts written mostly in
    Latin letters (true), all others (false), or all texts (null). An encoder made for English knows nothing of other
    scripts, and one for a hundred languages takes longer and knows little of Hindi in Latin letters. Making one raises
    NoWeights where the weights are not installed.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.encoder: Encoder = encoder(config["encoder"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The multilingual encoder, for all texts."""
        return {"encoder": "multilingual-e5-small", "latin": None}

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors of all examples; those that an earlier training computed are not computed again."""
        examples = training_data.training_examples
        texts = [example.get(TEXT) or "" for example in examples]
        found = iter(vectors(self.encoder, [text for text in texts if self.reads(text)]))
        for example, text in zip(examples, texts, strict=True):
            vector = next(found) if self.reads(text) else self.nothing()
            self.add(example, text, partial(np.asarray, vector))
        return training_data

    def annotate(self, message: Message) -> None:
        """Add one vector, not yet worked out."""
        text: str = message.get(TEXT) or ""
        self.add(message, text, partial(self.vector, text))

    def add(self, message: Message, text: str, work: Callable[[], Floats]) -> None:
        """Add a vector and the tokens that it is of."""
        tokens = TextTokens(self.encoder, text if self.reads(text) else "")
        message.add_features(SentenceVector(work, tokens, self.config["encoder"]))

    def vector(self, text: str) -> Floats:
        """The text's vector; zeros if it is not for this encoder."""
        return self.encoder.vector(text) if self.reads(text) else self.nothing()

    def reads(self, text: str) -> bool:
        """Whether a text is for this encoder."""
        return bool(text) and self.config["latin"] in (None, is_latin(text))

    def nothing(self) -> Floats:
        """The vector of what is not for this encoder."""
        return np.zeros(self.encoder.width, np.float32)
