"""How many SMS a text takes.

All letters in the GSM alphabet: 160 to one, 153 where there are several. Any other letter, so any Indic one, makes the
whole text UCS-2: 70 and 67.
"""

_PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("^{}\\[~]|€\f")


def segments(text: str) -> int:
    """At least 1."""
    if all(letter in _PLAIN or letter in _DOUBLE for letter in text):
        return _parts(len(text) + sum(letter in _DOUBLE for letter in text), 160, 153)
    return _parts(len(text.encode("utf-16-le")) // 2, 70, 67)


def _parts(length: int, alone: int, each: int) -> int:
    return 1 if length <= alone else -(-length // each)
