"""Finds names of a catalogue in a text, however they are spelt, spaced or split."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from nlu.components.text import by_word, section_words, spelt

LATIN = ("en", "hi-Latn", "ta-Latn", "te-Latn")
SOUNDS = (
    ("chh", "C"), ("ch", "C"), ("ph", "f"), ("sh", "s"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("gh", "g"),
    ("kh", "k"), ("jh", "j"), ("zh", "l"), ("ck", "k"), ("c", "k"), ("q", "k"), ("w", "v"), ("z", "j"), ("x", "ks"),
    ("oo", "u"), ("ou", "u"), ("ee", "i"), ("ea", "i"), ("ie", "i"), ("aa", "a"), ("y", "i"),
)  # fmt: skip
DOUBLED = re.compile(r"(.)(?=\1)")  # all but the last
SILENT = frozenset("aeiouh")
SHORTEST_GUESS, SHORTEST_SKELETON = 5, 4
ALIKE, SAME_BONES = 0.79, 0.7  # least likeness; a vowel too many or too few is forgiven more easily
MOST_WORDS = 400
LONGEST_NAME = 8
BEGINNING = 5  # letters of a skeleton
REMEMBERED = 8_000  # words
FIRST_LETTERS = frozenset("aeiou")


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """Words that no name begins or ends with, unless the catalogue says so."""
    return frozenset().union(*(section_words(f"words.{code}", "function") for code in LATIN))


@lru_cache(maxsize=1)
def plain_words() -> frozenset[str]:
    """Words that stand for themselves: never taken for a misspelt name."""
    content = (section_words(f"words.{code}", "content") for code in LATIN)
    return function_words().union(*content)


def fold(word: str) -> str:
    """A normalised word as it sounds: spellings like laddoo, ladoo and laddu fall together."""
    if not word.isascii():
        return word
    for spelling, sound in SOUNDS:
        word = word.replace(spelling, sound)
    return DOUBLED.sub("", word)


def bones(sound: str) -> str:
    """The consonants of a folded word, vowels and vowel signs left out."""
    if sound.isascii():
        return "".join(c for c in sound if c not in SILENT)
    return "".join(c for c in sound if not unicodedata.category(c).startswith("M") and not vowel(c))


def vowel(char: str) -> bool:
    """Whether it is a vowel letter of Devanagari, Tamil or Telugu."""
    return "\u0904" <= char <= "\u0914" or "\u0b85" <= char <= "\u0b94" or "\u0c05" <= char <= "\u0c14"


def onset(sound: str) -> str:
    """Marks a word that begins with a vowel."""
    return "A" if sound[0] in FIRST_LETTERS or vowel(sound[0]) else ""


@dataclass(frozen=True)
class Name:
    """A name of the catalogue: its label (product, category), its sound, and the ids that bear it."""

    label: str
    sound: str
    skeleton: str
    words: int
    ids: tuple[str, ...]


class Heard(NamedTuple):
    """A word as it sounds. ``edge``: a name may begin or end with it, as with no number and no "the"."""

    sound: str
    onset: str
    bones: str
    edge: bool


@by_word(REMEMBERED)
def heard(word: str) -> Heard:
    """How a normalised word sounds."""
    sound = fold(word)
    return Heard(sound, onset(sound), bones(sound), word not in function_words() and not any(map(str.isdigit, word)))


class Word(NamedTuple):
    """A word of the text, its place, and how it sounds."""

    text: str
    start: int
    end: int
    sound: str
    onset: str
    bones: str
    edge: bool


@dataclass(frozen=True)
class Match:
    """A name found: ``alike`` is 1.0 for the very sound, down to `SAME_BONES`."""

    name: Name
    start: int
    end: int
    alike: float

    @property
    def worth(self) -> float:
        """Long names spelt well come first."""
        return self.alike * len(self.name.sound)


def read(text: str) -> list[Word]:
    """The text's first `MOST_WORDS` words; marks are left out."""
    found = [each for each in spelt(text) if each.word and each.word[0].isalnum()]
    return [Word(each.word, each.start, each.end, *heard(each.word)) for each in found[:MOST_WORDS]]


def keys(skeleton: str) -> list[str]:
    """A skeleton and, where it is long enough, all that lack one of its letters."""
    if len(skeleton) < SHORTEST_SKELETON:
        return [skeleton]
    return [skeleton, *(skeleton[:at] + skeleton[at + 1 :] for at in range(len(skeleton)))]


def skeleton_of(words: Sequence[Word]) -> str:
    """The bones of several words as of one, so that kajukatli and kaju katli fall together."""
    return words[0].onset + "".join(word.bones for word in words)


