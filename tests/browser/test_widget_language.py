"""The widget speaks the page's language, then the conversation's; where its words cannot be had, English."""

import json
from typing import Any

import pytest
from playwright.async_api import Page, expect

from model.language import CODES

from .conftest import Visit
from .fake_chat import WIDGET, FakeChat, serving, text
from .panel import Panel
from .test_widget import CHOICES, PRODUCTS
from .test_widget_access import CONTROLS, overflow

OTHERS = [code for code in CODES if code != "en"]
TAMIL = json.loads((WIDGET / "words" / "ta.json").read_text(encoding="utf-8"))
CUT = """() => {
  const all = [...document.querySelector('haat-chat').shadowRoot.querySelectorAll('.root *')];
  const shown = all.filter((one) => one.checkVisibility() && !one.closest('.aside, .cards, svg, textarea'));
  const cut = shown.filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1);
  return cut.map((one) => `${one.tagName}.${one.className} ${one.textContent}`);
}"""
HINT = """() => {
  const box = document.querySelector('haat-chat').shadowRoot.querySelector('textarea');
  box.value = box.placeholder;
  const fits = box.scrollHeight <= box.clientHeight;
  box.value = '';
  return fits;
}"""
KEPT = "Object.entries(localStorage).filter(([key]) => key.endsWith(' language')).map(([, value]) => value)"


def words(code: str) -> dict[str, str]:
    """The widget's words in a language."""
    found: dict[str, str] = json.loads((WIDGET / "words" / f"{code}.json").read_text(encoding="utf-8"))
    return found


async def begun(chat: FakeChat, visit: Visit, query: str = "", **options: Any) -> Panel:
    """The chat, open on an English page and with a session."""
    panel = await Panel(await visit(f"{chat.base}/embed{query}", **options)).open()
    await chat.until(lambda: chat.sockets)
    return panel


async def opened(page: Page, said: dict[str, str]) -> Page:
    """The page, its chat open from its button."""
    await page.get_by_role("button", name=said["title"]).click()
    await expect(page.get_by_role("dialog", name=said["title"])).to_be_visible()
    return page


async def names(page: Page) -> dict[str, list[str]]:
    """The names that a screen reader tells of the controls, by role."""
    client = await page.context.new_cdp_session(page)
    found: dict[str, list[str]] = {}
    for node in (await client.send("Accessibility.getFullAXTree"))["nodes"]:
        role = node.get("role", {}).get("value")
        if role in CONTROLS and not node.get("ignored"):
            found.setdefault(role, []).append(node.get("name", {}).get("value", ""))
    return found


@pytest.mark.parametrize("code", OTHERS)
async def test_every_name_is_in_the_pages_language(chat: FakeChat, visit: Visit, code: str) -> None:
    said = words(code)
    page = await opened(await visit(f"{chat.base}/embed?lang={code}"), said)
    await chat.until(lambda: chat.sockets)
    await chat.say(text("hello", code), {**PRODUCTS, "language": code}, {"kind": "text", "text": ""})
    await expect(page.locator(".card")).to_have_count(3)
    found = await names(page)
    assert found["dialog"] == [said["title"]]
    assert found["log"] == [said["messages"]]
    assert found["textbox"] == [said["write"]]
    assert said["products"] in found["list"]
    assert {said["close"], said["send"], said["forget"]} <= set(found["button"])
    assert all("" not in named for named in found.values())
    await expect(page.get_by_role("textbox")).to_have_attribute("placeholder", said["write"])
    await expect(page.locator(".root")).to_have_attribute("lang", code)


@pytest.mark.parametrize("code", OTHERS)
async def test_no_word_is_cut_off(chat: FakeChat, visit: Visit, code: str) -> None:
    said = words(code)
    page = await opened(await visit(f"{chat.base}/embed?lang={code}", width=320, height=640), said)
    await chat.until(lambda: chat.sockets)
    assert await page.evaluate(HINT)
    chat.errors = [{"code": "rate_limited", "retry_after": 600}]
    await page.get_by_role("textbox").fill("hello")
    await page.get_by_role("textbox").press("Enter")
    await expect(page.locator(".line")).to_be_visible()
    await chat.say(text("hello"), author="agent")
    await page.get_by_role("textbox").fill("क" * 5000)
    await page.get_by_role("button", name=said["forget"]).click()
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    await expect(page.locator(".state")).to_be_visible()
    for width in (320, 360, 1280):
        await page.set_viewport_size({"width": width, "height": 640})
        assert await page.evaluate(CUT) == []
        assert await overflow(page) == 0


