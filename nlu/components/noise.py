"""Readings as if typed in haste: copies of training lines with slips, so that a slip met later is no stranger.

Made anew at each training, from a fixed seed. The slips are made in sounds, which is what a reading holds: letters that
sound alike are one already, and other scripts need no copies.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from nlu.components.reading import Reading

SEED = 42
SLIPPED = 0.35  # of the words of a copy are tried; short ones stay
SHORTEST = 4  # letters: a slip in a shorter word leaves nothing to know it by
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BESIDE = {char: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in ROWS for at, char in enumerate(row)}


def dropped(word: str, at: int, _: random.Random) -> str:
    """A letter left out."""
    return word[:at] + word[at + 1 :]


def swapped(word: str, at: int, _: random.Random) -> str:
    """Two letters the wrong way round."""
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def beside(word: str, at: int, rng: random.Random) -> str:
    """A neighbouring key."""
    return word[:at] + rng.choice(BESIDE.get(word[at], word[at])) + word[at + 1 :]


def shortened(word: str, _: int, __: random.Random) -> str:
    """As in an SMS: the inner vowels left out."""
    return word[0] + "".join(char for char in word[1:-1] if char not in "aeiou") + word[-1]


SLIPS: tuple[Callable[[str, int, random.Random], str], ...] = (dropped, swapped, beside, shortened)


def slip(word: str, rng: random.Random) -> str:
    """A word with one slip within; a short word, a mark or a number as it is."""
    if len(word) < SHORTEST or not word.isalpha():
        return word
    return rng.choice(SLIPS)(word, rng.randrange(1, len(word) - 1), rng)


def noisy(reading: Reading, rng: random.Random) -> Reading:
    """A copy in which some words have slips; without vectors, which nobody has worked out for it."""
    slips = {word: slip(word, rng) for word in dict.fromkeys(reading.words) if rng.random() < SLIPPED}
    words, masked = (tuple(slips.get(word, word) for word in row) for row in (reading.words, reading.masked))
    return replace(reading, words=words, masked=masked, vectors=(), tokens=())


def copies(readings: Sequence[Reading], labels: Sequence[str], share: float) -> tuple[list[Reading], list[str]]:
    """Noisy copies of a share of the readings, with their labels; the same every time."""
    rng = random.Random(SEED)  # noqa: S311 (not for secrets)
    chosen = [place for place in range(len(readings)) if rng.random() < share]
    return [noisy(readings[place], rng) for place in chosen], [labels[place] for place in chosen]
