"""Rasa's marks in training examples."""

import pytest
from nlu.markup import Span, plain, spans


@pytest.mark.parametrize(
    ("marked", "text", "expected"),
    [
        ("where is it", "where is it", []),
        ("lend me [Godan](title) please", "lend me Godan please", [("Godan", "title")]),
        ("मुझे [गोदान](title) चाहिए", "मुझे गोदान चाहिए", [("गोदान", "title")]),
        ("[2](quantity) [aam ka achar](product)", "2 aam ka achar", [("2", "quantity"), ("aam ka achar", "product")]),
        ("[a](x)[b](y)", "ab", [("a", "x"), ("b", "y")]),
        ('to [Chennai]{"entity": "city", "role": "to"}, now', "to Chennai, now", [("Chennai", "city")]),
        ("[no mark] (at all)", "[no mark] (at all)", []),
        ("", "", []),
    ],
)
def test_marks_go_and_their_words_stay_where_they_say(marked: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert plain(marked) == text
    assert [(text[span.start : span.end], span.label) for span in spans(marked)] == expected


def test_a_span_is_a_place_in_the_plain_text() -> None:
    assert spans("[Godan](title) or [Gitanjali](title)") == [Span(0, 5, "title"), Span(9, 18, "title")]


def test_a_mark_in_json_must_name_its_entity() -> None:
    with pytest.raises(KeyError):
        spans('[x]{"value": "y"}')
