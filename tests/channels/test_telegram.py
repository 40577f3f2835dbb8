"""How a channel is added, proved: Telegram is two files, `telegram_edge` and `telegram_sender`, and the wiring here.

Nothing else of the product knows it. (A channel that is served is a member of `model.message.Channel` as well.)
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from app.web import errors
from bot.engine import Engine
from gateways.files import KeptFiles
from model.catalogue import Catalogue
from model.message import Address
from model.order import Order, OrderStatus
from shop import orders
from shop.work import Work
from tests.channels import telegram_edge
from tests.channels.telegram_edge import TELEGRAM
from tests.channels.telegram_play import KNOWN_BY, TOKEN, Person, Telegram, buttons
from tests.channels.telegram_sender import Telegram as Sender
from tests.channels.telegram_sender import messages
from tests.kit import SPEECH, Scene, catalogue
from tests.webhooks.edge_kit import PNG, serving

BOT = "haat_bot"


@dataclass
class Stand:
    """A bot on Telegram; its engine is not started: `settle` does what is due."""

    scene: Scene
    telegram: Telegram
    meera: Person
    files: Path

    async def settle(self) -> None:
        """What is due now is done, and what came of it is delivered."""
        await self.scene.settle()
        await self.scene.turns()

    async def later(self, **by: float) -> None:
        """Time passes (`minutes=25`), and what is due then is done."""
        await self.scene.later(**by)
        await self.scene.turns()

    async def writes(self, text: str, intent: str = "inform", **entities: Any) -> None:
        """Meera writes something that means that, and all that follows is done."""
        self.scene.nlu.means(text, intent, **entities)
        await self.meera.writes(text)
        await self.settle()

    async def taps(self, title: str) -> None:
        await self.meera.taps(title)
        await self.settle()

    async def ordered(self) -> str:
        """Meera has ordered a jar and pays in cash; the order's number."""
        await self.writes("do you have mango pickle?", "search", product="mango pickle")
        await self.taps("Add 250 g")
        await self.taps("Order now")
        for text in ("Meera Rao", "98450 12345", "12, 4th Cross, Jayanagar 560011"):
            await self.writes(text)
        await self.taps("Cash on delivery")
        (order,) = await self.scene.do(self._orders)
        return order.number

    def _orders(self, work: Work) -> list[Order]:
        address = Address(TELEGRAM, BOT, str(self.meera.chat))
        return work.uow.orders.of_customer(work.uow.conversations.open(address, work.now).customer_id, 5)


@asynccontextmanager
async def on_telegram(folder: Path) -> AsyncIterator[Stand]:
    """The wiring: what `app/channels.py` does for a channel that is served."""
    scene = await Scene().open(_pictured())
    async with ClientSession() as http:
        telegram = Telegram(http)
        async with serving(telegram.application()) as api:
            way = Sender(http, api, TOKEN)
            scene.parts = replace(
                scene.parts,
                speech=replace(SPEECH, pictures="https://shop.example/shop"),
                senders={TELEGRAM: way},
                media={TELEGRAM: way},
                attentive={TELEGRAM: way},
                files=KeptFiles(folder),
            )
            scene.engine = Engine(scene.parts)
            app = web.Application(middlewares=[errors])
            telegram_edge.add_routes(app, scene.engine, KNOWN_BY, BOT)
            async with serving(app) as telegram.shop:
                yield Stand(scene, telegram, telegram.person(), folder)
                await scene.turns()


def _pictured() -> Catalogue:
    goods = catalogue()
    return replace(goods, products=tuple(replace(one, picture=f"pictures/{one.id}.png") for one in goods.products))


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with on_telegram(tmp_path) as made:
        yield made


async def test_a_whole_journey(stand: Stand) -> None:
    """Hello, a shelf, a tap, an address in words, a link, the payment's news."""
    await stand.writes("hi", "greet")
    await stand.taps("Look around")
    await stand.taps("🥭 Pickles")
    await stand.taps("Add 500 g")
    assert "Added: 1 × Mango Pickle 500 g" in stand.meera.read[-1]
    await stand.taps("Order now")
    for text in ("Meera Rao", "98450 12345", "12, 4th Cross, Jayanagar 560011"):
        await stand.writes(text)
    await stand.taps("Pay online")
    link = stand.telegram.chats[stand.meera.chat][-1]
    assert ["https://pay.example/"] == [button["url"][:20] for button in buttons(link)]
    reference = next(iter(stand.scene.razorpay.made))
    stand.scene.razorpay.pay(reference)
    await stand.later(minutes=25)
    assert "We have received" in stand.meera.read[-1]


