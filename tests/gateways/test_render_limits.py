"""Whatever a reply holds: what comes of it is within every limit of the provider, and nothing of it is lost."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateways.render import segments, sms, template, twilio_whatsapp, whatsapp
from tests.gateways.render_contents import LINKS, choices, contents
from tests.gateways.render_limits import check_parameter, check_sms, check_whatsapp, check_words, ids_of, size, words_of


def examples(count: int) -> settings:
    """10,000 over all tests of this module."""
    return settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def links_of(content: dict[str, Any]) -> list[str]:
    return [link for link in LINKS if link in content["body"].split()]


@examples(4_000)
@given(contents)
def test_meta_takes_every_message_and_every_link_is_whole(content: dict[str, Any]) -> None:
    messages = whatsapp(content)
    for message in messages:
        check_whatsapp(message)
    assert messages or content["kind"] == "template" or not plain_words(content)
    if content["kind"] != "template":
        shown = [words for message in messages for words in words_of(message)]
        missing = [link for link in links_of(content) if not any(link in words for words in shown)]
        assert not missing


def plain_words(content: dict[str, Any]) -> str:
    return "".join(letter for letter in content["body"] if letter.isalnum())


@examples(500)
@given(choices)
def test_every_choice_can_be_tapped_or_numbered(choices: list[dict[str, Any]]) -> None:
    messages = whatsapp({"kind": "choices", "body": "Choose!", "choices": choices})
    tapped = set().union(*map(ids_of, messages))
    wanted = list(dict.fromkeys(choice["id"] for choice in choices))
    if choices and not tapped:
        numbered = "\n".join(message["text"]["body"] for message in messages).split("\n")
        assert all(any(line.startswith(f"{place}. ") for line in numbered) for place in range(1, len(choices) + 1))
    elif len(wanted) > 10:
        assert tapped == {*[id_ for id_ in wanted if id_ != "rest:9"][:9], "rest:9"}
    else:
        assert tapped == set(wanted)


@examples(1_000)
@given(contents)
def test_every_pack_that_meta_takes_can_be_tapped(content: dict[str, Any]) -> None:
    tapped = set().union(*map(ids_of, whatsapp(content)))
    ids = [choice["id"] for card in content.get("products", ()) for choice in card["choices"]]
    if content["kind"] != "template":
        assert {id_ for id_ in ids if 0 < len(id_) <= 200 and id_ == id_.strip()} <= tapped


@examples(1_000)
@given(contents)
def test_twilio_takes_every_message_and_every_link_is_whole(content: dict[str, Any]) -> None:
    messages = twilio_whatsapp(content)
    for message in messages:
        if message.content_sid:
            assert not message.body
            assert not message.media_urls
            assert list(message.content_variables) == [str(n) for n in range(1, len(message.content_variables) + 1)]
            for words in message.content_variables.values():
                check_parameter(words)
        else:
            assert message.body or message.media_urls
            assert len(message.media_urls) <= 1
            if message.body:
                check_words(message.body, 1024 if message.media_urls else 1600)
    if content["kind"] != "template":
        assert all(any(link in message.body for message in messages) for link in links_of(content))


@examples(2_500)
@given(contents)
def test_an_sms_has_at_most_ten_segments_and_every_link_is_whole(content: dict[str, Any]) -> None:
    messages = sms(content)
    for message in messages:
        check_sms(message)
    assert all(any(link in message for message in messages) for link in links_of(content))


@pytest.mark.parametrize("letter", ["x", "😀"])
@pytest.mark.parametrize("limit", [160, 1024, 1600, 4096])
def test_a_text_just_within_a_limit_and_one_just_beyond(limit: int, letter: str) -> None:
    choices = [{"id": "a", "title": "A"}]
    card = {"title": "A", "price": "", "image": "https://shop.example/1.png", "choices": choices}
    for count in range(limit - 2, limit + 3):
        words = letter * (count // 2) + "x" * (count - size(letter * (count // 2)))
        others = {"title": "B", "image": card["image"], "choices": [{"id": "b", "title": "B"}]}
        for parts in (
            {"choices": choices},
            {"url": "https://shop.example/"},
            {"ask_place": True},
            {"kind": "image", "url": "https://shop.example/1.png"},
            {"kind": "document", "url": "https://shop.example/1.pdf"},
            {"products": [{**card, "subtitle": words[4:]}, others]},
            {},
        ):
            content = {"kind": "text", "body": words, "text": words, **parts}
            for message in whatsapp(content):
                check_whatsapp(message)
            for sent in twilio_whatsapp(content):
                assert size(sent.body) <= (1024 if sent.media_urls else 1600)


@examples(300)
@given(contents)
def test_a_template_is_one_that_meta_takes_or_none(content: dict[str, Any]) -> None:
    body = template(content)
    if body is not None:
        check_whatsapp(body)


@examples(200)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5), contents)
def test_content_of_a_wrong_shape_raises_nothing(wrong: Any, content: dict[str, Any]) -> None:
    for key in ("body", "text", "choices", "products", "url", "title", "labels", "template", "name", "kind"):
        for message in whatsapp({**content, key: wrong}):
            check_whatsapp(message)


@examples(500)
@given(st.text(alphabet="aé^€अ😀\n", max_size=400))
def test_segments_are_never_fewer_than_the_letters_need(text: str) -> None:
    narrow = "अ" not in text and "😀" not in text
    length = len(text) + sum(letter in "^€" for letter in text) if narrow else size(text)
    alone, part = (160, 153) if narrow else (70, 67)
    needed = (1 if text else 0) if length <= alone else -(-length // part)
    assert needed <= segments(text) <= needed + 1
