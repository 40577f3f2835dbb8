"""Loads a Rasa model archive and runs its prediction graph, without Rasa's agent, channels or TensorFlow.

What a pipeline's own components import they still import: a model with DIET brings TensorFlow along.
"""

from __future__ import annotations

import importlib
import json
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT, TEXT_TOKENS
from rasa.shared.nlu.training_data.message import Message

from nlu.errors import BadModel

# The first turns a channel's message into Rasa's, which `Model.parse` does itself. The second obeys "/order{…}"
# as an intent of full confidence, which no customer of ours may write.
LEFT_OUT = frozenset({"NLUMessageConverter", "RegexMessageHandler"})
NO_INTENT = {"name": None, "confidence": 0.0}
PLACEHOLDER = "__message__"


@dataclass(frozen=True)
class Step:
    """A loaded node of the graph: its method, and which step's answer goes to which parameter."""

    name: str
    component: Any
    method: str
    needs: dict[str, str]

    def run(self, answers: dict[str, Any]) -> Any:
        """Call the component with the answers it needs."""
        return getattr(self.component, self.method)(**{to: answers[of] for to, of in self.needs.items()})


class Model:
    """A loaded model. `parse` may be called from one thread at a time."""

    def __init__(self, path: Path, model_id: str, steps: list[Step], target: str) -> None:
        self.path = path
        self.model_id = model_id
        self.steps = steps
        self.target = target

    def use_catalogue(self, names: Any) -> None:
        """Hand the names to every component that recognises a catalogue."""
        for step in self.steps:
            if hasattr(step.component, "use_catalogue"):
                step.component.use_catalogue(names)

    def parse(self, text: str, message_id: str | None = None) -> dict[str, Any]:
        """The text's intent, entities, language and sentiment, as Rasa's `/model/parse` answers them."""
        data = {TEXT: text, "message_id": message_id, "metadata": None}
        answers: dict[str, Any] = {PLACEHOLDER: [Message(data=data, output_properties={TEXT_TOKENS})]}
        for step in self.steps:
            answers[step.name] = step.run(answers)
        heard: dict[str, Any] = answers[self.target][0].as_dict(only_output_properties=True)
        return {TEXT: "", "intent": NO_INTENT, "entities": [], **heard}


def load(path: Path) -> Model:
    """Load a model archive (``*.tar.gz``). Raises BadModel or FileNotFoundError."""
    try:
        with tempfile.TemporaryDirectory(prefix="nlu-model-") as folder:
            unpack(path, Path(folder))
            return assemble(path, Path(folder))
    except FileNotFoundError:
        raise
    except (tarfile.TarError, OSError, ImportError, KeyError, AttributeError, ValueError, EOFError) as error:
        raise BadModel(f"{path.name}: {type(error).__name__}") from error


def unpack(path: Path, folder: Path) -> None:
    """Extract the archive; members that point outside are refused."""
    with tarfile.open(path, mode="r:gz") as archive:
        archive.extractall(folder, filter="data")


def assemble(path: Path, folder: Path) -> Model:
    """Make every component of the prediction graph that leads to the NLU's answer."""
    if not (folder / "metadata.json").exists():
        raise BadModel(f"{path.name}: no metadata")
    metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
    nodes, target = metadata["predict_schema"]["nodes"], metadata["nlu_target"]
    loader = Loader(nodes, LocalModelStorage(folder / "components"), metadata["model_id"])
    steps = [loader.step(name) for name in loader.ordered(target)]
    return Model(path, metadata["model_id"], steps, loader.source(target))


class Loader:
    """Makes the steps of one prediction graph."""

    def __init__(self, nodes: dict[str, Any], storage: LocalModelStorage, model_id: str) -> None:
        self.nodes = nodes
        self.storage = storage
        self.context = ExecutionContext(GraphSchema({}), model_id)

    def source(self, name: str) -> str:
        """Where a node's answer comes from: a left-out node hands on what it was given."""
        node = self.nodes.get(name)
        if node and class_name(node) in LEFT_OUT:
            return self.source(node["needs"]["messages"])
        return name

    def ordered(self, target: str) -> list[str]:
        """The target and all it needs, each after its own needs; left-out nodes are not among them."""
        done: dict[str, None] = {}

        def visit(name: str) -> None:
            if name in done or name not in self.nodes:
                return
            for needed in self.nodes[name]["needs"].values():
                visit(self.source(needed))
            done[name] = None

        visit(self.source(target))
        return list(done)

    def step(self, name: str) -> Step:
        """Load one node."""
        node = self.nodes[name]
        module = importlib.import_module(node["uses"].rpartition(".")[0])
        component_class = getattr(module, class_name(node))
        resource = Resource(**node["resource"]) if node.get("resource") else Resource(name)
        make = getattr(component_class, node["constructor_name"])
        config = {**component_class.get_default_config(), **node["config"]}
        component = make(config, self.storage, resource, self.context)
        needs = {to: self.source(of) for to, of in node["needs"].items()}
        return Step(name, component, node["fn"], needs)


def class_name(node: dict[str, Any]) -> str:
    """The bare name of the class that a node uses."""
    return str(node["uses"].rpartition(".")[2])
