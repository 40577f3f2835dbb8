"""Refunds: how much, how often, and never twice under one key."""

import asyncio
from typing import Any

import pytest
import razorpay
from razorpay.errors import BadRequestError

from tests.sandbox.sandbox_kit import Shop, Stand, Starter

KEY = {"X-Refund-Idempotency": "refund-HT-10023"}


@pytest.fixture
async def payment_id(stand: Stand) -> str:
    """A captured payment of ₹499."""
    link = await stand.link()
    payment = await stand.control(f"pay/{link['id']}", {"method": "upi"})
    return str(payment["id"])


async def test_the_sdk_refunds_in_parts_up_to_what_was_captured(sdk: razorpay.Client, payment_id: str) -> None:
    first = await asyncio.to_thread(sdk.payment.refund, payment_id, {"amount": 10000})

    assert ("pending", 10000, payment_id) == (first["status"], first["amount"], first["payment_id"])
    with pytest.raises(BadRequestError, match="greater than amount captured"):
        await asyncio.to_thread(sdk.payment.refund, payment_id, {"amount": 39901})
    await asyncio.to_thread(sdk.payment.refund, payment_id, {"amount": 39900})
    with pytest.raises(BadRequestError, match="has been fully refunded already"):
        await asyncio.to_thread(sdk.payment.refund, payment_id, {"amount": 1})
    payment = await asyncio.to_thread(sdk.payment.fetch, payment_id)
    assert tuple(payment[name] for name in ("status", "refund_status", "amount_refunded")) == (
        "refunded",
        "full",
        49900,
    )


async def test_a_refund_without_an_amount_is_all_that_is_left(stand: Stand, payment_id: str) -> None:
    await stand.call("POST", f"/v1/payments/{payment_id}/refund", {"amount": 900})

    _, refund = await stand.call("POST", f"/v1/payments/{payment_id}/refund", {"notes": {"why": "leaked"}})

    assert (refund["amount"], refund["notes"]) == (49000, {"why": "leaked"})


async def test_a_refund_is_created_then_processed(
    stand: Stand, sdk: razorpay.Client, shop: Shop, payment_id: str
) -> None:
    await shop.got(4)
    refund = await asyncio.to_thread(sdk.payment.refund, payment_id, {"amount": 10000})

    bodies = {received.event: received.body["payload"]["refund"]["entity"] for received in (await shop.got(6))[4:]}
    statuses = {event: (body["id"], body["status"]) for event, body in bodies.items()}
    assert statuses == {"refund.created": (refund["id"], "pending"), "refund.processed": (refund["id"], "processed")}
    assert (await asyncio.to_thread(sdk.refund.fetch, refund["id"]))["status"] == "processed"
    _, listed = await stand.call("GET", f"/v1/payments/{payment_id}/refunds")
    assert (1, refund["id"]) == (listed["count"], listed["items"][0]["id"])


async def test_one_key_and_one_body_make_one_refund(sdk: razorpay.Client, payment_id: str) -> None:
    refunds = [
        await asyncio.to_thread(sdk.payment.refund, payment_id, {"amount": 10000}, headers=dict(KEY)) for _ in range(2)
    ]

    assert refunds[0]["id"] == refunds[1]["id"]
    assert (await asyncio.to_thread(sdk.payment.fetch, payment_id))["amount_refunded"] == 10000


async def test_another_body_under_the_same_key_is_refused(stand: Stand, payment_id: str) -> None:
    await stand.call("POST", f"/v1/payments/{payment_id}/refund", {"amount": 100}, **KEY)

    status, answer = await stand.call("POST", f"/v1/payments/{payment_id}/refund", {"amount": 200}, **KEY)

    assert status == 400
    assert "Different request body" in answer["error"]["description"]


async def test_a_repeat_while_the_first_is_in_progress_is_a_conflict(start: Starter) -> None:
    stand = await start(refund_ms=0)
    link = await stand.link()
    payment = await stand.control(f"pay/{link['id']}", {})
    await stand.control("chaos", {"slow_ms": 300})
    path = f"/v1/payments/{payment['id']}/refund"

    answers = await asyncio.gather(*(stand.call("POST", path, {"amount": 100}, **KEY) for _ in range(2)))

    assert sorted(status for status, _ in answers) == [200, 409]
    assert len((await stand.state())["refunds"]) == 1


async def test_a_key_is_free_again_after_a_refused_refund(stand: Stand, payment_id: str) -> None:
    path = f"/v1/payments/{payment_id}/refund"

    refused, _ = await stand.call("POST", path, {"amount": 99999}, **KEY)
    taken, _ = await stand.call("POST", path, {"amount": 100}, **KEY)

    assert (refused, taken) == (400, 200)


@pytest.mark.parametrize(
    ("body", "key", "said"),
    [
        ({"amount": 99.5}, "refund-HT-10023", "The amount must be an integer."),
        ({"amount": 0}, "refund-HT-10023", "The amount must be at least"),
        ({"speed": "fast"}, "refund-HT-10023", "The selected speed is invalid."),
        ({"reason": "leaked"}, "refund-HT-10023", "reason is/are not required and should not be sent"),
        ({"amount": 100}, "short", "at least 10 characters"),
        ({"amount": 100}, "refund of HT-10023", "at least 10 characters"),
    ],
)
async def test_refunds_that_razorpay_would_not_take_are_refused(
    stand: Stand, payment_id: str, body: Any, key: str, said: str
) -> None:
    path = f"/v1/payments/{payment_id}/refund"

    status, answer = await stand.call("POST", path, body, **{"X-Refund-Idempotency": key})

    assert status == 400
    assert said in answer["error"]["description"]


async def test_a_failed_payment_has_nothing_to_refund(stand: Stand) -> None:
    link = await stand.link()
    payment = await stand.control(f"fail/{link['id']}", {"method": "upi"})

    status, answer = await stand.call("POST", f"/v1/payments/{payment['id']}/refund", {})

    assert status == 400
    assert answer["error"]["description"] == "The payment status should be captured for action to be taken."
