"""Language and script."""

import pytest
from nlu.components.language import identify


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
