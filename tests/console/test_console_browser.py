"""The console in a real browser: live, by keyboard, on a narrow phone; no page may log an error."""

import asyncio
import base64
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from console.socket import close_sockets
from model.message import Author, Channel, Progress, Sent, Status
from tests.console.console_kit import PASSWORD, Stand

pytestmark = pytest.mark.browser

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OFFLINE = "Failed to load resource: net::ERR_FAILED"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
"""One dot."""
WIDER = "document.documentElement.scrollWidth - window.innerWidth"
UNNAMED = (
    "[...document.querySelectorAll('a, button')].filter((one) => !one.ariaLabel && !one.textContent.trim()).length"
)
Open = Callable[..., Awaitable[Page]]


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed")
    async with async_playwright() as playwright:
        expect.set_options(timeout=15_000)
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture
async def open_console(stand: Stand, chromium: Browser) -> AsyncIterator[Open]:
    """Signs somebody in by keyboard, in a browser of their own."""
    errors: list[str] = []

    async def signed_in(name: str, width: int = 1280, height: int = 800) -> Page:
        await stand.user(name)
        page = await (await chromium.new_context(viewport={"width": width, "height": height})).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        await page.goto(f"{stand.origin}/console")
        await expect(page.locator("input[name=name]")).to_be_focused()
        await page.keyboard.type(name)
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Conversations", exact=True)).to_be_visible()
        return page

    yield signed_in
    assert [error for error in errors if error != OFFLINE] == []


async def test_a_customers_picture_is_seen_and_ticks_move_as_they_come(stand: Stand, open_console: Open) -> None:
    cid, url = await stand.send("c1", PICTURE)
    page = await open_console("Asha")
    await page.goto(f"{stand.origin}/console/conversations/{cid}")
    picture = page.get_by_role("img", name="Picture from Customer 1")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 1)
    assert await page.evaluate(f"fetch('{url}').then((answer) => answer.status)") == 200
    await expect(page.locator(".tick")).to_have_attribute("data-progress", "")
    (row,) = await stand.transact(lambda work: work.uow.outbox.due(work.now, 10, [*Channel]))
    await stand.transact(lambda work: work.uow.outbox.went(row, Sent("wamid.1"), work.now))
    for progress, word in ((Progress.DELIVERED, "Delivered"), (Progress.READ, "Read")):
        await stand.engine.arrive([Status(Channel.WHATSAPP, "demo", "wamid.1", progress)])
        await expect(page.locator(".line.bot .by")).to_contain_text(word)


async def test_an_agent_takes_a_conversation_writes_and_sees_the_customer_answer(
    stand: Stand, open_console: Open
) -> None:
    page = await open_console("Asha")
    cid = await stand.queued("c1")
    await page.get_by_role("link", name="a person").click()
    await page.get_by_role("button", name="Take").click()
    await expect(page.get_by_text("You answer")).to_be_visible()
    box = page.get_by_role("textbox", name="Message to Customer 1")
    await expect(box).to_be_focused()
    async with stand.live.subscribe(f"chat:{cid}") as events:
        await page.keyboard.type("Namaste!")
        assert await anext(events) == {"type": "typing", "on": True, "from": "agent"}
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("How can I help?")
    await page.keyboard.press("Enter")
    log = page.get_by_role("log")
    await expect(log.locator(".agent .said")).to_have_text("Namaste!\nHow can I help?")
    await expect(box).to_have_value("")
    await stand.live.publish(f"desk:{cid}", {"type": "typing", "conversation": cid, "on": True})
    await expect(page.get_by_text("Customer 1 is typing…")).to_be_visible()
    await stand.say("c1", "मेरा <b>ऑर्डर</b> कहाँ है?")
    await expect(log.locator(".line").last).to_contain_text("मेरा <b>ऑर्डर</b> कहाँ है?")
    await expect(page.get_by_text("Customer 1 is typing…")).to_be_hidden()
    lines = await stand.queries.transcript(cid, 2, 10)
    assert [line.author for line in lines] == [Author.SYSTEM, Author.AGENT, Author.CUSTOMER]


async def test_the_queue_fills_and_empties_by_itself(stand: Stand, open_console: Open) -> None:
    page = await open_console("Asha")
    await expect(page.get_by_text("Nobody waits.")).to_be_visible()
    await stand.queued("c1")
    await expect(page.get_by_role("region", name="Waiting for a person")).to_contain_text("Customer 1")
    await expect(page).to_have_title("(1) Conversations · Haat")
    ravi = await stand.agent("Ravi")
    await ravi.post("/console/conversations/1/take")
    await expect(page.get_by_role("region", name="With colleagues")).to_contain_text("Customer 1")
    await expect(page).to_have_title("Conversations · Haat")


