"""What the components share: registration with Rasa, and the shape of a component that learns nothing."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

RECIPE = "rasa.engine.recipes.default_recipe"
HERE = Path(__file__).parent
Class = TypeVar("Class", bound=type)


def component(kind: str, *, trainable: bool = False) -> Callable[[Class], Class]:
    """Register a class with Rasa's default recipe as ``kind`` (a name of its ComponentType).

    The recipe's module imports every channel and TensorFlow (12 s, 500 MB). Rasa's commands have always
    imported it before they look a component up; a process that only parses never does, and needs none of it.
    """

    def register(cls: Class) -> Class:
        recipe = sys.modules.get(RECIPE)
        if recipe is None:
            return cls
        registry = recipe.DefaultV1Recipe
        registered: Class = registry.register(registry.ComponentType[kind], is_trainable=trainable)(cls)
        return registered

    return register


def sources_digest() -> str:
    """A digest of all component sources and word lists, for Rasa's training cache."""
    digest = hashlib.sha256()
    for path in sorted(HERE.rglob("*")):
        if path.suffix in {".py", ".txt"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Component(GraphComponent):
    """A pipeline step that annotates one message after another. Subclasses implement `annotate`."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Component:
        """Make the component (see `GraphComponent`)."""
        return cls(config)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa's own fingerprint sees the class alone; ours depend on helpers and word lists too."""
        return sources_digest()

    def process(self, messages: list[Message]) -> list[Message]:
        """Annotate each message in place."""
        for message in messages:
            self.annotate(message)
        return messages

    def annotate(self, message: Message) -> None:
        """Read and extend one message."""
        raise NotImplementedError


class TrainedComponent(Component):
    """A component that learns from examples and keeps files in the model's storage."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config)
        self.storage = storage
        self.resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TrainedComponent:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TrainedComponent:
        """Make a component from its files; an untrained one where training left none."""
        loaded = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                loaded.restore(folder)
        except ValueError:  # Rasa's word for "nothing stored under this resource"
            return loaded
        return loaded

    def restore(self, folder: Path) -> None:
        """Read what training wrote to ``folder``."""
        raise NotImplementedError


def tokens_of(message: Message) -> list[Token]:
    """The tokens that the pipeline's tokenizer found in the text."""
    return list(message.get(TOKENS_NAMES[TEXT]) or [])


def metadata_of(example: Message, name: str) -> str | None:
    """What an example's metadata say under a name: the line's, else its intent's block's, else all of it; or None."""
    metadata = example.get("metadata") or {}
    for part in (metadata.get("example"), metadata.get("intent"), metadata):
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return str(part[name])
    return None


def add_entities(message: Message, found: list[dict[str, Any]]) -> None:
    """Append entities to the message's output."""
    message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)


def entity(text: str, label: str, start: int, end: int, extractor: str, **extra: Any) -> dict[str, Any]:
    """An entity in Rasa's shape: ``value`` is the customer's words exactly as they stand."""
    return {
        "entity": label,
        "start": start,
        "end": end,
        "value": text[start:end],
        "confidence_entity": 1.0,
        "extractor": extractor,
        **extra,
    }
