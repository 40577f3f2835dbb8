"""Sessions of the web chat: begun, resumed, and nobody else's."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import WSServerHandshakeError

from model.message import Author
from shop.work import Work
from tests.webhooks.edge_kit import ORIGIN, Edge
from webhooks.sessions import hashed


async def test_hello_without_a_token_begins_a_session(any_chat: Edge) -> None:
    async with any_chat.tab() as tab:
        session = await tab.hello()
    assert {"type": "session", "seq": 0} == {"type": session["type"], "seq": session["seq"]}
    assert 43 == len(session["token"])


async def test_a_message_without_a_hello_begins_a_session_and_is_answered(any_chat: Edge) -> None:
    any_chat.scene.nlu.means("hi", "greet")
    async with any_chat.tab() as tab:
        reply = await tab.say("hi", "1")
    assert ["session", "ack", "said", "reply"] == [frame["type"] for frame in tab.seen]
    assert (2, "bot", "greet") == (reply["seq"], reply["from"], reply["content"]["key"])


async def test_a_chat_begins_in_the_language_of_its_page_and_follows_the_customers(any_chat: Edge) -> None:
    async with any_chat.tab() as tab:
        await tab.send(type="hello", language="ta")
        any_chat.scene.nlu.means("hmm", "greet")
        assert "ta" == (await tab.say("hmm", "1"))["content"]["language"]
        any_chat.scene.nlu.means("namaste ji kaise hain aap", "greet", language="hi-Latn", language_confidence=0.97)
        assert "hi-Latn" == (await tab.say("namaste ji kaise hain aap", "2"))["content"]["language"]


async def test_a_resumed_chat_goes_on_in_its_own_language(any_chat: Edge) -> None:
    async with any_chat.tab() as tab:
        await tab.send(type="hello", language="ta")
        token = (await tab.get("session"))["token"]
    async with any_chat.tab() as again:
        await again.send(type="hello", language="te", token=token)
        assert "ta" == (await again.say("hmm", "1"))["content"]["language"]


async def test_resuming_brings_what_was_missed_in_order_and_once(any_chat: Edge) -> None:
    async with any_chat.tab() as tab:
        token = (await tab.hello())["token"]
        for number in range(5):
            await tab.say(f"word {number}", str(number))
    async with any_chat.tab() as again:
        assert 4 == (await again.hello(token, after=4))["seq"]
        await again.send(type="message", id="x", text="one more")
        await again.upto(12)
    assert [5, 6, 7, 8, 9, 10, 11, 12] == [frame["seq"] for frame in again.lines]


async def test_a_long_absence_is_caught_up_over_several_pages(any_chat: Edge) -> None:
    async with any_chat.tab() as tab:
        token = (await tab.hello())["token"]

    def fill(work: Work) -> None:
        for number in range(1203):
            work.uow.conversations.append(1, Author.BOT, {"kind": "text", "text": str(number)}, work.now)

    await any_chat.scene.do(fill)
    async with any_chat.tab() as again:
        await again.hello(token)
        got = [(await again.get("reply"))["seq"] for _ in range(1203)]
    assert list(range(1, 1204)) == got


async def test_a_client_that_claims_lines_never_written_is_sent_everything(chat: Edge) -> None:
    async with chat.tab() as tab:
        token = (await tab.hello())["token"]
        await tab.say("hi", "1")
    async with chat.tab() as again:
        assert 0 == (await again.hello(token, after=2**31 - 1))["seq"]
        await again.send(type="message", id="2", text="still there?")
        await again.upto(4)
    assert [1, 2, 3, 4] == [frame["seq"] for frame in again.lines]


async def test_the_words_of_one_tab_reach_the_other(any_chat: Edge) -> None:
    async with any_chat.tab() as first, any_chat.tab() as second:
        token = (await first.hello())["token"]
        await second.hello(token)
        await first.say("from the first", "a")
        said, reply = await second.get("said"), await second.get("reply")
    assert ("a", "from the first", 1) == (said["id"], said["content"]["text"], said["seq"])
    assert 2 == reply["seq"]


async def test_saying_hello_again_on_the_same_connection_changes_the_session(chat: Edge) -> None:
    async with chat.tab() as tab:
        first = (await tab.hello())["token"]
        await tab.say("in the first", "1")
        second = (await tab.hello())["token"]
        await tab.say("in the second", "1")
        assert first != second
        assert [("customer", "in the first")] == (await chat.texts(1))[:1]
        assert [("customer", "in the second")] == (await chat.texts(2))[:1]


async def test_an_unknown_token_is_refused_and_the_connection_goes_on(any_chat: Edge) -> None:
    async with any_chat.tab() as tab:
        await tab.send(type="hello", token="somebody-else's")
        assert "session_unknown" == await tab.error()
        assert (await tab.hello())["token"]


async def test_two_customers_see_nothing_of_each_other(chat: Edge) -> None:
    async with chat.tab() as asha, chat.tab() as ravi:
        await asha.hello()
        token = (await ravi.hello())["token"]
        await asha.say("my secret", "1")
        await ravi.say("hello", "1")
        assert "my secret" not in str(ravi.seen)
    async with chat.tab() as again:
        await again.hello(token)
        await again.get("reply")
        assert "my secret" not in str(again.seen)


async def test_a_token_is_stored_only_hashed(chat: Edge, tmp_path: Path) -> None:
    async with chat.tab() as tab:
        token = (await tab.hello())["token"]
    kept = whole_database(tmp_path)
    assert hashed(token).encode() in kept
    assert token.encode() not in kept


def whole_database(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("haat.db*"))


async def test_the_hash_of_a_token_opens_nothing(chat: Edge) -> None:
    async with chat.tab() as tab:
        token = (await tab.hello())["token"]
        await tab.send(type="hello", token=hashed(token))
        assert "session_unknown" == await tab.error()


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "https://shop.example.evil.example"])
async def test_a_page_of_another_origin_gets_403(chat: Edge, origin: str | None) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        async with chat.tab(origin):
            pass
    assert 403 == refused.value.status


@pytest.mark.parametrize("origin", [ORIGIN, ORIGIN + "/", "HTTPS://Shop.Example"])
async def test_an_origin_is_compared_as_browsers_mean_it(chat: Edge, origin: str) -> None:
    async with chat.tab(origin) as tab:
        assert await tab.hello()


async def test_a_plain_get_of_the_socket_is_an_error_not_a_crash(chat: Edge) -> None:
    async with chat.http.get(f"{chat.url}/webchat/socket", headers={"Origin": ORIGIN}) as answer:
        assert 400 == answer.status
        assert "error" in await answer.json()


async def test_typing_reaches_the_desk(chat: Edge) -> None:
    async with chat.scene.live.subscribe("desk:1") as events, chat.tab() as tab:
        await tab.hello()
        await tab.send(type="typing", on=True)
        async with asyncio.timeout(5):
            assert {"type": "typing", "conversation": 1, "on": True} == dict(await anext(events))


async def test_typing_of_an_agent_reaches_the_customer(chat: Edge) -> None:
    async with chat.tab() as tab:
        await tab.hello()
        await chat.scene.live.publish("chat:1", {"type": "typing", "on": True})
        assert {"type": "typing", "on": True} == await tab.get("typing")


async def test_what_needs_a_session_asks_for_a_hello_first(chat: Edge) -> None:
    async with chat.tab() as tab:
        await tab.send(type="typing", on=True)
        assert "hello_first" == await tab.error()
        await tab.send(type="seen", seq=3)
        assert "hello_first" == await tab.error()
