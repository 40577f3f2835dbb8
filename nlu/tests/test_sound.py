"""Words that sound alike are one, whatever their script."""

import pytest
from nlu.components.sound import sound
from nlu.components.text import words_of


def heard(text: str) -> list[str]:
    """The sounds of a text's words."""
    return [sound(word) for word in words_of(text)]


@pytest.mark.parametrize(
    ("native", "spellings"),
    [
        ("चाहिए", ["chahiye", "chahie", "chaahiye"]),
        ("अचार", ["achar", "achaar", "acchar"]),
        ("दाम", ["daam", "dam"]),
        ("पैसा", ["paisa", "pesa"]),
        ("कहाँ", ["kahan", "kahaan"]),
        ("मुझे", ["mujhe", "muje"]),
        ("கடுகு", ["kadugu", "kaduku"]),
        ("ஊறுகாய்", ["oorugai", "urukai", "oorukaai"]),
        ("மாங்காய்", ["mangai", "maangai"]),
        ("வேணும்", ["venum", "vennum"]),
        ("எங்கே", ["enge", "engae"]),
        ("విలువ", ["viluva"]),
        ("పచ్చడి", ["pachadi", "pacchadi", "pachhadi"]),
        ("కావాలి", ["kavali", "kaavaali", "kawali"]),
        ("ఆవకాయ", ["avakaya", "aavakaaya"]),
        ("ఎక్కడ", ["ekkada", "ekada"]),
        ("ధర", ["dhara", "dara"]),
    ],
)
def test_a_word_sounds_the_same_in_its_script_and_in_latin_letters(native: str, spellings: list[str]) -> None:
    assert {tuple(heard(native))} == {tuple(heard(spelling)) for spelling in spellings}


def test_scripts_sound_alike_among_themselves() -> None:
    assert heard("पूरी") == heard("பூரி") == heard("పూరీ")
    assert heard("लड्डू") == heard("லட்டு") == heard("లడ్డు")


@pytest.mark.parametrize(
    ("one", "other"), [("अचार", "आचार्य"), ("கடுகு", "கடலை"), ("పచ్చడి", "పచ్చి"), ("order", "offer"), ("ghee", "go")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert heard(one) != heard(other)


@pytest.mark.parametrize(
    "text",
    ["h", "hh", "ह", "ः", "\u094d", "\u0bcd", "ॐ", "।", "5", "5kg", "!", "👍", "é", "ж", "中", "q", "_"],
)
def test_what_is_something_sounds_like_something(text: str) -> None:
    assert sound(text)
    assert all(heard(text))


def test_nothing_sounds_like_nothing() -> None:
    assert sound("") == ""


@pytest.mark.parametrize("text", ["507", "500", "560001", "!", "👍", "₹", "a1"])
def test_digits_and_marks_are_as_they_are(text: str) -> None:
    assert sound(text) == text
