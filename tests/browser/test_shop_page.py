"""The demo shop's page and the chat on it."""

import pytest
from playwright.async_api import expect

from model.language import CODES

from .conftest import Visit
from .fake_chat import FakeChat

WIDER = "document.documentElement.scrollWidth - window.innerWidth"
UNNAMED = "[...document.querySelectorAll('a, button')].filter((one) => !one.innerText.trim()).length"


async def test_the_chat_stands_open_beside_the_page_on_a_wide_screen(chat: FakeChat, visit: Visit) -> None:
    page = await visit(chat.base)
    dialog = page.get_by_role("dialog", name="Chat with Haat")
    await expect(dialog).to_be_visible()
    panel, heading = await dialog.bounding_box(), await page.locator("h1").bounding_box()
    assert panel is not None
    assert heading is not None
    assert heading["x"] + heading["width"] <= panel["x"]


@pytest.mark.parametrize(
    "words",
    ["2 mango pickle 500g and 1 kg gulab jamun", "aam ka achar hai kya?", "मेरा ऑर्डर कहाँ है?", "talk to a person"],
)
async def test_an_example_opens_the_chat_and_is_said(chat: FakeChat, visit: Visit, words: str) -> None:
    page = await visit(chat.base, width=360, height=740)
    await page.get_by_role("button", name=words).click()
    assert (await chat.messages(1))[0]["text"] == words
    await expect(page.get_by_role("log")).to_contain_text(f"You said: {words}")


async def test_asking_for_a_product_prepares_the_sentence(chat: FakeChat, visit: Visit) -> None:
    page = await visit(chat.base, width=360, height=740)
    await page.get_by_role("button", name="Ask for it: Lime Pickle, 250 g").click()
    await expect(page.get_by_role("textbox")).to_have_value("1 Lime Pickle 250 g")


async def test_the_page_can_be_read_in_another_language(chat: FakeChat, visit: Visit) -> None:
    page = await visit(chat.base)
    await page.get_by_role("link", name="हिन्दी").click()
    await expect(page.locator("html")).to_have_attribute("lang", "hi")
    await expect(page.get_by_role("link", name="हिन्दी")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("language", CODES)
async def test_nothing_is_wider_than_the_screen(chat: FakeChat, visit: Visit, language: str) -> None:
    page = await visit(f"{chat.base}/?lang={language}")
    await expect(page.locator("html")).to_have_attribute("lang", language)
    await expect(page.locator("haat-chat")).to_be_attached()
    for width in (320, 360, 768, 1280, 1920):
        await page.set_viewport_size({"width": width, "height": 740})
        assert await page.evaluate(WIDER) == 0


async def test_every_control_of_the_page_has_a_name_and_there_is_one_main_heading(chat: FakeChat, visit: Visit) -> None:
    page = await visit(chat.base)
    assert await page.evaluate(UNNAMED) == 0
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)


async def test_the_page_tells_hours_address_and_telephone(chat: FakeChat, visit: Visit) -> None:
    page = await visit(chat.base)
    for words in ("9:00 am – 9:00 pm", "Bengaluru 560003", "+91 80 4000 0000", "मोहल्ले की दुकान"):
        await expect(page.get_by_text(words)).to_be_visible()


async def test_the_page_serves_those_without_javascript(chat: FakeChat, visit: Visit) -> None:
    page = await visit(chat.base, java_script_enabled=False)
    await expect(page.locator(".quiet")).to_be_visible()
    await expect(page.get_by_text("Mango Pickle", exact=True)).to_be_visible()
