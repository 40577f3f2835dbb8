"""The shop's message templates can be approved and filled; mistakes in them are told by file."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.responses import read_responses
from app.templates import CATEGORIES, as_meta, read_templates
from bot.speech import Speech
from model.errors import Fault
from model.message import reply
from model.money import Money
from model.templates import Template
from tests.kit import ROOT

FOLDER = ROOT / "data" / "templates"
RESPONSES = read_responses(ROOT / "data" / "responses")
TEMPLATES = read_templates(FOLDER, RESPONSES["en"])
ALL = sorted(
    {
        (template.name, template.language): template for key in TEMPLATES.by_key.values() for template in key.values()
    }.items()
)
ENGLISH = {"order_paid": "Paid: {number}, {total}", "order_cancelled": "Cancelled: {number}", "prove_code": "{code}"}


def written(folder: Path, *raws: Any, **changed: Any) -> Path:
    """A folder with one good template, changed so, and others."""
    good: dict[str, Any] = {
        "name": "order_news",
        "category": "utility",
        "stands_for": {"order_paid": ["number"]},
        "languages": {"en": {"body": "News of {{1}}."}, "hi": {"body": "ऑर्डर {{1}} की खबर।", "sid": "HX1"}},
    }
    for name, raw in zip("abc", ({**good, **changed}, *raws), strict=False):
        (folder / f"{name}.yml").write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return folder


# ---------------------------------------------------------------- the shop's own


def test_news_that_may_come_after_a_day_has_its_template() -> None:
    assert {"order_paid", "moved_shipped", "order_cancelled_refund", "refund_processed", "prove_code"} <= set(
        TEMPLATES.by_key
    )


@pytest.mark.parametrize(("known", "template"), ALL, ids=["-".join(known) for known, _ in ALL])
def test_each_can_be_approved(known: tuple[str, str], template: Template) -> None:
    assert template.category in CATEGORIES
    assert not re.search(r"\t|\n{3}| {5}", template.body), "Meta takes neither tabs nor many blanks"


def test_each_is_written_in_every_language_that_whatsapp_has_a_code_for() -> None:
    assert {frozenset(languages) for languages in TEMPLATES.by_key.values()} == {frozenset(("en", "hi", "ta", "te"))}


@pytest.mark.parametrize("key", sorted(TEMPLATES.by_key))
@pytest.mark.parametrize("code", ["en", "hi", "ta-Latn"])
def test_each_is_filled_from_the_reply_it_stands_for(key: str, code: str) -> None:
    values = {"number": "HT-7K3QD", "amount": Money(45_000), "total": Money(45_000), "code": "123456", "reason": "-"}
    content = Speech(RESPONSES, "/shop", TEMPLATES).content(code, reply(key, **values, first=1, last=2))
    language = "hi" if code == "hi" else "en"
    parameters = [str(values[name]) for name in TEMPLATES.by_key[key]["en"].parameters]
    assert content["template"] == {
        "name": TEMPLATES.by_key[key]["en"].name,
        "language": language,
        "category": TEMPLATES.by_key[key]["en"].category,
        "parameters": parameters,
    }


def test_other_replies_have_none() -> None:
    content = Speech(RESPONSES, "/shop", TEMPLATES).content("en", reply("welcome"))
    assert "template" not in content


# ---------------------------------------------------------------- reading


def test_a_template_is_read_with_its_values_and_twilios_id(tmp_path: Path) -> None:
    templates = read_templates(written(tmp_path), ENGLISH)
    hindi = Template("order_news", "hi", "utility", "ऑर्डर {{1}} की खबर।", ("number",), "HX1")
    assert templates.standing_for("order_paid", "hi") == hindi
    assert hindi.filled(["HT-1"]) == {
        "name": "order_news", "language": "hi", "category": "utility", "parameters": ["HT-1"], "content_sid": "HX1",
    }  # fmt: skip


def test_english_stands_for_languages_without_their_own_and_nothing_for_other_replies(tmp_path: Path) -> None:
    templates = read_templates(written(tmp_path), ENGLISH)
    english = Template("order_news", "en", "utility", "News of {{1}}.", ("number",))
    assert templates.standing_for("order_paid", "te-Latn") == english
    assert "content_sid" not in english.filled(["HT-1"])
    assert templates.standing_for("order_cancelled", "en") is None


def test_values_are_put_into_one_line() -> None:
    template = Template("order_news", "en", "utility", "", ("lines",))
    assert template.filled(["2 jars\n\n1 box\t of laddu     "])["parameters"] == ["2 jars 1 box of laddu"]


def test_a_folder_without_templates_has_none(tmp_path: Path) -> None:
    assert read_templates(tmp_path, ENGLISH).by_key == {}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "Order News"}, "small letters"),
        ({"name": None}, "small letters"),
        ({"name": "a" * 513}, "small letters"),
        ({"category": "gossip"}, "category is one of"),
        ({"category": None}, "category is one of"),
        ({"languages": {"hi": {"body": "ऑर्डर {{1}} की खबर"}}}, "English among them"),
        ({"languages": {"en": {"body": "News of {{1}}."}, "hi-Latn": {"body": "{{1}}"}}}, "languages are some of"),
        ({"languages": ["en"]}, "languages are some of"),
        ({"stands_for": {}}, "stands_for names"),
        ({"stands_for": ["order_paid"]}, "stands_for names"),
        ({"stands_for": {"nowhere": ["number"]}}, "no response 'nowhere'"),
        ({"stands_for": {"order_paid": ["weather"]}}, "other values"),
        ({"stands_for": {"order_paid": "number"}}, "other values"),
        ({"stands_for": {"order_paid": [["number"]]}}, "other values"),
        ({"stands_for": {"order_paid": ["number"], "order_cancelled": []}}, "one for each value"),
        ({"languages": {"en": {"body": "News of {{2}}."}}}, "one for each value"),
        ({"languages": {"en": {"body": "News."}}}, "one for each value"),
        ({"languages": {"en": {"body": "News of {{1}} and {{2}}."}}}, "one for each value"),
        ({"languages": {"en": {"body": "{{1}} has news."}}}, "neither begins nor ends"),
        ({"languages": {"en": {"body": "News of {{1}}"}}}, "neither begins nor ends"),
        ({"languages": {"en": {"body": ""}}}, "1 to 1024"),
        ({"languages": {"en": {"body": "x" * 1020 + " {{1}}."}}}, "1 to 1024"),
        ({"languages": {"en": "News of {{1}}."}}, "1 to 1024"),
        ({"languages": {"en": {"body": 5}}}, "1 to 1024"),
    ],
)
def test_what_could_not_be_approved_or_filled_is_refused_with_the_files_name(
    tmp_path: Path, changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(Fault, match=rf"a\.yml.*{told}"):
        read_templates(written(tmp_path, **changed), ENGLISH)


@pytest.mark.parametrize("raw", [None, [], "order_news", 5])
def test_a_file_that_is_no_template_is_refused(tmp_path: Path, raw: Any) -> None:
    with pytest.raises(Fault, match=r"b\.yml"):
        read_templates(written(tmp_path, raw), ENGLISH)


def test_of_two_templates_for_one_reply_neither_is_chosen_silently(tmp_path: Path) -> None:
    other = yaml.safe_load((written(tmp_path) / "a.yml").read_text(encoding="utf-8")) | {"name": "other_news"}
    with pytest.raises(Fault, match=r"b\.yml: another template stands for order_paid"):
        read_templates(written(tmp_path, other), ENGLISH)


def test_the_words_of_a_code_are_metas_own(tmp_path: Path) -> None:
    words = {"en": {"body": "{{1}} is your code."}}
    code = {"name": "code", "category": "authentication", "stands_for": {"prove_code": ["code"]}, "languages": words}
    assert read_templates(written(tmp_path, code), ENGLISH).standing_for("prove_code", "en")


# ---------------------------------------------------------------- for Meta


def test_every_template_goes_to_meta_once_a_language() -> None:
    made = [(template["name"], template["language"]) for template in as_meta(FOLDER)]
    assert sorted(made) == [known for known, _ in ALL]
    assert {template["category"] for template in as_meta(FOLDER)} == {"UTILITY", "AUTHENTICATION"}


@pytest.mark.parametrize(("known", "template"), ALL, ids=["-".join(known) for known, _ in ALL])
def test_meta_gets_the_words_with_an_example_for_each_value(known: tuple[str, str], template: Template) -> None:
    (made,) = [one for one in as_meta(FOLDER) if (one["name"], one["language"]) == known]
    body = made["components"][0]
    if template.category == "authentication":
        assert "text" not in body
    else:
        assert body["text"] == template.body
        assert [len(row) for row in body["example"]["body_text"]] == [len(template.parameters)]
