"""Pictures and papers of the web chat: checked by what they hold, shown to the session that sent them alone."""

import asyncio
import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from model.order import OrderStatus, TicketKind
from shop import orders
from shop.work import Work
from tests.kit import HOME
from tests.webhooks.edge_kit import JPEG, ORIGIN, PDF, PNG, Edge, edge
from webhooks.files import MAX_FILE

WEBP, GIF = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 24, b"GIF89a" + b"\x00" * 20


def named(raw: bytes, kind: str) -> str:
    return f"{hashlib.sha256(raw).hexdigest()}.{kind}"


async def token_of(chat: Edge) -> str:
    async with chat.tab() as tab:
        return str((await tab.hello())["token"])


async def post(chat: Edge, body: Any, token: str | None, origin: str | None = ORIGIN) -> ClientResponse:
    headers = {"X-Haat-Session": token} if token is not None else {}
    headers |= {"Origin": origin} if origin else {}
    async with chat.http.post(f"{chat.url}/webchat/files", data=body, headers=headers) as answer:
        await answer.read()
        return answer


async def fetch(chat: Edge, name: str, token: str | None, **headers: str) -> tuple[ClientResponse, bytes]:
    headers |= {"X-Haat-Session": token} if token else {}
    async with chat.http.get(f"{chat.url}/webchat/files/{name}", headers=headers) as answer:
        return answer, await answer.read()


@pytest.mark.parametrize(("raw", "kind"), [(JPEG, "jpg"), (PNG, "png"), (WEBP, "webp"), (GIF, "gif"), (PDF, "pdf")])
async def test_a_file_is_kept_under_its_hash_and_given_back_as_it_was(chat: Edge, raw: bytes, kind: str) -> None:
    token = await token_of(chat)
    assert {"file": named(raw, kind)} == await (await post(chat, raw, token)).json()
    answer, got = await fetch(chat, named(raw, kind), token)
    assert (200, raw) == (answer.status, got)
    assert answer.content_type.endswith({"jpg": "jpeg"}.get(kind, kind))
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff\xd8", b"<html>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90", b"PK\x03\x04", b"GIF8",
     b"%PDF", b"RIFF\x00\x00\x00\x00WAVEfmt ", b" " + PNG, b"\x00" * 64],
)  # fmt: skip
async def test_anything_else_is_refused_by_its_content(chat: Edge, raw: bytes) -> None:
    answer = await post(chat, raw, await token_of(chat))
    assert (415, "unsupported_media_type") == (answer.status, (await answer.json())["error"]["code"])


async def test_what_a_file_calls_itself_counts_for_nothing(chat: Edge) -> None:
    token = await token_of(chat)
    headers = {"X-Haat-Session": token, "Origin": ORIGIN, "Content-Type": "image/png"}
    async with chat.http.post(f"{chat.url}/webchat/files", data=b"#!/bin/sh", headers=headers) as answer:
        assert 415 == answer.status


async def test_a_file_of_exactly_5_mb_is_taken_and_one_byte_more_is_not(chat: Edge) -> None:
    token = await token_of(chat)
    assert 200 == (await post(chat, BytesIO(PNG.ljust(MAX_FILE, b"\x00")), token)).status
    answer = await post(chat, BytesIO(PNG.ljust(MAX_FILE + 1, b"\x00")), token)
    assert (413, "request_entity_too_large") == (answer.status, (await answer.json())["error"]["code"])


async def test_a_file_that_hides_its_length_is_stopped_at_5_mb_too(chat: Edge) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b"\x00" * 65_536

    assert 413 == (await post(chat, endless(), await token_of(chat))).status


async def test_a_file_that_comes_in_pieces_is_whole(chat: Edge) -> None:
    async def slowly() -> Any:
        for place in range(len(PNG)):
            yield PNG[place : place + 1]
            await asyncio.sleep(0)

    token = await token_of(chat)
    assert {"file": named(PNG, "png")} == await (await post(chat, slowly(), token)).json()


@pytest.mark.parametrize("token", [None, "", "nobody's", "\u00fc", "x" * 5000])
async def test_without_a_known_session_nothing_is_taken_or_shown(chat: Edge, token: str | None, tmp_path: Path) -> None:
    await post(chat, PNG, await token_of(chat))
    answer = await post(chat, PNG, token)
    assert (401, "unauthorized") == (answer.status, (await answer.json())["error"]["code"])
    assert 401 == (await fetch(chat, named(PNG, "png"), token))[0].status


async def test_a_file_belongs_to_the_session_that_sent_it(chat: Edge) -> None:
    mine, theirs = await token_of(chat), await token_of(chat)
    name = (await (await post(chat, PNG, mine)).json())["file"]
    assert 404 == (await fetch(chat, name, theirs))[0].status
    async with chat.tab() as tab:
        await tab.hello(theirs)
        await tab.send(type="message", id="1", file=name)
        assert "file_unknown" == await tab.error()


