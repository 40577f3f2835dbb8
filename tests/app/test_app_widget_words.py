"""The widget's and the shop page's own words: the same in every way of writing, none of them left in English."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from model.language import CODES, DEFAULT, OWN_SCRIPT
from tests.kit import ROOT

WIDGET = ROOT / "widget"
OTHERS = [code for code in CODES if code != DEFAULT]
SCRIPTS = {"hi": "DEVANAGARI", "ta": "TAMIL", "te": "TELUGU"}
_SCRIPT = (WIDGET / "widget.js").read_text(encoding="utf-8")
_ENGLISH = re.search(r"const ENGLISH = \{\n(.*?)\n  \};", _SCRIPT, re.DOTALL)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def english() -> dict[str, str]:
    """The words within the script, by key."""
    assert _ENGLISH
    lines = [line.strip().removesuffix(",").split(": ", 1) for line in _ENGLISH[1].splitlines()]
    return {key: json.loads(text) for key, text in lines}


def pairs(path: Path) -> list[tuple[str, str]]:
    """Keys and texts of a file, in its order, twice where a key stands twice."""
    found: list[tuple[str, str]] = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=list)
    return found


def words(code: str) -> dict[str, str]:
    return dict(pairs(WIDGET / "words" / f"{code}.json"))


def page_words() -> dict[str, dict[str, str]]:
    """The shop page's texts by language."""
    environment = Environment(loader=FileSystemLoader(WIDGET), autoescape=True)
    texts: dict[str, dict[str, str]] = environment.get_template("page.words.j2").module.texts  # type: ignore[attr-defined]
    return texts


def scripts(text: str) -> set[str]:
    """Of which Indian scripts there are letters in a text."""
    names = {unicodedata.name(letter, "").split()[0] for letter in text if letter.isalpha()}
    return names & set(SCRIPTS.values())


def test_the_script_knows_the_languages_of_the_product() -> None:
    found = re.search(r"const LANGUAGES = (\[.*\]);", _SCRIPT)
    assert found
    assert list(CODES) == json.loads(found[1])


def test_every_language_but_english_has_its_file_and_there_is_no_other() -> None:
    assert sorted(f"{code}.json" for code in OTHERS) == sorted(path.name for path in (WIDGET / "words").iterdir())


@pytest.mark.parametrize("code", OTHERS)
def test_a_file_has_the_keys_of_english_in_its_order(code: str) -> None:
    assert list(english()) == [key for key, _ in pairs(WIDGET / "words" / f"{code}.json")]


@pytest.mark.parametrize("code", OTHERS)
def test_a_file_has_the_placeholders_of_english(code: str) -> None:
    expected = {key: _PLACEHOLDER.findall(text) for key, text in english().items()}
    assert expected == {key: _PLACEHOLDER.findall(text) for key, text in words(code).items()}


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_left_in_english_or_empty(code: str) -> None:
    said = english()
    assert [] == [key for key, text in words(code).items() if text == said[key] or not text.strip()]


@pytest.mark.parametrize("code", OWN_SCRIPT)
def test_every_word_of_an_indian_script_has_letters_of_it(code: str) -> None:
    assert [] == [key for key, text in words(code).items() if SCRIPTS[code] not in scripts(text)]


@pytest.mark.parametrize("code", [code for code in OTHERS if code not in OWN_SCRIPT])
def test_what_is_written_in_latin_letters_holds_no_others(code: str) -> None:
    assert [] == [key for key, text in words(code).items() if scripts(text)]


def test_the_search_for_english_finds_it() -> None:
    assert "Chat with us" == english()["title"]
    assert ["count"] == _PLACEHOLDER.findall(english()["tooLong"])
    assert len(english()) > 30


def test_the_shops_page_says_the_same_in_every_language() -> None:
    assert list(CODES) == list(page_words())
    assert {tuple(page_words()["en"])} == {tuple(texts) for texts in page_words().values()}


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_of_the_shops_page_is_left_in_english(code: str) -> None:
    texts, said = page_words()[code], page_words()["en"]
    assert [] == [key for key, text in texts.items() if text == said[key] or text.count("%s") != said[key].count("%s")]
