"""The widget as a customer meets it: by roles and names."""

from playwright.async_api import Locator, Page


class Panel:
    """The chat on a page."""

    def __init__(self, page: Page) -> None:
        """`page` carries the widget."""
        self.page = page
        self.launcher = page.get_by_role("button", name="Chat with us")
        self.dialog = page.get_by_role("dialog", name="Chat with us")
        self.log = page.get_by_role("log", name="Messages")
        self.box = page.get_by_role("textbox", name="Write a message")
        self.mine = page.locator(".message.customer .text")
        self.theirs = page.locator(".message.bot .text")

    async def open(self) -> "Panel":
        """Opens the chat from its button."""
        await self.launcher.click()
        return self

    async def say(self, words: str) -> None:
        """Writes and sends a message."""
        await self.box.fill(words)
        await self.box.press("Enter")

    def button(self, name: str) -> Locator:
        """A button within the chat."""
        return self.page.get_by_role("button", name=name, exact=True)
