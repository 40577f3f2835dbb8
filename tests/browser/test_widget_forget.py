"""A customer has a device forget the chat: at once, in every tab, with or without a connection."""

from typing import Any

from playwright.async_api import Page, expect

from .conftest import Visit
from .fake_chat import FakeChat
from .panel import Panel

KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('haat-chat ') && !key.endsWith(' token'))"
FORGET, KEEP = "Forget this device", "Keep it"


async def talked(chat: FakeChat, visit: Visit, **options: Any) -> Panel:
    """The chat, open, with something said."""
    panel = await Panel(await visit(f"{chat.base}/embed", **options)).open()
    await panel.say("my secret order")
    await expect(panel.theirs).to_have_count(1)
    return panel


async def forget(panel: Panel) -> None:
    await panel.button(FORGET).click()
    await panel.button(FORGET).click()


async def expect_nothing(panel: Panel) -> None:
    """No word of the earlier chat is left on the page."""
    await expect(panel.log).to_contain_text("has forgotten the earlier chat")
    await expect(panel.log).not_to_contain_text("my secret order")


async def token(page: Page) -> str:
    found: str = await page.evaluate(
        "localStorage.getItem(Object.keys(localStorage).find((key) => key.endsWith(' token')))"
    )
    return found


async def test_who_only_looks_has_nothing_to_forget(chat: FakeChat, visit: Visit) -> None:
    panel = Panel(await visit(f"{chat.base}/embed?open=true"))
    await expect(panel.dialog).to_be_visible()
    await expect(panel.button(FORGET)).to_be_hidden()


async def test_it_is_asked_once_more_and_may_be_kept(chat: FakeChat, visit: Visit) -> None:
    panel = await talked(chat, visit)
    await panel.button(FORGET).click()
    await expect(panel.page.get_by_role("group", name=FORGET)).to_contain_text("will not be shown here again")
    await expect(panel.button(KEEP)).to_be_focused()
    await panel.page.keyboard.press("Enter")
    await expect(panel.button(KEEP)).to_be_hidden()
    await expect(panel.button(FORGET)).to_be_focused()
    await panel.button(FORGET).click()
    await panel.page.keyboard.press("Escape")
    await expect(panel.dialog).to_be_visible()
    await expect(panel.mine).to_have_text("my secret order")
    assert chat.of("forget") == []


async def test_the_chat_is_gone_and_a_new_one_begins(chat: FakeChat, visit: Visit) -> None:
    panel = await talked(chat, visit)
    before = await token(panel.page)
    await forget(panel)
    await expect_nothing(panel)
    await chat.until(lambda: before not in chat.sessions and chat.sessions)
    await panel.say("hello")
    await expect(panel.theirs).to_have_text("You said: hello")
    after = await token(panel.page)
    assert after != before
    await panel.page.reload()
    await expect(panel.mine).to_have_text("hello")
    assert await panel.page.evaluate(KEPT) in ([], [f"haat-chat ws://{chat.base[7:]}/webchat/socket seen"])


async def test_without_a_connection_it_is_gone_at_once_and_the_server_is_told_later(
    chat: FakeChat, visit: Visit
) -> None:
    visit.forgiven.append("WebSocket")
    panel = await talked(chat, visit)
    before = await token(panel.page)
    chat.refuses = True
    await chat.drop()
    await panel.say("not sent yet")
    await forget(panel)
    await expect_nothing(panel)
    await expect(panel.log).not_to_contain_text("not sent yet")
    await panel.page.reload()
    await panel.open() if await panel.launcher.is_visible() else None
    await expect(panel.mine).to_have_count(0)
    chat.refuses = False
    await chat.until(lambda: before not in chat.sessions)
    await panel.say("hello")
    await expect(panel.theirs).to_have_text("You said: hello")
    assert [frame["text"] for frame in chat.of("message")] == ["my secret order", "hello"]


async def test_where_the_server_forgot_it_first_a_new_chat_begins_too(chat: FakeChat, visit: Visit) -> None:
    visit.forgiven.append("WebSocket")
    panel = await talked(chat, visit)
    chat.refuses = True
    await chat.drop()
    await forget(panel)
    chat.forget()
    chat.refuses = False
    await panel.say("hello")
    await expect(panel.theirs).to_have_text("You said: hello")


async def test_other_tabs_forget_it_with_the_first(chat: FakeChat, visit: Visit) -> None:
    panel = await talked(chat, visit)
    other = await Panel(await visit(f"{chat.base}/embed", context=panel.page.context)).open()
    await expect(other.mine).to_have_text("my secret order")
    await forget(panel)
    await expect_nothing(panel)
    await expect_nothing(other)
    await other.say("hello")
    await expect(other.theirs).to_have_text("You said: hello")


async def test_on_a_phone_it_fits(chat: FakeChat, visit: Visit) -> None:
    panel = await talked(chat, visit, width=360, height=640, has_touch=True)
    for name in (FORGET, KEEP):
        box = await panel.button(name).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert box["y"] + box["height"] <= 640
        assert box["height"] >= 24
        if name == FORGET:
            await panel.button(name).click()


async def test_it_is_said_in_the_widgets_language(chat: FakeChat, visit: Visit) -> None:
    page = await visit(f"{chat.base}/embed?lang=hi")
    await page.get_by_role("button", name="हमसे बात करें").click()
    await expect(page.get_by_role("button", name="यह डिवाइस भूल जाएँ", exact=True)).to_be_visible()
