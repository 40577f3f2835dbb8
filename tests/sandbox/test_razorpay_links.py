"""Payment links over the API, most of them through Razorpay's own SDK."""

import asyncio
from typing import Any

import pytest
import razorpay
from razorpay.errors import BadRequestError

from tests.sandbox.sandbox_kit import KEY_ID, Shop, Stand, basic

ASKED = {
    "amount": 49900,
    "currency": "INR",
    "accept_partial": False,
    "description": "Gongura pickle, 500 g",
    "reference_id": "HT-10023",
    "customer": {"name": "Asha", "contact": "+919000090000", "email": "asha@example.com"},
    "notify": {"sms": False, "email": False},
    "reminder_enable": False,
    "notes": {"order": "HT-10023"},
    "callback_url": "http://127.0.0.1:8080/payments/razorpay/return",
    "callback_method": "get",
}


async def test_the_sdk_creates_a_link_with_the_fields_that_razorpay_answers(sdk: razorpay.Client, stand: Stand) -> None:
    link = await asyncio.to_thread(sdk.payment_link.create, ASKED)

    assert (
        link.items()
        >= {
            "amount": 49900,
            "amount_paid": 0,
            "callback_method": "get",
            "cancelled_at": 0,
            "created_at": int(stand.clock()),
            "currency": "INR",
            "customer": ASKED["customer"],
            "expire_by": 0,
            "notes": {"order": "HT-10023"},
            "notify": {"email": False, "sms": False, "whatsapp": False},
            "payments": None,
            "reference_id": "HT-10023",
            "reminders": [],
            "short_url": f"{stand.url}/pay/{link['id']}",
            "status": "created",
            "upi_link": False,
        }.items()
    )
    assert "order_id" not in link


async def test_the_sdk_fetches_lists_and_cancels(sdk: razorpay.Client, shop: Shop) -> None:
    link = await asyncio.to_thread(sdk.payment_link.create, ASKED)
    await asyncio.to_thread(sdk.payment_link.create, ASKED | {"reference_id": "HT-10024"})

    assert link == await asyncio.to_thread(sdk.payment_link.fetch, link["id"])
    found = await asyncio.to_thread(sdk.payment_link.all, {"reference_id": "HT-10023"})
    assert [link["id"]] == [item["id"] for item in found["payment_links"]]
    cancelled = await asyncio.to_thread(sdk.payment_link.cancel, link["id"])
    assert (cancelled["status"], cancelled["payments"]) == ("cancelled", [])
    assert await shop.events(1) == ["payment_link.cancelled"]


async def test_links_are_found_by_payment_and_newest_come_first(stand: Stand) -> None:
    first, second = await stand.link(reference_id="a"), await stand.link(reference_id="b")
    payment = await stand.control(f"pay/{first['id']}", {"method": "upi"})

    _, every = await stand.call("GET", "/v1/payment_links")
    _, paid = await stand.call("GET", f"/v1/payment_links?payment_id={payment['id']}")
    _, rest = await stand.call("GET", "/v1/payment_links?count=1&skip=1")

    assert [second["id"], first["id"]] == [link["id"] for link in every["payment_links"]]
    assert [first["id"]] == [link["id"] for link in paid["payment_links"]]
    assert [first["id"]] == [link["id"] for link in rest["payment_links"]]


