"""Webhooks: what they say, how they are signed, and that they arrive."""

import asyncio
import json

import pytest
import razorpay
from razorpay.errors import SignatureVerificationError

from sandbox.postman import pauses
from tests.sandbox.sandbox_kit import OLDER_SECRET, WEBHOOK_SECRET, Received, Shop, Stand, Starter

PAID = ["payment.authorized", "payment.captured", "order.paid", "payment_link.paid"]


async def paid(stand: Stand, **more: object) -> str:
    """The id of a link just paid by UPI."""
    link = await stand.link(**more)
    await stand.control(f"pay/{link['id']}", {"method": "upi"})
    return str(link["id"])


async def test_one_payment_brings_four_events_about_the_same_payment(stand: Stand, shop: Shop) -> None:
    await paid(stand)

    told = await shop.got(4)
    assert [received.event for received in told] == PAID
    assert len({received.body["payload"]["payment"]["entity"]["id"] for received in told}) == 1
    assert len({received.event_id for received in told}) == 4


async def test_the_signature_holds_for_the_raw_bytes_only(stand: Stand, shop: Shop, sdk: razorpay.Client) -> None:
    await paid(stand, description="గోంగూర")

    told = (await shop.got(4))[3]
    assert sdk.utility.verify_webhook_signature(told.raw.decode(), told.signature, WEBHOOK_SECRET)
    with pytest.raises(SignatureVerificationError):
        sdk.utility.verify_webhook_signature(json.dumps(told.body), told.signature, WEBHOOK_SECRET)


async def test_the_older_secret_signs_while_secrets_are_rotated(
    start: Starter, shop: Shop, sdk: razorpay.Client
) -> None:
    await paid(await start(old_secret=True))

    told = (await shop.got(4))[0]
    assert sdk.utility.verify_webhook_signature(told.raw.decode(), told.signature, OLDER_SECRET)


async def test_the_order_of_a_paid_link_goes_by_an_id_without_its_prefix(stand: Stand, shop: Shop) -> None:
    await paid(stand)

    told = await shop.got(4)
    order_paid, link_paid = told[2].body["payload"], told[3].body["payload"]
    order_id = link_paid["payment_link"]["entity"]["order_id"]
    assert order_id.startswith("order_")
    assert order_id == order_paid["order"]["entity"]["id"]
    assert order_id.removeprefix("order_") == link_paid["order"]["entity"]["id"]


async def test_notes_are_null_a_list_or_an_object(stand: Stand, shop: Shop) -> None:
    await paid(stand)
    await shop.got(4)
    await paid(stand, notes={"order": "HT-1"})

    told = [received.body["payload"] for received in await shop.got(8)]
    without, noted = told[3], told[7]
    assert (without["payment_link"]["entity"]["notes"], without["payment"]["entity"]["notes"]) == (None, [])
    assert {"order": "HT-1"} == noted["payment_link"]["entity"]["notes"] == noted["payment"]["entity"]["notes"]
    assert without["payment_link"]["entity"]["reminders"] == {"status": "failed"}


async def test_an_authorised_payment_is_not_captured_yet(stand: Stand, shop: Shop) -> None:
    await paid(stand)

    entities = [received.body["payload"]["payment"]["entity"] for received in (await shop.got(4))[:2]]
    assert [(entity["status"], entity["captured"]) for entity in entities] == [
        ("authorized", False),
        ("captured", True),
    ]


@pytest.mark.parametrize(("method", "captured", "code"), [("upi", False, "BAD_REQUEST_ERROR"), ("card", True, "")])
async def test_a_declined_card_claims_to_be_captured(
    stand: Stand, shop: Shop, method: str, captured: bool, code: str
) -> None:
    link = await stand.link()
    await stand.control(f"fail/{link['id']}", {"method": method})

    told = (await shop.got(1))[0]
    entity = told.body["payload"]["payment"]["entity"]
    assert ("payment.failed", "failed", captured, code) == (
        told.event,
        entity["status"],
        entity["captured"],
        entity["error_code"],
    )


async def test_what_is_not_taken_is_sent_again_under_the_same_id(stand: Stand, shop: Shop) -> None:
    shop.answers = [500, 503, 302]
    link = await stand.link()
    await stand.call("POST", f"/v1/payment_links/{link['id']}/cancel", {})

    told = await shop.got(4)
    assert len({(received.event_id, received.raw) for received in told}) == 1
    assert (await settled(stand))[0]["attempts"] == [500, 503, 302, 200]


