"""How a word sounds, whatever script it is written in and however its Latin spelling goes.

"கடுகு" and "kadugu", "चाहिए" and "chahiye" fall together, so that what is learned from one way of
writing helps with the others. Much is folded that a reader would tell apart: the classifier sees more than one word.
"""

from __future__ import annotations

import re

from nlu.components.text import by_word

# Unicode lays the Indian scripts out alike: a letter is told by its place in its block of 128 (ISCII's order).
BLOCKS = frozenset({0x0900, 0x0B80, 0x0C00})
CONSONANTS = dict(zip(range(0x15, 0x3A), "kkggnccjjnttddnttddnnppbbmyrrlllvsssh", strict=True))
VOWELS = {
    0x05: "a", 0x06: "a", 0x07: "i", 0x08: "i", 0x09: "u", 0x0A: "u", 0x0B: "ri", 0x0D: "e", 0x0E: "e", 0x0F: "e",
    0x10: "ai", 0x11: "o", 0x12: "o", 0x13: "o", 0x14: "au",
}  # fmt: skip
SIGNS = {
    0x3E: "a", 0x3F: "i", 0x40: "i", 0x41: "u", 0x42: "u", 0x43: "ri", 0x45: "e", 0x46: "e", 0x47: "e", 0x48: "ai",
    0x49: "o", 0x4A: "o", 0x4B: "o", 0x4C: "au",
}  # fmt: skip
NASALS, VIRAMA = frozenset({0x01, 0x02}), 0x4D
SPELLINGS = (
    ("chh", "c"), ("ch", "c"), ("sh", "s"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("gh", "g"), ("kh", "k"),
    ("jh", "j"), ("ph", "p"), ("zh", "l"), ("ck", "k"), ("q", "k"), ("w", "v"), ("z", "j"), ("x", "ks"), ("f", "p"),
    ("oo", "u"), ("ou", "u"), ("ee", "i"), ("aa", "a"), ("y", "i"), ("ae", "e"), ("ai", "e"), ("ei", "e"), ("au", "o"),
)  # fmt: skip
VOICELESS = str.maketrans("gdbj", "ktpc")  # Tamil writes both alike
NASAL = re.compile("n(?=[kcp])|m(?=p)")
DOUBLED = re.compile(r"([^\W\d_])(?=\1)")  # all but the last


@by_word(50_000)
def sound(word: str) -> str:
    """The sound of a normalised word; marks and digits as they are, "" only for ""."""
    folded = word if word.isascii() else latin(word)
    for spelling, plain in SPELLINGS:
        folded = folded.replace(spelling, plain)
    folded = NASAL.sub("n", folded.translate(VOICELESS)).replace("h", "")
    return DOUBLED.sub("", folded) or word


def latin(word: str) -> str:
    """A word of Devanagari, Tamil or Telugu in Latin letters; other letters stay."""
    written: list[str] = []
    open_ended = False  # after a consonant whose vowel is not yet known
    for char in word:
        letters, opens, closes = LETTERS.get(char) or (char, False, False)
        if open_ended and not closes:
            written.append("a")
        written.append(letters)
        open_ended = opens
    if open_ended and not "\u0900" <= word[-1] <= "\u097f":  # Hindi drops a last word's short a
        written.append("a")
    return "".join(written)


def letter(place: int) -> tuple[str, bool, bool]:
    """What a place in a block sounds like; whether a vowel is still to come, and whether it ends such waiting."""
    if place in CONSONANTS:
        return CONSONANTS[place], True, False
    if place in NASALS:
        return "n", False, False
    return VOWELS.get(place) or SIGNS.get(place, ""), False, place in SIGNS or place == VIRAMA


LETTERS = {chr(block + place): letter(place) for block in BLOCKS for place in range(0x80)}
