"""Puts into its usual form what people type in a chat: "plz" is "please", 👍 "thumbs up sign".

The text itself stays as it is, and with it the places of entities: what changes is each token's lemma, which intents
and the trained entities go by; language and mood read the text as it was typed. Case, scripts' normal forms, digits and
drawn-out letters are dealt with in `text.normalise` already.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.base import Component, component, tokens_of
from nlu.components.text import lexicon, normalise

MODIFIERS = ("Sk", "Mn", "Cf")  # skin tones, variation selectors, joiners: nothing by themselves


@lru_cache(maxsize=1)
def chat_forms() -> dict[str, str]:
    """Each chat spelling with the word that it stands for."""
    pairs = (line.split(" = ") for lines in lexicon("chat").values() for line in lines)
    return {normalise(form): normalise(word) for forms, word in pairs for form in forms.split()}


def usual(word: str) -> str:
    """The usual form of a normalised word; of a picture its name in words, several perhaps; "" for a lone modifier."""
    if word.isascii():
        return chat_forms().get(word, word)
    return pictured(word) if len(word) == 1 else word


@lru_cache(maxsize=4096)
def pictured(char: str) -> str:
    """The name of a picture; other characters as they are."""
    kind = unicodedata.category(char)
    if kind in MODIFIERS:
        return ""
    return unicodedata.name(char, char).lower().replace("-", " ") if kind == "So" else char


@component("MESSAGE_FEATURIZER")
class Normaliser(Component):
    """Sets each token's lemma to its usual form."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        chat_forms()

    @classmethod
    def required_components(cls) -> list[type]:
        """Needs tokens."""
        return [Tokenizer]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for all examples."""
        self.process(training_data.training_examples)
        return training_data

    def annotate(self, message: Message) -> None:
        """Change the lemmas alone."""
        for token in tokens_of(message):
            token.lemma = usual(token.lemma)
