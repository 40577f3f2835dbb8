"""Finding products by what customers call them: name, alias, closeness; never by exact match only."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from model.catalogue import Catalogue, Category, Product

SURE = 90.0
"""From here on a mention names a product; below it is one of several readings."""
_POSSIBLE = 72.0
_SAME = 6.0
"""Readings closer than this to the best one cannot be told apart."""
_LEAST = 6
"""Letters of a text that may be a name nearly spelt.

From here on two texts that are as like as `SURE` have three letters in a row in common: `fuzz.ratio` allows so many to
be added or left out (a tenth of those of both texts), each of which breaks at most three rows.
"""
_WORD = re.compile(r"[\w\u0900-\u0DFF]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Found:
    """A product and how surely it is meant, 0 to 100."""

    product: Product
    score: float


def normal(text: str) -> str:
    """Words in lower case with single spaces, composed, without punctuation."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", text).casefold()))


def _rows(text: str) -> set[str]:
    """All its three letters in a row."""
    return {text[start : start + 3] for start in range(len(text) - 2)}


class Finder:
    """The names of one catalogue, indexed; build it once a catalogue version."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._names: list[tuple[str, Product]] = [(normal(n), p) for p in catalogue.products for n in p.names]
        self._exact: dict[str, list[Product]] = defaultdict(list)
        self._by_word: dict[str, set[int]] = defaultdict(set)
        for index, (name, product) in enumerate(self._names):
            if product not in self._exact[name]:
                self._exact[name].append(product)
            for word in name.split():
                self._by_word[word].add(index)
        self._words = list(self._by_word)
        self._texts = [name for name, _ in self._names]
        self._by_row: dict[str, set[int]] = defaultdict(set)
        for index, name in enumerate(self._texts):
            for row in _rows(name):
                self._by_row[row].add(index)
        self._longest = max((len(name.split()) for name in self._texts), default=1)

    def products(self, mention: str) -> list[Found]:
        """The products a mention may mean, best first; more than one where it does not tell which."""
        words = normal(mention)
        if not words:
            return []
        if words in self._exact:
            return [Found(product, 100.0) for product in self._exact[words]]
        scores: dict[str, Found] = {}
        for index, score in (*self._close(words), *self._containing(words)):
            product = self._names[index][1]
            if product.id not in scores or scores[product.id].score < score:
                scores[product.id] = Found(product, score)
        ranked = sorted(scores.values(), key=lambda found: -found.score)
        return [found for found in ranked if found.score >= ranked[0].score - _SAME]

    def _close(self, words: str) -> Iterable[tuple[int, float]]:
        """Names spelt nearly like the whole mention."""
        hits = process.extract(words, self._texts, scorer=fuzz.ratio, score_cutoff=_POSSIBLE + 8, limit=12)
        return ((index, score) for _, score, index in hits)

    def _containing(self, words: str) -> Iterable[tuple[int, float]]:
        """Names that contain every word of the mention, well or nearly spelt."""
        rows: set[int] | None = None
        for word in words.split():
            alike = set().union(*(self._by_word[known] for known in self._alike(word)))
            rows = alike if rows is None else rows & alike
        return ((index, _POSSIBLE + 10) for index in rows or ())

    def _alike(self, word: str) -> list[str]:
        if word in self._by_word:
            return [word]
        if len(word) < 4:
            return []
        hits = process.extract(word, self._words, scorer=fuzz.ratio, score_cutoff=80, limit=4)
        return [known for known, _, _ in hits]

    def spot(self, text: str) -> list[Found]:
        """Products named anywhere in a sentence: the longest runs of words that are a name or nearly one."""
        words = normal(text).split()
        found: list[Found] = []
        start = 0
        while start < len(words):
            taken, hit = self._longest_at(words, start)
            found += hit
            start += taken
        return list({item.product.id: item for item in found}.values())

    def _longest_at(self, words: list[str], start: int) -> tuple[int, list[Found]]:
        for length in range(min(self._longest, len(words) - start), 0, -1):
            run = " ".join(words[start : start + length])
            products = self._exact.get(run) or self._nearly(run)
            if products:
                return length, [Found(product, SURE) for product in products]
        return 1, []

    def _nearly(self, run: str) -> list[Product]:
        if len(run) < _LEAST:
            return []
        near = list(set[int]().union(*(self._by_row.get(row, ()) for row in _rows(run))))
        hit = process.extractOne(run, [self._texts[index] for index in near], scorer=fuzz.ratio, score_cutoff=SURE)
        return [self._names[near[hit[2]]][1]] if hit else []

    def with_ingredient(self, mention: str) -> list[Product]:
        """Products that name a word of the mention among their names or ingredients."""
        words = {word for word in normal(mention).split() if len(word) > 2}
        return [p for p in self._catalogue.products if words & self._vocabulary(p)]

    @staticmethod
    def _vocabulary(product: Product) -> set[str]:
        texts = (*product.names, *product.ingredients)
        return {word for text in texts for word in normal(text).split()}

    def category(self, mention: str) -> Category | None:
        """The category a generic word means ("achar", "mithai", "sweets")."""
        words = normal(mention)
        names = {
            normal(name): category
            for category in self._catalogue.categories
            for name in (category.id, *category.name.values(), *category.aliases)
        }
        hit = process.extractOne(words, list(names), scorer=fuzz.ratio, score_cutoff=82)
        return names[hit[0]] if hit else None
