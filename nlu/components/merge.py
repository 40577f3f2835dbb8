"""Resolves what several extractors say of the same words."""

from __future__ import annotations

from typing import Any

from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from nlu.components.base import Component, component

Entity = dict[str, Any]


@component("ENTITY_EXTRACTOR")
class EntityMerger(Component):
    """Leaves entities that do not overlap, in the order of the text.

    Extractors listed in ``first`` win over the others; among equals the longest wins, then the surest.
    ``minimum`` is the least confidence for an entity to stand.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No extractor is preferred, and nothing is too unsure."""
        return {"first": [], "minimum": 0.0}

    def annotate(self, message: Message) -> None:
        """Replace the message's entities."""
        found: list[Entity] = message.get(ENTITIES) or []
        certain = [each for each in found if each.get("confidence_entity", 1.0) >= self.config["minimum"]]
        kept: list[Entity] = []
        for candidate in sorted(certain, key=self.rank):
            if not any(overlap(candidate, other) for other in kept):
                kept.append(candidate)
        merged = [self.signed(each) for each in sorted(kept, key=lambda each: each["start"])]
        message.set(ENTITIES, merged, add_to_output=True)

    def signed(self, found: Entity) -> Entity:
        """The entity as ours, its finder among ``processors``: `rasa test nlu` scores each extractor alone."""
        return {**found, "extractor": type(self).__name__, "processors": [found.get("extractor")]}

    def rank(self, found: Entity) -> tuple[bool, int, float, int]:
        """Sorts the winner first."""
        length = found["end"] - found["start"]
        preferred = found.get("extractor") in self.config["first"]
        return (not preferred, -length, -found.get("confidence_entity", 1.0), found["start"])


def overlap(one: Entity, other: Entity) -> bool:
    """Whether two entities share a character."""
    return bool(one["start"] < other["end"] and other["start"] < one["end"])
