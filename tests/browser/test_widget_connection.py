"""Nothing is lost and nothing comes twice, whatever the connection does."""

from playwright.async_api import expect

from .conftest import Visit
from .fake_chat import FakeChat, nothing, text
from .panel import Panel


async def opened(chat: FakeChat, visit: Visit) -> Panel:
    """The chat, open and with a session; failed connections may be logged."""
    visit.forgiven.append("WebSocket connection to")
    panel = await Panel(await visit(f"{chat.base}/embed")).open()
    await chat.until(lambda: chat.sockets)
    return panel


def ids(chat: FakeChat) -> list[str]:
    """The ids of all message frames received, repeats too."""
    return [frame["id"] for frame in chat.of("message")]


async def test_an_unacknowledged_message_is_sent_again_with_its_id_and_shown_once(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    chat.withholds_acks = True
    chat.answer = nothing
    await panel.say("first")
    await panel.say("second")
    sent = await chat.messages(2)
    await chat.drop()
    chat.withholds_acks = False
    assert await chat.messages(4) == sent + sent
    await chat.say(text("both, once"))
    await expect(panel.theirs).to_have_text(["both, once"])
    await expect(panel.mine).to_have_text(["first", "second"])
    await expect(panel.page.get_by_role("img", name="Delivered")).to_have_count(2)


async def test_what_is_written_without_a_connection_goes_out_in_order_when_it_is_back(
    chat: FakeChat, visit: Visit
) -> None:
    panel = await opened(chat, visit)
    chat.refuses = True
    await chat.drop()
    await panel.say("one")
    await panel.say("two")
    await expect(panel.page.get_by_text("Reconnecting…")).to_be_visible()
    await expect(panel.page.get_by_role("img", name="Waiting to be sent")).to_have_count(2)
    chat.refuses = False
    await expect(panel.theirs).to_have_count(2)
    assert [frame["text"] for frame in chat.of("message")] == ["one", "two"]
    await expect(panel.page.get_by_text("Reconnecting…")).to_be_hidden()


async def test_replies_missed_while_away_come_after_the_reconnect(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await chat.say(text("before"))
    await expect(panel.theirs).to_have_count(1)
    await chat.drop()
    await chat.say(text("meanwhile"))
    await expect(panel.theirs).to_have_count(2)
    assert chat.of("hello")[-1]["after"] == 1


async def test_a_reply_that_comes_twice_is_shown_once(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    chat.repeats = True
    await panel.say("hello")
    await chat.say(text("the end"))
    await expect(panel.theirs).to_have_text(["You said: hello", "the end"])


async def test_a_reply_that_never_came_is_asked_for(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await panel.say("hello")
    await expect(panel.theirs).to_have_count(1)
    chat.loses = True
    await chat.say(text("lost on the way"), text("the next"))
    await expect(panel.theirs).to_have_text(["You said: hello", "lost on the way", "the next"])
    assert len(chat.of("hello")) == 2


async def test_our_own_messages_are_no_gap_in_the_numbers(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    for words in ("one", "two", "three"):
        await panel.say(words)
    await expect(panel.theirs).to_have_count(3)
    assert len(chat.of("hello")) == 1


async def test_numbers_the_server_never_used_are_asked_for_only_once(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    session = next(iter(chat.sessions.values()))
    for number in (5, 6):
        frame = {**session.add("bot", text(f"number {number}")), "seq": number}
        session.lines[-1] = frame
        await chat.send(frame)
        await expect(panel.theirs).to_have_count(number - 4)
    assert len(chat.of("hello")) == 2


async def test_a_reload_brings_the_whole_transcript_back(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    choices = [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}]
    await chat.say({"kind": "choices", "text": "Sure?", "body": "Sure?", "choices": choices})
    await panel.say("Yes")
    await expect(panel.theirs.last).to_have_text("You said: Yes")
    await panel.page.reload()
    await expect(panel.theirs).to_have_text(["Sure?", "You said: Yes"])
    await expect(panel.mine).to_have_text(["Yes"])
    await expect(panel.page.get_by_role("button", name="Yes", pressed=True)).to_be_visible()
    assert chat.of("hello")[-1] == {"type": "hello", "token": "token-0", "after": 0}


async def test_a_message_survives_a_reload_before_it_was_sent(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await panel.say("old")
    await expect(panel.theirs).to_have_count(1)
    chat.refuses = True
    await chat.drop()
    await panel.say("written in a tunnel")
    await panel.page.reload()
    await expect(panel.page.get_by_role("img", name="Waiting to be sent")).to_be_attached()
    chat.refuses = False
    await chat.messages(2)
    await expect(panel.mine).to_have_text(["old", "written in a tunnel"])
    await expect(panel.theirs).to_have_text(["You said: old", "You said: written in a tunnel"])


async def test_a_connection_that_swallows_messages_is_replaced(chat: FakeChat, visit: Visit) -> None:
    page = await visit(f"{chat.base}/embed")
    await page.clock.install()
    panel = await Panel(page).open()
    await chat.until(lambda: chat.sockets)
    chat.withholds_acks = True
    await panel.say("hello?")
    await chat.messages(1)
    chat.withholds_acks = False
    await page.clock.run_for(13_000)
    await chat.messages(2)
    assert len(set(ids(chat))) == 1
    await expect(panel.page.get_by_role("img", name="Delivered")).to_have_count(1)


async def test_a_session_the_server_forgot_is_begun_anew(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await panel.say("hello")
    await expect(panel.theirs).to_have_count(1)
    chat.forget()
    await chat.drop()
    await expect(panel.page.get_by_text("This is a new one")).to_be_visible()
    await panel.say("again")
    await expect(panel.theirs.last).to_have_text("You said: again")
    assert list(chat.sessions) == ["token-1"]


async def test_a_message_sent_too_fast_is_kept_and_sent_later(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    chat.errors = [{"code": "rate_limited", "retry_after": 0.3}]
    await panel.say("quick")
    await expect(panel.page.get_by_text("That was quick!")).to_be_visible()
    await expect(panel.theirs).to_have_text("You said: quick")
    assert len(set(ids(chat))) == 1


async def test_a_message_refused_again_and_again_is_given_back(chat: FakeChat, visit: Visit) -> None:
    page = await visit(f"{chat.base}/embed")
    await page.clock.install()
    panel = await Panel(page).open()
    await chat.until(lambda: chat.sockets)
    chat.errors = [{"code": "internal"}] * 3
    await panel.say("unlucky")
    for attempt in (1, 2, 3):
        await chat.messages(attempt)
        await expect(panel.page.get_by_text("Something went wrong")).to_have_count(1)
        await page.clock.run_for(8_000)
    await panel.button("Try again").click()
    await expect(panel.theirs).to_have_text("You said: unlucky")
    assert len(set(ids(chat))) == 1


async def test_it_works_where_the_browser_keeps_nothing(chat: FakeChat, visit: Visit) -> None:
    context = await visit.context()
    for name in ("localStorage", "sessionStorage"):
        await context.add_init_script(
            f"Object.defineProperty(window, '{name}', {{get() {{ throw new DOMException('blocked') }}}})"
        )
    visit.forgiven.append("WebSocket connection to")
    panel = await Panel(await visit(f"{chat.base}/embed", context=context)).open()
    await panel.say("hello")
    await expect(panel.theirs).to_have_count(1)
    await chat.drop()
    await panel.say("still me")
    await expect(panel.theirs).to_have_count(2)
    assert len(chat.sessions) == 1


async def test_two_tabs_of_a_browser_show_one_conversation(chat: FakeChat, visit: Visit) -> None:
    context = await visit.context()
    first = await Panel(await visit(f"{chat.base}/embed", context=context)).open()
    await first.say("from the first")
    await expect(first.theirs).to_have_count(1)
    second = await Panel(await visit(f"{chat.base}/embed", context=context)).open()
    await expect(second.mine).to_have_text(["from the first"])
    await second.say("from the second")
    await expect(first.mine).to_have_text(["from the first", "from the second"])
    await expect(first.theirs).to_have_count(2)
