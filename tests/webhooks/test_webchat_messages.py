"""Messages of the web chat: stored before they are acknowledged, counted once, limited."""

import asyncio
from pathlib import Path

from model.message import Author
from tests.webhooks.edge_kit import Edge, edge


async def test_an_ack_comes_only_after_the_message_is_stored(any_chat: Edge) -> None:
    async with any_chat.tab() as tab:
        await tab.hello()
        await tab.send(type="message", id="1", text="keep this")
        await tab.get("ack")
        assert ("customer", "keep this") in await any_chat.texts()


async def test_a_message_that_cannot_be_stored_gets_no_ack_but_an_error_with_its_id(chat: Edge) -> None:
    async with chat.tab() as tab:
        await tab.hello()
        await chat.scene.store.close()
        await tab.send(type="message", id="lost", text="into a closed store")
        error = await tab.next()
    assert ("error", "internal", "lost") == (error["type"], error["code"], error["id"])


async def test_the_same_id_again_is_acknowledged_and_counts_once(any_chat: Edge) -> None:
    async with any_chat.tab() as tab:
        for _ in range(3):
            await tab.send(type="message", id="same", text="once")
        for _ in range(3):
            assert {"type": "ack", "id": "same"} == await tab.get("ack")
    await any_chat.scene.settle()
    assert ["customer", "bot"] == [author for author, _ in await any_chat.texts()]


async def test_the_same_id_over_two_connections_at_once_counts_once(chat: Edge) -> None:
    async with chat.tab() as first, chat.tab() as second:
        token = (await first.hello())["token"]
        await second.hello(token)
        frame = {"type": "message", "id": "same", "text": "once"}
        await asyncio.gather(first.send(**frame), second.send(**frame))
        await asyncio.gather(first.get("ack"), second.get("ack"))
        await first.upto(2) if not first.lines else None
    await chat.scene.settle()
    assert ["once"] == [text for author, text in await chat.texts() if author == "customer"]


async def test_the_same_id_of_two_customers_is_two_messages(chat: Edge) -> None:
    async with chat.tab() as asha, chat.tab() as ravi:
        await asha.say("one", "1")
        await ravi.say("two", "1")
    assert [("customer", "one"), ("customer", "two")] == [(await chat.texts(cid))[0] for cid in (1, 2)]


async def test_a_tap_is_shown_by_its_title_and_acted_on(any_chat: Edge) -> None:
    any_chat.scene.nlu.means("hi", "greet")
    async with any_chat.tab() as tab:
        greeting = await tab.say("hi", "1")
        choice = greeting["content"]["choices"][0]
        await tab.send(type="message", id="2", tap=choice["id"])
        said, reply = await tab.get("said"), await tab.get("reply")
    assert choice["title"] == said["content"]["text"]
    assert "browse_categories" == reply["content"]["key"]


async def test_messages_sent_at_once_are_answered_one_by_one_in_order(any_chat: Edge) -> None:
    async with any_chat.tab() as tab:
        for number in range(8):
            await tab.send(type="message", id=str(number), text=f"word {number}")
        await tab.upto(16)
    assert [str(n) for n in range(8)] == [frame["id"] for frame in tab.of("ack")]
    assert list(range(1, 17)) == [frame["seq"] for frame in tab.lines]
    assert [f"word {n}" for n in range(8)] == any_chat.scene.nlu.texts


async def test_a_line_that_the_live_events_lost_is_read_from_the_transcript(chat: Edge) -> None:
    async with chat.tab() as tab:
        await tab.hello()
        unheard = {"kind": "text", "text": "no event told of me"}
        await chat.scene.do(lambda work: work.uow.conversations.append(1, Author.SYSTEM, unheard, work.now))
        await tab.send(type="message", id="1", text="hi")
        await tab.upto(3)
    assert [1, 2, 3] == [frame["seq"] for frame in tab.lines]


async def test_too_many_messages_get_an_error_with_their_id_and_the_connection_stays(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with edge(sqlite_url, tmp_path, messages=2) as chat, chat.tab() as tab:
        for number in range(3):
            await tab.send(type="message", id=f"m{number}", text="quick")
        error = await tab.get("error")
        assert ("rate_limited", "m2") == (error["code"], error["id"])
        await tab.send(type="hello")
        assert await tab.get("session")
    assert ["m0", "m1"] == [frame["id"] for frame in tab.of("ack")]


async def test_messages_are_limited_by_session_not_by_connection(tmp_path: Path, sqlite_url: str) -> None:
    async with edge(sqlite_url, tmp_path, messages=1) as chat:
        async with chat.tab() as tab:
            token = (await tab.hello())["token"]
            await tab.say("one", "1")
        async with chat.tab() as again:
            await again.hello(token, after=2)
            await again.send(type="message", id="2", text="two")
            assert "rate_limited" == await again.error()
        async with chat.tab() as other:
            assert await other.say("somebody else's first", "1")


async def test_too_many_sessions_of_an_address_are_refused_and_old_ones_go_on(tmp_path: Path, sqlite_url: str) -> None:
    async with edge(sqlite_url, tmp_path, sessions=1) as chat, chat.tab() as tab:
        token = (await tab.hello())["token"]
        await tab.send(type="hello")
        assert "rate_limited" == await tab.error()
        assert token == (await tab.hello(token))["token"]


async def test_a_message_that_may_not_begin_a_session_is_told_by_its_id(tmp_path: Path, sqlite_url: str) -> None:
    async with edge(sqlite_url, tmp_path, sessions=0) as chat, chat.tab() as tab:
        await tab.send(type="message", id="first", text="hi")
        error = await tab.get("error")
    assert ("rate_limited", "first") == (error["code"], error["id"])
