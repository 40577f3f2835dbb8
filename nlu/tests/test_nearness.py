"""Which texts count as the same."""

from pathlib import Path

import pytest
from conftest import HERE
from nlu.nearness import ROWS, Line, conflicts, copies, lines_of


def line(text: str, intent: str = "any") -> Line:
    return Line(text, intent, "en.yml")


def near(one: str, other: str) -> bool:
    """Whether one text is a copy of the other, asked both ways."""
    first, second = copies([line(one)], [line(other)]), copies([line(other)], [line(one)])
    assert bool(first) == bool(second)
    return bool(first)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("naaku pachadi kavali", "నాకు పచ్చడి కావాలి"),
        ("mujhe achaar chahiye", "मुझे अचार चाहिए"),
        ("oorugai venum", "ஊறுகாய் வேணும்"),
        ("Where is my order?", "where is my order"),
        ("send 2 jars of pickle", "send 5 jars of pickle"),
        ("where is my order please", "where is my ordr please"),
        ("ok", "OK!"),
        ("👍", "👍"),
    ],
)
def test_a_copy_is_found_across_scripts_spellings_and_numbers(one: str, other: str) -> None:
    assert near(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("where is my order", "cancel my order"),
        ("मुझे अचार चाहिए", "अचार का दाम क्या है"),
        ("yes", "yen"),
        ("👍", "👎"),
    ],
)
def test_different_texts_are_no_copies(one: str, other: str) -> None:
    assert not near(one, other)


def test_every_pair_is_compared_however_many_there_are() -> None:
    many = [line(f"text {'abcdefgh'[number % 8] * (number // 8 + 2)}") for number in range(ROWS)]
    assert copies([*many, line("the very last one")], [line("The very last one!")]) == [
        (line("the very last one"), line("The very last one!"))
    ]
    assert copies([], many) == copies(many, []) == []


def test_a_text_with_two_intents_is_a_conflict() -> None:
    ours, theirs = line("naaku pachadi kavali", "order"), line("నాకు పచ్చడి కావాలి", "price")
    assert conflicts([ours, line("hello", "greet"), theirs]) == [(ours, theirs)]
    assert conflicts([ours, ours._replace(text=theirs.text)]) == []


def test_short_texts_conflict_only_if_they_are_the_same() -> None:
    assert conflicts([line("do", "order"), line("dho", "wash")]) == []
    assert len(conflicts([line("ok", "yes"), line("OK", "no")])) == 1


def test_lines_are_read_without_marks_from_a_file_or_a_folder(tmp_path: Path) -> None:
    found = lines_of(HERE / "examples.yml")
    assert found[0] == Line("I want to borrow Malgudi Days", "borrow", "examples.yml")
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text((HERE / "examples.yml").read_text("utf-8"), "utf-8")
    assert [each.where for each in lines_of(tmp_path)] == ["a.yml"] * len(found) + ["b.yml"] * len(found)
