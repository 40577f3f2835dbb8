"""Conversations: from the queue to an agent and back to the bot."""

import asyncio
from datetime import timedelta
from typing import Any

from aiohttp import ClientResponse

from model.conversation import Holder
from model.message import Author, Channel
from model.order import TicketKind
from model.rows import ConversationRow
from shop.tickets import raise_ticket
from shop.work import Work
from tests.console.console_kit import MINUTE, Agent, Stand

JSON = {"Accept": "application/json"}


async def row(stand: Stand, conversation_id: int) -> ConversationRow:
    found = await stand.queries.conversation(conversation_id)
    assert found is not None
    return found


async def taken(agent: Agent, customer: str = "c1") -> int:
    """A conversation that this agent took from the queue."""
    cid = await agent.stand.queued(customer)
    assert (await agent.post(f"/console/conversations/{cid}/take")).status == 200
    return cid


async def write(agent: Agent, cid: int, text: str) -> ClientResponse:
    return await agent.post(f"/console/conversations/{cid}/lines", JSON, text=text)


async def news(agent: Agent, cid: int, after: int) -> dict[str, Any]:
    answer = await agent.client.get(f"/console/conversations/{cid}/news?after={after}")
    found: dict[str, Any] = await answer.json()
    return found


async def test_the_longest_waiting_stands_first_with_reason_language_and_time(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    first = await stand.queued("c1")
    stand.now += 3 * MINUTE
    second = await stand.queued("c2")
    stand.now += timedelta(hours=1)
    page = await agent.page("/console")
    assert page.index(f"/conversations/{first}") < page.index(f"/conversations/{second}")
    for words in ("waits 1 h 3 min", "waits 1 h 0 min", "Asked for a person", "English", "Web chat"):
        assert words in page


async def test_conversations_stand_under_whoever_looks_after_them(stand: Stand) -> None:
    asha, ravi = await stand.agent("Asha"), await stand.agent("Ravi")
    cid = await taken(ravi)
    with_bot = await stand.say("c2", "hello")
    await stand.lines(with_bot, 2)
    page = await asha.page("/console")
    mine, others, bots = page.index('id="own"'), page.index('id="others"'), page.index('id="bots"')
    assert mine < others < page.index(f"/conversations/{cid}") < bots < page.index(f"/conversations/{with_bot}")
    assert '<span class="chip who">Ravi</span>' in page


async def test_what_an_agent_writes_stands_in_the_transcript_and_goes_out(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    cid = await taken(agent)
    assert (await write(agent, cid, "Namaste!\r\nOne moment.\x00")).status == 204
    joined, written = (await stand.queries.transcript(cid, 2, 10))[-2:]
    assert joined.author is Author.SYSTEM
    assert joined.content["body"] == "Asha from our shop is here now."
    assert written.author is Author.AGENT
    assert written.content["body"] == "Namaste!\nOne moment."
    due = await stand.transact(lambda work: work.uow.outbox.due(work.now, 10, [*Channel]))
    assert due[-1].content == written.content
    assert "One moment." in await agent.page(f"/console/conversations/{cid}")


async def test_a_form_without_scripts_writes_too(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    cid = await taken(agent)
    answer = await agent.post(f"/console/conversations/{cid}/lines", text="Namaste!")
    assert "Namaste!" in await answer.text()


async def test_two_agents_cannot_both_take_a_conversation(stand: Stand) -> None:
    asha, ravi = await stand.agent("Asha"), await stand.agent("Ravi")
    cid = await stand.queued("c1")
    answers = await asyncio.gather(*(who.post(f"/console/conversations/{cid}/take") for who in (asha, ravi)))
    assert sorted(answer.status for answer in answers) == [200, 409]
    late = next(answer for answer in answers if answer.status == 409)
    assert "Another colleague has this conversation." in await late.text()


async def test_only_who_holds_a_conversation_writes_types_or_hands_back(stand: Stand) -> None:
    asha, ravi = await stand.agent("Asha"), await stand.agent("Ravi")
    cid = await taken(asha)
    before = await stand.queries.transcript(cid, 0, 100)
    for what in ("lines", "typing", "back"):
        answer = await ravi.post(f"/console/conversations/{cid}/{what}", JSON, text="hello")
        assert answer.status == 409
        assert (await answer.json())["error"]["message"] == "Another colleague has this conversation."
    assert await stand.queries.transcript(cid, 0, 100) == before


async def test_empty_and_endless_messages_are_refused(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    cid = await taken(agent)
    for text, words in ((" \n ", "nothing in this message"), ("x" * 4097, "at most 4096 characters")):
        answer = await write(agent, cid, text)
        assert answer.status == 422
        assert words in (await answer.json())["error"]["message"]


async def test_taking_what_does_not_exist_is_answered_404(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    assert (await agent.post("/console/conversations/99/take")).status == 404


async def test_handed_back_the_bot_answers_again(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    cid = await taken(agent)
    await agent.post(f"/console/conversations/{cid}/back")
    assert (await row(stand, cid)).holder is Holder.BOT
    await stand.say("c1", "hello")
    assert (await stand.lines(cid, 6))[-1].author is Author.BOT
    assert (await write(agent, cid, "still me?")).status == 409


async def test_news_are_the_lines_after_one_and_who_answers_now(stand: Stand) -> None:
    asha, ravi = await stand.agent("Asha"), await stand.agent("Ravi")
    cid = await taken(asha)
    await stand.say("c1", "Are you there?")
    found = await news(asha, cid, 3)
    assert (found["last"], found["mine"], found["more"]) == (4, True, False)
    assert "Are you there?" in found["html"]
    assert "a person please" not in found["html"]
    assert "You answer" in found["bar"]
    seen = await news(ravi, cid, 4)
    assert (seen["last"], seen["mine"], seen["html"].strip()) == (4, False, "")
    assert "Asha answers" in seen["bar"]


async def test_markup_in_a_message_is_shown_as_text(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>*<b>bold</b>*"
    cid = await stand.say("c1", evil)
    await stand.lines(cid, 2)
    for page in (
        await agent.page(f"/console/conversations/{cid}"),
        await agent.page("/console"),
        (await news(agent, cid, 0))["html"],
    ):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in await agent.page(f"/console/conversations/{cid}")


async def test_a_long_conversation_opens_with_its_end_and_is_there_whole_on_demand(stand: Stand) -> None:
    agent, cid = await stand.agent("Asha"), await stand.queued("c1")
    address = f"/console/conversations/{cid}"
    content = {"kind": "text", "body": "again", "text": "again"}

    def fill(work: Work) -> None:
        for _ in range(600):
            work.uow.conversations.append(cid, Author.CUSTOMER, content, work.now)

    await stand.transact(fill)
    assert (await agent.page(address)).count('<li class="line ') == 200
    assert 'data-last="602"' in await agent.page(address)
    assert (await agent.page(f"{address}?all=1")).count('<li class="line ') == 602
    assert (await news(agent, cid, 0))["more"]


async def test_orders_under_way_and_open_tickets_of_the_customer_stand_beside(stand: Stand) -> None:
    agent, order = await stand.agent("Asha"), await stand.order("c1")
    await stand.transact(
        lambda work: raise_ticket(work, TicketKind.COMPLAINT, "Broken jar", customer_id=order.customer_id)
    )
    other = await row(stand, await stand.queued("c2"))
    await stand.transact(lambda work: raise_ticket(work, TicketKind.BULK, "Sixty boxes", customer_id=other.customer_id))
    page = await agent.page("/console/conversations/1")
    assert order.number in page
    assert "Broken jar" in page
    assert "Sixty boxes" not in page


async def test_a_typing_agent_is_seen_by_the_customer_and_noted_every_twenty_seconds(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    cid = await taken(agent)
    version = (await row(stand, cid)).version
    async with stand.live.subscribe(f"chat:{cid}") as events:
        for _ in range(3):
            assert (await agent.post(f"/console/conversations/{cid}/typing", JSON)).status == 204
            assert await anext(events) == {"type": "typing", "on": True, "from": "agent"}
    assert (await row(stand, cid)).version == version + 1
    stand.now += timedelta(seconds=20)
    await agent.post(f"/console/conversations/{cid}/typing", JSON)
    assert (await row(stand, cid)).version == version + 2
