"""Razorpay's notices at the door: only what is signed comes in, whatever it is."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import ClientSession, web
from hypothesis import given
from hypothesis import strategies as st

from app.web import errors
from model.errors import Unavailable
from model.message import NoticeKind
from tests.webhooks.edge_kit import serving
from tests.webhooks.razorpay_kit import (
    OLDER,
    PAYLOADS,
    SECRET,
    Counter,
    counter,
    parsed,
    payload_files,
    signed,
    signed_return,
)
from webhooks.razorpay import MAX_BODY, read, verify, verify_return

PAID = (PAYLOADS / "payment_link.paid.json").read_bytes()


@pytest.fixture
async def door() -> AsyncIterator[Counter]:
    async with counter() as opened:
        yield opened


@pytest.mark.parametrize("raw", [pytest.param(file.read_bytes(), id=file.stem) for file in payload_files()])
async def test_every_payload_is_taken_when_signed_and_only_then(door: Counter, raw: bytes) -> None:
    assert 200 == await door.post(raw, signed(raw), "evt_1")
    first = door.notices
    assert 200 == await door.post(raw, signed(raw), "evt_1")
    assert 200 == await door.post(raw, signed(raw, OLDER), "evt_1")
    assert 401 == await door.post(raw + b" ", signed(raw), "evt_2")
    assert 401 == await door.post(raw, None, "evt_2")
    assert first == door.notices
    await door.scene.settle()
    assert 0 == sum(accepted.state == "waiting" for accepted in door.store.data.notices.values())


@pytest.mark.parametrize(
    "signature",
    ["", "x", "0" * 64, signed(PAID, "another secret"), signed(PAID)[:-1], signed(PAID) + "0", signed(PAID, ""),
     signed(PAID).upper(), "sha256=" + signed(PAID), "ü" * 64, "🙂", "\u0661" * 64],
)  # fmt: skip
async def test_a_wrong_signature_is_401_and_stores_nothing(door: Counter, signature: str) -> None:
    assert 401 == await door.post(PAID, signature, "evt_1")
    assert [] == door.notices


async def test_a_signature_of_raw_bytes_is_401(door: Counter) -> None:
    """Headers may hold any byte; this one is no UTF-8."""
    host, port = door.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /webhooks/razorpay HTTP/1.1\r\nHost: x\r\nContent-Length: {len(PAID)}\r\nConnection: close\r\n"
    writer.write(head.encode() + b"X-Razorpay-Signature: \xff\xfe\xe9\r\n\r\n" + PAID)
    status = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert b"401" in status


async def test_the_bytes_are_signed_not_their_meaning(door: Counter) -> None:
    again = json.dumps(json.loads(PAID)).encode()
    assert 401 == await door.post(again, signed(PAID))


async def test_a_body_that_comes_in_pieces_is_whole_before_it_is_judged(door: Counter) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for place in range(0, len(PAID), 100):
            yield PAID[place : place + 100]
            await asyncio.sleep(0.001)

    assert 200 == await door.post(pieces(), signed(PAID), "evt_1")
    assert 1 == len(door.notices)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"null", b"[]", b"42", b'"text"', b"{}", b'{"event":"payment.captured"}', b"\xff\xfe", b"[" * 100_000,
     b'{"event":"payment.captured","payload":[]}', b"9" * 5000,
     b'{"event":"payment.captured","payload":{"payment":{"entity":{"status":"captured","id":"pay_1"}}}}'],
)  # fmt: skip
async def test_a_signed_body_that_is_no_event_is_400(door: Counter, raw: bytes) -> None:
    assert 400 == await door.post(raw, signed(raw)) or raw == b"{}"
    assert [] == door.notices


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", 160.0), ("amount", "16000"), ("amount", True), ("amount", -1), ("amount", 10**20), ("amount", None),
     ("created_at", "today"), ("id", None), ("id", ""), ("id", 7)],
)  # fmt: skip
async def test_a_payment_without_sound_numbers_and_id_is_400(door: Counter, field: str, value: Any) -> None:
    event = parsed("payment_link.paid")
    event["payload"]["payment"]["entity"][field] = value
    raw = json.dumps(event).encode()
    assert 400 == await door.post(raw, signed(raw))
    assert [] == door.notices


@pytest.mark.parametrize("field", ["method", "currency", "description"])
async def test_words_that_no_database_keeps_are_left_out(door: Counter, field: str) -> None:
    event = parsed("payment.captured")
    event["payload"]["payment"]["entity"][field] = "\ud800\x00"
    raw = json.dumps(event).encode()
    assert 200 == await door.post(raw, signed(raw))
    await door.scene.settle()
    assert 1 == len(door.store.data.payments)


async def test_a_body_of_1_mb_is_413_signed_or_not(door: Counter) -> None:
    raw = b" " * 1024 * 1024
    assert 413 == await door.post(raw, signed(raw))
    assert 413 == await door.post(raw, None)


async def test_a_body_of_the_largest_size_is_taken(door: Counter) -> None:
    raw = PAID + b" " * (MAX_BODY - len(PAID))
    assert 200 == await door.post(raw, signed(raw))
    assert 413 == await door.post(raw + b" ", signed(raw + b" "))


async def test_an_event_told_twice_is_stored_once_and_another_one_beside_it(door: Counter) -> None:
    for event_id in ("evt_1", "evt_1", "evt_2"):
        assert 200 == await door.post(PAID, signed(PAID), event_id)
    assert 2 == len(door.notices)


async def test_without_an_event_id_the_same_bytes_are_the_same_event(door: Counter) -> None:
    for _ in range(3):
        assert 200 == await door.post(PAID, signed(PAID))
    assert 1 == len(door.notices)


async def test_many_repeats_at_once_are_stored_once(door: Counter) -> None:
    assert {200} == set(await asyncio.gather(*(door.post(PAID, signed(PAID), "evt_1") for _ in range(20))))
    assert 1 == len(door.notices)


async def test_events_that_do_not_concern_us_are_taken_and_forgotten(door: Counter) -> None:
    raw = b'{"event":"subscription.charged","payload":{"subscription":{"entity":{}}}}'
    assert 200 == await door.post(raw, signed(raw))
    assert [] == door.notices


async def test_a_notice_that_cannot_be_stored_is_not_taken_and_comes_again(
    door: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(work: Any, *, first: bool = False) -> None:
        raise Unavailable("database")

    with monkeypatch.context() as broken:
        broken.setattr(door.store, "transact", locked)
        assert 503 == await door.post(PAID, signed(PAID), "evt_1")
    assert 200 == await door.post(PAID, signed(PAID), "evt_1")
    assert 1 == len(door.notices)


async def test_without_secrets_nothing_is_believed() -> None:
    async with counter(secrets=()) as closed:
        assert 401 == await closed.post(PAID, signed(PAID))
        assert 401 == await closed.post(PAID, signed(PAID, ""))


async def test_a_shop_without_razorpay_has_no_such_routes() -> None:
    app = web.Application(middlewares=[errors])
    async with serving(app) as url, ClientSession() as http:
        for method, path in (("POST", "/webhooks/razorpay"), ("GET", "/payments/razorpay/return")):
            async with http.request(method, url + path) as answer:
                assert 404 == answer.status


async def test_nothing_of_a_body_is_logged(door: Counter, capsys: pytest.CaptureFixture[str]) -> None:
    broken = PAID.replace(b'"amount": 16000', b'"amount": "16000"')
    await door.post(PAID, signed(PAID))
    await door.post(PAID, "wrong")
    await door.post(broken, signed(broken))
    await door.scene.settle()
    out = "".join(capsys.readouterr())
    assert [] == [word for word in ("98111", "meena", "Meena", "rrn", SECRET, signed(PAID)) if word in out]


async def test_a_customer_who_comes_back_has_razorpay_asked_once(door: Counter) -> None:
    await door.place()
    await door.scene.settle()
    door.scene.razorpay.calls.clear()
    query = signed_return()
    for _ in range(3):
        assert (303, "/?lang=en") == await door.come_back(query)
    assert [NoticeKind.ASK] == [a.row.notice.kind for a in door.store.data.notices.values()]
    await door.scene.settle()
    assert ["fetch"] == door.scene.razorpay.calls


FORGED = {
    "no parameters": {},
    "only a status": {"razorpay_payment_link_status": "paid"},
    "another key": signed_return(secret="guessed"),
    "the webhook's secret": signed_return(secret=SECRET),
    "another payment": signed_return() | {"razorpay_payment_id": "pay_another"},
    "another link": signed_return() | {"razorpay_payment_link_id": "plink_another"},
    "another status": signed_return(status="cancelled") | {"razorpay_payment_link_status": "paid"},
    "another order": signed_return() | {"razorpay_payment_link_reference_id": "HT-AAAAA-1"},
    "a bar in the status": signed_return() | {"razorpay_payment_link_status": "paid|" + "x" * 5000},
    "no letters": signed_return() | {"razorpay_signature": "🙂" * 64},
}


@pytest.mark.parametrize("case", FORGED)
async def test_forged_parameters_ask_nothing(door: Counter, case: str) -> None:
    status, where = await door.come_back(FORGED[case])
    assert (303, "/") == (status, where.partition("?")[0])
    assert [] == door.notices


@given(st.dictionaries(st.text(), st.text(st.characters(codec=None))), st.text())
def test_no_parameters_break_the_check_of_a_return(query: dict[str, str], secret: str) -> None:
    assert not verify_return(query, secret + "x")


@given(st.binary(), st.text(st.characters(codec=None)))
def test_no_signature_breaks_the_check_of_a_notice(raw: bytes, signature: str) -> None:
    assert not verify({"X-Razorpay-Signature": signature}, raw, [SECRET, OLDER])


@given(st.binary() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x)).map(
    lambda value: json.dumps({"event": "payment.captured", "payload": value}).encode()))  # fmt: skip
def test_any_bytes_are_read_or_refused_with_value_error(raw: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(read({}, raw), list)
