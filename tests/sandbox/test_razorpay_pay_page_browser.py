"""The pay page in a real browser, by keyboard and on a narrow phone."""

import shutil
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright, expect

from tests.sandbox.sandbox_kit import Stand, serve

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


@pytest.fixture
async def phone() -> AsyncIterator[Page]:
    """A browser window 360 pixels wide."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        yield await browser.new_page(viewport={"width": 360, "height": 740})
        await browser.close()


async def test_a_customer_pays_by_keyboard_and_comes_back_to_the_shop(stand: Stand, phone: Page) -> None:
    returned = web.Application()
    returned.router.add_get("/return", _welcome)
    shop_address, runner = await serve(returned)
    link = await stand.link(callback_url=f"{shop_address}/return", callback_method="get", reference_id="HT-1")

    await phone.goto(link["short_url"])
    await phone.keyboard.press("Tab")
    await expect(phone.get_by_role("button", name="Pay with UPI")).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_text("Welcome back HT-1 paid")).to_be_visible()

    await phone.goto(link["short_url"])
    await expect(phone.get_by_role("heading", name="Payment received")).to_be_visible()
    await expect(phone.get_by_role("link", name="Back to the shop")).to_be_visible()
    await expect(phone.get_by_role("button")).to_have_count(0)
    await runner.cleanup()


async def test_a_declined_payment_is_announced_and_tried_again(stand: Stand, phone: Page) -> None:
    link = await stand.link()

    await phone.goto(link["short_url"])
    await phone.get_by_role("button", name="Fail").click()
    await expect(phone.get_by_role("alert")).to_contain_text("The payment failed")
    await phone.get_by_role("button", name="Cancel").click()
    await expect(phone.get_by_role("status")).to_contain_text("You left without paying")
    await phone.get_by_role("button", name="Pay with card").click()
    await expect(phone.get_by_role("heading", name="Payment received")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
async def test_nothing_runs_over_the_edge(stand: Stand, phone: Page, width: int) -> None:
    link = await stand.link(
        amount=50000000,
        reference_id="HT-" + "9" * 37,
        description="Andhra avakaya and gongura pickles, the family pack " * 12 + "x" * 90,
        notes={"shop_name": "Sri Venkateswara Traditional Sweets, Pickles and Snacks"},
    )
    await phone.set_viewport_size({"width": width, "height": 740})

    for address in (link["short_url"], stand.url):
        await phone.goto(address)
        assert await phone.evaluate("document.documentElement.scrollWidth") <= width


async def _welcome(request: web.Request) -> web.Response:
    query = request.query
    reference = query["razorpay_payment_link_reference_id"]
    return web.Response(text=f"Welcome back {reference} {query['razorpay_payment_link_status']}")
