"""The socket tells that something changed."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from tests.console.console_kit import Agent, Stand


async def listening(agent: Agent, query: str = "") -> ClientWebSocketResponse:
    """A socket that is ready."""
    ws = await agent.client.ws_connect(f"/console/socket{query}", origin=agent.stand.origin)
    assert await ws.receive_json() == {"type": "ready"}
    return ws


async def until(ws: ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """The next event of a kind."""
    while (event := await ws.receive_json())["type"] != kind:
        pass
    found: dict[str, Any] = event
    return found


async def test_a_line_of_any_conversation_is_told_but_not_what_it_says(stand: Stand) -> None:
    ws = await listening(await stand.agent("Asha"))
    cid = await stand.say("c1", "hello there")
    assert await until(ws, "line") == {"type": "line", "conversation": cid, "seq": 1, "author": "customer"}


async def test_typing_is_told_to_those_who_look_at_the_conversation(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    cid = await stand.queued("c1")
    near, far = await listening(agent, f"?conversation={cid}"), await listening(agent)
    typing = {"type": "typing", "conversation": cid, "on": True}
    await stand.live.publish(f"desk:{cid}", typing)
    await stand.live.publish("desk", {"type": "queue"})
    assert await near.receive_json() == typing
    assert await far.receive_json() == {"type": "queue"}


async def test_a_conversation_that_is_no_number_is_refused(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    with pytest.raises(WSServerHandshakeError) as refused:
        await agent.client.ws_connect("/console/socket?conversation=all", origin=stand.origin)
    assert refused.value.status == 404


async def test_a_socket_lives_only_so_long(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.socket._LONGEST", 0.05)
    ws = await listening(await stand.agent("Asha"))
    assert (await ws.receive()).type is WSMsgType.CLOSE


async def test_an_open_socket_does_not_hold_up_the_end_of_the_server(stand: Stand) -> None:
    ws = await listening(await stand.agent("Asha"))
    async with asyncio.timeout(5):
        closing, _ = await asyncio.gather(ws.receive(), stand.server.close())
    assert closing.type is WSMsgType.CLOSE


async def test_whoever_leaves_is_no_longer_told(stand: Stand) -> None:
    ws = await listening(await stand.agent("Asha"))
    await ws.close()
    await stand.server.close()
    assert stand.live._queues == {}
