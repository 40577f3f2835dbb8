"""Entities learned from annotated examples: a conditional random field over words and their shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pycrfsuite
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.base import TrainedComponent, add_entities, component, entity, tokens_of
from nlu.components.grams import shape_digits
from nlu.components.sound import sound
from nlu.components.text import by_word, lexicon, section_words

OUTSIDE = "O"
MODEL = "crf.model"
SHORTEST_STEM, LONGEST_ENDING = 5, 5
REMEMBERED = 4_000  # words: strangers can fill some 10 MB with their traits


class Traits(NamedTuple):
    """How a word sounds, and what that says of itself, of the word after it and of the word before it."""

    heard: str
    own: tuple[str, ...]
    after: tuple[str, ...]
    before: tuple[str, ...]


@by_word(REMEMBERED)
def traits(word: str) -> Traits:
    """A word's traits, apart from its neighbours."""
    heard = sound(word)
    edges = (f"a={heard[:3]}", f"b={heard[:4]}", f"z={heard[-3:]}", f"y={heard[-2:]}")
    return Traits(heard, (f"w={word}", f"s={heard}", *edges, *named(heard)), *beside(heard))


def beside(heard: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a sound says of the word after it, and of the word before it."""
    names = named(heard)
    after = (f"-1={heard}", f"-1z={heard[-2:]}", *(f"-1{name}" for name in names))
    return after, (f"+1={heard}", f"+1a={heard[:3]}", *(f"+1{name}" for name in names))


@by_word(REMEMBERED)
def shape(raw: str) -> str:
    """What a word looks like: digits, digits and letters, capitals or other letters, and how many."""
    kind = "d" if raw.isdigit() else "m" if any(map(str.isdigit, raw)) else "U" if raw.isupper() else "w"
    return f"k={kind}{min(len(raw), 7)}"


def named(heard: str) -> tuple[str, ...]:
    """A trait for each list of names with one that the word begins with; long names may bear a case ending."""
    shortest = min(max(SHORTEST_STEM, len(heard) - LONGEST_ENDING), len(heard))
    found = {section for size in range(shortest, len(heard) + 1) for section in gazette().get(heard[:size], ())}
    return tuple(f"n={section}" for section in sorted(found))


@lru_cache(maxsize=1)
def gazette() -> dict[str, set[str]]:
    """For each name, as it sounds, the lists that it is on.

    A last short vowel, which scripts write differently, is left off long ones.
    """
    found: dict[str, set[str]] = {}
    for section in filter(None, lexicon("gazette")):
        for name in section_words("gazette", section):
            found.setdefault(stem(name), set()).add(section)
    return found


def stem(word: str) -> str:
    """How a name sounds, without the vowel that ends it."""
    heard = sound(word)
    return heard.rstrip("aiu") if len(heard.rstrip("aiu")) >= SHORTEST_STEM else heard


OPENING, CLOSING = ([Traits(edge, (), *beside(edge)) for edge in edges] for edges in (("<<", "<"), (">", ">>")))


def features(tokens: Sequence[Token]) -> list[list[str]]:
    """For each token, its own traits and what stands up to two words away."""
    words = [*OPENING, *(traits(shape_digits(token.lemma)) for token in tokens), *CLOSING]
    rows = []
    for at, token in enumerate(tokens):
        far, left, word, right, beyond = words[at : at + 5]
        around = (f"-2={far.heard}", *left.after, *right.before, f"+2={beyond.heard}")
        pairs = (f"-1w={left.heard} {word.heard}", f"+1w={word.heard} {right.heard}")
        rows.append(["1", *word.own, shape(token.text), *around, *pairs])
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
