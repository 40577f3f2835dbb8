"""The load: customers who order, pay, cancel and chat, and who know what answers they have a right to."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.crash.chat_client import ChatClient

_NUMBER = re.compile(r"HT-\w+")
_WARES = ("MANGO-PICKLE-250", "MANGO-PICKLE-500", "JALEBI-250", "BESAN-LADDU-250")
"""Two packs of one product among them; all customers draw on the same stock."""
_ADDRESS = (("ask_name", "Asha Rao"), ("ask_phone", "98450 12345"), ("ask_street", "12, 4th Cross, Jayanagar 560011"))


class Till(Protocol):
    """Where customers pay: the levers of Razorpay's stand-in."""

    async def pay(self, link_id: str, *, late: bool = False) -> None:
        """Pay a link; late: whatever became of it."""

    async def fail(self, link_id: str) -> None:
        """Try to pay and be declined."""


class Customer(Protocol):
    """Somebody at the chat."""

    chat: ChatClient

    async def go_on(self) -> None:
        """One errand from its beginning to its end."""


@dataclass
class Chatterer:
    """Asks after things that are not sold, several at once, each by a number of its own."""

    chat: ChatClient
    dice: random.Random
    asked: list[str] = field(default_factory=list)

    async def go_on(self) -> None:
        many = self.dice.randint(1, 4)
        await asyncio.gather(*(self._ask(f"teapot {len(self.asked) + place}") for place in range(many)))
        await self.chat.until(lambda: len(self.chat.replies("not_sold")) >= len(self.asked), "not_sold")

    async def _ask(self, what: str) -> None:
        self.asked.append(what)
        await self.chat.say(text=f"do you have {what}?")


@dataclass
class Buyer:
    """Buys in every way there is. `due` counts the replies, by response, that all of it must have brought.

    `orders` maps order number to what became of it in the end: cash, cash_cancelled, paid, refunded, unpaid, too_late.
    """

    chat: ChatClient
    dice: random.Random
    till: Till
    due: Counter[str] = field(default_factory=Counter)
    orders: dict[str, str] = field(default_factory=dict)

    async def go_on(self) -> None:
        errands: tuple[Callable[[], Awaitable[None]], ...]
        errands = (self._cash, self._cash_cancelled, self._paid, self._refunded, self._unpaid, self._too_late)
        await self.dice.choice(errands)()

    async def _cash(self) -> None:
        self.orders[await self._order("cash", "order_placed")] = "cash"

    async def _cash_cancelled(self) -> None:
        number = await self._order("cash", "order_placed")
        await self._cancel(number, "order_cancelled")
        self.orders[number] = "cash_cancelled"

    async def _paid(self) -> None:
        number, link_id = await self._order_online()
        if self.dice.random() < 0.3:
            await self.till.fail(link_id)
            await self._is_told("payment_failed")
        await self.till.pay(link_id)
        await self._is_told("order_paid")
        self.orders[number] = "paid"

    async def _refunded(self) -> None:
        number, link_id = await self._order_online()
        await self.till.pay(link_id)
        await self._is_told("order_paid")
        await self._cancel(number, "order_cancelled_refund")
        await self._is_told("refund_processed")
        self.orders[number] = "refunded"

    async def _unpaid(self) -> None:
        self.orders[(await self._order_in_vain())[0]] = "unpaid"

    async def _too_late(self) -> None:
        number, link_id = await self._order_in_vain()
        await self.till.pay(link_id, late=True)
        await self._is_told("refund_too_late")
        await self._is_told("refund_processed")
        self.orders[number] = "too_late"

    async def _order_online(self) -> tuple[str, str]:
        number = await self._order("online", "link_coming")
        link = await self._is_told("link_ready")
        return number, str(link["url"]).rpartition("/")[2]

    async def _order_in_vain(self) -> tuple[str, str]:
        """Order and cancel before paying; the cart is still full then."""
        number, link_id = await self._order_online()
        await self._cancel(number, "order_cancelled")
        await self._say("cart_cleared", tap="clear_cart")
        return number, link_id

    async def _order(self, way: str, then: str) -> str:
        """Order something; the number of the order, out of the reply that tells it."""
        await self._say("added", tap=f"add:{self.dice.choice(_WARES)}:{self.dice.randint(1, 3)}")
        await self._check_out()
        placed = await self._say(then, tap=f"pay:{way}")
        return str(_NUMBER.findall(placed["text"])[0])

    async def _check_out(self) -> None:
        """The address is asked for once, and remembered with the order."""
        said = {"tap": "checkout"}
        for question, answer in () if self.due["summary"] else _ADDRESS:
            await self._say(question, **said)
            said = {"text": answer}
        await self._say("summary", **said)

    async def _cancel(self, number: str, then: str) -> None:
        await self._say("cancel_sure", tap=f"cancel_order:{number}")
        await self._say(then, tap=f"cancel_now:{number}")

    async def _say(self, key: str, **what: str) -> dict[str, Any]:
        await self.chat.say(**what)
        return await self._is_told(key)

    async def _is_told(self, key: str) -> dict[str, Any]:
        """Wait for one more reply made of this response."""
        self.due[key] += 1
        await self.chat.until(lambda: len(self.chat.replies(key)) >= self.due[key], key)
        return self.chat.replies(key)[self.due[key] - 1]
