"""Entities that follow rules: packs, quantities, prices, postal codes, order numbers and coupon codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.base import Component, add_entities, component, entity
from nlu.components.clues import Clue, Seen, beginning, both, code, dash, digits, either, word
from nlu.components.quantities import quantities
from nlu.components.text import LETTER, ascii_digits, section_phrases

Span = tuple[str, int, int]

EDGE, END = rf"(?<!{LETTER})(?<!\d[.,/:])", rf"(?!{LETTER})"
NUMBER = r"\d{1,4}(?:[.,/]\d{1,3})?|[½¼¾]|\d{1,2}\s?[½¼¾]"
MONEY = r"\d{1,3}(?:,\d{2,3})+|\d{1,6}(?:\.\d{1,2})?"
LONG_TEXT = 2000


class Rule(NamedTuple):
    """A pattern, the group of it that is marked, and a clue: where that is not, the pattern matches nothing."""

    pattern: re.Pattern[str]
    marked: int | str
    clue: Clue


def anyof(*sections: str) -> str:
    """A pattern for any phrase of these sections of the measures list, the longest first."""
    phrases = sorted({p for s in sections for p in section_phrases("measures", s)}, key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases)


def rule(clue: Clue, pattern: str, flags: int = re.IGNORECASE) -> Rule:
    """A rule; what it marks is the group ``it``, or the whole match without one."""
    compiled = re.compile(pattern, flags)
    return Rule(compiled, "it" if "it" in compiled.groupindex else 0, clue)


UNIT = rf"(?:{anyof('unit')})"
HOLDER = rf"(?:[\s-]+(?:{anyof('holder')}))?"
ENDING = "[\u0b80-\u0bff\u0c00-\u0c7f\u200c]{0,7}"  # Tamil and Telugu join their cases to the word
WORDS = rf"(?:(?:{anyof('fraction')})(?:[\s-]+(?:{anyof('number')}))?|{anyof('number')})"
PACKS = (
    rule(
        either(digits, word("fraction", "number")),
        rf"{EDGE}(?:(?:{NUMBER})[\s-]*|{WORDS}[\s-]+){UNIT}{HOLDER}{ENDING}{END}",
    ),
    rule(beginning("joined"), rf"{EDGE}(?:{anyof('joined')}){HOLDER}{ENDING}{END}"),
    rule(word("unit"), rf"{EDGE}a\s+(?:kilo|kg|litre){END}"),
    rule(word("size"), rf"{EDGE}(?:{anyof('size')})[\s-]+(?:{anyof('sized')}){ENDING}{END}"),
    rule(word("size"), rf"\A\s*(?P<it>{anyof('size')})\s*\Z"),
)
PINCODE = rule(digits, rf"{EDGE}(?<![₹#])[1-9]\d{{2}}[\s-]?\d{{3}}(?!\d|{LETTER}|[.,/]\d)")

CURRENCY = rf"(?:{anyof('currency')})"
SIGN = rf"(?!₹\d){CURRENCY}"
AMOUNT = rf"(?P<it>₹?(?:{MONEY}))"
NOT_MONEY = rf"(?!\d|[.,]\d|\s*(?:{anyof('not_money', 'unit')}){END})"
LIMITS = (
    rule(digits, rf"{EDGE}(?:{anyof('limit_before')})\s*:?\s*(?:{SIGN}\s*)?{AMOUNT}{NOT_MONEY}"),
    rule(digits, rf"{EDGE}(?:{SIGN}\s*)?{AMOUNT}\s*(?:{CURRENCY}\s*)?(?:{anyof('limit_after')}){END}"),
)

numbered_order = both(digits, beginning("order_before"))
ORDER = rf"{EDGE}(?:{anyof('order_before')})"
ORDER_DIGITS = (
    rule(numbered_order, rf"{ORDER}\s*(?:no\.?|number|id)?\s*[#:.-]?\s*(?:is|hai)?\s*(?P<it>\d{{4,12}}){END}"),
    rule(numbered_order, rf"{ORDER}\s*(?P<it>(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{{5,6}}){END}"),
    rule(digits, rf"#\s?(?P<it>\d{{3,12}}){END}"),
    rule(both(digits, word("order_after")), rf"{EDGE}(?<![₹])(?P<it>\d{{4,12}})\s+(?:{anyof('order_after')}){END}"),
)
CODE = r"(?P<it>(?=[A-Z0-9]*[A-Z])[A-Z0-9]{4,15})"
COUPONS = (
    rule(code, rf"{EDGE}(?:(?i:{anyof('coupon_before')}))\s*[:\"'-]?\s*(?:(?i:is|hai|called)\s+)?{CODE}{END}", 0),
    rule(code, rf"{EDGE}{CODE}\s+(?:(?i:{anyof('coupon_after')})){END}", 0),
    rule(digits, rf"{EDGE}(?P<it>[A-Z]{{3,12}}\d{{1,4}}|[A-Z][a-z]{{3,11}}\d{{1,3}}){END}", 0),
    rule(
        both(digits, beginning("coupon_before")),
        rf"{EDGE}(?:{anyof('coupon_before')})\s*[:\"'-]?\s*(?:is\s+|hai\s+)?(?P<it>[a-z]{{3,12}}\d{{1,4}}){END}",
    ),
    rule(
        both(digits, word("coupon_after")),
        rf"{EDGE}(?P<it>[a-z]{{3,12}}\d{{1,4}})\s+(?:{anyof('coupon_after')}){END}",
    ),
)


class Rules:
    """All rules, in the order of their certainty: a later one never touches what an earlier one marked."""

    def __init__(self, order_prefix: str) -> None:
        prefix = re.escape(order_prefix)
        tail = r"(?:-\s?[A-Z0-9]{4,8}|\s?(?=[A-Z]*\d)[A-Z0-9]{4,8})"
        own = (rule(either(digits, dash), rf"{EDGE}{prefix}{tail}{END}"),) if order_prefix else ()
        self.rules: tuple[tuple[str, tuple[Rule, ...]], ...] = (
            ("order_number", own + ORDER_DIGITS),
            ("pack", PACKS),
            ("max_price", LIMITS),
            ("pincode", (PINCODE,)),
            ("coupon", COUPONS),
        )

    def find(self, text: str, things: Sequence[tuple[int, int]] = ()) -> list[Span]:
        """The label, start and end of everything the rules mark, without overlaps.

        ``things`` are the places of goods that another extractor has found.
        """
        plain = ascii_digits(text)[:LONG_TEXT]
        spans: list[Span] = []
        for span in self.matches(plain):
            if not any(span[1] < end and start < span[2] for _, start, end in spans):
                spans.append(span)
        taken = [(start, end) for _, start, end in spans]
        packs = [(start, end) for label, start, end in spans if label == "pack"]
        spans += [("quantity", start, end) for start, end in quantities(plain, taken, [*things, *packs])]
        return sorted(spans, key=lambda span: span[1])

    def matches(self, plain: str) -> Iterator[Span]:
        """Every match of every rule, overlapping ones included; where all is in capitals, they mark no coupon."""
        seen = Seen(plain)
        for label, rules in self.rules:
            for pattern, marked, clue in rules:
                if clue(seen) and not (label == "coupon" and seen.loud):
                    for found in pattern.finditer(plain):
                        yield label, *found.span(marked)


@component("ENTITY_EXTRACTOR")
class PatternEntities(Component):
    """Marks quantity, pack, pincode, order_number, coupon and max_price, in digits of any script and words.

    Goods that an earlier extractor marked help to tell a number from a verb or an article.
    ``order_prefix`` is what the shop's order numbers begin with ("" for none).
    """

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.rules = Rules(config["order_prefix"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No order prefix."""
        return {"order_prefix": ""}

    def annotate(self, message: Message) -> None:
        """Append what the rules mark."""
        text: str = message.get(TEXT) or ""
        things = [(each["start"], each["end"]) for each in message.get(ENTITIES) or []]
        name = type(self).__name__
        found = self.rules.find(text, things)
        add_entities(message, [entity(text, label, start, end, name) for label, start, end in found])
