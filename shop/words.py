"""Numbers, packs and weights as customers write them: digits of any script, words of several languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from model.catalogue import Unit

_NUMBERS: dict[int, str] = {
    1: "one a an ek एक oru onnu ஒன்று ஒரு oka okati ఒకటి ఒక single",
    2: "two do दो rendu ரெண்டு இரண்டு రెండు couple pair",
    3: "three teen तीन moonu மூன்று மூணு mudu మూడు",
    4: "four char chaar चार naalu நான்கு நாலு nalugu నాలుగు",
    5: "five paanch panch पांच पाँच anju ஐந்து அஞ்சு aidu ఐదు",
    6: "six chhe che cheh छह छः छे aaru ஆறு ఆరు",
    7: "seven saat सात ezhu ஏழு edu ఏడు",
    8: "eight aath आठ ettu எட்டு enimidi ఎనిమిది",
    9: "nine nau नौ ombadhu ஒன்பது tommidi తొమ్మిది",
    10: "ten das दस pathu பத்து padi పది",
    12: "twelve dozen barah बारह darjan दर्जन டஜன் డజను",
    20: "twenty bees बीस",
    25: "twentyfive pachees पच्चीस",
    50: "fifty pachaas पचास",
}
_WORDS = {word: number for number, words in _NUMBERS.items() for word in words.split()}
_FRACTIONS = {
    word: fraction
    for fraction, words in {
        Fraction(1, 2): "half aadha adha aadhi आधा आधी arai அரை ara అర",
        Fraction(1, 4): "quarter paav pav pao पाव kaal கால் pavu పావు",
        Fraction(3, 4): "paun paune पौन पौना mukkal முக்கால்",
        Fraction(3, 2): "dedh डेढ़ डेढ onnarai ஒன்றரை",
        Fraction(5, 2): "dhai adhai ढाई irandarai இரண்டரை",
    }.items()
    for word in words.split()
}
_GRAMS = "g gm gms gr gram grams ग्राम கிராம் గ్రాములు గ్రాము గ్రా"
_KILOS = "kg kgs kilo kilos kilogram kilograms k.g किलो केजी கிலோ కిలో కేజీ"
_PIECES = "piece pieces pc pcs nos पीस टुकड़े துண்டு ముక్కలు"
_UNITS = {
    **dict.fromkeys(_GRAMS.split(), (Unit.GRAM, 1)),
    **dict.fromkeys(_KILOS.split(), (Unit.GRAM, 1000)),
    **dict.fromkeys(_PIECES.split(), (Unit.PIECE, 1)),
}
_TOKEN = re.compile(r"\d+(?:[.,/]\d+)?|[^\W\d_][\w\u0900-\u0D7F.]*", re.UNICODE)
_LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True)
class Size:
    """A weight in grams or a count of pieces."""

    amount: int
    unit: Unit


def _ascii_digits(text: str) -> str:
    """Digits of any script as 0-9."""
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)


def _without_separators(text: str) -> str:
    """ "1,000" and "1,00,000" as 1000 and 100000."""
    return re.sub(r"(?<=\d),(?=(?:\d{2},)*\d{3}(?!\d))", "", text)


def _tokens(text: str) -> Iterator[str]:
    """Numbers and words, lower case: "500gm" gives "500" and "gm"."""
    return (match.group().casefold().rstrip(".") for match in _TOKEN.finditer(_without_separators(_ascii_digits(text))))


def _number(token: str) -> Fraction | None:
    if token[0].isdecimal():
        if len(token) > _LONGEST_NUMBER:
            return None
        top, _, bottom = token.replace(",", ".").partition("/")
        return Fraction(top) / Fraction(bottom) if bottom and Fraction(bottom) else Fraction(top)
    return Fraction(_WORDS[token]) if token in _WORDS else _FRACTIONS.get(token)


def read_size(text: str) -> Size | None:
    """The weight or count in "500g", "aadha kilo", "1.5 kg", "6 pieces"; None where there is none."""
    amount = Fraction(1)
    for token in _tokens(text):
        if token in _UNITS:
            unit, factor = _UNITS[token]
            size = amount * factor
            return Size(int(size), unit) if size >= 1 and size.denominator == 1 else None
        number = _number(token)
        amount = amount if number is None else number
    return None


def read_count(text: str) -> int | None:
    """The number of packs in "2", "do", "half dozen"; None where there is none or it is no whole number."""
    count: Fraction | None = None
    for token in _tokens(text):
        number = _number(token)
        if number is not None:
            count = number if count is None else count * number
    return int(count) if count is not None and count.denominator == 1 else None


def read_pincode(text: str) -> str | None:
    """The six digits of an Indian pincode in a text ("560 001" too); None where there is none."""
    match = re.search(r"(?<!\d)([1-9]\d{2})[ -]?(\d{3})(?!\d)", _ascii_digits(text))
    return match.group(1) + match.group(2) if match else None


def read_order_number(text: str) -> str | None:
    """HT-XXXXX in a text, however spaced or cased; None where there is none."""
    match = re.search(r"\bHT[\s\-–]*([2-9A-HJKMNP-TV-Z]{5})\b", _ascii_digits(text).upper())
    return f"HT-{match.group(1)}" if match else None
