"""What is certain without understanding, which language is spoken, and how replies become content."""

import pytest

from bot import language
from bot.certain import certain
from bot.parts import wait_before
from model.conversation import Memory
from model.errors import Fault
from model.message import Card, Choice, Heard, Link, Reply, Say, reply
from model.money import Money
from tests.kit import SPEECH


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("STOP", "stop"),
        ("stop.", "stop"),
        ("बंद करो", "stop"),
        ("Start", "start"),
        ("HELP!", "help"),
        ("मदद", "help"),
        ("talk to a person", "human"),
        ("insaan se baat karo", "human"),
    ],
)
def test_whole_messages_of_a_few_words_are_certain(text: str, meaning: str) -> None:
    assert meaning == certain(text)


@pytest.mark.parametrize("text", ["", "don't stop", "start my order", "help me choose a pickle", "stop " * 40])
def test_the_same_words_within_others_are_not(text: str) -> None:
    assert certain(text) is None


def heard(text: str, code: str, confidence: float = 0.9, intent: str = "browse") -> Heard:
    return Heard(text, intent, 0.9, language=code, language_confidence=confidence)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (heard("mujhe achar chahiye", "hi-Latn"), "hi-Latn"),
        (heard("अचार", "hi"), "hi"),
        (heard("achar", "hi-Latn"), "en"),
        (heard("mujhe achar chahiye", "hi-Latn", 0.5), "en"),
        (heard("Asha Rao Kumar", "hi-Latn", intent="inform"), "en"),
        (heard("bonjour mes amis", "fr"), "en"),
    ],
)
def test_the_talk_follows_the_customers_language_where_it_is_clear(said: Heard, code: str) -> None:
    memory = Memory()
    language.follow(memory, said)
    assert code == memory.language


def test_a_language_that_was_chosen_stays() -> None:
    memory = Memory(language="ta", language_fixed=True)
    language.follow(memory, heard("show me the pickles please", "en"))
    assert memory.language == "ta"


def test_a_reply_becomes_content_with_a_plain_form_of_the_whole() -> None:
    card = Card({"en": "Mango"}, "Hot", Money(12000), "mango.png", (Choice("add:mango-250:1", "Add"),))
    said = Reply(Say("added", _ADDED), (Choice("checkout", Say("choice_checkout")),), (card,), Link("Pay", "https://p"))
    content = SPEECH.content("en", said)
    assert (content["kind"], content["key"], content["url"]) == ("link", "added", "https://p")
    assert content["products"][0]["image"] == "/shop/mango.png"
    for piece in ("2 × Mango 250 g", "₹240", "Mango: ₹120", "Pay: https://p", "1. Order now"):
        assert piece in content["text"]


def test_content_names_the_language_that_it_is_said_in() -> None:
    assert {"ta": "ta", "te-Latn": "te-Latn", "fr": "en"} == {
        code: SPEECH.content(code, reply("welcome"))["language"] for code in ("ta", "te-Latn", "fr")
    }


_ADDED = {"packs": 2, "product": {"en": "Mango", "hi": "आम"}, "pack": "250 g", "total": Money(24000)}


def test_names_are_shown_in_the_customers_language_or_in_english() -> None:
    assert "आम" in SPEECH.text("hi", Say("added", _ADDED))
    assert "Mango" in SPEECH.text("te", Say("added", _ADDED))


def test_an_unknown_language_falls_back_to_english_and_an_unknown_key_is_a_fault() -> None:
    assert SPEECH.text("fr", Say("welcome")) == SPEECH.text("en", Say("welcome"))
    with pytest.raises(Fault, match="no_such_key"):
        SPEECH.content("en", reply("no_such_key"))


def test_waits_double_up_to_five_minutes_however_often_it_failed() -> None:
    assert [wait_before(1.0, failures) for failures in (0, 1, 2, 3)] == [1.0, 2.0, 4.0, 8.0]
    assert wait_before(1.0, 100_000) == 300.0
