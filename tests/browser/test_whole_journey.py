"""The whole journey on the real system: a customer's browser, the payment page, an agent's browser."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from app.demo import PASSWORD

from .conftest import Visit
from .whole_shop import TRAINED, said, screenshot, whole_shop

pytestmark = [
    pytest.mark.trained,
    pytest.mark.skipif(not TRAINED, reason="no nlu/.venv or no trained model"),
]
AGENT = "Asha"


@dataclass(frozen=True)
class Script:
    """What a customer writes, mostly with the response that answers it; `box` is the writing box's name.

    `answer` is what the agent writes to them, `reply` what they write to the agent.
    """

    language: str
    screen: dict[str, Any]
    box: str
    name: str
    ordering: tuple[tuple[str, str], ...]
    browsing: tuple[str, str]
    checkout: tuple[tuple[str, str], ...]
    pay_with: str
    track: tuple[str, str]
    complaint: tuple[str, str]
    person: tuple[str, str]
    answer: str
    reply: str
    thanks: tuple[str, str]


ENGLISH = Script(
    language="en",
    screen={"width": 1280, "height": 800},
    box="Write a message",
    name="Meera Rao",
    ordering=(
        ("is the garlic pickle very spicy?", "product_info"),
        ("2 mango pickle 500g and 1 kg gulab jamun", "added"),
    ),
    browsing=("show me pickles", "browse_shelf"),
    checkout=(
        ("checkout", "ask_name"),
        ("Meera Rao", "ask_phone"),
        ("98450 12345", "ask_street"),
        ("12, 4th Cross, Basavanagudi", "ask_pincode"),
        ("do you take cards?", "payment_methods"),
        ("560004", "summary"),
        ("upi", "link_ready"),
    ),
    pay_with="Pay with UPI",
    track=("where is my order", "order_status"),
    complaint=("one jar was broken and the oil leaked everywhere", "complaint_of_order"),
    person=("talk to a person", "queued"),
    answer="I am so sorry, Meera. A new jar goes out today. Is that all right?",
    reply="Yes please, that would be lovely",
    thanks=("thanks!", "welcome"),
)
HINDI = Script(
    language="hi",
    screen={"width": 360, "height": 740, "has_touch": True, "is_mobile": True},
    box="संदेश लिखें",
    name="कविता शर्मा",
    ordering=(
        ("नमस्ते", "greet"),
        ("आम का अचार कितने का है?", "price"),
        ("मुझे 1 किलो काजू कतली चाहिए", "added"),
    ),
    browsing=("मिठाई दिखाइए", "browse_shelf"),
    checkout=(
        ("ऑर्डर करना है", "ask_name"),
        ("कविता शर्मा", "ask_phone"),
        ("९८४५० १२३४५", "ask_street"),
        ("12, चौथा क्रॉस, बसवनगुडी", "ask_pincode"),
        ("560004", "summary"),
        ("ऑनलाइन", "link_ready"),
    ),
    pay_with="Pay with card",
    track=("मेरा ऑर्डर कहाँ है?", "order_status"),
    complaint=("डिब्बा टूटा हुआ आया", "complaint_of_order"),
    person=("किसी इंसान से बात करनी है", "queued"),
    answer="माफ़ कीजिए कविता जी, नया डिब्बा आज ही भेज रही हूँ। ठीक रहेगा?",
    reply="हाँ जी, भेज दीजिए",
    thanks=("धन्यवाद", "welcome"),
)


class Customer:
    """A customer at the chat of the shop's page."""

    def __init__(self, page: Page, script: Script, visit: Visit) -> None:
        """`page` carries the widget, its chat open."""
        self.page, self.script, self._visit = page, script, visit
        self.box = page.get_by_role("textbox", name=script.box)
        self._pictures = 0

    def heard(self, key: str) -> Locator:
        """All that was said to them under a response key."""
        return self.page.locator(".message:not(.customer)", has_text=said(self.script.language, key))

    async def says(self, words: str, answer: str) -> Locator:
        """Writes and sends; gives what is answered, which must be of that response."""
        before = await self.heard(answer).count()
        await self.box.fill(words)
        await self.box.press("Enter")
        await expect(self.heard(answer).nth(before)).to_be_visible()
        return self.heard(answer).nth(before)

    async def picture(self, name: str) -> None:
        """Takes a numbered screenshot."""
        self._pictures += 1
        await screenshot(self.page, f"{self.script.language}-{self._pictures}-{name}")

    async def shops(self) -> None:
        """Fills a cart in words, then by a tap on a card."""
        for words, answer in self.script.ordering:
            await self.says(words, answer)
        await self.picture("cart")
        shelf = await self.says(*self.script.browsing)
        await self.picture("shelf")
        added = await self.heard("added").count()
        await shelf.locator(".card .choice").first.click()
        await expect(self.heard("added").nth(added)).to_be_visible()

    async def checks_out(self) -> str:
        """Answers what is asked; gives the order's number."""
        for words, answer in self.script.checkout:
            asked = await self.says(words, answer)
        await self.picture("link")
        found = re.search(r"HT-\w{5}", await asked.inner_text())
        assert found
        return found[0]

    async def pays(self) -> None:
        """On the page that the link opens, which leads back to the shop; what was paid is told in both tabs."""
        async with self.page.context.expect_page() as opened:
            await self.page.locator(".message a.door").last.click()
        pay = await opened.value
        self._visit.watch(pay)
        await expect(pay.get_by_text("no real money moves")).to_be_visible()
        self._pictures += 1
        await screenshot(pay, f"{self.script.language}-{self._pictures}-pay")
        await pay.get_by_role("button", name=self.script.pay_with).click()
        await expect(pay).to_have_url(re.compile(rf"/\?lang={self.script.language}$"))
        await pay.close()
        await expect(self.heard("order_paid")).to_be_visible()
        await self.picture("paid")

    async def is_helped(self, agent: Page) -> None:
        """Writes with an agent who has taken the conversation; each sees the other write."""
        await expect(self.heard("agent_joined")).to_be_visible()
        writing = agent.get_by_role("textbox", name="Message to")
        await writing.press_sequentially(self.script.answer[:20])
        await expect(self.page.locator(".typing")).to_be_visible()
        await writing.fill(self.script.answer)
        await writing.press("Enter")
        await expect(self.page.locator(".message.agent")).to_contain_text(self.script.answer)
        await self.box.press_sequentially(self.script.reply[:8])
        await expect(agent.locator("#typing")).to_contain_text(self.script.name)
        await self.box.fill(self.script.reply)
        await self.box.press("Enter")
        await expect(agent.get_by_role("log")).to_contain_text(self.script.reply)


