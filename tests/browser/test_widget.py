"""What the widget shows and sends."""

import gzip

import pytest
from playwright.async_api import expect

from .conftest import Visit
from .fake_chat import WIDGET, Content, FakeChat, text
from .panel import Panel

CHOICES: Content = {
    "kind": "choices",
    "body": "Which one?",
    "text": "Which one? 1 small 2 large",
    "choices": [{"id": "pick:s", "title": "Small", "description": "250 g"}, {"id": "pick:l", "title": "Large"}],
}
PRODUCTS: Content = {
    "kind": "products",
    "text": "Mango Pickle, ₹120",
    "body": "Fresh today:",
    "products": [
        {
            "title": f"{fruit} Pickle",
            "subtitle": "250 g",
            "price": "₹120",
            "image": f"/shop/pictures/{fruit}.svg",
            "choices": [{"id": f"add:{fruit}", "title": "Add"}],
        }
        for fruit in ("Mango", "Lime", "Amla")
    ],
    "choices": [{"id": "cart", "title": "Show cart"}],
}


async def opened(chat: FakeChat, visit: Visit, query: str = "") -> Panel:
    """The chat, open on somebody's page and with a session."""
    panel = await Panel(await visit(f"{chat.base}/embed{query}")).open()
    await chat.until(lambda: chat.sockets)
    return panel


def test_the_script_is_below_20_kb_gzipped() -> None:
    assert len(gzip.compress((WIDGET / "widget.js").read_bytes())) < 20_000


