"""A customer's telephone in a real browser: by mouse and by keyboard, wide and on a narrow screen."""

import base64
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.sandbox.meta_kit import NUMBER as META_NUMBER
from tests.sandbox.meta_kit import PNG, buttons, meta_stand
from tests.sandbox.telephone_kit import NUMBER, OTHER_SHOP, SHOP, Stand, telephones

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROWS = [
    {"id": f"row:{at}", "title": f"Pickle {at}", "description": "Made this week, hot and sour " * 2} for at in range(10)
]
LIST = {"title": "Choose", "sections": [{"title": "Pickles", "rows": ROWS}]}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest_asyncio.fixture(loop_scope="module")
async def stand() -> AsyncIterator[Stand]:
    async with telephones() as stand:
        yield stand


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        yield browser
        await browser.close()


def picture(stand: Stand) -> str:
    """Where a picture lies that the shop may send."""
    return f"/phone/media/{stand.exchange.keep_media('image/png', PIXEL)}"


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A window that complains of nothing, but for calls that are refused on purpose."""
    page, complaints = await browser.new_page(viewport={"width": 1280, "height": 800}), list[str]()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [] == [said for said in complaints if "400 (Bad Request)" not in said]


async def test_a_customer_writes_and_sees_ticks_typing_and_the_answer(stand: Stand, page: Page) -> None:
    await page.goto(f"{stand.url}/phone?name=Asha")
    await page.get_by_label("Message", exact=True).fill("మామిడి పచ్చడి ఉందా?")
    await page.keyboard.press("Enter")

    mine = page.get_by_role("listitem").filter(has_text="మామిడి పచ్చడి ఉందా?")
    await expect(mine.get_by_label("Sent")).to_be_visible()
    stand.exchange.tick("in.1", "delivered")
    await expect(mine.get_by_label("Delivered")).to_be_visible()
    stand.exchange.tick("in.1", "read")
    await expect(mine.get_by_label("Read")).to_be_visible()

    stand.exchange.typing("whatsapp", NUMBER, SHOP)
    await expect(page.get_by_text("typing…")).to_be_visible()
    stand.show(text="*Yes*, see https://shop.example/mango.")
    await expect(page.locator("strong", has_text="Yes")).to_be_visible()
    await expect(page.get_by_text("typing…")).to_be_hidden()
    link = page.get_by_role("link", name="https://shop.example/mango")
    await expect(link).to_have_attribute("href", "https://shop.example/mango")
    assert "Asha" == stand.told[0].name


async def test_buttons_lists_and_locations_answer_by_keyboard(stand: Stand, page: Page) -> None:
    stand.show(
        text="Mango pickle",
        header={"kind": "image", "url": picture(stand)},
        buttons=[{"id": "add:1", "title": "Add 250 g"}],
    )
    stand.show(text="Which one?", list=LIST)
    stand.show(text="Where to?", ask_place={"title": "Send location"})
    await page.goto(f"{stand.url}/phone")
    await expect(page.get_by_role("img", name="Picture")).to_have_js_property("naturalWidth", 1)

    await page.get_by_role("button", name="Add 250 g").press("Enter")
    await page.get_by_role("button", name="Choose").press("Enter")
    sheet = page.get_by_role("dialog", name="Choose")
    await expect(sheet.get_by_role("button", name="Pickle 0")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(page.get_by_role("button", name="Choose")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Send location").press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name="Home").press("Enter")

    await expect(page.locator(".mine")).to_have_count(3)
    deeds = {writing.deed: writing.content for writing in stand.told if writing.deed != "open"}
    choices = [writing.content["choice"]["id"] for writing in stand.told if writing.deed == "tap"]
    assert ["add:1", "row:1"] == choices
    assert ("out.3", "Home") == (deeds["location"]["quoted"], deeds["location"]["name"])


async def test_pictures_voice_notes_reactions_and_stop_are_sent(stand: Stand, page: Page) -> None:
    stand.show(text="Sent today")
    await page.goto(f"{stand.url}/phone")
    await page.get_by_label("Message", exact=True).fill("The jar is broken")
    await page.get_by_label("Picture or paper").set_input_files(
        {"name": "jar.png", "mimeType": "image/png", "buffer": PNG}
    )
    await expect(page.locator(".mine")).to_have_count(1)
    for name in ("Voice note", "STOP"):
        await page.get_by_role("button", name="Send something else").click()
        await page.get_by_role("dialog").get_by_role("button", name=name).click()
    await expect(page.locator(".mine")).to_have_count(3)

    await page.get_by_role("button", name="React or reply").click()
    await page.get_by_role("button", name="React 👍").click()
    await expect(page.get_by_label("Reactions")).to_have_text("👍")
    await page.get_by_role("button", name="React or reply").click()
    await page.get_by_role("button", name="Reply to this message").click()
    await page.get_by_label("Message", exact=True).press_sequentially("Thanks")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".mine")).to_have_count(4)

    told = [writing for writing in stand.told if writing.deed != "open"]
    assert ["picture", "voice", "text", "reaction", "text"] == [writing.deed for writing in told]
    assert ("The jar is broken", "jar.png") == (told[0].content["text"], told[0].content["name"])
    assert ("STOP", "👍") == (told[2].content["text"], told[3].content["emoji"])
    assert {"text": "Thanks", "quoted": "out.1"} == told[4].content


async def test_what_is_seen_is_read_unless_the_customer_looks_away(stand: Stand, page: Page) -> None:
    await page.goto(f"{stand.url}/phone")
    first = stand.show(text="One")
    await expect(page.get_by_text("One", exact=True)).to_be_visible()
    await stand.until_told(1)
    assert "read" == stand.entry(first).ticks

    await page.get_by_label("Reads messages as they come").uncheck()
    second = stand.show(text="Two")
    await expect(page.get_by_text("Two", exact=True)).to_be_visible()
    assert "sent" == stand.entry(second).ticks
    await page.get_by_label("Reads messages as they come").check()
    await stand.until_told(2)
    assert "read" == stand.entry(second).ticks


async def test_the_newest_is_in_view_and_old_ones_stay_put(stand: Stand, page: Page) -> None:
    for at in range(40):
        stand.show(text=f"Message {at}")
    await page.goto(f"{stand.url}/phone")
    await expect(page.get_by_text("Message 39", exact=True)).to_be_in_viewport()

    await page.locator("#scroll").evaluate("scroll => { scroll.scrollTop = 0; }")
    stand.show(text="Message 40")
    await expect(page.get_by_text("Message 0", exact=True)).to_be_in_viewport()
    await page.get_by_role("button", name="New messages").click()
    await expect(page.get_by_text("Message 40", exact=True)).to_be_in_viewport()


async def test_sms_is_an_app_of_its_own_without_what_sms_cannot_do(stand: Stand, page: Page) -> None:
    stand.show("sms", OTHER_SHOP, text="Your order HT-1 is on its way. *Thanks*", note="1 segment")
    await page.goto(f"{stand.url}/phone")
    await page.get_by_role("navigation", name="Apps").get_by_role("link", name="SMS").click()

    await expect(page.get_by_text("*Thanks*")).to_be_visible()
    await expect(page.get_by_text("1 segment")).to_be_visible()
    await page.get_by_role("button", name="Send something else").click()
    await expect(page.get_by_role("dialog").get_by_role("button", name="Voice note")).to_have_count(0)


async def test_another_customer_has_another_telephone_kept_in_the_address(stand: Stand, page: Page) -> None:
    await page.goto(f"{stand.url}/phone")
    await page.get_by_label("Name", exact=True).fill("Ravi")
    await page.get_by_label("Number").fill("+91 98480 12345")
    await page.get_by_role("button", name="Take this telephone").click()
    await page.get_by_label("Message", exact=True).fill("Hi")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine")).to_have_count(1)

    assert "name=Ravi" in page.url
    assert ("919848012345", "Ravi") == (stand.told[0].number, stand.told[0].name)
    await page.reload()
    await expect(page.locator(".mine")).to_have_count(1)


async def test_trouble_is_said_and_what_did_not_arrive_is_marked(stand: Stand, page: Page) -> None:
    failed = stand.show(text="Too late")
    stand.exchange.tick(failed, "failed", "131047")
    shown = stand.show(text="Mango", buttons=[{"id": "a", "title": "Add"}])
    await page.goto(f"{stand.url}/phone")

    await expect(page.get_by_text("Not delivered (131047)")).to_be_visible()
    stand.exchange.handset("whatsapp", NUMBER).entries[shown].content["buttons"] = []
    await page.get_by_role("button", name="Add").click()
    await expect(page.get_by_role("alert")).to_have_text("no such choice in that message")


@pytest.mark.parametrize("width", [360, 1280])
async def test_nothing_runs_over_the_edge(stand: Stand, page: Page, width: int) -> None:
    cards = [
        {
            "header": {"kind": "image", "url": picture(stand)},
            "text": "Lime " * 30,
            "buttons": [{"id": str(at), "title": "Add " * 4}],
        }
        for at in range(5)
    ]
    stand.show(text="w" * 300, header={"kind": "text", "text": "h" * 60}, footer="f" * 60, template="order_update")
    stand.show(text="Also good", cards=cards)
    stand.show(media={"kind": "document", "url": picture(stand), "name": "Invoice-" + "9" * 80 + ".pdf"})
    stand.show(place={"latitude": 17.4, "longitude": 78.4, "name": "Home", "address": "a" * 120})
    stand.show(text="t", links=[{"title": "Pay ₹12,345.00 now", "url": "https://shop.example/" + "p" * 200}], list=LIST)
    await page.set_viewport_size({"width": width, "height": 740})

    await page.goto(f"{stand.url}/phone?name={'Sri%20Venkateswara%20' * 4}")
    await expect(page.get_by_text("Also good")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await page.evaluate(
        "document.getElementById('scroll').scrollWidth <= document.getElementById('scroll').clientWidth"
    )
    await page.get_by_role("button", name="Choose").click()
    await expect(page.get_by_role("dialog").get_by_role("button", name="Pickle 0")).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_a_narrow_screen_is_all_telephone(stand: Stand, page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(f"{stand.url}/phone")

    box = await page.get_by_role("main").bounding_box()
    assert box is not None
    assert (0, 360) == (box["x"], box["width"])
    assert 740 == box["y"] + box["height"]
    await expect(page.get_by_label("Number")).to_be_hidden()
    await page.get_by_text("Customer").click()
    await expect(page.get_by_label("Number")).to_be_visible()


async def test_a_message_over_the_cloud_api_is_tapped_on_the_telephone(page: Page) -> None:
    async with meta_stand() as stand:
        await stand.sent(**buttons(("add:mango-250:1", "Add 250 g"), body="Mango pickle"))
        await page.goto(f"{stand.url}/phone?number={META_NUMBER}")
        await page.get_by_role("button", name="Add 250 g").click()

        message = (await stand.shop.items("messages", 1))[0]
        assert {"id": "add:mango-250:1", "title": "Add 250 g"} == message["interactive"]["button_reply"]
        assert {"sent", "delivered", "read"} == set(await stand.shop.statuses(3))