async def a_customer(visit: Visit, shop: str, script: Script) -> Customer:
    """Someone who opens the shop's page and, where it does not stand open, its chat."""
    page = await visit(f"{shop}/?lang={script.language}", timezone_id="Asia/Kolkata", **script.screen)
    customer = Customer(page, script, visit)
    if script.screen.get("is_mobile"):
        await page.locator("haat-chat").locator("button.launcher").click()
    await expect(customer.box).to_be_visible()
    return customer


async def an_agent(visit: Visit, shop: str) -> Page:
    """The console, signed in."""
    page = await visit(f"{shop}/console", timezone_id="Asia/Kolkata")
    await page.get_by_label("Name").fill(AGENT)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Conversations")).to_be_visible()
    return page


async def moves_on(agent: Page, number: str) -> None:
    """The order is packed."""
    await agent.get_by_role("link", name="Orders").click()
    await agent.get_by_role("link", name=number).click()
    await agent.get_by_role("button", name="Packed").click()
    await expect(agent.locator(".state").first).to_have_text("Packed")


async def takes(agent: Page, name: str) -> None:
    """The waiting conversation is taken from the queue."""
    await agent.get_by_role("link", name="Conversations").click()
    await agent.get_by_role("region", name="Waiting for a person").get_by_role("link", name=name).click()
    await agent.get_by_role("button", name="Take").click()
    await expect(agent.get_by_text("You answer")).to_be_visible()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The demo's address; `browser` is asked for first, for without one there is nothing to start."""
    async with whole_shop(tmp_path_factory.mktemp("shop")) as url:
        yield url


@pytest.mark.parametrize("script", [HINDI, ENGLISH], ids=["hindi-phone", "english-desktop"])
async def test_from_the_first_word_to_a_person_and_back(shop: str, visit: Visit, script: Script) -> None:
    """A customer orders, pays, hears that it is packed, complains, is helped by a person and hears the bot again."""
    customer, agent = await a_customer(visit, shop, script), await an_agent(visit, shop)
    await customer.shops()
    number = await customer.checks_out()
    await customer.pays()
    await expect(await customer.says(*script.track)).to_contain_text(number)
    await moves_on(agent, number)
    await expect(customer.heard("moved_packed")).to_be_visible()
    await customer.says(*script.complaint)
    await customer.says(*script.person)
    await customer.picture("waiting")
    await takes(agent, script.name)
    await customer.is_helped(agent)
    await customer.picture("person")
    await screenshot(agent, f"{script.language}-8-person-console")
    await agent.get_by_role("button", name="Hand back to the bot").click()
    await expect(customer.heard("agent_left")).to_be_visible()
    await customer.says(*script.thanks)
    await customer.picture("bot-again")
