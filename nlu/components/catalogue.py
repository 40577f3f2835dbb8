"""Entities from a shop's catalogue, which is handed over while the model runs."""

from __future__ import annotations

from typing import Any

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.base import Component, add_entities, component, entity
from nlu.components.gazetteer import Gazetteer, Match

LABELS = {"products": "product", "categories": "category"}
EMPTY = Gazetteer({})


def catalogue_of(payload: object) -> Gazetteer:
    """The index of ``{"products": [{"id", "names": […]}], "categories": […]}``; both lists may be absent.

    Raises ValueError, with a sentence that says where, for any other shape.
    """
    if not isinstance(payload, dict):
        raise ValueError("the catalogue must be an object")
    return Gazetteer({label: names_of(payload.get(key, []), key) for key, label in LABELS.items()})


def names_of(rows: object, key: str) -> dict[str, list[str]]:
    """The names by id of one list of the payload."""
    if not isinstance(rows, list):
        raise ValueError(f"{key} must be a list")
    found: dict[str, list[str]] = {}
    for place, row in enumerate(rows):
        identifier, names = (row.get("id"), row.get("names")) if isinstance(row, dict) else (None, None)
        if not isinstance(identifier, str) or not isinstance(names, list):
            raise ValueError(f"{key}[{place}] needs a text id and a list of names")
        if not all(isinstance(name, str) for name in names):
            raise ValueError(f"{key}[{place}].names must be texts")
        found.setdefault(identifier, []).extend(names)
    return found


@component("ENTITY_EXTRACTOR")
class CatalogueEntities(Component):
    """Marks ``product`` and ``category`` by the names last handed to `use_catalogue`; none before that."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.names = EMPTY

    def use_catalogue(self, names: Gazetteer) -> None:
        """Recognise these names from the next message on."""
        self.names = names

    def annotate(self, message: Message) -> None:
        """Append the names found, with ``id`` where one alone bears the name, else ``ids``."""
        text: str = message.get(TEXT) or ""
        add_entities(message, [self.marked(text, match) for match in self.names.find(text)])

    def marked(self, text: str, match: Match) -> dict[str, Any]:
        """A match as an entity."""
        ids = match.name.ids
        extra: dict[str, Any] = {"id": ids[0]} if len(ids) == 1 else {"ids": list(ids)}
        label, name = match.name.label, type(self).__name__
        return entity(text, label, match.start, match.end, name, confidence_entity=round(match.alike, 4), **extra)
