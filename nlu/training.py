"""Trains as ``rasa train nlu`` does, with Rasa's recipe, graph and archive, in less time.

Rasa runs its graph one node after the other, and reads every example before and after every node to make a fingerprint
of it for a cache that this project does not use. Here nothing is fingerprinted, and a node that learns, whose only
outcome is the files that it leaves, runs in a process of its own while the others go on.
"""

from __future__ import annotations

import multiprocessing
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from graphlib import TopologicalSorter
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import rasa.engine.validation
from rasa.engine.constants import PLACEHOLDER_IMPORTER
from rasa.engine.graph import ExecutionContext, GraphModelConfiguration, GraphNode, GraphSchema, SchemaNode
from rasa.engine.recipes.recipe import Recipe
from rasa.engine.storage.local_model_storage import (
    MODEL_ARCHIVE_COMPONENTS_DIR,
    MODEL_ARCHIVE_METADATA_FILE,
    LocalModelStorage,
)
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.domain import Domain
from rasa.shared.data import TrainingType
from rasa.shared.importers.importer import NluDataImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import dump_obj_as_json_to_file

from nlu.errors import TrainingFailed

Step = Callable[[str], "AbstractContextManager[None]"]
FORKING = multiprocessing.get_context("fork")
COMPRESSION = 6  # Rasa's 9 makes the archive a hundredth smaller in six times the time


class Examples(NluDataImporter):
    """The examples, read once; without the responses of retrieval intents, which a domain may hold."""

    def __init__(self, config: Path, data: Path) -> None:
        super().__init__(RasaFileImporter(str(config), None, [str(data)]))
        self.read: TrainingData | None = None

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """See `TrainingDataImporter`."""
        if self.read is None:
            self.read = super().get_nlu_data(language)
        return self.read


class Storage(LocalModelStorage):
    """Where the nodes leave their files."""

    def create_model_package(
        self, model_archive_path: Path | str, model_configuration: GraphModelConfiguration, domain: Domain
    ) -> ModelMetadata:
        """The archive as Rasa packs it, but for `COMPRESSION`."""
        metadata = self._create_model_metadata(domain, model_configuration)
        with tempfile.TemporaryDirectory() as folder:
            dump_obj_as_json_to_file(Path(folder) / MODEL_ARCHIVE_METADATA_FILE, metadata.as_dict())
            with tarfile.open(model_archive_path, "w:gz", compresslevel=COMPRESSION) as archive:
                archive.add(folder, arcname="")
                archive.add(self._storage_path, arcname=MODEL_ARCHIVE_COMPONENTS_DIR)
        return metadata


def train(config: Path, data: Path, model: Path, step: Step) -> None:
    """Train into the file ``model``, every part of it within a ``step``.

    Raises TrainingFailed where there are no examples, or a node fails in a process of its own; and what Rasa raises
    for a wrong configuration or wrong data.
    """
    importer = Examples(config, data)
    with step("reading data"):
        if importer.get_nlu_data().contains_no_pure_nlu_data():
            raise TrainingFailed(f"there are no examples in {data}")
        configuration = configured(importer)
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage(Path(folder))
        with Run(configuration.train_schema, storage, step) as run:
            run.all(importer)
        with step("packing"):
            storage.create_model_package(model, configuration, importer.get_domain())


def configured(importer: NluDataImporter) -> GraphModelConfiguration:
    """The graphs of a configuration, checked. Raises what Rasa raises for a wrong one."""
    config = importer.get_config()
    recipe = Recipe.recipe_for_name(config.get("recipe"))
    config, _, _ = recipe.auto_configure(importer.get_config_file_for_auto_config(), config, TrainingType.NLU)
    configuration = recipe.graph_config_for_recipe(config, {}, training_type=TrainingType.NLU)
    rasa.engine.validation.validate(configuration)
    return configuration


class Run:
    """One run of a training graph. Leaving it ends what still runs."""

    def __init__(self, schema: GraphSchema, storage: LocalModelStorage, step: Step) -> None:
        self.nodes: dict[str, SchemaNode] = schema.minimal_graph_schema().nodes
        self.storage = storage
        self.context = ExecutionContext(schema)
        self.step = step
        self.answers: dict[str, Any] = {}
        self.beside: list[BaseProcess] = []
        self.needed = {name for node in self.nodes.values() for name in node.needs.values()}

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.beside:
            process.terminate()
            process.join()

    def all(self, importer: NluDataImporter) -> None:
        """Run every node. Raises TrainingFailed, and what a node raises."""
        self.answers[PLACEHOLDER_IMPORTER] = importer
        order = TopologicalSorter({name: node.needs.values() for name, node in self.nodes.items()})
        order.prepare()
        while order.is_active():
            for name in sorted(order.get_ready(), key=self.here):
                self.one(name)
                order.done(name)
        while self.beside:
            self.settle()

    def here(self, name: str) -> bool:
        """Whether a node runs in this process: its answer is needed, or it might not bear being forked."""
        node = self.nodes.get(name)
        return node is None or name in self.needed or not node.is_target or not node.uses.__module__.startswith("nlu.")

    def one(self, name: str) -> None:
        """Run a node, or begin to."""
        if name not in self.nodes:
            return
        schema = self.nodes[name]
        node = GraphNode.from_schema_node(name, schema, self.storage, self.context)
        inputs = [(needed, self.answers[needed]) for needed in schema.needs.values()]
        if self.here(name):
            with self.step(f"running {schema.uses.__name__}"):
                _, self.answers[name] = node(*inputs)
        else:
            self.fork(f"training {schema.uses.__name__}", node, inputs)

    def fork(self, name: str, node: GraphNode, inputs: Iterable[tuple[str, Any]]) -> None:
        """Run a node in a process of its own; as many at once as there are processors."""

        def work() -> None:
            with self.step(name):
                node(*inputs)

        while len(self.beside) >= (os.cpu_count() or 1):
            self.settle()
        process = FORKING.Process(target=work, name=name)
        process.start()
        self.beside.append(process)

    def settle(self) -> None:
        """Wait until one of the processes ends. Raises TrainingFailed."""
        ended = wait([process.sentinel for process in self.beside])
        for process in [each for each in self.beside if each.sentinel in ended]:
            process.join()
            self.beside.remove(process)
            if process.exitcode:
                raise TrainingFailed(f"{process.name}: exit status {process.exitcode}")
