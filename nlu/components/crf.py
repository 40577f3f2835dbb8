"""Entities learned from annotated examples: a conditional random field over words and their shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pycrfsuite
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.base import TrainedComponent, add_entities, component, entity, tokens_of
from nlu.components.linear import shape_digits
from nlu.components.sound import sound
from nlu.components.text import LONGEST_REMEMBERED, lexicon, section_words

OUTSIDE = "O"
MODEL = "crf.model"
SHORTEST_STEM, LONGEST_ENDING = 5, 5


def traits(word: str, raw: str) -> list[str]:
    """What a word looks and sounds like, apart from its neighbours."""
    kind = "d" if raw.isdigit() else "m" if any(c.isdigit() for c in raw) else "U" if raw.isupper() else "w"
    heard = sound(word)
    edges = [f"a={heard[:3]}", f"b={heard[:4]}", f"z={heard[-3:]}", f"y={heard[-2:]}"]
    return [f"w={word}", f"s={heard}", *edges, f"k={kind}{min(len(raw), 7)}", *named(heard)]


def named(heard: str) -> tuple[str, ...]:
    """A trait for each list of names with one that the word begins with; long names may bear a case ending."""
    return names_in(heard[:LONGEST_REMEMBERED])  # no name is so long, and no stranger fills the memory


@lru_cache(maxsize=20_000)
def names_in(heard: str) -> tuple[str, ...]:
    """The traits of `named`, remembered."""
    prefixes = {heard} | {heard[:size] for size in range(max(SHORTEST_STEM, len(heard) - LONGEST_ENDING), len(heard))}
    return tuple(f"n={section}" for section, names in gazette().items() if not names.isdisjoint(prefixes))


@lru_cache(maxsize=1)
def gazette() -> dict[str, frozenset[str]]:
    """The lists of names, as they sound; a last short vowel, which scripts write differently, left off long ones."""
    sections = (section for section in lexicon("gazette") if section)
    return {section: frozenset(map(stem, section_words("gazette", section))) for section in sections}


def stem(word: str) -> str:
    """How a name sounds, without the vowel that ends it."""
    heard = sound(word)
    return heard.rstrip("aiu") if len(heard.rstrip("aiu")) >= SHORTEST_STEM else heard


def features(tokens: Sequence[Token]) -> list[list[str]]:
    """For each token, its own traits and what stands up to two words away."""
    plain = [shape_digits(token.lemma) for token in tokens]
    heard = ["<<", "<", *map(sound, plain), ">", ">>"]
    rows = []
    for at, word in enumerate(plain):
        far, left, own, right, beyond = heard[at : at + 5]
        around = [f"-1={left}", f"+1={right}", f"-2={far}", f"+2={beyond}"]
        edges = [f"-1z={left[-2:]}", f"+1a={right[:3]}", f"-1w={left} {own}", f"+1w={own} {right}"]
        names = [*(f"-1{n}" for n in named(left)), *(f"+1{n}" for n in named(right))]
        rows.append(["1", *traits(word, tokens[at].text), *around, *edges, *names])
    return rows


def tags(tokens: Sequence[Token], entities: Sequence[dict[str, Any]]) -> list[str]:
    """B-, I- or O for each token: ``entities`` are those marked in the example."""
    marks = [OUTSIDE] * len(tokens)
    for marked in entities:
        prefix = "B-"
        for at, token in enumerate(tokens):
            if token.start < marked["end"] and token.end > marked["start"]:
                marks[at] = prefix + marked["entity"]
                prefix = "I-"
    return marks


def spans(marks: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The label, first and last token of each run of marks."""
    at = 0
    while at < len(marks):
        first, label = at, marks[at][2:]
        at += 1
        if marks[first] == OUTSIDE:
            continue
        while at < len(marks) and marks[at] == f"I-{label}":
            at += 1
        yield label, first, at - 1


@component("ENTITY_EXTRACTOR", trainable=True)
class CRFEntities(TrainedComponent):
    """Marks the entities that the training data marks, with the field's own confidence."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self.image: bytes = b""
        self.tagger: Any = None
        self.marks: frozenset[str] = frozenset()

    @classmethod
    def required_components(cls) -> list[type]:
        """Needs tokens."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """CRFsuite's L1 and L2 penalties and the most passes over the data.

        ``reviewed``: labels that rules find too readily: what an earlier extractor found of them is dropped where the
        field's own belief in the label is under ``doubt``, if the examples mark that label at all.
        """
        return {"c1": 0.05, "c2": 0.02, "max_iterations": 60, "reviewed": [], "doubt": 0.15}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples, those without entities included; nothing if none is marked."""
        examples = [each for each in training_data.nlu_examples if each.get(TEXT)]
        if not any(each.get(ENTITIES) for each in examples):
            return self.resource
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params({"feature.possible_transitions": True, **self.config_of_trainer()})
        for example in examples:
            tokens = tokens_of(example)
            trainer.append(features(tokens), tags(tokens, example.get(ENTITIES) or []))
        with self.storage.write_to(self.resource) as folder:
            trainer.train(str(folder / MODEL))
            self.restore(folder)
        return self.resource

    def config_of_trainer(self) -> dict[str, Any]:
        """The part of the configuration that CRFsuite takes."""
        return {name: self.config[name] for name in ("c1", "c2", "max_iterations")}

    def restore(self, folder: Path) -> None:
        """Read the field; its bytes are kept because the tagger reads them in place."""
        self.image = (folder / MODEL).read_bytes()
        self.tagger = pycrfsuite.Tagger()
        self.tagger.open_inmemory(self.image)
        self.marks = frozenset(self.tagger.labels())

    def annotate(self, message: Message) -> None:
        """Append what the field finds."""
        tokens = tokens_of(message)
        if self.tagger is None or not tokens:
            return
        text = message.get(TEXT)
        marks = self.tagger.tag(features(tokens))
        earlier = message.get(ENTITIES) or []
        starts = {each["start"] for each in earlier} | {
            token.start for token, mark in zip(tokens, marks, strict=True) if mark.startswith("B-")
        }
        message.set(ENTITIES, [each for each in earlier if self.stands(each, tokens, starts)])
        add_entities(message, [self.marked(text, tokens, *span) for span in spans(marks)])

    def stands(self, found: dict[str, Any], tokens: Sequence[Token], starts: set[int]) -> bool:
        """Whether an earlier finding is left as it is: one just before another entity ("60 mango pickle") always."""
        label = found["entity"]
        beside = found["end"] in starts or found["end"] + 1 in starts
        if beside or label not in self.config["reviewed"] or f"B-{label}" not in self.marks:
            return True
        inside = [at for at, token in enumerate(tokens) if token.start < found["end"] and token.end > found["start"]]
        belief = max((self.belief(label, at) for at in inside), default=0.0)
        return bool(belief >= self.config["doubt"])

    def belief(self, label: str, at: int) -> float:
        """How likely the token bears the label."""
        names = self.marks & {f"B-{label}", f"I-{label}"}
        return float(sum(self.tagger.marginal(name, at) for name in names))

    def marked(self, text: str, tokens: Sequence[Token], label: str, first: int, last: int) -> dict[str, Any]:
        """One run of tokens as an entity; as sure as its least sure token."""
        inner = (self.tagger.marginal(f"I-{label}", at) for at in range(first + 1, last + 1))
        sure = min([self.tagger.marginal(f"B-{label}", first), *inner])
        name = type(self).__name__
        return entity(text, label, tokens[first].start, tokens[last].end, name, confidence_entity=sure)