async def test_a_reply_goes_in_parts(stand: Stand) -> None:
    """The words, a picture for each product with its packs, what else there is; each once though one had to wait."""
    stand.telegram.refuse = [None, None, 429]
    await stand.writes("pickles please", "browse", category="pickles")
    assert ["🥭 *Pickles*: 2 kinds"] == stand.meera.read[:1]
    assert 2 == len(stand.meera.read)
    await stand.later(seconds=10)
    sent = stand.telegram.chats[stand.meera.chat]
    assert [False, True, True, False] == ["photo" in body for body in sent]
    assert "https://shop.example/shop/pictures/garlic.png" == sent[2]["photo"]


async def test_a_tap_is_answered_and_a_message_attended(stand: Stand) -> None:
    """The button stops working before the reply comes."""
    await stand.writes("hi", "greet")
    assert ["sendChatAction", "sendMessage"] == sorted(stand.telegram.calls)
    await stand.taps("Look around")
    assert "answerCallbackQuery" in stand.telegram.calls


async def test_a_number_picks_a_choice(stand: Stand) -> None:
    """A customer who writes "1" instead of tapping is understood."""
    await stand.writes("hi", "greet")
    await stand.writes("1")
    assert "Here is what we make" in stand.meera.read[-1]


async def test_a_photo_with_a_complaint(stand: Stand) -> None:
    """The largest size is fetched and kept with the ticket."""
    await stand.ordered()
    stand.scene.nlu.means("one jar was broken and leaked", "complain")
    await stand.meera.sends_photo(PNG, "one jar was broken and leaked")
    await stand.settle()
    assert "I have noted it as ticket" in stand.meera.read[-1]
    assert [PNG] == [path.read_bytes() for path in stand.files.rglob("*.png")]


async def test_a_repeated_update_is_the_same_message(stand: Stand) -> None:
    """Telegram sends again what was not answered in time."""
    message = await stand.meera.sends(text="hi")
    await stand.settle()
    assert 200 == await stand.telegram.tell("message", message)
    await stand.settle()
    assert 1 == len(stand.meera.read)


async def test_who_blocks_the_bot_is_left_alone(stand: Stand) -> None:
    """Nothing goes to them until they let it in again."""
    number = await stand.ordered()
    await stand.meera.blocks()
    read = len(stand.meera.read)
    await stand.scene.change("agent", lambda work: orders.move(work, number, OrderStatus.PACKED))
    await stand.settle()
    assert read == len(stand.meera.read)
    await stand.meera.blocks(blocks=False)
    await stand.scene.change("agent", lambda work: orders.move(work, number, OrderStatus.SHIPPED))
    await stand.settle()
    assert f"Good news: your order {number} is on its way! 🚚" == stand.meera.read[-1]


async def test_a_refusal_for_good_is_kept(stand: Stand) -> None:
    """Telegram says that they blocked the bot: the reply is not tried again."""
    stand.telegram.blocked.add(stand.meera.chat)
    await stand.writes("hi", "greet")
    await stand.later(minutes=10)
    assert 1 == stand.telegram.calls.count("sendMessage")


@pytest.mark.parametrize("secret", ["", "another"])
async def test_without_the_secret_nothing_is_taken(stand: Stand, secret: str) -> None:
    """Whoever does not know it is sent away."""
    message = {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": "hi"}
    assert 401 == await stand.telegram.tell("message", message, secret)
    await stand.settle()
    assert {} == stand.telegram.chats


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("message", {"message_id": 1, "chat": {"id": -5, "type": "group"}, "text": "hi"}),
        ("message", {"chat": {"id": 5, "type": "private"}, "text": "hi"}),
        ("callback_query", {"id": "1", "data": "help"}),
        ("channel_post", {"text": "hi"}),
        ("message", "hi"),
    ],
)
async def test_what_is_not_for_us_is_answered_and_forgotten(stand: Stand, kind: str, about: Any) -> None:
    """Groups, what has no sender, kinds of updates that we do not know: 200, for they would only come again."""
    assert 200 == await stand.telegram.tell(kind, about)
    await stand.settle()
    assert {} == stand.telegram.chats


async def test_other_kinds_of_messages_are_answered_kindly(stand: Stand) -> None:
    """A point on the map, a recording, a sticker."""
    await stand.meera.sends(location={"latitude": 12.9, "longitude": 77.6})
    await stand.meera.sends(voice={"file_id": "gone", "mime_type": "audio/ogg"})
    await stand.meera.sends(sticker={"file_id": "s"})
    await stand.settle()
    begin = ("Thank you for the location", "I cannot listen to voice messages", "I cannot read this kind")
    assert [True] * 3 == [text.startswith(words) for text, words in zip(stand.meera.read, begin, strict=True)]


def test_choices_that_no_button_holds_are_numbered() -> None:
    """A button's data has at most 64 bytes."""
    choices = [{"id": "x" * 65, "title": "This"}, {"id": "help", "title": "That"}]
    content = {"kind": "choices", "body": "Which?", "text": "Which?\n1. This\n2. That", "choices": choices}
    assert [("sendMessage", {"text": "Which?\n1. This\n2. That"})] == messages(content)
