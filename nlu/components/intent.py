"""The intent classifier, and the rejection of what it is unsure of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.base import Component, TrainedComponent, component, tokens_of
from nlu.components.linear import LinearModel

FALLBACK = "nlu_fallback"
RANKING = "intent_ranking"


@component("INTENT_CLASSIFIER", trainable=True)
class LinearIntentClassifier(TrainedComponent):
    """Logistic regression over words and character n-grams, calibrated on held-back examples."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self.model: LinearModel | None = None

    @classmethod
    def required_components(cls) -> list[type]:
        """Needs tokens."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``strength``: the inverse of regularisation; ``ranking_length``: 0 for all intents."""
        return {"strength": 10.0, "max_iter": 100, "ranking_length": 10}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples that bear an intent."""
        from nlu.components.fitting import fit  # scikit-learn: not for processes that only parse

        examples = [each for each in training_data.intent_examples if each.get(TEXT)]
        if examples:
            documents = [words(example) for example in examples]
            labels = [example.get(INTENT) for example in examples]
            self.model = fit(documents, labels, self.config["strength"], self.config["max_iter"])
            with self.storage.write_to(self.resource) as folder:
                self.model.save(folder)
        return self.resource

    def restore(self, folder: Path) -> None:
        """Read the weights."""
        self.model = LinearModel.open(folder)

    def annotate(self, message: Message) -> None:
        """Set ``intent`` and ``intent_ranking``; a text without words gets no intent."""
        seen = words(message)
        ranking = self.model.ranking(seen) if self.model and seen else []
        scored = [{"name": name, "confidence": share} for name, share in ranking]
        best = scored[0] if scored else {"name": None, "confidence": 0.0}
        message.set(INTENT, dict(best), add_to_output=True)
        message.set(RANKING, scored[: self.config["ranking_length"] or None], add_to_output=True)


def words(message: Message) -> list[str]:
    """The message's words as the tokenizer normalised them, an entity's words as one mark like "<product>".

    So "2 mango pickle" teaches what "5 jalebi" means. In training the entities are those of the examples.
    """
    spans = sorted((each["start"], each["end"], each["entity"]) for each in message.get(ENTITIES) or [])
    found: list[str] = []
    for token in tokens_of(message):
        while spans and spans[0][1] <= token.start:
            spans.pop(0)
        if not spans or token.end <= spans[0][0]:
            found.append(token.lemma)
        elif token.start <= spans[0][0] or not found:
            found.append(f"<{spans[0][2]}>")
    return found


@component("INTENT_CLASSIFIER")
class UncertainIntentRejecter(Component):
    """Sets ``nlu_fallback`` where the best score is low or two are close.

    As with Rasa's FallbackClassifier the rejection is put on top of the ranking, which is what
    ``rasa test nlu`` expects; its confidence is what the best intent leaves.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``threshold``: least confidence; ``ambiguity_threshold``: least lead over the second."""
        return {"threshold": 0.3, "ambiguity_threshold": 0.05}

    def annotate(self, message: Message) -> None:
        """Replace the intent if it is not to be trusted."""
        ranking = message.get(RANKING) or []
        shares = [entry["confidence"] for entry in ranking[:2]] + [0.0, 0.0]
        lead = shares[0] - shares[1]
        if shares[0] >= self.config["threshold"] and lead >= self.config["ambiguity_threshold"]:
            return
        rejected = {"name": FALLBACK, "confidence": 1.0 - shares[0]}
        message.set(INTENT, dict(rejected), add_to_output=True)
        message.set(RANKING, [rejected, *ranking], add_to_output=True)
