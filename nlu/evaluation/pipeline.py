"""The pipeline of a configuration, trained and run in this process, without Rasa's graph: same components, same order.

Cross-validation trains many times on parts of the same data: what does not depend on the part (tokens, sentence
vectors) is computed once.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT, TEXT_TOKENS
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.markup import examples, plain, spans


@dataclass(frozen=True)
class Example:
    """A labelled text; ``marked`` bears its entities in Rasa's marks."""

    marked: str
    intent: str
    language: str | None
    text: str

    @classmethod
    def of(cls, marked: str, intent: str, language: str | None) -> Example:
        """An example in Rasa's marks."""
        return cls(marked, intent, language, plain(marked))

    @classmethod
    def unmarked(cls, text: str, intent: str) -> Example:
        """An example in which brackets are brackets."""
        return cls("", intent, None, text)

    def message(self) -> Message:
        """The example as Rasa trains on it."""
        entities = [
            {"entity": span.label, "start": span.start, "end": span.end, "value": self.text[span.start : span.end]}
            for span in spans(self.marked)
        ]
        metadata = {"intent": {"language": self.language}} if self.language else None
        return Message({TEXT: self.text, INTENT: self.intent, ENTITIES: entities, "metadata": metadata})


def examples_in(path: Path) -> list[Example]:
    """The examples of a file, or of a folder's files; their language is the file's name."""
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    return [Example.of(marked, intent, file.stem) for file in files for marked, intent in examples(file)]


class Pipeline:
    """The components of a configuration."""

    def __init__(self, config: Path, folder: Path) -> None:
        steps = yaml.safe_load(config.read_text("utf-8"))["pipeline"]
        self.storage = LocalModelStorage(folder)
        self.steps = [self.made(number, dict(step)) for number, step in enumerate(steps)]

    def made(self, number: int, step: dict[str, Any]) -> Any:
        """One component with its own part of the configuration."""
        module, _, name = step.pop("name").rpartition(".")
        component = getattr(importlib.import_module(module), name)
        config = {**component.get_default_config(), **step}
        context = ExecutionContext(GraphSchema({}), "evaluation")
        return component.create(config, self.storage, Resource(f"{name}{number}"), context)

    def prepare(self, texts: Sequence[Example]) -> list[Message]:
        """The examples with everything that no training changes."""
        messages = [example.message() for example in texts]
        data = TrainingData()
        data.training_examples = messages  # given to its constructor, the same text twice would become one
        for step in self.steps:
            if hasattr(step, "process_training_data"):
                data = step.process_training_data(data)
        return messages

    def train(self, messages: Sequence[Message]) -> None:
        """Train each component that learns, in order."""
        data = TrainingData(list(messages))
        for step in self.steps:
            if hasattr(step, "train") and "training_data" in inspect.signature(step.train).parameters:
                step.train(data)

    def parse(self, prepared: Message) -> dict[str, Any]:
        """What the pipeline says of a prepared text, whose labels it is not shown."""
        data = {name: prepared.get(name) for name in (TEXT, TEXT_TOKENS)}
        message = Message(data, output_properties=set(), features=list(prepared.features))
        for step in self.steps:
            if not hasattr(step, "process_training_data"):
                (message,) = step.process([message])
        said: dict[str, Any] = message.as_dict(only_output_properties=True)
        return said


@contextmanager
def pipeline(config: Path) -> Iterator[Pipeline]:
    """A pipeline whose files go when it does."""
    with TemporaryDirectory(prefix="nlu-evaluation-") as folder:
        yield Pipeline(config, Path(folder))
