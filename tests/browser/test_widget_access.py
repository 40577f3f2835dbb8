"""For everyone: keyboard, screen reader, small screens, every script, any host page."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from .conftest import Visit
from .fake_chat import FakeChat, text
from .panel import Panel
from .test_widget import CHOICES, PRODUCTS

CONTROLS = {"button", "link", "textbox", "list", "log", "dialog"}
FOCUSED = (
    "() => { const at = document.querySelector('haat-chat').shadowRoot.activeElement; return at && at.className; }"
)
LONG = "पाककृतीसाठीलोणच्याचीबरणी" * 12 + " https://shop.example/" + "a" * 200


async def opened(chat: FakeChat, visit: Visit, query: str = "", **options: Any) -> Panel:
    """The chat, open on somebody's page and with a session."""
    panel = await Panel(await visit(f"{chat.base}/embed{query}", **options)).open()
    await chat.until(lambda: chat.sockets)
    return panel


async def overflow(page: Page) -> int:
    """By how many CSS pixels the page is wider than the window."""
    return int(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


async def test_it_works_by_keyboard_alone(chat: FakeChat, visit: Visit) -> None:
    page = await visit(f"{chat.base}/embed")
    panel = Panel(page)
    await expect(panel.launcher).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(panel.launcher).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(panel.box).to_be_focused()
    await page.keyboard.type("one line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("and another")
    await page.keyboard.press("Enter")
    assert (await chat.messages(1))[0]["text"] == "one line\nand another"
    await expect(panel.theirs).to_have_count(1)
    await chat.say(CHOICES)
    await expect(panel.button("Large")).to_be_visible()
    await page.keyboard.press("Shift+Tab")
    await expect(panel.button("Large")).to_be_focused()
    await page.keyboard.press("Enter")
    assert (await chat.messages(2))[1]["tap"] == "pick:l"
    await page.keyboard.press("Escape")
    await expect(panel.dialog).to_be_hidden()
    await expect(panel.launcher).to_be_focused()


async def test_products_scroll_by_keyboard(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await chat.say(PRODUCTS)
    row = panel.page.get_by_role("list", name="Products")
    await row.focus()
    await panel.page.keyboard.press("ArrowRight")
    await panel.page.wait_for_function("row => row.scrollLeft > 0", arg=await row.element_handle())


async def test_every_control_has_a_name(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    chat.errors = [{"code": "internal", "id": "other"}]
    await panel.say("hello")
    await chat.say(CHOICES, PRODUCTS, {"kind": "image", "text": "a jar", "url": "/shop/pictures/jar.svg"})
    await expect(panel.log.get_by_role("link", name="a jar")).to_be_visible()
    client = await panel.page.context.new_cdp_session(panel.page)
    nodes = (await client.send("Accessibility.getFullAXTree"))["nodes"]
    named = {
        n["nodeId"]: n.get("name", {}).get("value", "") for n in nodes if n.get("role", {}).get("value") in CONTROLS
    }
    assert len(named) > 10
    assert "" not in named.values()


async def test_new_messages_are_announced_politely_and_a_restored_transcript_is_not(
    chat: FakeChat, visit: Visit
) -> None:
    panel = await opened(chat, visit)
    await expect(panel.log).to_have_attribute("aria-live", "polite")
    await expect(panel.log).not_to_have_attribute("aria-busy", "true")
    await panel.page.clock.install(time=0)
    await panel.page.clock.pause_at(1_000)
    await panel.page.reload()
    await expect(panel.log).to_have_attribute("aria-busy", "true")
    await panel.page.clock.run_for(1_000)
    await expect(panel.log).not_to_have_attribute("aria-busy", "true")


async def test_nothing_is_wider_than_a_small_phone(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit, width=360, height=740, has_touch=True, is_mobile=True)
    await chat.say(text(LONG), CHOICES, PRODUCTS, text(LONG), author="agent")
    await chat.say({**CHOICES, "choices": [{"id": "x", "title": LONG, "description": LONG}]})
    await expect(panel.page.locator(".message")).to_have_count(5)
    assert await overflow(panel.page) == 0
    assert await panel.log.evaluate("log => log.scrollWidth - log.clientWidth") == 0
    # It slides in: measured when it has come to rest.
    await panel.dialog.evaluate("panel => Promise.all(panel.getAnimations().map((slide) => slide.finished))")
    assert await panel.dialog.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}


async def test_an_on_screen_keyboard_does_not_hide_the_box(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit, width=360, height=740, has_touch=True)
    await chat.say(*[text(f"line {n}") for n in range(30)])
    await expect(panel.theirs).to_have_count(30)
    await panel.page.set_viewport_size({"width": 360, "height": 400})
    await expect(panel.box).to_be_in_viewport(ratio=1)
    await expect(panel.theirs.last).to_be_in_viewport(ratio=1)


async def test_on_a_phone_the_focus_stays_in_the_panel_and_the_page_beneath_is_still(
    chat: FakeChat, visit: Visit
) -> None:
    panel = await opened(chat, visit, width=360, height=740)
    await expect(panel.dialog).to_have_attribute("aria-modal", "true")
    await expect(panel.page.locator("html")).to_have_css("overflow", "hidden")
    for _ in range(6):
        await panel.page.keyboard.press("Tab")
        assert await panel.page.evaluate(FOCUSED) is not None
    await panel.page.keyboard.press("Escape")
    await expect(panel.page.locator("html")).to_have_css("overflow", "visible")


async def test_on_a_phone_it_never_opens_by_itself(chat: FakeChat, visit: Visit) -> None:
    panel = Panel(await visit(f"{chat.base}/embed?open=true", width=360, height=740))
    await expect(panel.launcher).to_be_visible()
    await expect(panel.dialog).to_be_hidden()


async def test_once_closed_it_stays_closed_on_the_next_page(chat: FakeChat, visit: Visit) -> None:
    panel = Panel(await visit(f"{chat.base}/embed?open=true"))
    await panel.button("Close chat").click()
    await panel.page.reload()
    await expect(panel.launcher).to_be_visible()
    await expect(panel.dialog).to_be_hidden()


async def test_styles_leak_neither_in_nor_out(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await panel.say("hello")
    await expect(panel.theirs).to_have_css("letter-spacing", "normal")
    await expect(panel.theirs).to_have_css("text-transform", "none")
    await expect(panel.theirs).to_have_css("color", "rgb(34, 26, 19)")
    await expect(panel.button("Close chat")).to_be_visible()
    await expect(panel.page.locator("h1")).to_have_css("color", "rgb(1, 2, 3)")


@pytest.mark.parametrize(("accent", "on_accent"), [("14614a", "rgb(255, 255, 255)"), ("ffd400", "rgb(30, 22, 16)")])
async def test_text_on_the_accent_can_be_read(chat: FakeChat, visit: Visit, accent: str, on_accent: str) -> None:
    panel = await opened(chat, visit, f"?accent=%23{accent}")
    await expect(panel.page.locator(".head h2")).to_have_css("color", on_accent)


@pytest.mark.parametrize(
    "query", ["", "?accent=%23ffd400", "?accent=%23ffd400&theme=dark", "?accent=%23203040&theme=dark"]
)
async def test_every_pair_of_colours_has_a_contrast_of_4_5(chat: FakeChat, visit: Visit, query: str) -> None:
    panel = await opened(chat, visit, query)
    await chat.say(text("https://shop.example"), CHOICES, CHOICES)
    await panel.say("hello")
    await expect(panel.mine).to_have_count(1)
    await expect(panel.theirs).to_have_count(4)
    assert await panel.page.evaluate(CONTRASTS) == []


async def test_a_line_begins_at_the_side_its_script_is_read_from(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await chat.say(text("\u202eevil \u200fmarks"), text("سلام، اچار ہے؟"), text("ஊறுகாய் இருக்கிறதா?"))
    await expect(panel.theirs.nth(1)).to_have_css("direction", "rtl")
    await expect(panel.theirs.nth(2)).to_have_css("direction", "ltr")
    await expect(panel.theirs.first).to_have_css("unicode-bidi", "plaintext")


async def test_no_motion_where_none_is_wanted(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit, reduced_motion="reduce")
    await expect(panel.dialog).to_have_css("animation-name", "none")


CONTRASTS = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const solid = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = numbers(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
  };
  const contrast = (node) => {
    const pair = [light(numbers(getComputedStyle(node).color)), light(solid(node))].sort((a, b) => b - a);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  };
  const words = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const all = [...document.querySelector('haat-chat').shadowRoot.querySelectorAll('.panel *')];
  const shown = all.filter((node) => node.checkVisibility() && words(node) && !node.closest('.aside, [aria-hidden]'));
  return shown.filter((node) => contrast(node) < 4.5).map((node) => `${node.className} ${node.textContent}`);
}"""
