"""STOP was certain in English and Hindi alone: in Tamil and Telugu it hung on what the NLU made of it."""

import pytest

from bot.certain import certain


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("நிறுத்து", "stop"), ("நிறுத்துங்கள்!", "stop"), ("Niruthunga", "stop"),
        ("ఆపండి", "stop"), (" ఆపేయండి. ", "stop"), ("Aapandi", "stop"),
        ("தொடங்கு", "start"), ("ప్రారంభించండి", "start"), ("உதவி", "help"), ("సహాయం", "help"),
        ("ஆர்டரை நிறுத்துங்கள்", None), ("మామిడి ఆవకాయ ఆపండి", None),
    ],
)  # fmt: skip
def test_it_is_certain_where_it_is_the_whole_message(text: str, meaning: str | None) -> None:
    assert certain(text) == meaning