async def test_it_follows_the_conversation_and_keeps_what_is_being_written(chat: FakeChat, visit: Visit) -> None:
    panel = await begun(chat, visit)
    page, root = panel.page, panel.page.locator(".root")
    await panel.say("vanakkam")
    await expect(panel.theirs).to_have_count(1)
    await panel.box.fill("half writ")
    await chat.say({**CHOICES, "language": "ta"}, text("வணக்கம்", "ta"))
    box = page.get_by_role("textbox", name=TAMIL["write"])
    await expect(box).to_be_focused()
    await expect(box).to_have_value("half writ")
    await expect(root).to_have_attribute("lang", "ta")
    await expect(page.get_by_role("dialog", name=TAMIL["title"])).to_be_visible()
    await expect(page.get_by_text(TAMIL["bot"])).to_be_visible()
    await expect(page.get_by_role("img", name=TAMIL["stored"])).to_be_visible()
    await expect(page.locator(".message.new-day")).to_have_attribute("data-day", TAMIL["today"])
    assert chat.of("typing")[-1]["on"]
    await page.keyboard.press("Escape")
    await chat.say(text("இன்னொன்று", "ta"))
    unread = TAMIL["unread"].format(count=1)
    await expect(page.get_by_role("button", name=f"{TAMIL['title']}, {unread}")).to_be_focused()
    await chat.say(text("English again", "en"))
    await expect(panel.launcher).to_be_visible()
    await expect(root).to_have_attribute("lang", "en")


async def test_each_line_tells_screen_readers_its_own_language(chat: FakeChat, visit: Visit) -> None:
    panel = await begun(chat, visit)
    await panel.say("what the customer writes may be anything")
    await chat.say(text("வணக்கம்", "ta"), text("nonsense", "<b>"))
    await expect(panel.theirs).to_have_count(3)
    languages = await panel.page.locator(".message .bubble").evaluate_all("all => all.map((one) => one.lang)")
    assert languages == ["", "", "ta", ""]


async def test_a_change_of_language_is_not_read_out_line_by_line(chat: FakeChat, visit: Visit) -> None:
    panel = await begun(chat, visit)
    await expect(panel.log).not_to_have_attribute("aria-busy", "true")
    await panel.page.evaluate("""() => {
      const log = document.querySelector('haat-chat').shadowRoot.querySelector('.log');
      window.busy = new Promise((told) => new MutationObserver(() =>
        log.ariaLabel !== 'Messages' && told(log.getAttribute('aria-busy'))).observe(log, { attributes: true }));
    }""")
    await chat.say(text("வணக்கம்", "ta"))
    assert await panel.page.evaluate("window.busy") == "true"


async def test_words_are_fetched_once_and_for_english_never(chat: FakeChat, visit: Visit) -> None:
    panel = await begun(chat, visit)
    await chat.say(text("hello", "en"))
    await expect(panel.theirs).to_have_count(1)
    root = panel.page.locator(".root")
    for code in ("ta", "en", "ta", "te", "ta"):
        await chat.say(text("hello", code))
        await expect(root).to_have_attribute("lang", code)
    assert chat.words_asked == ["ta", "te"]


async def test_of_a_transcript_that_comes_back_only_the_end_is_heeded(chat: FakeChat, visit: Visit) -> None:
    panel = await begun(chat, visit)
    await chat.say(text("hello", "ta"))
    await expect(panel.page.locator(".root")).to_have_attribute("lang", "ta")
    session = next(iter(chat.sessions.values()))
    for code in ("hi", "te", "hi-Latn", "te"):
        session.add("bot", text("hello", code))
    chat.words_asked.clear()
    await panel.page.reload()
    await expect(panel.page.locator(".root")).to_have_attribute("lang", "te")
    assert set(chat.words_asked) == {"ta", "te"}
    await panel.page.reload()
    await expect(panel.theirs).to_have_count(5)
    await expect(panel.page.locator(".root")).to_have_attribute("lang", "te")


async def test_a_page_waits_for_its_words_a_moment_then_speaks_english_until_they_come(
    chat: FakeChat, visit: Visit
) -> None:
    chat.words_go.clear()
    context = await visit.context()
    await context.clock.install(time=0)
    await context.clock.pause_at(1_000)
    page = await visit(f"{chat.base}/embed?lang=ta", context=context)
    panel = Panel(page)
    await chat.until(lambda: chat.words_asked)
    await expect(page.locator("haat-chat")).to_have_count(0)
    await page.clock.run_for(2_000)
    await panel.open()
    chat.words_go.set()
    await expect(page.get_by_role("dialog", name=TAMIL["title"])).to_be_visible()
    await expect(page.get_by_role("textbox", name=TAMIL["write"])).to_be_focused()


