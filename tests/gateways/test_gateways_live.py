"""Events between the sockets of one process, and the web chat's way out over them."""

import asyncio
from datetime import UTC, datetime

from gateways.live import LocalLive
from gateways.webchat import WebChat
from model.live import chat_topic
from model.message import Address, Author, Channel
from model.rows import OutboxRow

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


async def test_everyone_who_listens_hears_what_is_published_and_nobody_else() -> None:
    live = LocalLive()
    async with live.subscribe("a") as first, live.subscribe("a", "b") as second, live.subscribe("c") as other:
        await live.publish("a", {"n": 1})
        await live.publish("b", {"n": 2})
        await live.publish("c", {"n": 3})
        assert {"n": 1} == await anext(first)
        assert [{"n": 1}, {"n": 2}] == [await anext(second), await anext(second)]
        assert {"n": 3} == await anext(other)


async def test_what_was_published_before_listening_is_not_heard() -> None:
    live = LocalLive()
    await live.publish("a", {"n": 0})
    async with live.subscribe("a") as events:
        await live.publish("a", {"n": 1})
        assert {"n": 1} == await anext(events)


async def test_a_slow_listener_loses_the_oldest_and_keeps_the_newest() -> None:
    live = LocalLive()
    async with live.subscribe("a") as events:
        for number in range(1500):
            await live.publish("a", {"n": number})
        assert [{"n": number} for number in range(500, 1500)] == [await anext(events) for _ in range(1000)]


async def test_nothing_is_kept_for_those_who_left() -> None:
    live = LocalLive()
    for number in range(50):
        async with live.subscribe(f"topic {number}", "all"):
            pass
    await live.publish("all", {"n": 1})
    assert {} == live._queues


async def test_a_listener_that_is_cancelled_is_forgotten() -> None:
    live, began = LocalLive(), asyncio.Event()

    async def listen() -> None:
        async with live.subscribe("a") as events:
            began.set()
            async for _ in events:
                pass

    task = asyncio.create_task(listen())
    await began.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert {} == live._queues


async def test_a_reply_is_told_to_the_sockets_of_its_conversation() -> None:
    live = LocalLive()
    content = {"kind": "text", "text": "hi"}
    row = OutboxRow(1, 7, Address(Channel.WEBCHAT, "web", "x"), 3, Author.BOT, content, NOW)
    async with live.subscribe(chat_topic(7)) as mine, live.subscribe(chat_topic(8)) as others:
        await WebChat(live).send(row)
        await live.publish(chat_topic(8), {"type": "end"})
        told = {"type": "line", "seq": 3, "author": "bot", "content": content, "at": "2026-03-02T06:30:00+00:00"}
        assert told == dict(await anext(mine))
        assert {"type": "end"} == await anext(others)


async def test_a_reply_that_nobody_listens_for_is_no_trouble() -> None:
    row = OutboxRow(1, 7, Address(Channel.WEBCHAT, "web", "x"), 3, Author.BOT, {}, NOW)
    await WebChat(LocalLive()).send(row)