async def test_the_composer_opens_and_shuts_with_the_conversation(stand: Stand, open_console: Open) -> None:
    cid = await stand.queued("c1")
    page = await open_console("Asha")
    await page.goto(f"{stand.origin}/console/conversations/{cid}")
    await expect(page.get_by_role("textbox")).to_be_disabled()
    await page.get_by_role("button", name="Take").click()
    await expect(page.get_by_role("textbox")).to_be_enabled()
    await page.get_by_role("button", name="Hand back to the bot").click()
    await expect(page.get_by_role("textbox")).to_be_disabled()
    ravi = await stand.agent("Ravi")
    await ravi.post(f"/console/conversations/{cid}/take")
    await expect(page.get_by_text("Ravi answers")).to_be_visible()
    await expect(page.get_by_role("button", name="Take")).to_be_hidden()


async def test_a_refused_message_is_given_back_with_the_reason(stand: Stand, open_console: Open) -> None:
    cid = await stand.queued("c1")
    page = await open_console("Asha")
    await page.goto(f"{stand.origin}/console/conversations/{cid}")
    await page.get_by_role("button", name="Take").click()
    await page.route("**/lines", lambda route: route.abort())
    box = page.get_by_role("textbox")
    await box.fill("Namaste!")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_have_text("Not sent: no connection. Please try again.")
    await expect(box).to_have_value("Namaste!")
    await page.reload()
    await expect(box).to_have_value("Namaste!")


async def test_what_is_typed_before_the_script_has_come_stays(stand: Stand, open_console: Open) -> None:
    """Loading the script used to put the draft kept by the tab, mostly none, in the place of what was typed."""
    cid = await stand.queued("c1")
    asha = await stand.agent("Asha")
    await asha.post(f"/console/conversations/{cid}/take")
    page = await open_console("Asha")
    typed = asyncio.Event()

    async def late(route: Route) -> None:
        await typed.wait()
        await route.continue_()

    await page.route("**/conversation.js*", late)
    await page.goto(f"{stand.origin}/console/conversations/{cid}", wait_until="commit")
    box = page.get_by_role("textbox")
    await box.fill("Namaste!")
    typed.set()
    await page.wait_for_load_state("load")
    await expect(box).to_have_value("Namaste!")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("log").locator(".agent .said")).to_have_text("Namaste!")


async def test_what_was_said_while_the_socket_was_gone_is_there_after_it(stand: Stand, open_console: Open) -> None:
    cid = await stand.queued("c1")
    page = await open_console("Asha")
    await page.goto(f"{stand.origin}/console/conversations/{cid}")
    async with page.expect_websocket() as again:
        await close_sockets(stand.server.app._subapps[0])
        await stand.transact(
            lambda work: work.uow.conversations.append(cid, Author.CUSTOMER, {"body": "Hello?", "text": ""}, work.now)
        )
    await again.value
    await expect(page.get_by_role("log")).to_contain_text("Hello?")
    await expect(page.locator("#connection")).to_be_empty()


async def test_a_phone_of_360_pixels_shows_every_page_whole(stand: Stand, open_console: Open) -> None:
    order = await stand.order("c1")
    await stand.queued("c1")
    page = await open_console("Asha", 360, 740)
    for path in ("", "/conversations/1", "/orders", f"/orders/{order.number}", "/tickets", "/money"):
        await page.goto(f"{stand.origin}/console{path}")
        await expect(page.locator("h1")).to_have_count(1)
        assert await page.evaluate(WIDER) == 0
        assert await page.evaluate(UNNAMED) == 0
    await page.goto(f"{stand.origin}/console/conversations/1")
    await expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_role("button", name="Take")).to_be_in_viewport(ratio=1)


async def test_an_order_is_cancelled_only_after_asking(stand: Stand, open_console: Open) -> None:
    order = await stand.order("c1")
    page = await open_console("Asha")
    await page.goto(f"{stand.origin}/console/orders/{order.number}")
    await expect(page.get_by_role("button", name="Cancel the order")).to_be_hidden()
    await page.get_by_text("Cancel…").click()
    await page.get_by_role("button", name="Cancel the order").click()
    await expect(page.get_by_role("heading", name=order.number)).to_be_visible()
    await expect(page.locator(".order-head .state")).to_have_text("Cancelled")


async def test_every_text_has_a_contrast_of_4_5(stand: Stand, open_console: Open) -> None:
    order = await stand.order("c1")
    await stand.queued("c1")
    page = await open_console("Asha")
    for path in ("", "/conversations/1", f"/orders/{order.number}", "/orders", "/tickets?closed=1"):
        await page.goto(f"{stand.origin}/console{path}")
        assert await page.evaluate(FAINT) == []


FAINT = """() => {
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
  const shown = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && words(one));
  return shown.filter((one) => !one.disabled && contrast(one) < 4.5).map((one) => one.className + one.textContent);
}"""
