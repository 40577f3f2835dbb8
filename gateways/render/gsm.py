"""The alphabet of SMS (GSM 7-bit, 3GPP TS 23.038), what a text costs in it, and how to write a text with it alone."""

import unicodedata
from functools import lru_cache

import regex
from regex import Pattern

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€\f")
"""Written with an escape before them: they count two."""
_ALPHABET = _BASIC | _EXTENSION
_WIDE_IN_GSM = regex.compile(f"[{regex.escape(''.join(sorted(_EXTENSION)))}]")
_WIDE_IN_UCS2 = regex.compile(r"[\U00010000-\U0010ffff]")

_GSM_ALONE, _GSM_PART = 160, 153
_UCS2_ALONE, _UCS2_PART = 70, 67
"""Characters of a message that fits into one segment, and of each segment of a longer one."""

_SPELLED = {
    "₹": "Rs ", "•": "-", "‣": "-", "◦": "-", "▪": "-", "×": "x", "÷": "/", "−": "-", "…": "...",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "⁄": "/", "←": "<-", "→": "->",
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "ʼ": "'", "`": "'", "´": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"', "‹": "'", "›": "'",
    "©": "(c)", "®": "(R)", "°": " deg", "✓": "ok", "।": ".",
}  # fmt: skip
_RUPEES = regex.compile(r"₹[^\S\n]*")
_MIDDLE_DOT = regex.compile(r"[^\S\n]*·[^\S\n]*")
_LATIN_NAME = regex.compile(r"LATIN (SMALL|CAPITAL) (?:LETTER|LIGATURE) (?:[A-Z]{3,} )?([A-Z]{1,2})\b")


def segments(text: str) -> int:
    """How many SMS a text is paid as: GSM-7 160/153 septets, any other letter in it makes it UCS-2, 70/67 units.

    A character that takes two is never parted between segments. No text is no segment.
    """
    if set(text) <= _ALPHABET:
        return _count(text, _WIDE_IN_GSM, _GSM_ALONE, _GSM_PART)
    return _count(text, _WIDE_IN_UCS2, _UCS2_ALONE, _UCS2_PART)


def _count(text: str, wide: Pattern[str], alone: int, part: int) -> int:
    """Each wide character takes one more; one that would stand on the edge of a segment leaves a place empty there."""
    places = [found.start() for found in wide.finditer(text)]
    if len(text) + len(places) <= alone:
        return 1 if text else 0
    more = 0
    for place in places:
        is_on_edge = (place + more) % part == part - 1
        more += 2 if is_on_edge else 1
    return -(-(len(text) + more) // part)


def in_gsm(text: str) -> str | None:
    """The text written in GSM-7 alone; None where it has letters of another script than Latin.

    Money, quotes, dashes and bullets get the forms that typewriters had, letters lose accents that the alphabet
    lacks, and other signs go.
    """
    if set(text) <= _ALPHABET:
        return text
    text = _MIDDLE_DOT.sub(", ", _RUPEES.sub("Rs ", unicodedata.normalize("NFC", text)))
    written = [_spelled(letter) for letter in text]
    return None if None in written else "".join(filter(None, written))


@lru_cache(maxsize=4096)
def _spelled(letter: str) -> str | None:
    """One character; "" for a sign that cannot be written, None for a letter that cannot."""
    if letter in _ALPHABET:
        return letter
    if letter in _SPELLED:
        return _SPELLED[letter]
    parts = unicodedata.normalize("NFKD", letter)
    plain = "".join(part if part in _ALPHABET else _SPELLED.get(part, "") for part in parts)
    return plain or _by_name(letter)


def _by_name(letter: str) -> str | None:
    """By what Unicode calls it: "LATIN SMALL LETTER L WITH STROKE" is an l, a digit of any script is that digit."""
    if (digit := unicodedata.digit(letter, None)) is not None:
        return str(digit)
    if found := _LATIN_NAME.match(unicodedata.name(letter, "")):
        return str(found[2].lower() if found[1] == "SMALL" else found[2])
    if unicodedata.name(letter, "").startswith("LATIN "):
        return "?"
    if letter.isspace():
        return " "
    return None if letter.isalpha() else ""
