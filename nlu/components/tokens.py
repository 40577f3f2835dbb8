"""The tokenizer: words of any script with their vowel signs, and each mark by itself."""

from __future__ import annotations

from typing import Any

from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from nlu.components.base import component, sources_digest
from nlu.components.text import spelt


@component("MESSAGE_TOKENIZER")
class ScriptTokenizer(Tokenizer):
    """Splits at spaces and marks; Devanagari, Tamil and Telugu words stay whole."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's options of every tokenizer."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Depends on the shared text helpers."""
        return sources_digest()

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The tokens of one attribute, with their places in the original text; the lemma is the normalised word."""
        tokens = [Token(each.raw, each.start, each.end, lemma=each.word) for each in spelt(message.get(attribute))]
        split: list[Token] = self._apply_token_pattern(tokens)
        return split