async def test_text_goes_and_comes(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await panel.say("do you have *mango* pickle?")
    await expect(panel.theirs).to_have_text("You said: do you have mango pickle?")
    await expect(panel.theirs.locator("strong")).to_have_text("mango")
    await expect(panel.page.get_by_role("img", name="Delivered")).to_be_visible()
    assert [frame["text"] for frame in chat.of("message")] == ["do you have *mango* pickle?"]


async def test_a_visitor_who_only_looks_begins_no_session(chat: FakeChat, visit: Visit) -> None:
    panel = Panel(await visit(f"{chat.base}/embed?open=true"))
    await expect(panel.dialog).to_be_visible()
    assert chat.received == []
    await panel.box.focus()
    await chat.until(lambda: chat.of("hello"))


async def test_a_tap_sends_the_id_and_marks_the_choice_for_good(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await chat.say(CHOICES)
    await panel.page.get_by_role("button", name="Small").click()
    await chat.messages(1)
    assert chat.of("message")[0]["tap"] == "pick:s"
    await expect(panel.mine).to_have_text("Small")
    await expect(panel.page.get_by_role("button", name="Small", pressed=True)).to_be_visible()
    await panel.button("Large").click()
    await chat.messages(2)
    assert chat.of("message")[1]["tap"] == "pick:l"


async def test_a_bouncing_finger_taps_once(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await chat.say(CHOICES)
    await panel.button("Large").dblclick()
    await panel.say("done")
    await chat.messages(2)
    assert [frame.get("tap") for frame in chat.of("message")] == ["pick:l", None]


async def test_products_stand_in_a_row_with_picture_price_and_buttons(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await chat.say(PRODUCTS)
    row = panel.page.get_by_role("list", name="Products")
    await expect(row.get_by_role("listitem")).to_have_count(3)
    await expect(row.get_by_role("listitem").first).to_contain_text("₹120")
    await expect(row.locator("img").first).not_to_have_js_property("naturalWidth", 0)
    pictures = await row.locator("img").evaluate_all("all => all.map((one) => one.getBoundingClientRect().height)")
    frames = await row.locator(".photo").evaluate_all("all => all.map((one) => one.getBoundingClientRect().height)")
    assert pictures == pytest.approx(frames)  # browsers lay out in fractions of a pixel
    await panel.button("Lime Pickle: Add").click()
    await chat.messages(1)
    assert chat.of("message")[0]["tap"] == "add:Lime"


async def test_a_missing_picture_leaves_the_card_whole(chat: FakeChat, visit: Visit) -> None:
    visit.forgiven.append("404")
    panel = await opened(chat, visit)
    await chat.say({**PRODUCTS, "products": [{"title": "Amla", "price": "₹9", "image": "/shop/pictures/missing"}]})
    await expect(panel.page.locator(".card img")).to_have_count(0)
    await expect(panel.page.locator(".card")).to_contain_text("Amla")


async def test_every_kind_is_shown_and_links_open_safely(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await chat.say(
        {"kind": "image", "text": "a jar", "url": "/shop/pictures/jar.svg", "alt": "A jar of pickle"},
        {"kind": "document", "text": "bill", "url": "https://shop.example/bill.pdf", "filename": "bill.pdf"},
        {"kind": "link", "text": "pay", "body": "Here:", "url": "https://pay.example/1", "title": "Pay ₹780"},
        {"kind": "location", "text": "here", "latitude": 12.99, "longitude": 77.57, "name": "Our shop"},
        {"kind": "hologram", "text": "plain words of something newer"},
    )
    for name in ("A jar of pickle", "bill.pdf", "Pay ₹780", "Our shop"):
        link = panel.log.get_by_role("link", name=name)
        await expect(link).to_have_attribute("rel", "noopener noreferrer")
        await expect(link).to_have_attribute("target", "_blank")
    await expect(panel.log).to_contain_text("plain words of something newer")


async def test_only_web_addresses_in_a_text_become_links(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await chat.say(text("See https://shop.example/a?b=1, or http://127.0.0.1:9/x. Not ftp://x or javascript:alert(1)"))
    links = panel.theirs.get_by_role("link")
    await expect(links).to_have_count(2)
    await expect(links.first).to_have_attribute("href", "https://shop.example/a?b=1")
    await expect(links.last).to_have_attribute("href", "http://127.0.0.1:9/x")


async def test_markup_in_data_is_shown_as_text(chat: FakeChat, visit: Visit) -> None:
    attack = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    panel = await opened(chat, visit)
    evil = {"id": '"><b onclick=window.hit=1>', "title": attack, "description": attack}
    await chat.say(
        text(attack),
        {"kind": "choices", "text": "", "body": attack, "choices": [evil]},
        {"kind": "products", "text": attack, "products": [{"title": attack, "price": attack, "choices": [evil]}]},
        {"kind": "link", "text": "no way in", "url": "javascript:window.hit=1", "title": attack},
        {"kind": "image", "text": "not a picture", "url": "data:text/html,x", "alt": attack},
        {"kind": "__proto__", "text": attack},
    )
    await panel.say(attack)
    await expect(panel.mine).to_have_text(attack)
    await expect(panel.log).to_contain_text("no way in")
    await expect(panel.log).to_contain_text("not a picture")
    assert await panel.log.evaluate("log => log.querySelectorAll('img, script, b, a').length") == 0
    assert await panel.page.evaluate("window.hit") is None


async def test_nonsense_from_the_server_breaks_nothing(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    for frame in (["not a frame"], {"type": "constructor"}, {"type": "reply", "seq": "x", "content": None}):
        await chat.send(frame)  # type: ignore[arg-type]
    await chat.say({"kind": "choices", "text": "still readable", "choices": "none", "body": None})
    await chat.say({"kind": "products", "text": "", "products": [None]})
    await chat.say({"kind": "products", "text": "fallback words", "products": [None]})
    await expect(panel.log).to_contain_text("still readable")
    await expect(panel.log).to_contain_text("fallback words")


async def test_a_person_answering_is_announced_and_system_lines_are_centred(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await chat.say(text("Someone joined"), author="system")
    await chat.say(text("Hello, how can I help?"), author="agent")
    await expect(panel.dialog.get_by_text("A person is answering")).to_be_visible()
    await expect(panel.dialog.get_by_text("A person from the shop")).to_be_visible()
    await expect(panel.page.locator(".message.system")).to_have_css("align-items", "center")
    await chat.say(text("The bot again"))
    await expect(panel.dialog.get_by_text("A person is answering")).to_be_hidden()


async def test_who_answers_is_as_announced_whatever_notices_the_bot_sends(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    person = panel.dialog.get_by_text("A person is answering")
    await chat.say(text("Asha is here") | {"key": "agent_joined"}, author="system")
    await expect(person).to_be_visible()
    await chat.say(text("Your order is on its way"))
    await expect(panel.log).to_contain_text("Your order is on its way")
    await expect(person).to_be_visible()
    await chat.say(text("Asha has left") | {"key": "agent_left"}, author="system")
    await expect(person).to_be_hidden()


async def test_typing_is_shown_both_ways(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await panel.box.press_sequentially("hello there")
    await chat.until(lambda: chat.of("typing"))
    await panel.box.press("Enter")
    await chat.until(lambda: len(chat.of("typing")) == 2)
    assert [frame["on"] for frame in chat.of("typing")] == [True, False]
    await expect(panel.theirs).to_have_count(1)
    await chat.send({"type": "typing", "on": True})
    await expect(panel.page.locator(".typing")).to_be_visible()
    await chat.say(text("there you are"))
    await expect(panel.page.locator(".typing")).to_be_hidden()


async def test_what_was_read_is_reported_and_what_was_not_is_counted(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await chat.say(text("one"))
    await chat.until(lambda: chat.of("seen"))
    assert chat.of("seen")[0]["seq"] == 1
    await panel.page.keyboard.press("Escape")
    await chat.say(text("two"), text("three"))
    await expect(panel.page.get_by_role("button", name="Chat with us, 2 unread")).to_be_visible()
    await panel.open()
    await chat.until(lambda: len(chat.of("seen")) == 2)
    assert chat.of("seen")[1]["seq"] == 3


async def test_the_shop_having_seen_a_message_shows_on_its_ticks(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await panel.say("hello")
    await expect(panel.theirs).to_have_count(1)
    await chat.send({"type": "seen", "seq": 1})
    await expect(panel.page.get_by_role("img", name="Seen")).to_be_visible()


async def test_a_message_too_long_waits_in_the_box_with_the_reason(chat: FakeChat, visit: Visit) -> None:
    panel = await opened(chat, visit)
    await panel.box.fill("क" * 4100)
    await expect(panel.page.get_by_role("alert")).to_have_text("Too long by 4")
    await panel.box.press("Enter")
    await panel.box.fill("क" * 4096)
    await panel.box.press("Enter")
    await chat.messages(1)
    assert [len(frame["text"]) for frame in chat.of("message")] == [4096]


async def test_the_page_can_open_write_and_close(chat: FakeChat, visit: Visit) -> None:
    panel = Panel(await visit(f"{chat.base}/embed"))
    await panel.page.evaluate("HaatChat.open('half written')")
    await expect(panel.box).to_have_value("half written")
    await panel.page.evaluate("HaatChat.send('said by the page')")
    await expect(panel.mine).to_have_text("said by the page")
    await expect(panel.box).to_have_value("half written")
    await panel.page.evaluate("HaatChat.close()")
    await expect(panel.dialog).to_be_hidden()


async def test_it_fills_an_element_of_the_page_when_asked(chat: FakeChat, visit: Visit) -> None:
    panel = Panel(await visit(f"{chat.base}/embed?target=%23here"))
    region = panel.page.get_by_role("region", name="Chat with us")
    box = await region.bounding_box()
    assert box is not None
    assert box["height"] == 500
    await expect(panel.launcher).to_have_count(0)
    await panel.say("inline")
    await expect(panel.theirs).to_have_text("You said: inline")


async def test_its_own_words_speak_the_language_asked_for(chat: FakeChat, visit: Visit) -> None:
    for language, name in (("hi", "हमसे बात करें"), ("hi-Latn", "Humse baat karein"), ("xx", "Chat with us")):
        page = await visit(f"{chat.base}/embed?lang={language}")
        await expect(page.get_by_role("button", name=name)).to_be_visible()
