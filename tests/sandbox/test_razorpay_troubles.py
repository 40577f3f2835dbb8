"""The API going wrong on demand, as the SDK sees it."""

import asyncio

import pytest
import razorpay
import requests
from razorpay.errors import BadRequestError, ServerError

from tests.sandbox.sandbox_kit import Stand, Starter

ASKED = {"amount": 49900, "currency": "INR", "reference_id": "HT-10023"}


async def test_too_many_requests_comes_before_any_work_and_looks_like_a_bad_request(
    stand: Stand, sdk: razorpay.Client
) -> None:
    await stand.control("chaos", {"fail_next": 1, "fail_with": 429})

    with pytest.raises(BadRequestError, match="Too many requests"):
        await asyncio.to_thread(sdk.payment_link.create, ASKED)

    assert (await stand.state())["links"] == []
    assert (await asyncio.to_thread(sdk.payment_link.create, ASKED))["status"] == "created"


@pytest.mark.parametrize(
    ("way", "error"),
    [
        (500, ServerError),
        (502, requests.exceptions.JSONDecodeError),
        ("cut", requests.ConnectionError),
    ],
)
async def test_the_work_may_be_done_though_the_answer_is_lost(
    stand: Stand, sdk: razorpay.Client, way: object, error: type[Exception]
) -> None:
    await stand.control("chaos", {"fail_next": 1, "fail_with": way, "fail_match": "POST /v1/payment_links"})

    with pytest.raises(error):
        await asyncio.to_thread(sdk.payment_link.create, ASKED)

    found = await asyncio.to_thread(sdk.payment_link.all, {"reference_id": "HT-10023"})
    assert [link["amount"] for link in found["payment_links"]] == [49900]


async def test_a_call_may_hang_after_its_work_is_done(stand: Stand, sdk: razorpay.Client) -> None:
    await stand.control("chaos", {"fail_next": 1, "fail_with": "timeout"})

    with pytest.raises(requests.Timeout):
        await asyncio.to_thread(sdk.payment_link.create, ASKED, timeout=0.3)

    assert len((await stand.state())["links"]) == 1


async def test_only_calls_that_match_go_wrong_and_only_as_many_as_asked(start: Starter) -> None:
    stand = await start(fail_next=2, fail_match="GET /v1/payments")

    answers = [await stand.call("GET", path) for path in ("/v1/payment_links", *["/v1/payments"] * 3)]

    assert [status for status, _ in answers] == [200, 500, 500, 200]


async def test_knobs_are_checked_and_go_back_to_rest(start: Starter) -> None:
    stand = await start(delay_ms=5)

    unknown = await stand.control("chaos", {"explode": True})
    wrong = await stand.control("chaos", {"delay_ms": "long"})
    turned = await stand.control("chaos", {"delay_ms": 9, "drop": ["order.paid"]})
    _, rested = await stand.call("DELETE", "/_sandbox/razorpay/chaos")

    assert unknown["error"]["description"] == "unknown knobs: explode"
    assert wrong["error"]["description"] == "delay_ms takes a whole number, 0 or more"
    assert (turned["delay_ms"], turned["drop"]) == (9, ["order.paid"])
    assert (rested["delay_ms"], rested["drop"]) == (5, [])


async def test_levers_cannot_be_pulled_by_a_form_of_another_site(stand: Stand) -> None:
    link = await stand.link()

    async with stand.http.post(f"{stand.url}/_sandbox/razorpay/pay/{link['id']}", data={"late": "1"}) as answer:
        assert answer.status == 415

    assert (await stand.state())["payments"] == []