@pytest.mark.parametrize("name", ["..%2f..%2fhaat.db", "%2fetc%2fpasswd", "0" * 64, "0" * 64 + ".svg", ".", "%00", "1"])
async def test_only_names_of_files_are_looked_up(chat: Edge, name: str) -> None:
    answer, _ = await fetch(chat, name, await token_of(chat))
    assert 404 == answer.status


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
async def test_a_page_of_another_origin_may_not_send_files(chat: Edge, origin: str | None) -> None:
    answer = await post(chat, PNG, await token_of(chat), origin)
    assert 403 == answer.status
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_browsers_are_told_what_pages_of_an_allowed_origin_may_do(chat: Edge) -> None:
    asks = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-haat-session",
    }
    async with chat.http.options(f"{chat.url}/webchat/files", headers=asks) as answer:
        assert 204 == answer.status
        assert ORIGIN == answer.headers["Access-Control-Allow-Origin"]
        assert "X-Haat-Session" in answer.headers["Access-Control-Allow-Headers"]
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert "Origin" == answer.headers["Vary"]
    async with chat.http.options(
        f"{chat.url}/webchat/files", headers=asks | {"Origin": "https://evil.example"}
    ) as answer:
        assert 403 == answer.status
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_errors_can_be_read_by_the_page_that_caused_them(chat: Edge) -> None:
    answer = await post(chat, b"no picture", await token_of(chat))
    assert (415, ORIGIN) == (answer.status, answer.headers["Access-Control-Allow-Origin"])
    shown, _ = await fetch(chat, named(PNG, "png"), None, Origin=ORIGIN)
    assert (401, ORIGIN) == (shown.status, shown.headers["Access-Control-Allow-Origin"])


async def test_files_of_a_session_are_limited(tmp_path: Path, sqlite_url: str) -> None:
    async with edge(sqlite_url, tmp_path, uploads=2) as chat:
        token, other = await token_of(chat), await token_of(chat)
        assert [200, 200, 429] == [(await post(chat, PNG, token)).status for _ in range(3)]
        assert 200 == (await post(chat, PNG, other)).status


async def test_new_sessions_bring_no_more_files_from_one_address(tmp_path: Path, sqlite_url: str) -> None:
    async with edge(sqlite_url, tmp_path, from_address=2) as chat:
        sessions = [await token_of(chat) for _ in range(3)]
        assert [200, 200, 429] == [(await post(chat, PNG, token)).status for token in sessions]


async def test_the_same_file_twice_is_one_file_and_nothing_half_written_stays(chat: Edge, tmp_path: Path) -> None:
    token = await token_of(chat)
    await post(chat, PNG, token)
    await post(chat, PNG, token)
    assert [named(PNG, "png")] == [path.name for path in (tmp_path / "files").rglob("*.*")]
    assert 1 == len([path for path in (tmp_path / "files").rglob("*") if path.is_file()])


@pytest.mark.parametrize(("raw", "kind", "text"), [(PNG, "image", "[photo]"), (PDF, "document", "[document]")])
async def test_a_file_said_is_acknowledged_shown_and_answered(chat: Edge, raw: bytes, kind: str, text: str) -> None:
    async with chat.tab() as tab:
        name = (await (await post(chat, raw, (await tab.hello())["token"])).json())["file"]
        await tab.send(type="message", id="p", file=name)
        await tab.get("ack")
        content = (await tab.get("said"))["content"]
        reply = (await tab.get("reply"))["content"]
    assert (kind, text, f"/webchat/files/{name}") == (content["kind"], content["text"], content["url"])
    assert ("file_received", ["human"]) == (reply["key"], [choice["id"] for choice in reply["choices"]])
    assert [] == chat.scene.nlu.texts


async def test_a_picture_answers_what_went_wrong_with_an_order(chat: Edge) -> None:
    token, number = await delivered(chat)
    name = (await (await post(chat, JPEG, token)).json())["file"]
    async with chat.tab() as tab:
        await tab.hello(token, after=6)
        await tab.send(type="message", id="p1", file=name)
        offered = (await tab.get("reply"))["content"]
        assert [f"complain:{number}", "human"] == [choice["id"] for choice in offered["choices"]]
        await tab.send(type="message", id="t1", tap=f"complain:{number}")
        assert "ask_trouble" == (await tab.get("reply"))["content"]["key"]
        await tab.send(type="message", id="p2", file=name)
        assert "complaint_of_order" == (await tab.get("reply"))["content"]["key"]
    ticket = (await chat.queries.tickets(False, 10))[0]
    assert (TicketKind.COMPLAINT, number) == (ticket.kind, ticket.order_number)
    assert name in ticket.details


async def delivered(chat: Edge) -> tuple[str, str]:
    """A session whose customer has an order that arrived: its token and the order's number."""
    token = await token_of(chat)
    await chat.scene.do(_address_known)
    async with chat.tab() as tab:
        await tab.hello(token)
        for tap in ("add:mango-250:1", "checkout", "pay:cash"):
            await tab.send(type="message", id=tap, tap=tap)
            await tab.get("reply")
    number = (await chat.queries.orders(None, 1))[0].number
    await chat.scene.do(lambda work: orders.move(work, number, OrderStatus.DELIVERED))
    return token, number


def _address_known(work: Work) -> None:
    customer = work.uow.customers.get(1)
    name, phone, street, pincode = HOME.name, HOME.phone, HOME.street, HOME.pincode
    work.uow.customers.save(replace(customer, name=name, phone=phone, street=street, pincode=pincode))


async def test_a_picture_in_the_middle_of_the_address_leaves_the_question_open(chat: Edge) -> None:
    async with chat.tab() as tab:
        token = (await tab.hello())["token"]
        name = (await (await post(chat, PNG, token)).json())["file"]
        for number, tap in enumerate(("add:mango-250:1", "checkout")):
            await tab.send(type="message", id=f"t{number}", tap=tap)
            asked = (await tab.get("reply"))["content"]["key"]
        assert "ask_name" == asked
        await tab.send(type="message", id="p", file=name)
        assert "file_received" == (await tab.get("reply"))["content"]["key"]
        assert "ask_phone" == (await tab.say("Asha Rao", "n"))["content"]["key"]