async def test_words_in_time_come_without_a_moment_of_english(chat: FakeChat, visit: Visit) -> None:
    chat.words_go.clear()
    context = await visit.context()
    await context.clock.install(time=0)
    await context.clock.pause_at(1_000)
    page = await visit(f"{chat.base}/embed?lang=ta", context=context)
    # The next task after the chat stood on the page: nothing can have been painted before it.
    await page.evaluate("""() => {
      const { port1, port2 } = new MessageChannel();
      const label = () => document.querySelector('haat-chat').shadowRoot.querySelector('.label');
      window.first = new Promise((told) => (port1.onmessage = () => told(label().textContent)));
      new MutationObserver(() => port2.postMessage('')).observe(document.body, { childList: true });
    }""")
    chat.words_go.set()
    assert await page.evaluate("window.first") == TAMIL["title"]


async def test_where_words_cannot_be_had_the_chat_goes_on_and_asks_again_when_it_connects(
    chat: FakeChat, visit: Visit
) -> None:
    visit.forgiven += ["404", "WebSocket connection to"]
    chat.no_words = True
    panel = await begun(chat, visit, "?lang=ta")
    await panel.say("hello")
    await expect(panel.theirs).to_have_text("You said: hello")
    await chat.say(text("வணக்கம்", "ta"))
    await expect(panel.theirs).to_have_count(2)
    await expect(panel.page.locator(".root")).to_have_attribute("lang", "en")
    chat.no_words = False
    await chat.drop()
    await expect(panel.page.get_by_role("textbox", name=TAMIL["write"])).to_be_visible()


async def test_the_conversations_language_stays_over_a_reload_and_goes_with_the_chat(
    chat: FakeChat, visit: Visit
) -> None:
    panel = await begun(chat, visit)
    await chat.say(text("வணக்கம்", "ta"))
    page = panel.page
    await page.get_by_role("button", name=TAMIL["close"]).click()
    await page.reload()
    await opened(page, TAMIL)
    await page.get_by_role("button", name=TAMIL["forget"]).click()
    await page.get_by_role("button", name=TAMIL["forget"], exact=True).click()
    await expect(panel.log).to_contain_text("has forgotten the earlier chat")
    assert await page.evaluate(KEPT) == []


async def test_a_new_chat_is_told_the_pages_language(chat: FakeChat, visit: Visit) -> None:
    await begun(chat, visit)
    assert chat.of("hello") == [{"type": "hello"}]
    await opened(await visit(f"{chat.base}/embed?lang=ta-Latn"), words("ta-Latn"))
    await chat.until(lambda: len(chat.of("hello")) == 2)
    assert chat.of("hello")[1] == {"type": "hello", "language": "ta-Latn"}


async def test_a_title_that_the_page_gave_stays_whatever_is_spoken(chat: FakeChat, visit: Visit) -> None:
    page = await visit(f"{chat.base}/embed?title=Haat&lang=hi&open=true")
    await page.get_by_role("textbox").focus()
    await chat.until(lambda: chat.sockets)
    await chat.say(text("வணக்கம்", "ta"))
    await expect(page.locator(".root")).to_have_attribute("lang", "ta")
    await expect(page.get_by_role("dialog", name="Haat")).to_be_visible()
    await expect(page.get_by_role("heading", name="Haat")).to_have_attribute("lang", "hi")


async def test_on_another_site_the_words_come_from_the_chats_server(chat: FakeChat, visit: Visit) -> None:
    async with serving() as other:
        page = await visit(f"{chat.base}/embed?lang=ta&server={other.base}")
        await opened(page, TAMIL)
        await page.get_by_role("textbox").fill("hello")
        await page.keyboard.press("Enter")
        assert (await other.messages(1))[0]["text"] == "hello"
        assert (other.words_asked, chat.words_asked) == (["ta"], [])


async def test_by_keyboard_in_tamil(chat: FakeChat, visit: Visit) -> None:
    page = await visit(f"{chat.base}/embed?lang=ta", width=360, height=740)
    launcher = page.get_by_role("button", name=TAMIL["title"])
    await expect(launcher).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(launcher).to_be_focused()
    await page.keyboard.press("Enter")
    box = page.get_by_role("textbox", name=TAMIL["write"])
    await expect(box).to_be_focused()
    await page.keyboard.type("வணக்கம்")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name=TAMIL["send"])).to_be_focused()
    await page.keyboard.press("Enter")
    assert (await chat.messages(1))[0]["text"] == "வணக்கம்"
    await page.keyboard.press("Escape")
    await expect(launcher).to_be_focused()


async def test_two_tags_on_a_page_make_one_chat(chat: FakeChat, visit: Visit) -> None:
    page = await visit(f"{chat.base}/embed?lang=ta")
    await page.add_script_tag(url=f"{chat.base}/webchat/widget.js")
    await expect(page.get_by_role("button", name=TAMIL["title"])).to_be_visible()
    await expect(page.locator("haat-chat")).to_have_count(1)
