"""A customer may have any of the languages, by a tap or by its name."""

import pytest

from console.words import LANGUAGES
from model.language import CODES, NAMES
from tests.kit import Scene


async def test_every_way_of_writing_is_offered_under_its_own_name(scene: Scene) -> None:
    scene.nlu.means("some other language", "change_language")
    await scene.say("some other language")
    assert scene.told() == ["ask_language"]
    offered = (await scene.lines())[-1].content["choices"]
    assert {f"language:{code}": name for code, name in NAMES.items()} == {one["id"]: one["title"] for one in offered}


@pytest.mark.parametrize("code", CODES)
async def test_a_tap_chooses_it_for_good(scene: Scene, code: str) -> None:
    await scene.tap(f"language:{code}")
    assert (await scene.lines())[-1].content["language"] == code
    memory = (await scene.talk()).memory
    assert (memory.language, memory.language_fixed) == (code, True)


def test_agents_have_a_name_for_each_too() -> None:
    assert list(CODES) == list(LANGUAGES)


async def test_another_code_is_no_choice(scene: Scene) -> None:
    await scene.tap("language:fr")
    assert scene.told() == ["choice_gone"]


@pytest.mark.parametrize(("word", "code"), [(name, code) for code, name in NAMES.items()] + [("tamil", "ta")])
async def test_its_name_chooses_it(scene: Scene, word: str, code: str) -> None:
    scene.nlu.means(f"please write {word}", "change_language")
    await scene.say(f"please write {word}")
    assert (await scene.talk()).memory.language == code
