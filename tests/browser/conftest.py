"""Headless Chromium for the tests of this folder, which all run on one event loop.

`browser` is the launched browser, `visit` opens pages in fresh contexts and, when the test ends, asserts that none
of them logged an error.
"""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from .fake_chat import FakeChat, serving

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser lives on the loop it was launched on, so its tests share the session's."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, launched once for the whole run; tests that need it are skipped where it is not installed."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed")
    async with async_playwright() as playwright:
        expect.set_options(timeout=10_000)
        launched = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        await launched.close()


@dataclass
class Visit:
    """Opens pages, each in a browser context of its own unless one is given, and collects what they complain of.

    `forgiven` holds pieces of console errors that a test causes on purpose.
    """

    browser: Browser
    forgiven: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def __call__(
        self, url: str, *, width: int = 1280, height: int = 800, context: BrowserContext | None = None, **options: Any
    ) -> Page:
        """A page of `width` x `height` CSS pixels, loaded; `options` are those of `Browser.new_context`."""
        context = context or await self.context(viewport={"width": width, "height": height}, **options)
        page = await context.new_page()
        self.watch(page)
        await page.goto(url)
        return page

    def watch(self, page: Page) -> None:
        """Collects what a page complains of, one that a page opened too."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def context(self, **options: Any) -> BrowserContext:
        """A fresh browser context, closed when the test ends."""
        context = await self.browser.new_context(**options)
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        return context

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(piece in message.text for piece in self.forgiven):
            self.errors.append(message.text)


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    """Opens pages: `page = await visit(url, width=360, height=740)`."""
    visitor = Visit(browser)
    yield visitor
    for context in visitor.contexts:
        await context.close()
    assert visitor.errors == []


@pytest_asyncio.fixture(loop_scope="session")
async def chat() -> AsyncIterator[FakeChat]:
    """A fake chat server with the widget, a page that carries it (`/embed`) and the shop's page (`/`)."""
    async with serving() as server:
        yield server