async def test_a_receiver_that_is_too_slow_is_asked_again(stand: Stand, shop: Shop) -> None:
    shop.slowly = 5
    link = await stand.link()
    await stand.call("POST", f"/v1/payment_links/{link['id']}/cancel", {})

    await shop.got(1)
    shop.slowly = 0
    await shop.got(2)
    assert (await settled(stand))[0]["attempts"] == ["no answer in time", 200]


async def test_retries_go_on_for_ten_minutes_with_growing_pauses() -> None:
    waits = list(pauses(0.5, 600.0))

    assert waits[:7] == [0.5, 1, 2, 4, 8, 15, 15]
    assert 585 < sum(waits) <= 600


async def test_every_event_can_come_twice(start: Starter, shop: Shop) -> None:
    await paid(await start(duplicate=True))

    told = await shop.got(8)
    assert [received.event for received in told] == PAID * 2
    assert ids(told[:4]) == ids(told[4:])


async def test_events_can_come_last_first(start: Starter, shop: Shop) -> None:
    stand = await start(shuffle=True, refund_ms=0)
    await paid(stand)
    assert PAID[::-1] == await shop.events(4)

    payment = (await stand.state())["payments"][0]
    await stand.call("POST", f"/v1/payments/{payment['id']}/refund", {})
    assert (await shop.events(6))[4:] == ["refund.processed", "refund.created"]


async def test_dropped_events_stay_away_until_asked_for(start: Starter, shop: Shop) -> None:
    stand = await start(drop=("payment_link.paid", "order.paid"))
    await paid(stand)

    assert PAID[:2] == await shop.events(2)
    dropped = [told for told in (await stand.state())["webhooks"] if told["state"] == "dropped"]
    assert PAID[2:] == [told["event"] for told in dropped]
    await stand.control("chaos", {"drop": []})
    await stand.control(f"redeliver/{dropped[1]['id']}", {})
    assert (dropped[1]["id"], "payment_link.paid") == (
        (await shop.got(3))[2].event_id,
        (await shop.got(3))[2].event,
    )


async def test_events_can_be_held_back(start: Starter, shop: Shop) -> None:
    stand = await start(delay_ms=200)
    began = asyncio.get_running_loop().time()
    await paid(stand)

    await shop.got(1)
    assert asyncio.get_running_loop().time() - began >= 0.2


async def test_any_body_is_sent_signed_byte_for_byte(stand: Stand, shop: Shop, sdk: razorpay.Client) -> None:
    raw = b'{ "event":"payment.captured",  "payload":{"payment":{"entity":{"id":"pay_Stranger"}}}}'
    headers = {"Content-Type": "application/json"}
    async with stand.http.post(f"{stand.url}/_sandbox/razorpay/webhook", data=raw, headers=headers) as answer:
        assert answer.status == 202
        sent = await answer.json()

    told = (await shop.got(1))[0]
    assert (raw, sent["id"]) == (told.raw, told.event_id)
    assert sdk.utility.verify_webhook_signature(raw.decode(), told.signature, WEBHOOK_SECRET)


@pytest.mark.parametrize("how", ["expired", "cancelled"])
async def test_late_money_arrives_for_a_closed_link_only_by_the_lever(stand: Stand, shop: Shop, how: str) -> None:
    link = await stand.link()
    await closed(stand, link["id"], how)

    refused = await stand.control(f"pay/{link['id']}", {"method": "upi"})
    payment = await stand.control(f"pay/{link['id']}", {"method": "upi", "late": True})

    assert f"Payment link is {how}" == refused["error"]["description"]
    assert payment["status"] == "captured"
    assert [f"payment_link.{how}", *PAID] == await shop.events(5)


async def test_a_link_paid_twice_brings_a_second_captured_payment(stand: Stand, shop: Shop) -> None:
    link_id = await paid(stand)
    await shop.got(4)

    second = await stand.control(f"pay/{link_id}", {"method": "card", "late": True})

    told = (await shop.got(6))[4:]
    assert PAID[:2] == [received.event for received in told]
    assert second["id"] == told[1].body["payload"]["payment"]["entity"]["id"]
    assert len((await stand.state())["links"][0]["payments"]) == 2


def ids(told: list[Received]) -> list[str]:
    return [received.event_id for received in told]


async def closed(stand: Stand, link_id: str, how: str) -> None:
    if how == "expired":
        await stand.control(f"expire/{link_id}", {})
    else:
        await stand.call("POST", f"/v1/payment_links/{link_id}/cancel", {})


async def settled(stand: Stand) -> list[dict[str, object]]:
    """The deliveries once none is on its way any more."""
    async with asyncio.timeout(10):
        while True:
            deliveries: list[dict[str, object]] = (await stand.state())["webhooks"]
            if all(told["state"] != "waiting" for told in deliveries):
                return deliveries