async def test_a_reference_is_used_once_even_after_its_link_was_cancelled(sdk: razorpay.Client) -> None:
    link = await asyncio.to_thread(sdk.payment_link.create, ASKED)
    await asyncio.to_thread(sdk.payment_link.cancel, link["id"])

    with pytest.raises(BadRequestError, match="given reference_id: HT-10023 already exists"):
        await asyncio.to_thread(sdk.payment_link.create, ASKED)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": None}, "amount: cannot be blank."),
        ({"amount": 0}, "amount: cannot be blank."),
        ({"amount": 19.99}, "amount, should be a whole number for e.g. 2234"),
        ({"amount": "49900"}, "amount, should be a whole number"),
        ({"amount": True}, "amount, should be a whole number"),
        ({"amount": 99}, "amount: amount should be minimum 100 for INR."),
        ({"amount": -100}, "amount: amount should be minimum 100 for INR."),
        ({"amount": 50000001}, "amount exceeds maximum amount allowed."),
        ({"currency": "RUPEE"}, "currency: wrong input field"),
        ({"reference_id": "r" * 41}, "reference_id: the length must be no more than 40."),
        ({"reference_id": 7}, "incorrect JSON object received - faulty key: reference_id."),
        ({"description": "d" * 2049}, "description: the length must be no more than 2048."),
        ({"expire_by": 1_760_000_899}, "expire_by: timestamp must be atleast 15 minutes in future"),
        ({"expire_by": 1_760_000_000 + 185 * 86400}, "expire_by: timestamp must be within 6 months"),
        ({"expire_by": "tomorrow"}, "incorrect JSON object received - faulty key: expire_by."),
        ({"notes": {str(n): "x" for n in range(16)}}, "must not be greater than 15."),
        ({"notes": {"k": "v" * 256}}, "value: the length must not be greater than 255."),
        ({"notes": {"k": 5}}, "faulty key: notes."),
        ({"callback_method": "post"}, "callback_method: must be a valid value."),
        ({"callback_method": None}, "callback_method: must be a valid value."),
        ({"callback_url": "127.0.0.1/back"}, "callback_url: URL should be sent in callback_url field."),
        ({"customer": {"contact": "12345"}}, "contact: the length must be between 8 and 14."),
        ({"customer": {"contact": "call me now"}}, "contact: must be in a valid format."),
        ({"customer": {"email": "nobody"}}, "email: must be in a valid format"),
        ({"customer": {"phone": "+919000090000"}}, "phone is/are not required and should not be sent"),
        ({"notify": {"sms": "yes"}}, "faulty key: sms."),
        ({"order": "HT-1", "shop": "x"}, "order, shop is/are not required and should not be sent"),
        ({"upi_link": True}, "UPI Payment Links is not supported in Test Mode."),
        ({"first_min_partial_amount": 100}, "first_min_partial_amount: amount should be minimum"),
        ({"accept_partial": True, "first_min_partial_amount": 50000}, "must be less than or equal to amount"),
    ],
)
async def test_what_razorpay_would_not_take_is_refused(stand: Stand, change: Any, said: str) -> None:
    status, answer = await stand.call("POST", "/v1/payment_links", ASKED | change)

    assert status == 400
    error = answer["error"]
    assert said in error["description"]
    assert (error["code"], error["source"]) == ("BAD_REQUEST_ERROR", "business")
    assert (error["step"], error["metadata"]) == ("payment_initiation", {})


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 100},
        {"amount": 50000000},
        {"expire_by": 1_760_000_900},
        {"expire_by": 0},
        {"customer": {"name": "Asha", "contact": "", "email": ""}},
        {"description": "ఊరగాయ " * 340},
        {"notes": {str(n): "v" * 255 for n in range(15)}},
        {"reference_id": "r" * 40},
        {"accept_partial": True, "first_min_partial_amount": 100},
    ],
)
async def test_what_is_just_within_the_limits_is_taken(stand: Stand, change: Any) -> None:
    status, answer = await stand.call("POST", "/v1/payment_links", ASKED | change)

    assert status == 200, answer


async def test_without_the_right_key_the_answer_is_401(stand: Stand) -> None:
    wrong = basic(KEY_ID, "guess")

    status, answer = await stand.call("GET", "/v1/payment_links", Authorization=wrong)

    assert status == 401
    assert (
        answer["error"]["code"],
        answer["error"]["description"],
    ) == ("BAD_REQUEST_ERROR", "Authentication failed")


async def test_what_does_not_exist_is_refused_in_razorpays_words(stand: Stand) -> None:
    status, answer = await stand.call("GET", "/v1/payment_links/plink_Nothing0000000")
    assert (status, answer["error"]["description"]) == (400, "The id provided does not exist")

    status, answer = await stand.call("GET", "/v1/subscriptions")
    assert (status, answer["error"]["description"]) == (404, "The requested URL was not found on the server.")


async def test_a_paid_link_cannot_be_cancelled(stand: Stand) -> None:
    link = await stand.link()
    await stand.control(f"pay/{link['id']}", {"method": "upi"})

    status, answer = await stand.call("POST", f"/v1/payment_links/{link['id']}/cancel", {})

    assert status == 400
    assert answer["error"]["description"] == "cannot cancel or expire an already paid/partially paid link"


async def test_a_link_expires_when_its_time_comes_and_cannot_be_cancelled_then(stand: Stand, shop: Shop) -> None:
    link = await stand.link(expire_by=int(stand.clock()) + 900)
    stand.clock.now += 901

    assert await shop.events(1) == ["payment_link.expired"]
    _, expired = await stand.call("GET", f"/v1/payment_links/{link['id']}")
    assert ("expired", int(stand.clock())) == (expired["status"], expired["expired_at"])
    status, answer = await stand.call("POST", f"/v1/payment_links/{link['id']}/cancel", {})
    assert (status, answer["error"]["description"]) == (400, "cannot cancel or expire an expired link")


async def test_a_payment_is_fetched_and_listed_through_the_sdk(sdk: razorpay.Client, stand: Stand) -> None:
    link = await stand.link(reference_id="HT-7")
    made = await stand.control(f"pay/{link['id']}", {"method": "card"})

    payment = await asyncio.to_thread(sdk.payment.fetch, made["id"])
    listed = await asyncio.to_thread(sdk.payment.all)

    assert tuple(payment[name] for name in ("status", "amount", "method", "captured")) == (
        "captured",
        49900,
        "card",
        True,
    )
    assert {"entity": "collection", "count": 1, "items": [payment]} == listed
    paid = await asyncio.to_thread(sdk.payment_link.fetch, link["id"])
    assert (paid["status"], paid["amount_paid"]) == ("paid", 49900)
    assert [made["id"]] == [entry["payment_id"] for entry in paid["payments"]]
    assert payment["order_id"] == paid["order_id"]
