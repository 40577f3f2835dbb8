"""A device forgets its chat: the token opens nothing any more, and a new chat begins."""

import re
from datetime import timedelta
from pathlib import Path

from model.conversation import Memory
from model.message import Address, Channel
from tests.kit import CODES, RecordingSender
from tests.webhooks.edge_kit import ORIGIN, PNG, Edge, Tab, edge
from webhooks.files import TOKEN

PHONE = "919845012345"


async def test_the_socket_goes_on_with_a_new_session(any_chat: Edge) -> None:
    async with any_chat.tab() as tab:
        first = (await tab.hello())["token"]
        await tab.say("hi", "1")
        await tab.send(type="forget")
        fresh = await tab.get("session")
        assert (fresh["seq"], fresh["token"] != first) == (0, True)
        assert (await tab.say("hello again", "1"))["seq"] == 2
    assert ("customer", "hello again") == (await any_chat.texts(2))[0]


async def test_the_new_chat_begins_in_the_language_of_the_page(chat: Edge) -> None:
    async with chat.tab() as tab:
        await tab.send(type="hello", language="te")
        await tab.say("hi", "1")
        await tab.send(type="forget")
        await tab.get("session")
        assert (await tab.say("hmm", "1"))["content"]["language"] == "te"


async def test_the_token_opens_nothing_any_more(any_chat: Edge) -> None:
    async with any_chat.tab() as tab:
        token = (await tab.hello())["token"]
        await tab.send(type="forget")
        await tab.get("session")
    async with any_chat.tab() as again:
        await again.send(type="hello", token=token)
        assert await again.error() == "session_unknown"
    upload = await any_chat.http.post(
        f"{any_chat.url}/webchat/files", data=PNG, headers={"Origin": ORIGIN, TOKEN: token}
    )
    assert upload.status == 401


async def test_every_page_of_the_chat_is_told_and_hears_nothing_more_of_it(chat: Edge) -> None:
    async with chat.tab() as first, chat.tab() as second:
        token = (await first.hello())["token"]
        await second.hello(token)
        await first.send(type="forget")
        assert await second.error() == "session_forgotten"
        await first.get("session")
        await first.say("hello", "1")
        await second.send(type="typing", on=True)
        assert await second.error() == "hello_first"
    assert second.lines == []


async def test_there_is_nothing_to_forget_before_a_hello(chat: Edge) -> None:
    async with chat.tab() as tab:
        await tab.send(type="forget")
        assert await tab.error() == "hello_first"


async def test_the_shops_people_still_have_what_was_said(chat: Edge) -> None:
    async with chat.tab() as tab:
        await tab.hello()
        await tab.say("where are my laddus?", "1")
        before = await chat.texts(1)
        await tab.send(type="forget")
        await tab.get("session")
    assert await chat.texts(1) == before


async def test_a_chat_that_proved_a_number_gives_back_what_is_that_numbers(chat: Edge) -> None:
    async with chat.tab() as tab:
        await tab.hello()
        await prove(chat, tab)
        proved, number = await customers(chat)
        assert proved == number
        await tab.send(type="forget")
        await tab.get("session")
    parted, number = await customers(chat)
    assert parted != number == proved
    talk = await chat.scene.do(lambda work: work.uow.conversations.get(1))
    assert talk
    assert talk.memory == Memory()
    lapsing = await chat.scene.do(lambda work: work.uow.identities.lapsed(work.now + timedelta(days=99)))
    assert lapsing == []


async def test_a_chat_that_proved_nothing_keeps_its_orders_for_the_shop(chat: Edge) -> None:
    async with chat.tab() as tab:
        await tab.hello()
        before = await chat.scene.do(lambda work: work.uow.conversations.get(1))
        await tab.send(type="forget")
        await tab.get("session")
    after = await chat.scene.do(lambda work: work.uow.conversations.get(1))
    assert before
    assert after
    assert before.customer_id == after.customer_id


async def test_who_forgets_again_and_again_has_to_wait_but_is_forgotten(sqlite_url: str, tmp_path: Path) -> None:
    async with edge(sqlite_url, tmp_path, sessions=1) as served, served.tab() as tab:
        token = (await tab.hello())["token"]
        await tab.send(type="forget")
        assert await tab.error() == "rate_limited"
        await tab.send(type="typing", on=True)
        assert await tab.error() == "hello_first"
        await tab.send(type="hello", token=token)
        assert await tab.error() == "session_unknown"


async def prove(chat: Edge, tab: Tab) -> None:
    sms = RecordingSender()
    senders = {**chat.scene.parts.senders, Channel.SMS: sms}
    object.__setattr__(chat.scene.parts, "senders", senders)
    await tab.send(type="message", id="p1", tap="prove")
    await tab.get("reply")
    await tab.say(f"+{PHONE}", "p2")
    await chat.scene.turns()
    code = re.findall(r"\d{6}", sms.sent[0].content["body"])[0]
    assert (await tab.say(code, "p3"))["content"]["key"] == "prove_done"


async def customers(chat: Edge) -> tuple[int, int]:
    """Whose the first chat is, and whose the number."""
    number = Address(Channel.SMS, CODES.reach[0][1], PHONE)
    talk = await chat.scene.do(lambda work: work.uow.conversations.get(1))
    known = await chat.scene.do(lambda work: work.uow.identities.at(number))
    assert talk
    assert known
    return talk.customer_id, known
