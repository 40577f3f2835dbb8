"""Money on its whole way: the bot, Razorpay's SDK, the sandbox as its own process, signed webhooks between them."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import ClientSession, web

from bot import engine
from gateways.razorpay import Razorpay
from model.order import OrderStatus, RefundStatus
from shop import orders
from store.queries import SqlQueries
from store.sql import SqlStore
from tests.journeys.payment_stage import (
    KEY_ID,
    KEY_SECRET,
    WEBHOOK_SECRET,
    Ports,
    RunningClock,
    Stage,
    sandbox_process,
    signed,
)
from tests.kit import Scene, eventually, new_database
from webhooks import razorpay

ALL_EVENTS = ["payment.authorized", "payment.captured", "order.paid", "payment_link.paid"]


@pytest.fixture(scope="module")
def ports() -> Iterator[Ports]:
    with sandbox_process() as ports:
        yield ports


@pytest.fixture
async def stage(ports: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    for name in ("_LOOK_EVERY", "_OUTBOX_EVERY"):
        monkeypatch.setattr(engine, name, 0.05)
    url = new_database(tmp_path)
    store, queries = SqlStore(url), SqlQueries(url)
    back = f"http://127.0.0.1:{ports.shop}/payments/razorpay/return"
    gateway = Razorpay(f"http://127.0.0.1:{ports.sandbox}", KEY_ID, KEY_SECRET, back, "Tiny Pickles")
    scene = await Scene(store, RunningClock(), gateway=gateway).open()
    app = web.Application()
    razorpay.add_routes(app, scene.engine, [WEBHOOK_SECRET], KEY_SECRET)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", ports.shop, reuse_address=True).start()
    await scene.engine.start()
    async with ClientSession() as http:
        stage = Stage(scene, queries, http, ports)
        yield stage
        await stage.lever("chaos", {}, "DELETE")
        await stage.quiet()
    await scene.engine.stop()
    await runner.cleanup()
    gateway.close()
    await queries.close()
    await store.close()


async def test_paying_confirms_once_though_events_come_twice_and_in_the_wrong_order(stage: Stage) -> None:
    await stage.chaos(duplicate=True, shuffle=True)
    order, link = await stage.order(packs=2)
    payment_id = await stage.pay(link)
    paid = await stage.becomes(order, OrderStatus.CONFIRMED)
    await stage.quiet()
    assert paid.paid
    (payment,) = await stage.queries.payments_of(order.number)
    assert (payment.provider_id, payment.amount, payment.applied) == (payment_id, order.total, True)
    assert stage.scene.told().count("order_paid") == 1
    assert await stage.free() == 9_500
    assert [e.kind for e in await stage.queries.history(order.number)].count("order_paid") == 1


@pytest.mark.parametrize("kept", ["payment.captured", "order.paid", "payment_link.paid"])
async def test_any_single_one_of_the_events_is_enough(stage: Stage, kept: str) -> None:
    await stage.chaos(drop=[name for name in ALL_EVENTS if name != kept])
    order, link = await stage.order()
    await stage.pay(link)
    await stage.becomes(order, OrderStatus.CONFIRMED)


async def test_a_second_payment_of_a_link_is_refunded_once_and_told(stage: Stage) -> None:
    order, link = await stage.order()
    await stage.pay(link)
    await stage.becomes(order, OrderStatus.CONFIRMED)
    second = await stage.pay(link, late=True)
    assert await stage.hears("refund_processed") == 1
    assert await stage.hears("refund_double") == 1
    (refund,) = await stage.scene.do(lambda work: work.uow.payments.refunds_of(order.number))
    assert (refund.payment_id, refund.status) == (second, RefundStatus.PROCESSED)
    sent = [r for r in (await stage.state())["refunds"] if r["payment_id"] == second]
    assert [r["amount"] for r in sent] == [order.total.paise]


async def test_a_fresh_link_cancels_the_old_one_and_if_both_are_paid_the_later_goes_back(stage: Stage) -> None:
    order, old = await stage.order()
    await stage.scene.engine.change("customer", lambda work: orders.fresh_link(work, order))
    fresh = await stage.link(order)
    assert fresh.reference != old.reference
    there = {link["id"]: link["status"] for link in (await stage.state())["links"]}
    assert (there[str(old.provider_id)], there[str(fresh.provider_id)]) == ("cancelled", "created")
    first = await stage.pay(old, late=True)
    await stage.becomes(order, OrderStatus.CONFIRMED)
    await stage.quiet()
    second = await stage.pay(fresh, late=True)
    await stage.hears("refund_double")
    applied = {p.provider_id: p.applied for p in await stage.queries.payments_of(order.number)}
    assert applied == {first: True, second: False}


async def test_the_link_is_closed_at_razorpay_before_the_stock_goes(stage: Stage) -> None:
    order, link = await stage.order()
    assert await stage.free() == 9_750
    await stage.hold_ends(order)
    assert await stage.free() == 10_000
    there = {link["id"]: link["status"] for link in (await stage.state())["links"]}
    assert there[str(link.provider_id)] == "cancelled"
    assert await stage.hears("order_expired") == 1


async def test_a_payment_after_the_hold_is_honoured_while_stock_is_there(stage: Stage) -> None:
    order, link = await stage.order()
    await stage.hold_ends(order)
    await stage.pay(link, late=True)
    await stage.becomes(order, OrderStatus.CONFIRMED)
    assert await stage.free() == 9_750


async def test_a_payment_after_the_hold_is_refunded_and_told_where_the_stock_is_gone(stage: Stage) -> None:
    order, link = await stage.order()
    await stage.hold_ends(order)
    await stage.scene.do(lambda work: work.uow.catalogue.set_on_hand("mango", 100))
    await stage.pay(link, late=True)
    assert await stage.hears("refund_too_late") == 1
    assert await stage.hears("refund_processed") == 1
    await stage.becomes(order, OrderStatus.EXPIRED)


async def test_a_payment_nobody_was_told_of_is_found_when_the_hold_ends(stage: Stage) -> None:
    await stage.chaos(drop=ALL_EVENTS)
    order, link = await stage.order()
    await stage.pay(link)
    stage.scene.clock.advance(minutes=25)
    await stage.scene.engine.watch_clock()
    await stage.becomes(order, OrderStatus.CONFIRMED)


async def test_a_declined_payment_is_told_and_the_link_still_pays(stage: Stage) -> None:
    order, link = await stage.order()
    await stage.lever(f"fail/{link.provider_id}", {"method": "card"})
    assert await stage.hears("payment_failed") == 1
    await stage.pay(link)
    await stage.becomes(order, OrderStatus.CONFIRMED)


async def test_a_webhook_with_a_wrong_signature_or_a_changed_body_changes_nothing(stage: Stage) -> None:
    await stage.chaos(drop=ALL_EVENTS)
    order, link = await stage.order()
    payment_id = await stage.pay(link)
    raw = await stage.event("payment_link.paid", payment_id)
    changed = raw.replace(b'"currency":"INR"', b'"currency":"USD"')
    assert [await stage.post(raw, signature) for signature in ("", "0" * 64, signed(b"other"))] == [401] * 3
    assert await stage.post(changed, signed(raw)) == 401
    await stage.quiet()
    await stage.becomes(order, OrderStatus.AWAITING_PAYMENT)
    assert await stage.queries.payments_of(order.number) == []
    assert await stage.post(raw, signed(raw)) == 200
    await stage.becomes(order, OrderStatus.CONFIRMED)


@pytest.mark.parametrize(("field", "value"), [("amount", 1), ("amount", 10**9), ("currency", "USD")])
async def test_signed_money_of_another_amount_or_currency_pays_nothing_and_is_shown(
    stage: Stage, field: str, value: object
) -> None:
    await stage.chaos(drop=ALL_EVENTS)
    order, link = await stage.order()
    payment_id = await stage.pay(link)
    body = json.loads(await stage.event("payment.captured", payment_id))
    body["payload"]["payment"]["entity"][field] = value
    raw = json.dumps(body).encode()
    assert await stage.post(raw, signed(raw)) == 200
    (unmatched,) = await eventually(lambda: stage.queries.unmatched(10))
    assert (unmatched.provider_id, unmatched.order_number) == (payment_id, None)
    await stage.becomes(order, OrderStatus.AWAITING_PAYMENT)
    assert [ticket.kind for ticket in await stage.queries.tickets(closed=False, limit=10)] == ["payment"]


async def test_signed_money_of_no_order_is_kept_and_shown_as_unmatched(stage: Stage) -> None:
    entity = {"id": "pay_Elsewhere", "amount": 4900, "currency": "INR", "status": "captured", "method": "upi"}
    event = {"event": "payment.captured", "payload": {"payment": {"entity": entity | {"created_at": 1_760_000_000}}}}
    await stage.lever("webhook", event)
    (unmatched,) = await eventually(lambda: stage.queries.unmatched(10))
    assert (unmatched.provider_id, unmatched.amount.paise, unmatched.applied) == ("pay_Elsewhere", 4900, False)


async def test_the_return_page_only_has_razorpay_asked(stage: Stage) -> None:
    await stage.chaos(drop=ALL_EVENTS)
    order, link = await stage.order()
    forged = {
        "razorpay_payment_id": "pay_Forged",
        "razorpay_payment_link_id": str(link.provider_id),
        "razorpay_payment_link_reference_id": link.reference,
        "razorpay_payment_link_status": "paid",
        "razorpay_signature": "0" * 64,
    }
    assert await stage.come_back(forged) == 303
    await stage.quiet()
    await stage.becomes(order, OrderStatus.AWAITING_PAYMENT)
    address = urlsplit(await stage.pay_on_page(link))
    assert address.path == "/payments/razorpay/return"
    assert await stage.come_back(dict(parse_qsl(address.query))) == 303
    paid = await stage.becomes(order, OrderStatus.CONFIRMED)
    assert paid.paid


@pytest.mark.parametrize("way", [429, 500, 502, "cut"])
async def test_a_call_that_goes_wrong_makes_no_second_link(stage: Stage, way: object) -> None:
    await stage.chaos(fail_next=1, fail_with=way, fail_match="POST /v1/payment_links")
    order = await stage.scene.order()
    await stage.scene.engine._carry_out()
    stage.scene.clock.advance(seconds=5)
    link = await stage.link(order)
    made = [one for one in (await stage.state())["links"] if one["reference_id"] == link.reference]
    assert [one["id"] for one in made] == [link.provider_id]
    assert (await stage.hears("link_ready"), len(await stage.links(order))) == (1, 1)


@pytest.mark.parametrize("way", [429, 500, "cut"])
async def test_a_refund_that_goes_wrong_is_sent_once(stage: Stage, way: object) -> None:
    order, link = await stage.order()
    payment_id = await stage.pay(link)
    await stage.becomes(order, OrderStatus.CONFIRMED)
    await stage.chaos(fail_next=1, fail_with=way, fail_match="/refund")
    await stage.scene.tap(f"cancel_now:{order.number}")
    stage.scene.clock.advance(seconds=5)
    assert await stage.hears("refund_processed") == 1
    sent = [refund for refund in (await stage.state())["refunds"] if refund["payment_id"] == payment_id]
    assert [refund["amount"] for refund in sent] == [order.total.paise]
    assert "order_cancelled_refund" in stage.scene.told()
