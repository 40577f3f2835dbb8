"""Language and script."""

from pathlib import Path

import pytest
from conftest import made
from nlu.components.language import LanguageIdentifier, identify
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("where is my order", "en"),
        ("is there any offer today", "en"),
        ("do you have gongura pickle", "en"),
        ("mera order kahan hai", "hi-Latn"),
        ("paise kat gaye par order nahi hua", "hi-Latn"),
        ("enakku rendu mango pickle venum", "ta-Latn"),
        ("order innum varala", "ta-Latn"),
        ("naaku mango pickle kavali", "te-Latn"),
        ("refund eppudu vastundi", "te-Latn"),
        ("इसका दाम क्या है", "hi"),
        ("மாங்காய் ஊறுகாய் விலை என்ன", "ta"),
        ("మామిడికాయ పచ్చడి ధర ఎంత", "te"),
        ("gongura pickle కావాలి", "te"),
        ("order ka status क्या है भाई", "hi"),
    ],
)
def test_each_language_is_known_in_its_script(text: str, code: str) -> None:
    found, confidence = identify(text)
    assert code == found
    assert confidence > 0.45


@pytest.mark.parametrize("text", ["500g", "560001", "👍", "!!!", "", "ok", "mango pickle", "hi"])
def test_what_any_language_could_say_has_low_confidence(text: str) -> None:
    assert identify(text)[1] <= 0.3


def test_a_long_text_is_as_sure_as_a_short_one_and_bounded() -> None:
    assert (identify("where is my order " * 2000)[0], identify("where is my order " * 2000)[1] <= 1) == ("en", True)


# Words of no list, so that what is known of them was learned.
LESSONS = {"te-Latn": ["blorp zibbo", "zibbo wuggu", "wuggu blorp"], "en": ["snark flim", "flim quoth", "quoth snark"]}


def lesson(text: str, code: str | None, scope: str) -> Message:
    """An example whose line or intent names its language, or neither does."""
    return Message.build(text, intent="any", **({f"{scope}_metadata": {"language": code}} if code else {}))


def taught(folder: Path, *, named: bool, scope: str = "example") -> None:
    """Train on the lessons."""
    pairs = [(text, code if named else None) for code, texts in LESSONS.items() for text in texts]
    made(LanguageIdentifier, folder).train(TrainingData([lesson(text, code, scope) for text, code in pairs]))


def told(folder: Path, text: str) -> tuple[str, float]:
    """What the identifier that was trained in a folder says."""
    message = Message(data={"text": text})
    made(LanguageIdentifier, folder, "load").process([message])
    language = message.get("language")
    return language["code"], language["confidence"]


@pytest.mark.parametrize("scope", ["example", "intent"])
def test_languages_that_metadata_name_are_learned(tmp_path: Path, scope: str) -> None:
    taught(tmp_path, named=True, scope=scope)
    assert told(tmp_path, "zibbo blorp wuggu")[0] == "te-Latn"
    assert told(tmp_path, "quoth flim")[0] == "en"


def test_scripts_are_known_whatever_was_learned(tmp_path: Path) -> None:
    taught(tmp_path, named=True)
    assert told(tmp_path, "इसका दाम क्या है") == identify("इसका दाम क्या है")


@pytest.mark.parametrize("text", ["zibbo blorp wuggu", "where is my order", "naaku mango pickle kavali", "500g"])
def test_without_metadata_it_goes_by_word_lists(tmp_path: Path, text: str) -> None:
    taught(tmp_path, named=False)
    expected, found = identify(text), told(tmp_path, text)
    assert found[0] == expected[0]
    assert found[1] == pytest.approx(expected[1], abs=1e-4)
