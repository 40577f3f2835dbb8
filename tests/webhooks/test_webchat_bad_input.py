"""Whatever is sent to the socket: a clear answer, the connection goes on, and nothing is lost after it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.kit import HOME
from tests.webhooks.edge_kit import Edge, Tab

_DEEP = "[" * 5000 + "]" * 5000

BAD: dict[str, tuple[str | bytes, str]] = {
    "broken json": ('{"type":"message"', "bad_json"),
    "nothing": ("", "bad_json"),
    "an array": ("[1,2,3]", "unknown_type"),
    "a number": ("42", "unknown_type"),
    "null": ("null", "unknown_type"),
    "a text": ('"hello"', "unknown_type"),
    "no type": ("{}", "unknown_type"),
    "an unknown type": ('{"type":"shout"}', "unknown_type"),
    "a type that is a list": ('{"type":[]}', "unknown_type"),
    "a type that is an object": ('{"type":{"a":1}}', "unknown_type"),
    "a type of the server's": ('{"type":"session","token":"x"}', "unknown_type"),
    "17 KB": (json.dumps({"type": "message", "id": "1", "text": "x" * 17_000}), "frame_too_large"),
    "17 KB in few letters": (json.dumps({"type": "typing", "on": "🙂" * 4500}, ensure_ascii=False), "frame_too_large"),
    "1 MB": ("x" * 1024 * 1024, "frame_too_large"),
    "deep arrays": (_DEEP, "bad_json"),
    "deep objects": ('{"type":' * 1500 + "1" + "}" * 1500, "bad_json"),
    "bytes that are no text": (b"\xff\xfe\x00", "bad_json"),
    "a lone surrogate": ('{"type":"message","id":"1","text":"\\ud800"}', "bad_json"),
    "NaN": ('{"type":"seen","seq":NaN}', "bad_json"),
    "a hello with a number for a token": ('{"type":"hello","token":7}', "bad_frame"),
    "a negative after": ('{"type":"hello","after":-1}', "bad_frame"),
    "a huge after": ('{"type":"hello","after":99999999999999999999}', "bad_frame"),
    "an after that is true": ('{"type":"hello","after":true}', "bad_frame"),
    "an after that is a fraction": ('{"type":"hello","after":1.5}', "bad_frame"),
    "a seq that is true": ('{"type":"seen","seq":true}', "bad_frame"),
    "a seq that is a fraction": ('{"type":"seen","seq":1.0}', "bad_frame"),
    "no seq": ('{"type":"seen"}', "bad_frame"),
    "no id": ('{"type":"message","text":"hi"}', "bad_frame"),
    "an id that is a number": ('{"type":"message","id":1,"text":"hi"}', "bad_frame"),
    "an empty id": ('{"type":"message","id":"","text":"hi"}', "bad_frame"),
    "a huge id": (json.dumps({"type": "message", "id": "i" * 81, "text": "hi"}), "bad_frame"),
    "an id with a null byte": ('{"type":"message","id":"a\\u0000","text":"hi"}', "bad_frame"),
}
BAD_WITH_ID: dict[str, tuple[dict[str, Any], str]] = {
    "nothing said": ({}, "bad_frame"),
    "an empty text": ({"text": ""}, "bad_frame"),
    "a text that is null": ({"text": None}, "bad_frame"),
    "a text that is a list": ({"text": ["hi"]}, "bad_frame"),
    "text and tap": ({"text": "hi", "tap": "help"}, "bad_frame"),
    "5,001 characters": ({"text": "x" * 5001}, "too_long"),
    "a tap of 201 characters": ({"tap": "x" * 201}, "too_long"),
    "a file that was never sent": ({"file": "0" * 64 + ".jpg"}, "file_unknown"),
    "a file elsewhere": ({"file": "../../haat.db"}, "file_unknown"),
    "a file of no name": ({"file": "\x00"}, "bad_frame"),
    "a null byte alone": ({"text": "\x00\x00"}, "bad_frame"),
}
TAKEN = {
    "5,000 characters": "x" * 5000,
    "emoji": "🥭👨‍👩‍👧‍👦🇮🇳" * 150,
    "right-to-left marks": "\u202e2 mango\u202c \u200f\u061c\u2066pickle\u2069",
    "a null byte": "2 mango\x00 pickle",
    "control characters": "\x01\x02\x1b[31mred\x7f\r\n",
    "braces": "{shop} {0} %s ${jndi:x}",
    "markup": "<script>alert(1)</script>",
    "sql": "'); DROP TABLE message; --",
    "only spaces": " \t\u200b ",
    "combining marks": "Z" + "\u0301" * 1000,
    "devanagari": "२ आम का अचार ५०० ग्राम",
}


@pytest.fixture
async def tab(chat: Edge) -> AsyncIterator[Tab]:
    async with chat.tab() as opened:
        await opened.hello()
        yield opened


async def still_answers(tab: Tab, chat: Edge) -> None:
    chat.scene.nlu.means("are you there?", "greet")
    assert "greet" == (await tab.say("are you there?", "afterwards"))["content"]["key"]


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_frame_gets_an_error_frame_and_no_more(tab: Tab, chat: Edge, case: str) -> None:
    raw, code = BAD[case]
    await (tab.ws.send_bytes(raw) if isinstance(raw, bytes) else tab.ws.send_str(raw))
    error = await tab.next()
    assert ("error", code) == (error["type"], error["code"])
    assert error["message"]
    assert "id" not in error
    await still_answers(tab, chat)


@pytest.mark.parametrize("case", BAD_WITH_ID)
async def test_an_error_about_a_message_carries_its_id(tab: Tab, chat: Edge, case: str) -> None:
    said, code = BAD_WITH_ID[case]
    await tab.send(type="message", id="mine", **said)
    error = await tab.next()
    assert ("error", code, "mine") == (error["type"], error["code"], error["id"])
    await still_answers(tab, chat)


@pytest.mark.parametrize("case", TAKEN)
async def test_strange_text_is_taken_kept_and_answered(tab: Tab, chat: Edge, case: str) -> None:
    await tab.say(TAKEN[case], "1")
    assert ("customer", TAKEN[case].replace("\x00", "")) == (await chat.texts())[0]
    await still_answers(tab, chat)


async def test_a_binary_frame_with_json_in_it_is_as_good_as_a_text_frame(tab: Tab) -> None:
    await tab.ws.send_bytes(b'{"type":"message","id":"1","text":"hi"}')
    assert {"type": "ack", "id": "1"} == await tab.get("ack")


async def test_an_id_of_eighty_strange_characters_comes_back_as_it_was(tab: Tab) -> None:
    own_id = "🙂'\"\\;\u202e-" * 10
    await tab.send(type="message", id=own_id, text="hi")
    assert own_id == (await tab.get("ack"))["id"]
    assert own_id == (await tab.get("said"))["id"]


async def test_five_hundred_bad_frames_in_a_row_lose_nothing(tab: Tab, chat: Edge) -> None:
    for number in range(500):
        await tab.ws.send_str("{" * (number % 7))
    await still_answers(tab, chat)
    assert 500 == len(tab.of("error"))


UNKNOWN_TAPS = [
    "nothing", ":", "::::", "add", "add:", "add::", "add:mango-250:0", "add:mango-250:-1", "add:mango-250:99999999",
    "add:mango-250:٣٤", "add:gone-from-the-shop:1", "category:gone:0", "category:pickles:-5",
    "category:pickles:99999999999", "product_info:gone", "pick:gone", "pay:barter", "pay:", "language:xx",
    "mean:drop_tables", "mean:", "drop:mango-250", "track:HT-ZZZZZ", "cancel_now:", "reorder:'--", "pay_order:../..",
    "🥭:🥭", "order_history:1", "complain:", "__class__", "keep_order:x",
]  # fmt: skip


@pytest.mark.parametrize("tap", UNKNOWN_TAPS)
async def test_a_tap_that_means_nothing_any_more_is_answered_kindly(tab: Tab, chat: Edge, tap: str) -> None:
    await tab.send(type="message", id="1", tap=tap)
    await tab.get("ack")
    answer = await tab.get("reply")
    assert "something_wrong" != answer["content"]["key"]
    await still_answers(tab, chat)


async def test_a_tap_of_last_weeks_menu_says_that_it_is_gone_and_shows_what_there_is(tab: Tab, chat: Edge) -> None:
    await tab.send(type="message", id="1", tap="add:lemon-250:1")
    content = (await tab.get("reply"))["content"]
    assert "choice_gone" == content["key"]
    assert "categories" in [choice["id"] for choice in content["choices"]]


FOREIGN = ["track", "cancel_order", "cancel_now", "reorder", "pay_order", "return_item", "refund_status", "complain"]


@pytest.mark.parametrize("verb", FOREIGN)
async def test_somebody_elses_order_cannot_be_tapped(tab: Tab, chat: Edge, verb: str) -> None:
    order = await chat.scene.order("ravi")
    await tab.send(type="message", id="1", tap=f"{verb}:{order.number}")
    answer = await tab.get("reply")
    assert "order_unknown" == answer["content"]["key"]
    _shows_nothing_of_ravi(tab)
    assert [order] == await chat.scene.orders("ravi")


@pytest.mark.parametrize(
    "intent", ["track", "cancel_order", "reorder", "refund_status", "complain", "invoice", "inform"]
)
async def test_somebody_elses_order_cannot_be_asked_for_by_its_number(tab: Tab, chat: Edge, intent: str) -> None:
    order = await chat.scene.order("ravi")
    chat.scene.nlu.means(f"what about {order.number}", intent)
    answer = await tab.say(f"what about {order.number}", "1")
    assert "order_unknown" == answer["content"]["key"]
    _shows_nothing_of_ravi(tab)
    assert [order] == await chat.scene.orders("ravi")


def _shows_nothing_of_ravi(tab: Tab) -> None:
    told = json.dumps([frame for frame in tab.seen if frame["type"] == "reply"], ensure_ascii=False)
    assert all(private not in told for private in (HOME.name, HOME.street, HOME.phone, "₹", "pay.example"))


async def test_words_with_braces_are_never_filled_in(tab: Tab, chat: Edge) -> None:
    chat.scene.nlu.means("do you have {shop}?", "search", product="{shop}")
    content = (await tab.say("do you have {shop}?", "1"))["content"]
    assert "{shop}" in content["text"]
