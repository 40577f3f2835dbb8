"""Orders, tickets and money."""

import pytest

from console.trade import steps
from model.events import EventKind
from model.money import Money
from model.order import OrderStatus, Payment, TicketKind, may_become
from shop.tickets import raise_ticket
from tests.console.console_kit import Agent, Stand


async def status_of(stand: Stand, number: str) -> OrderStatus:
    order = await stand.queries.order(number)
    assert order is not None
    return order.status


async def test_an_order_shows_what_was_ordered_where_it_goes_and_what_happened(stand: Stand) -> None:
    agent, order = await stand.agent("Asha"), await stand.order("c1")
    page = await agent.page(f"/console/orders/{order.number}")
    for words in ("2 × ", "Mango Pickle", "₹440", "12, 8th Cross", "560003", "Order placed", "20 Nov 2025, 15:00"):
        assert words in page


async def test_orders_are_listed_newest_first_or_by_status(stand: Stand) -> None:
    agent, first, second = await stand.agent("Asha"), await stand.order("c1"), await stand.order("c2")
    every = await agent.page("/console/orders")
    assert every.index(second.number) < every.index(first.number)
    await agent.post(f"/console/orders/{first.number}", status="packed")
    packed = await agent.page("/console/orders?status=packed")
    assert first.number in packed
    assert second.number not in packed
    assert first.number in await agent.page("/console/orders?status=nonsense")


async def test_an_order_moves_on_its_customer_is_told_and_the_history_names_the_agent(stand: Stand) -> None:
    agent, order = await stand.agent("Asha"), await stand.order("c1")
    page = await (await agent.post(f"/console/orders/{order.number}", status="packed")).text()
    assert await status_of(stand, order.number) is OrderStatus.PACKED
    assert order.number in (await stand.queries.transcript(1, 2, 10))[-1].content["body"]
    assert (await stand.queries.history(order.number))[-1].actor == f"agent:{agent.user.id}"
    assert "status: packed" in page
    assert '<span class="by">Asha</span>' in page


@pytest.mark.parametrize("now", list(OrderStatus))
def test_only_steps_that_are_allowed_are_offered(now: OrderStatus) -> None:
    assert all(may_become(now, then) for then in steps(now))
    assert all(not may_become(now, then) for then in set(OrderStatus) - set(steps(now)))


async def test_offered_steps_are_buttons_and_others_are_not(stand: Stand) -> None:
    agent, order = await stand.agent("Asha"), await stand.order("c1")
    await agent.post(f"/console/orders/{order.number}", status="shipped")
    page = await agent.page(f"/console/orders/{order.number}")
    assert 'name="status" value="delivered"' in page
    assert 'name="status" value="packed"' not in page
    assert 'name="status" value="cancelled"' not in page


async def test_a_step_back_is_refused_in_plain_words_and_changes_nothing(stand: Stand) -> None:
    agent, order = await stand.agent("Asha"), await stand.order("c1")
    await agent.post(f"/console/orders/{order.number}", status="out_for_delivery")
    answer = await agent.post(f"/console/orders/{order.number}", status="packed")
    assert answer.status == 422
    assert "is “Out for delivery” and cannot become “Packed”" in await answer.text()
    assert await status_of(stand, order.number) is OrderStatus.OUT_FOR_DELIVERY


async def test_a_step_that_is_no_status_or_an_order_that_is_none_is_refused(stand: Stand) -> None:
    agent, order = await stand.agent("Asha"), await stand.order("c1")
    assert (await agent.post(f"/console/orders/{order.number}", status="lost")).status == 400
    assert (await agent.post("/console/orders/HT-22222", status="packed")).status == 404


async def test_cancelling_puts_the_stock_back(stand: Stand) -> None:
    agent, order = await stand.agent("Asha"), await stand.order("c1")
    await agent.post(f"/console/orders/{order.number}", status="cancelled")
    assert await stand.transact(lambda work: work.uow.catalogue.free(["mango"])) == {"mango": 50_000}
    kinds = [event.kind for event in await stand.queries.history(order.number)]
    assert kinds == [EventKind.ORDER_PLACED, EventKind.ORDER_CANCELLED]


async def raised(stand: Stand) -> int:
    cid = await stand.queued("c1")
    return await stand.transact(
        lambda work: raise_ticket(work, TicketKind.COMPLAINT, "<i>Broken</i> jar", conversation_id=cid)
    )


async def test_a_ticket_is_shown_until_it_is_closed(stand: Stand) -> None:
    agent, ticket = await stand.agent("Asha"), await raised(stand)
    page = await agent.page("/console/tickets")
    for words in (f"#{ticket} Complaint", "&lt;i&gt;Broken&lt;/i&gt; jar", "/console/conversations/1"):
        assert words in page
    after = await (await agent.post(f"/console/tickets/{ticket}/close")).text()
    assert "No open tickets." in after
    assert f"#{ticket} Complaint" in await agent.page("/console/tickets?closed=1")


async def test_closing_a_ticket_twice_changes_nothing(stand: Stand) -> None:
    agent, ticket = await stand.agent("Asha"), await raised(stand)
    for _ in range(2):
        assert (await agent.post(f"/console/tickets/{ticket}/close")).status == 200


async def paid(agent: Agent, currency: str) -> str:
    """The money page after a payment that matches nothing."""
    payment = Payment("pay_123", None, None, Money(12345), currency, "upi", agent.stand.now)
    await agent.stand.transact(lambda work: work.uow.payments.add(payment))
    return await agent.page("/console/money")


@pytest.mark.parametrize(("currency", "shown"), [("INR", "₹123.45"), ("USD", "123.45 USD")])
async def test_money_that_matches_no_order_is_shown(stand: Stand, currency: str, shown: str) -> None:
    page = await paid(await stand.agent("Asha"), currency)
    assert "pay_123" in page
    assert shown in page
