"""Razorpay through its own SDK, against the sandbox on a real socket: what is made, and how trouble is told."""

import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web

from gateways import razorpay
from gateways.razorpay import Razorpay
from model.errors import Fault, Unavailable
from model.money import Money
from model.order import LinkStatus, PaymentLink, Refund, RefundStatus
from sandbox.razorpay.chaos import Knobs
from sandbox.razorpay.settings import RazorpaySettings
from sandbox.server import build_app
from sandbox.settings import Settings
from tests.webhooks.edge_kit import serving

KEY_ID, KEY_SECRET = "rzp_test_gateway", "gateway-key-secret"
LINK = PaymentLink("HT-AAAAA-1", "HT-AAAAA", Money(49_950), LinkStatus.WANTED, datetime.now(UTC) + timedelta(days=1))
ASHA = {"name": "Asha", "contact": "+919845012345"}


class Stand:
    """A gateway at a sandbox, and the sandbox's levers."""

    def __init__(self, url: str, http: ClientSession, gateway: Razorpay) -> None:
        self.url, self.http, self.gateway = url, http, gateway

    async def lever(self, path: str, body: Any) -> Any:
        async with self.http.post(f"{self.url}/_sandbox/razorpay/{path}", json=body) as answer:
            assert 200 == answer.status
            return await answer.json()

    async def goes_wrong(self, way: int | str, match: str = "", times: int = 1) -> None:
        await self.lever("chaos", {"fail_next": times, "fail_with": way, "fail_match": match, "hold_ms": 5000})


