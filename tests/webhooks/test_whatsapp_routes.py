"""The edge on a real socket: what is signed goes in at the door, and 200 is said only after that."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from model.errors import Unavailable
from model.message import AccountNews, Arrival, Inbound, Moved, Preference, Status
from tests.webhooks.whatsapp_kit import (
    NUMBER_ID,
    PAYLOADS,
    SECRET,
    TOKEN,
    Shop,
    arrivals,
    changed,
    parsed,
    raw_of,
    shop,
    signed,
    value_of,
)
from webhooks.whatsapp import MAX_BODY, read

TEXT = raw_of("text")
ASKED = {"hub.mode": "subscribe", "hub.verify_token": TOKEN, "hub.challenge": "1158201444"}


@pytest.fixture
async def served() -> AsyncIterator[Shop]:
    async with shop() as opened:
        yield opened


OWN = Path(__file__).parents[1] / "payloads" / "whatsapp"


def further(*folders: str) -> list[Path]:
    """The payloads of the folder that HAAT_PAYLOADS names."""
    home = os.environ.get("HAAT_PAYLOADS")
    return [file for folder in folders for file in sorted((Path(home) / folder).glob("*.json"))] if home else []


async def test_the_challenge_is_echoed_as_plain_text(served: Shop) -> None:
    assert (200, "text/plain", "1158201444") == await served.ask(ASKED)


@pytest.mark.parametrize("wrong", [{"hub.verify_token": "guessed"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": ""}])
async def test_any_other_handshake_is_403(served: Shop, wrong: dict[str, str]) -> None:
    status, _, text = await served.ask(ASKED | wrong)
    assert 403 == status
    assert "1158201444" not in text


async def test_an_empty_handshake_is_403(served: Shop) -> None:
    assert 403 == (await served.ask({}))[0]


@pytest.mark.parametrize("name", sorted(file.stem for file in PAYLOADS.glob("*.json")))
async def test_every_payload_is_taken_when_signed_and_only_then(served: Shop, name: str) -> None:
    raw = raw_of(name)
    assert 401 == await served.post(raw, None)
    assert 401 == await served.post(raw, signed(raw, "guessed"))
    assert 401 == await served.post(raw + b" ", signed(raw))
    assert [] == served.door.taken
    assert 200 == await served.send(raw)
    assert read(raw) == served.all


async def test_a_batch_is_handed_in_at_once(served: Shop) -> None:
    assert 200 == await served.send(raw_of("batch"))
    assert [8] == [len(taken) for taken in served.door.taken]


async def test_a_body_that_comes_in_pieces_is_whole_before_it_is_judged(served: Shop) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for place in range(0, len(TEXT), 100):
            yield TEXT[place : place + 100]
            await asyncio.sleep(0)

    assert 200 == await served.post(pieces(), signed(TEXT))
    assert 1 == len(served.all)


async def test_a_signature_of_raw_bytes_is_401(served: Shop) -> None:
    """Headers may hold any byte; this one is no UTF-8."""
    host, port = served.url.removeprefix("http://").partition("/")[0].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nContent-Length: {len(TEXT)}\r\nConnection: close\r\n"
    writer.write(head.encode() + b"X-Hub-Signature-256: sha256=\xff\xfe\r\n\r\n" + TEXT)
    status = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert b"401" in status


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"object":"page"}', b"[" * 100_000, b"\xff\xfe"])
async def test_a_signed_body_that_is_no_webhook_of_whatsapp_is_400(served: Shop, raw: bytes) -> None:
    assert 400 == await served.send(raw)
    assert [] == served.door.taken


async def test_an_unsigned_body_is_401_before_anybody_reads_it(served: Shop) -> None:
    assert 401 == await served.post(b"[" * 100_000, None)


async def test_three_megabytes_are_taken_and_no_more(served: Shop) -> None:
    raw = TEXT + b" " * (MAX_BODY - len(TEXT))
    assert 200 == await served.send(raw)
    assert 413 == await served.send(raw + b" ")
    assert 1 == len(served.all)


async def test_what_cannot_be_kept_now_is_not_taken_and_comes_again(served: Shop) -> None:
    served.door.failure, served.door.fails_after = Unavailable("database"), 0
    assert 503 == await served.send(TEXT)
    served.door.failure = None
    assert 200 == await served.send(TEXT)
    assert 1 == len(served.all)


def _crowd(number: int) -> bytes:
    body = parsed("text")
    message = value_of(body)["messages"][0]
    value_of(body)["messages"] = [{**message, "id": f"wamid.{place}"} for place in range(number)]
    return json.dumps(body).encode()


async def test_all_that_a_body_brings_is_handed_in_together_and_in_order(served: Shop) -> None:
    assert 200 == await served.send(_crowd(2500))
    assert 1 == len(served.door.taken)
    told = [arrival.provider_id for arrival in served.all if isinstance(arrival, Inbound)]
    assert [f"wamid.{place}" for place in range(2500)] == told


async def test_what_is_for_another_number_is_left_out(served: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    body = parsed("batch")
    value_of(body)["metadata"]["phone_number_id"] = "990011223344556"
    assert 200 == await served.send(json.dumps(body).encode())
    assert 3 + 1 + 1 == len(served.all)
    assert "whatsapp_for_another_number" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "name", ["text", "status_sent", "preference_stop", "system_new_number", "group_created", "user_id_update"]
)
async def test_nothing_of_another_number_comes_in(served: Shop, name: str) -> None:
    body = parsed(name)
    value_of(body)["metadata"]["phone_number_id"] = "990011223344556"
    assert 200 == await served.send(json.dumps(body).encode())
    assert [] == served.door.taken


async def test_news_of_the_whole_account_come_in_though_they_name_no_number(served: Shop) -> None:
    assert 200 == await served.send(raw_of("template_rejected"))
    assert [AccountNews] == [type(arrival) for arrival in served.all]


async def test_a_message_that_names_no_number_of_ours_is_not_guessed_to_be_for_it(served: Shop) -> None:
    body = parsed("text")
    del value_of(body)["metadata"]
    assert 200 == await served.send(json.dumps(body).encode())
    assert [] == served.door.taken


async def test_nothing_of_a_body_is_logged(served: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    broken = json.dumps(changed("text", id=None)).encode()
    for raw in (TEXT, raw_of("batch"), broken, b"{"):
        await served.send(raw)
    await served.post(TEXT, "sha256=wrong")
    await served.ask(ASKED | {"hub.verify_token": "guessed"})
    out = "".join(capsys.readouterr())
    words = ("919000", "Meena", "mango", "guessed", "IN.7", TOKEN, SECRET, signed(TEXT))
    assert [] == [word for word in words if word in out]


async def test_without_secret_and_token_nobody_comes_in() -> None:
    async with shop(secret="", token="") as closed:
        assert 401 == await closed.post(TEXT, signed(TEXT, ""))
        assert 403 == (await closed.ask(ASKED | {"hub.verify_token": ""}))[0]


_FILES = [OWN / "text.json", *further("whatsapp-meta", "whatsapp-pywa")]


@pytest.mark.parametrize("raw", [pytest.param(file.read_bytes(), id=file.stem) for file in _FILES])
async def test_every_payload_of_the_provider_is_taken_whole(raw: bytes) -> None:
    """Each message is one message, move or news; each status one status; each wish one wish."""
    values = [change["value"] for entry in json.loads(raw)["entry"] for change in entry["changes"]]
    number_id = values[0].get("metadata", {}).get("phone_number_id", NUMBER_ID)
    async with shop(number_id=number_id) as served:
        assert 200 == await served.send(raw)
    assert _told(values) == _read(served.all)
    assert arrivals(json.loads(raw)) == served.all


def _told(values: list[dict[str, Any]]) -> tuple[int, int, int]:
    messages, statuses, wishes = (
        sum(len(value.get(name, ())) for value in values) for name in ("messages", "statuses", "user_preferences")
    )
    others = sum(not value.keys() & {"messages", "statuses", "user_preferences", "message_echoes"} for value in values)
    return messages + others, statuses, wishes


def _read(found: list[Arrival]) -> tuple[int, int, int]:
    counts = [sum(isinstance(arrival, kind) for arrival in found) for kind in (_MESSAGES, Status, Preference)]
    return counts[0], counts[1], counts[2]


_MESSAGES = (Inbound, Moved, AccountNews)
