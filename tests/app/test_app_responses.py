"""Everything that the code says exists in every language, with the same placeholders."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.table import ASKERS, INTENTS, TAPS
from app.responses import missing, placeholders, read_responses
from bot.speech import Speech
from gateways.shop_folder import read_shop
from model.errors import Fault
from model.language import CODES
from model.message import Say
from model.order import OrderStatus
from tests.kit import ROOT

FOLDER = ROOT / "data" / "responses"
RESPONSES = read_responses(FOLDER)
PACKAGES = ("actions", "bot", "shop", "store", "model")
_SAYS = frozenset({"Say", "reply", "Refused", "_refund", "_plain"})
"""Calls whose first argument is a response key."""
_TO_OPERATORS = frozenset(
    {"conversation_unknown", "message_empty", "order_move_refused", "stock_below_held", "window_closed"}
)
"""Refusals that only the console's and the terminal's users meet."""


def _keys() -> Iterator[ast.expr]:
    """Where a key stands: the first argument of such a call, or what a variable `key` is set to."""
    for file in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAYS:
                yield from node.args[:1]
            if isinstance(node, ast.Assign) and "key" in map(ast.unparse, node.targets):
                yield node.value


def _plain(expression: ast.expr) -> Iterator[str]:
    """The keys that this may be, where they are written out."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        yield expression.value
    if isinstance(expression, ast.IfExp):
        yield from _plain(expression.body)
        yield from _plain(expression.orelse)


def _beginning(expression: ast.expr) -> str | None:
    first = expression.values[0] if isinstance(expression, ast.JoinedStr) else None
    return str(first.value) if isinstance(first, ast.Constant) else None


KEYS = sorted({key for found in _keys() for key in _plain(found)} - _TO_OPERATORS)
FAMILIES = sorted({begin for found in _keys() if (begin := _beginning(found))})


def test_every_language_has_its_file() -> None:
    assert list(CODES) == list(RESPONSES)


def test_all_languages_say_the_same_things_with_the_same_placeholders() -> None:
    assert [] == missing(RESPONSES)


def test_no_text_is_empty_but_nothing() -> None:
    assert {"nothing"} == {key for phrases in RESPONSES.values() for key, text in phrases.items() if not text.strip()}


@pytest.mark.parametrize("key", KEYS)
def test_every_key_written_in_the_code_exists(key: str) -> None:
    assert key in RESPONSES["en"]


def test_the_search_for_keys_finds_them() -> None:
    assert {"greet", "not_understood", "order_unknown", "queued"} <= set(KEYS)
    assert len(KEYS) > 100


def _families() -> dict[str, list[str]]:
    catalogue = read_shop(ROOT / "data" / "shop")
    wishes = ["invoice", "loyalty_points", "gift_order", "bulk_order", "subscribe_product"]
    moved = [s for s in OrderStatus if s in ("packed", "shipped", "out_for_delivery", "delivered")]
    return {
        "status_": [status.value for status in OrderStatus],
        "moved_": [status.value for status in moved],
        "mean_": sorted(INTENTS.keys() - _NEVER_OFFERED),
        "nutrient_": sorted({what for product in catalogue.products for what in product.nutrition}),
        "packaging_": sorted({variant.packaging for variant in catalogue.variants}),
        "noted_": wishes,
        "label_": ["choose", "more", "packs"],
        "ask_": ["name", "phone", "street", "pincode", *(wish for wish in wishes if wish != "loyalty_points")],
    }


_NEVER_OFFERED = {"inform", "affirm", "deny", "greet", "thank", "out_of_scope", "feedback"}


def test_every_family_of_keys_in_the_code_is_known_here() -> None:
    assert set(FAMILIES) <= _families().keys()


@pytest.mark.parametrize("family", _families())
def test_every_member_of_a_family_exists(family: str) -> None:
    assert [] == [f"{family}{name}" for name in _families()[family] if f"{family}{name}" not in RESPONSES["en"]]


def test_every_tap_that_a_text_could_carry_has_its_function() -> None:
    assert {"complain", "human", "track", "categories", "offers"} <= TAPS.keys()
    assert {"trouble", "return"} <= ASKERS.keys()


@pytest.mark.parametrize("code", CODES)
def test_every_text_can_be_filled_in(code: str) -> None:
    speech = Speech(RESPONSES, "/shop")
    for key, text in RESPONSES[code].items():
        filled = speech.text(code, Say(key, dict.fromkeys(placeholders(text), "X{y}")))
        assert "{y}" in filled or not placeholders(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a list: []\n- x", "while parsing"),
        ("- greet", "not a map"),
        ("greet: 5", "is not a text"),
        ("5: hello", "is not a text"),
        ("greet: '{shop.__class__}'", "plain word"),
        ("greet: '{0}'", "plain word"),
        ("greet: '{}'", "plain word"),
    ],
)
def test_a_file_that_holds_anything_but_texts_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "en.yml").write_text(text, encoding="utf-8")
    with pytest.raises(Exception, match=told):
        read_responses(tmp_path)


def test_without_english_there_is_nothing_to_say(tmp_path: Path) -> None:
    (tmp_path / "hi.yml").write_text("greet: नमस्ते", encoding="utf-8")
    with pytest.raises(Fault, match=r"en\.yml"):
        read_responses(tmp_path)


def test_what_differs_is_told_by_language_and_key() -> None:
    told = missing({"en": {"a": "{x}", "b": "b"}, "hi": {"a": "{y}", "c": "c"}})
    assert ["hi: a has other placeholders", "hi: b is missing", "hi: c is unknown"] == told


def test_a_language_without_a_file_speaks_english() -> None:
    assert "Hello" == Speech({"en": {"hi": "Hello"}}, "").text("ta", Say("hi"))


def test_an_unknown_key_is_a_fault() -> None:
    with pytest.raises(Fault, match="nowhere"):
        Speech(RESPONSES, "").text("en", Say("nowhere"))