def _gateway(url: str, key_secret: str = KEY_SECRET) -> Razorpay:
    return Razorpay(url, KEY_ID, key_secret, "https://shop.example/back", "Tiny Pickles")


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    told = RazorpaySettings(KEY_ID, KEY_SECRET, ("hook",), "http://127.0.0.1:9/none", Knobs(refund_ms=0))
    app = build_app(Settings("127.0.0.1", 0, "http://127.0.0.1", told))
    async with serving(app) as url, ClientSession() as http:
        gateway = _gateway(url)
        yield Stand(url, http, gateway)
        gateway.close()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that waits a fifth of a second."""
    monkeypatch.setattr(razorpay, "_TIMEOUT", (0.2, 0.2))


async def test_a_link_is_made_and_found_by_our_reference(stand: Stand) -> None:
    made = await stand.gateway.create(LINK, ASHA, "Order HT-AAAAA")
    assert ("HT-AAAAA-1", "created", Money(49_950), "INR", ()) == (
        made.reference, made.status, made.amount, made.currency, made.payments,
    )  # fmt: skip
    assert made.provider_id.startswith("plink_")
    assert made.url.startswith("http")
    assert made == await stand.gateway.find("HT-AAAAA-1") == await stand.gateway.fetch(made.provider_id)


async def test_a_reference_that_razorpay_does_not_have_is_not_found(stand: Stand) -> None:
    assert await stand.gateway.find("HT-ZZZZZ-1") is None


async def test_a_link_that_razorpay_does_not_know_is_none(stand: Stand) -> None:
    """Asked for or cancelled: nothing is there to be paid."""
    assert None is await stand.gateway.fetch("plink_Nobody0Knows01")
    assert None is await stand.gateway.cancel("plink_Nobody0Knows01")


async def test_a_paid_link_tells_of_its_payment(stand: Stand) -> None:
    made = await stand.gateway.create(LINK, ASHA, "Order")
    payment = await stand.lever(f"pay/{made.provider_id}", {"method": "upi"})
    state = await stand.gateway.fetch(made.provider_id)
    assert state
    assert ("paid", [payment["id"]], [Money(49_950)]) == (
        state.status, [p.payment_id for p in state.payments], [p.amount for p in state.payments],
    )  # fmt: skip


async def test_cancelling_closes_a_link_and_again_is_no_trouble(stand: Stand) -> None:
    made = await stand.gateway.create(LINK, ASHA, "Order")
    states = [await stand.gateway.cancel(made.provider_id) for _ in range(2)]
    assert ["cancelled", "cancelled"] == [state.status for state in states if state]


async def test_cancelling_a_paid_link_tells_that_it_is_paid(stand: Stand) -> None:
    made = await stand.gateway.create(LINK, ASHA, "Order")
    await stand.lever(f"pay/{made.provider_id}", {"method": "card"})
    state = await stand.gateway.cancel(made.provider_id)
    assert state
    assert ("paid", 1) == (state.status, len(state.payments))


async def test_the_same_refund_asked_for_twice_is_one_refund(stand: Stand) -> None:
    made = await stand.gateway.create(LINK, ASHA, "Order")
    payment = await stand.lever(f"pay/{made.provider_id}", {"method": "upi"})
    wanted = Refund(f"refund-{payment['id']}", payment["id"], "HT-AAAAA", LINK.amount, "cancelled", RefundStatus.WANTED)
    first, second = await stand.gateway.refund(wanted), await stand.gateway.refund(wanted)
    assert first[0] == second[0]
    assert first[1] in ("pending", "processed")


async def test_a_reference_used_before_is_looked_for_not_given_up(stand: Stand) -> None:
    """Unavailable has the effect tried again, and a second try asks first: so a link whose answer was lost is found."""
    await stand.gateway.create(LINK, ASHA, "Order")
    with pytest.raises(Unavailable):
        await stand.gateway.create(LINK, ASHA, "Order")


@pytest.mark.parametrize("way", [429, 500, 502, 503, 504, "cut"])
async def test_trouble_that_passes_is_unavailable_and_the_next_try_works(stand: Stand, way: int | str) -> None:
    await stand.goes_wrong(way, "GET /v1/payment_links")
    with pytest.raises(Unavailable) as down:
        await stand.gateway.find("HT-AAAAA-1")
    assert down.value.retry_after > 0
    assert await stand.gateway.find("HT-AAAAA-1") is None


@pytest.mark.parametrize("way", [500, 502, "cut"])
async def test_a_link_whose_answer_was_lost_is_there_afterwards(stand: Stand, way: int | str) -> None:
    await stand.goes_wrong(way, "POST /v1/payment_links")
    with pytest.raises(Unavailable):
        await stand.gateway.create(LINK, ASHA, "Order")
    found = await stand.gateway.find(LINK.reference)
    assert found is not None
    assert LINK.amount == found.amount


@pytest.mark.usefixtures("hasty")
async def test_a_razorpay_that_does_not_answer_is_unavailable(stand: Stand) -> None:
    await stand.goes_wrong("timeout", "POST /v1/payment_links")
    with pytest.raises(Unavailable):
        await stand.gateway.create(LINK, ASHA, "Order")
    await stand.lever("chaos", {"hold_ms": 0})


async def test_a_wrong_key_is_waited_for_it_may_be_being_changed(stand: Stand) -> None:
    stranger = _gateway(stand.url, "wrong")
    with pytest.raises(Unavailable):
        await stranger.find("HT-AAAAA-1")
    stranger.close()


async def test_what_razorpay_refuses_is_a_fault(stand: Stand) -> None:
    wanted = Refund("refund-pay_none-x", "pay_none", None, Money(100), "x", RefundStatus.WANTED)
    with pytest.raises(Fault):
        await stand.gateway.refund(wanted)


async def test_nobody_listening_is_unavailable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gateway = _gateway(f"http://127.0.0.1:{probe.getsockname()[1]}")
        with pytest.raises(Unavailable):
            await gateway.find("HT-AAAAA-1")
        gateway.close()


class Odd:
    """A server that answers everything alike."""

    def __init__(self) -> None:
        self.status, self.body, self.kind = 200, b"", "application/json"

    async def answer(self, request: web.Request) -> web.Response:
        return web.Response(status=self.status, body=self.body, content_type=self.kind)


@pytest.fixture
async def odd() -> AsyncIterator[tuple[Odd, Razorpay]]:
    server, app = Odd(), web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    async with serving(app) as url:
        gateway = _gateway(url)
        yield server, gateway
        gateway.close()


ODD: dict[str, tuple[int, bytes, str]] = {
    "an HTML 502": (502, b"<html><h1>502 Bad Gateway</h1></html>", "text/html"),
    "an HTML 200": (200, b"<html>login</html>", "text/html"),
    "an empty 500": (500, b"", "text/plain"),
    "an empty 200": (200, b"", "application/json"),
    "half a JSON": (200, b'{"id":"plink_1",', "application/json"),
    "a list": (200, b"[]", "application/json"),
    "a number": (200, b"1", "application/json"),
    "null": (200, b"null", "application/json"),
    "a link without an id": (200, b'{"currency":"INR","amount":1,"status":"created"}', "application/json"),
    "an amount that is no number": (
        200, b'{"id":"plink_1","currency":"INR","amount":"many","status":"created"}', "application/json",
    ),
    "an error without a code": (400, b'{"error":{}}', "application/json"),
    "an error that is a text": (500, b'{"error":"oops"}', "application/json"),
    "too many requests in HTML": (429, b"<html>slow down</html>", "text/html"),
}  # fmt: skip


@pytest.mark.parametrize("case", ODD)
async def test_an_answer_that_cannot_be_read_is_asked_for_again(odd: tuple[Odd, Razorpay], case: str) -> None:
    server, gateway = odd
    server.status, server.body, server.kind = ODD[case]
    with pytest.raises(Unavailable):
        await gateway.fetch("plink_1")


@pytest.mark.parametrize(
    ("said", "error"),
    [("Too many requests", Unavailable), ("Request failed because another request is in progress", Unavailable),
     ("payment link with given reference_id (HT-A) already exists", Unavailable), ("amount is missing", Fault)],
)  # fmt: skip
async def test_refusals_are_told_apart_by_their_words(
    odd: tuple[Odd, Razorpay], said: str, error: type[Exception]
) -> None:
    server, gateway = odd
    body = f'{{"error":{{"code":"BAD_REQUEST_ERROR","description":"{said}"}}}}'
    server.status, server.body = 400, body.encode()
    with pytest.raises(error):
        await gateway.fetch("plink_1")