class Gazetteer:
    """An index over names: by skeleton, with one letter more or less allowed. Immutable once made."""

    def __init__(self, names: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """``names``: label → id → the names it goes by."""
        self.index: dict[str, list[Name]] = {}
        self.beginnings: set[str] = set()
        self.edges: set[str] = set()
        self.longest = 0
        self.size = 0
        self.alone = by_word(REMEMBERED)(self.of_one_word)
        for (label, sound), (words, ids) in gathered(names).items():
            self.add(Name(label, sound, skeleton_of(words), len(words), ids), words)

    def add(self, name: Name, words: Sequence[Word]) -> None:
        """Index one name."""
        self.size += 1
        self.edges |= {words[0].text, words[-1].text}
        self.longest = min(max(self.longest, name.words + 1), LONGEST_NAME)
        for key in keys(name.skeleton):
            self.index.setdefault(key, []).append(name)
            self.beginnings.add(key[:BEGINNING])

    def find(self, text: str) -> list[Match]:
        """The names in the text, without overlaps, in order."""
        if not self.size:
            return []
        found = sorted(self.candidates(read(text)), key=lambda match: (-match.worth, match.start))
        kept: list[Match] = []
        for match in found:
            if all(match.end <= other.start or other.end <= match.start for other in kept):
                kept.append(match)
        return sorted(kept, key=lambda match: match.start)

    def candidates(self, words: Sequence[Word]) -> Iterator[Match]:
        """The best name for each run of words that has one."""
        edges = [word.edge or word.text in self.edges for word in words]
        for at, word in enumerate(words):
            if edges[at]:
                beyond = at + self.longest
                yield from self.beginning(word, words[at + 1 : beyond], edges[at + 1 : beyond])

    def beginning(self, first: Word, others: Sequence[Word], edges: Sequence[bool]) -> Iterator[Match]:
        """The best name for each run of words from the first on that has one; ``edges``: where a run may end."""
        alike, name = self.alone(first.text)
        if name:
            yield Match(name, first.start, first.end, alike)
        sound, skeleton = first.sound, first.onset + first.bones
        for word, edge in zip(others, edges, strict=True):
            sound, skeleton = sound + word.sound, skeleton + word.bones
            if len(skeleton) > BEGINNING and not self.goes_on(skeleton[: BEGINNING + 1]):
                return
            if edge:
                alike, name = self.best(sound, skeleton)
                if name:
                    yield Match(name, first.start, word.end, alike)

    def goes_on(self, start: str) -> bool:
        """Whether the skeleton of any name may begin so, one letter more or less allowed."""
        return not self.beginnings.isdisjoint([start[:at] + start[at + 1 :] for at in range(len(start))])

    def of_one_word(self, text: str) -> tuple[float, Name | None]:
        """The name most like a word by itself, and how alike they are."""
        word = heard(text)
        return self.best(word.sound, word.onset + word.bones, known=text in plain_words())

    def best(self, sound: str, skeleton: str, *, known: bool = False) -> tuple[float, Name | None]:
        """The name most like a run of words, and how alike they are; none if none is like enough."""
        found = [self.index[key] for key in ([skeleton] if known else keys(skeleton)) if key in self.index]
        if not found:
            return 0.0, None
        names = {id(name): name for each in found for name in each}
        scored = [(likeness(sound, skeleton, name, known), name) for name in names.values()]
        alike, name = max(scored, key=lambda pair: pair[0])
        return alike, name if alike else None


def likeness(sound: str, skeleton: str, name: Name, known: bool) -> float:
    """How alike a sound and a name are, 0.0 where that is not enough; short and known words must be the same."""
    if sound == name.sound:
        return 1.0
    if known or min(len(sound), len(name.sound)) < SHORTEST_GUESS:
        return 0.0
    least = SAME_BONES if skeleton == name.skeleton else ALIKE
    return float(Levenshtein.normalized_similarity(sound, name.sound, score_cutoff=least))


def gathered(
    names: Mapping[str, Mapping[str, Sequence[str]]],
) -> dict[tuple[str, str], tuple[list[Word], tuple[str, ...]]]:
    """Names by label and sound, with their words and every id that bears them."""
    found: dict[tuple[str, str], tuple[list[Word], tuple[str, ...]]] = {}
    for label, by_id in names.items():
        for identifier, spellings in by_id.items():
            for words in filter(None, map(read, spellings)):
                key = label, "".join(word.sound for word in words)
                _, ids = found.get(key, (words, ()))
                found[key] = words, ids if identifier in ids else (*ids, identifier)
    return found
