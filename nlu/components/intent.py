"""The intent classifier, and the rejection of what it is unsure of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import ENTITIES, FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.base import Component, TrainedComponent, component, tokens_of
from nlu.components.embedding import SentenceVector
from nlu.components.linear import LinearModel
from nlu.components.reading import Floats, Reading
from nlu.components.sound import sound

FALLBACK = "nlu_fallback"
RANKING = "intent_ranking"


@component("INTENT_CLASSIFIER", trainable=True)
class LinearIntentClassifier(TrainedComponent):
    """A linear classifier over how words sound, their pieces, entity marks and sentence vectors.

    Its confidences are calibrated on held-back examples, and fall with the distance from the nearest training line
    of the intent, so that they mean something for texts unlike all that was trained on.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self.model: LinearModel | None = None

    @classmethod
    def required_components(cls) -> list[type]:
        """Needs tokens."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``strength``: the inverse of regularisation; ``ranking_length``: 0 for all intents.

        ``noise``: how many of the examples are learned from a second time, as if typed in haste (a share);
        with few examples none.
        """
        return {"strength": 1.0, "ranking_length": 10, "noise": 0.3}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples that bear an intent."""
        from nlu.components.fitting import fit  # scikit-learn: not for processes that only parse

        examples = [each for each in training_data.intent_examples if each.get(TEXT)]
        if examples:
            readings = [reading(example) for example in examples]
            labels = [example.get(INTENT) for example in examples]
            self.model = fit(readings, labels, self.config["strength"], self.config["noise"])
            with self.storage.write_to(self.resource) as folder:
                self.model.save(folder)
        return self.resource

    def restore(self, folder: Path) -> None:
        """Read the weights."""
        self.model = LinearModel.open(folder)

    def annotate(self, message: Message) -> None:
        """Set ``intent`` and ``intent_ranking``; a text without words gets no intent."""
        seen = reading(message)
        ranking = self.model.ranking(seen, self.config["ranking_length"] or None) if self.model and seen else []
        scored = [{"name": name, "confidence": share} for name, share in ranking]
        best = scored[0] if scored else {"name": None, "confidence": 0.0}
        message.set(INTENT, dict(best), add_to_output=True)
        message.set(RANKING, scored, add_to_output=True)


def reading(message: Message) -> Reading:
    """What the classifier sees of a message: in training, the entities are those of the examples."""
    words = tuple(sounds(tokens_of(message)))
    vectors = Vectors(message)
    tokens = tuple(each.tokens for each in vectors.features if isinstance(each, SentenceVector))
    return Reading(words, tuple(masked(message)) if message.get(ENTITIES) else words, vectors, tokens)


def sounds(tokens: Iterable[Token]) -> list[str]:
    """How the tokens' words sound; one token may be several words, or none."""
    return [sound(word) for token in tokens for word in token.lemma.split()]


class Vectors(Sequence[Floats]):
    """A message's dense sentence features, each worked out when it is asked for."""

    def __init__(self, message: Message) -> None:
        self.features = [each for each in message.features if is_sentence(each)]

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, place: Any) -> Any:
        return self.features[place].features[0]


def is_sentence(feature: Features) -> bool:
    """Whether a feature is a dense one of a whole text."""
    if feature.type != FEATURE_TYPE_SENTENCE or feature.attribute != TEXT:
        return False
    return isinstance(feature, SentenceVector) or bool(feature.is_dense())


def masked(message: Message) -> list[str]:
    """The message's words as they sound, an entity's words as one mark like "<product>".

    So "2 mango pickle" teaches what "5 jalebi" means.
    """
    spans = sorted((each["start"], each["end"], each["entity"]) for each in message.get(ENTITIES) or [])
    found: list[str] = []
    for token in tokens_of(message):
        while spans and spans[0][1] <= token.start:
            spans.pop(0)
        if not spans or token.end <= spans[0][0]:
            found += sounds([token])
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
