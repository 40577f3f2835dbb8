"""Plays a journey: does each step as a customer or the shop would, and checks the facts the file states."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp

from model.conversation import Conversation
from model.message import Address, Channel, Inbound
from model.order import LinkStatus, Order, OrderStatus
from model.rows import OutboxRow
from shop import orders
from tests.journeys.script import OrderFacts, Step, TicketFacts
from tests.journeys.stage import SANDBOX_PORT, Stage

_WITHIN = 10.0
_SANDBOX = f"http://127.0.0.1:{SANDBOX_PORT}/_sandbox/razorpay"


class Player:
    """One journey under way. `shown` holds every choice a customer was ever shown."""

    def __init__(self, stage: Stage, channel: Channel) -> None:
        self._stage = stage
        self._channel = channel
        self._shown: dict[str, set[str]] = {}
        self._said = 0
        self._by = self._before = "customer"

    async def play(self, step: Step) -> None:
        """Do it, wait for the replies it brings, check what it states. Raises AssertionError naming the difference."""
        if step.by != self._by:
            self._before, self._by = self._by, step.by
        await self._act(step)
        rows = [await self._next(step, place) for place in range(len(step.replies))]
        conversation = await self._conversation()
        self._shown.setdefault(step.by, set()).update(_choices(rows))
        assert step.replies == _keys(rows), self._told(step, rows)
        await self._check(step, rows, conversation)

    async def over(self) -> None:
        """Nothing was said that no step told of."""
        await self._stage.engine.stop()
        left = self._stage.replies.replies((await self._conversation()).id)
        assert left.empty(), f"said after the end: {left.get_nowait().content['key']}"

    async def _act(self, step: Step) -> None:
        if step.says is not None:
            await self._send(text=await self._filled(step.says))
        elif step.taps is not None:
            tap = await self._filled(step.taps)
            assert tap in self._shown.get(self._by, set()), (
                f"{tap} was never shown: {sorted(self._shown.get(self._by, ()))}"
            )
            await self._send(tap=tap)
        elif step.shop_sets is not None:
            number, status = (await self._order()).number, step.shop_sets
            await self._stage.engine.change("agent:1", lambda work: orders.move(work, number, status))
        else:
            await self._at_sandbox("pay" if step.pays else "fail")

    async def _send(self, text: str = "", tap: str = "") -> None:
        self._said += 1
        await self._stage.engine.accept(Inbound(self._address(), str(self._said), text, tap))
        async with asyncio.timeout(_WITHIN):
            await self._stage.turns.get()

    def _address(self) -> Address:
        return Address(self._channel, "journeys", self._by)

    async def _at_sandbox(self, verb: str) -> None:
        """Pay the newest open link, or have the bank decline it."""
        number = (await self._order()).number
        links = await self._stage.bot.store.transact(lambda uow: uow.payments.links_of(number))
        newest = [link for link in links if link.status is LinkStatus.OPEN][-1]
        url = f"{_SANDBOX}/{verb}/{newest.provider_id}"
        async with aiohttp.ClientSession() as session, session.post(url, json={"method": "upi"}) as answer:
            assert answer.status == 200, await answer.text()

    async def _next(self, step: Step, place: int) -> OutboxRow:
        queue = self._stage.replies.replies((await self._conversation()).id)
        try:
            async with asyncio.timeout(_WITHIN):
                return await queue.get()
        except TimeoutError:
            raise AssertionError(f"no {step.replies[place]} came: {self._told(step, [])}") from None

    async def _conversation(self) -> Conversation:
        store, now = self._stage.bot.store, self._stage.engine.parts.clock()
        return await store.transact(lambda uow: uow.conversations.open(self._address(), now))

    async def _order(self, by: str | None = None) -> Order:
        placed = await self._orders(by)
        assert placed, "there is no order yet"
        return placed[0]

    async def _orders(self, by: str | None = None) -> list[Order]:
        address, now = Address(self._channel, "journeys", by or self._by), self._stage.engine.parts.clock()
        return await self._stage.bot.store.transact(
            lambda uow: uow.orders.of_customer(uow.conversations.open(address, now).customer_id, 20)
        )

    async def _filled(self, text: str) -> str:
        if "{order}" in text:
            text = text.replace("{order}", (await self._order()).number)
        if "{their_order}" in text:
            text = text.replace("{their_order}", (await self._order(self._before)).number)
        return text

    def _told(self, step: Step, rows: list[OutboxRow]) -> str:
        heard = self._stage.ears.last if step.says else None
        ears = f"{heard.intent} {heard.confidence:.2f} {heard.language} {_entities(heard.entities)}" if heard else ""
        return f"{step.says or step.taps} → heard {ears} → said " + " | ".join(row.content["text"] for row in rows)

    async def _check(self, step: Step, rows: list[OutboxRow], conversation: Conversation) -> None:
        text = "\n".join(row.content["text"] for row in rows)
        heard = self._stage.ears.last
        assert step.hears is None or (heard and heard.intent == step.hears), self._told(step, rows)
        for piece in step.says_contains:
            assert await self._filled(piece) in text, f"{piece!r} is not in: {text}"
        for piece in step.says_not:
            assert piece not in text, f"{piece!r} is in: {text}"
        for tap in step.offers:
            assert await self._filled(tap) in _choices(rows), f"{tap} is not offered: {sorted(_choices(rows))}"
        await self._check_stored(step, conversation)

    async def _check_stored(self, step: Step, conversation: Conversation) -> None:
        customer = conversation.customer_id
        if step.cart is not None:
            cart = await self._stage.bot.store.transact(lambda uow: uow.customers.cart(customer))
            assert step.cart == {line.sku: line.packs for line in cart.lines}
        if step.order:
            _check_order(step.order, await self._order())
        assert step.orders in (None, len(await self._live_orders()))
        assert step.holder in (None, conversation.holder)
        assert step.language in (None, conversation.memory.language), self._told(step, [])
        await self._check_tickets(step)

    async def _live_orders(self) -> list[Order]:
        return [order for order in await self._orders() if order.status is not OrderStatus.REPLACED]

    async def _check_tickets(self, step: Step) -> None:
        tickets = await self._stage.bot.queries.tickets(False, 20)
        assert step.tickets in (None, len(tickets)), tickets
        if step.ticket:
            assert tickets, "there is no ticket"
            assert await self._filled(step.ticket.contains) in tickets[0].details
            facts = TicketFacts(kind=tickets[0].kind, of_order=tickets[0].order_number is not None)
            assert step.ticket.model_copy(update={"contains": ""}) == facts


def _check_order(facts: OrderFacts, order: Order) -> None:
    """Every fact that is stated."""
    actual = OrderFacts(
        status=order.status,
        paid=order.paid,
        pay_by=order.pay_by,
        total=str(order.total),
        lines={line.sku: line.packs for line in order.lines},
        name=order.ship_to.name,
        phone=order.ship_to.phone,
        street=order.ship_to.street,
        pincode=order.ship_to.pincode,
        coupon=order.coupon,
    )
    stated = facts.model_dump(exclude_none=True)
    assert stated == actual.model_dump(include=set(stated))


def _choices(rows: list[OutboxRow]) -> set[str]:
    return {choice["id"] for row in rows for part in (row.content, *_cards(row.content)) for choice in _of(part)}


def _cards(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(content.get("products", ()))


def _of(part: Mapping[str, Any]) -> list[Mapping[str, str]]:
    return list(part.get("choices", ()))


def _keys(rows: list[OutboxRow]) -> list[str]:
    return [str(row.content["key"]) for row in rows]


def _entities(entities: tuple[Any, ...]) -> list[str]:
    return [f"{entity.kind}={entity.value}" for entity in entities]
