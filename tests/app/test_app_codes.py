"""One-time codes as the shop is set up: by which channel they go, what is missing, whose are counted together, which
letters are never sent again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.codes import read_codes, told, ways
from app.responses import read_responses
from app.settings import Settings
from app.templates import read_templates
from model.message import Address, Author, Channel
from model.ports import UnitOfWork
from model.templates import Templates
from store.sql import SqlStore
from tests.app.app_kit import Served, served
from tests.kit import ROOT, new_database
from tests.webhooks.edge_kit import Tab

META = {
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "WHATSAPP_ACCESS_TOKEN": "token",
    "WHATSAPP_APP_SECRET": "app-secret",
    "WHATSAPP_VERIFY_TOKEN": "verify-me",
}
TWILIO = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "auth-token"}
BY_SMS = {**TWILIO, "TWILIO_SMS_FROM": "+15005550006"}
BY_TWILIO = {**TWILIO, "TWILIO_WHATSAPP_FROM": "whatsapp:+15005550007"}
SMS, BY_META, TWILIOS = ("sms", "+15005550006"), ("whatsapp", "106540352242922"), ("whatsapp", "+15005550007")
OURS = read_templates(ROOT / "data" / "templates", read_responses(ROOT / "data" / "responses")["en"])
SID = "HX" + "0" * 32
ORIGIN = "http://127.0.0.1:8080"
NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


def with_sids(*languages: str, sid: str = SID) -> Templates:
    """The shop's templates, with Twilio's ids of the code's in these languages."""
    known = OURS.by_key["prove_code"]
    codes = {code: replace(one, content_sid=sid if code in languages else "") for code, one in known.items()}
    return Templates({**OURS.by_key, "prove_code": codes})


ALL = with_sids("en", "hi", "ta", "te")


@asynccontextmanager
async def opened(shop: Served, client: str = "") -> AsyncIterator[Tab]:
    """The chat on the shop's page; `client` is the address that our proxy tells."""
    headers = {"X-Forwarded-For": f"1.2.3.4, {client}"} if client else {}
    async with shop.http.ws_connect(f"{shop.url}/webchat/socket", origin=ORIGIN, headers=headers) as ws:
        yield Tab(ws)


# ---------------------------------------------------------------- by which channel


@pytest.mark.parametrize(
    ("env", "templates", "reach", "also"),
    [
        (BY_SMS, OURS, (SMS,), ()),
        (META, OURS, (BY_META,), ()),
        (BY_TWILIO, ALL, (TWILIOS,), ()),
        ({**META, **BY_SMS, **BY_TWILIO}, ALL, (SMS, BY_META, TWILIOS), ()),
        ({**META, **BY_SMS, **BY_TWILIO}, OURS, (SMS, BY_META), (TWILIOS,)),
        ({**META, **BY_TWILIO}, Templates(), None, None),
        (BY_TWILIO, OURS, None, None),
        (BY_TWILIO, with_sids("en", "hi", "ta"), None, None),
        (BY_TWILIO, with_sids("en", "hi", "ta", "te", sid="HX1"), None, None),
        ({}, ALL, None, None),
    ],
)
def test_codes_go_by_channels_that_can_carry_them_sms_first(
    env: dict[str, str], templates: Templates, reach: Any, also: Any
) -> None:
    """The others are places of the same person nonetheless."""
    codes = read_codes(Settings(**env), templates)  # type: ignore[arg-type]
    assert (reach, also) == ((codes.reach, codes.also) if codes else (None, None))


def test_the_shops_codes_a_day_are_set_where_an_owner_looks() -> None:
    codes = read_codes(Settings(HAAT_CODES_A_DAY="50", **BY_SMS), OURS)  # type: ignore[arg-type]
    assert codes
    assert 50 == codes.a_day


@pytest.mark.parametrize(
    ("env", "key"), [(BY_SMS, "prove_ask_number"), (BY_TWILIO, "choice_gone"), ({}, "choice_gone")]
)
async def test_the_web_chat_offers_it_only_where_a_code_can_go(tmp_path: Path, env: dict[str, str], key: str) -> None:
    async with served(tmp_path, **env) as shop, opened(shop) as tab:
        await tab.hello()
        await tab.send(type="message", id="m1", tap="prove")
        assert key == (await tab.get("reply"))["content"]["key"]


# ---------------------------------------------------------------- the doctor


def doctor(tmp_path: Path, **env: str) -> str:
    """What `haat doctor` says of codes."""
    database = f"sqlite+aiosqlite:///{tmp_path}/haat.db"
    silent = {"WHATSAPP_API_URL": "http://127.0.0.1:9", "TWILIO_API_URL": "http://127.0.0.1:9"}
    runner = CliRunner(env={"HAAT_DATABASE_URL": database, "HAAT_NLU_URL": "http://127.0.0.1:9", **silent, **env})
    runner.invoke(main, ["migrate"])
    lines = runner.invoke(main, ["doctor"]).output.splitlines()
    return next(line for line in lines if "codes:" in line)


@pytest.mark.parametrize(
    ("env", "line"),
    [
        ({}, "ok   codes: off (no channel reaches a phone): the web chat does not offer to prove a number"),
        (BY_SMS, "ok   codes: go by SMS"),
        (META, "ok   codes: go by WhatsApp (as the template sign_in_code, once it is approved)"),
        (
            BY_TWILIO,
            "MEND codes: nobody can prove a phone number: not by WhatsApp by Twilio, no Content SID (sid: HX…) in "
            "data/templates/sign_in_code.yml for en, hi, ta, te",
        ),
    ],
)
def test_the_doctor_says_by_what_codes_go_and_what_is_missing(tmp_path: Path, env: dict[str, str], line: str) -> None:
    assert line == doctor(tmp_path, **env)


def test_a_channel_that_is_not_needed_for_codes_is_told_of_and_no_trouble() -> None:
    well, said = told(Settings(**BY_SMS, TWILIO_WHATSAPP_FROM="whatsapp:+15005550007"), with_sids("en", "hi"))  # type: ignore[arg-type]
    assert well
    assert said.startswith("go by SMS; not by WhatsApp by Twilio")
    assert said.endswith("for ta, te")


def test_a_template_that_was_taken_away_is_missed() -> None:
    (way,) = ways(Settings(**META), Templates())  # type: ignore[arg-type]
    assert "sign_in_code.yml is missing" in way.lacks


# ---------------------------------------------------------------- whose chats they are


async def test_chats_are_known_by_the_address_they_were_begun_from_which_nobody_can_read(tmp_path: Path) -> None:
    async with served(tmp_path, HAAT_PROXIES=1, **BY_SMS) as shop:
        for client in ("49.205.1.7", "49.205.1.7", "106.51.8.9", ""):
            async with opened(shop, client) as tab:
                await tab.hello()
        peers = await shop.bot.store.transact(lambda uow: [uow.desk.peer(key) for key in range(1, 5)])
    assert peers[0] == peers[1] != peers[2]
    assert "" == peers[3], "this machine's own address tells nobody apart"
    assert "49.205" not in repr(peers)


# ---------------------------------------------------------------- letters


def letters(uow: UnitOfWork) -> None:
    """A reply that could not go, and two codes."""
    talk = uow.conversations.open(Address(Channel.SMS, "+15005550006", "919845012345"), NOW)
    for content in ({"text": "hello"}, {"text": "code", "proof": 1}, {"text": "code", "proof": 2}):
        row = uow.outbox.add(talk, uow.conversations.append(talk.id, Author.SYSTEM, content, NOW))
        uow.outbox.dead(row.id, "unreachable: 30003")


def in_store(url: str, work: Any) -> Any:
    async def run() -> Any:
        store = SqlStore(url)
        try:
            return await store.transact(work)
        finally:
            await store.close()

    return asyncio.run(run())


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with three dead letters."""
    made = new_database(tmp_path)
    in_store(made, letters)
    return made


def haat(url: str, *command: str) -> Result:
    return CliRunner(env={"HAAT_DATABASE_URL": url}).invoke(main, command)


def test_a_code_is_never_sent_again_and_no_letter_any_more(url: str) -> None:
    replayed = haat(url, "outbox", "replay", "--all")
    assert 0 == replayed.exit_code
    assert [
        "1 on their way again.",
        "2 held one-time codes, good no more: not sent, and off the list. The customer asks for a new one in the web "
        "chat.",
    ] == replayed.output.splitlines()
    due = in_store(url, lambda uow: uow.outbox.due(datetime.now(UTC), 10, [*Channel]))
    assert ["hello"] == [row.content["text"] for row in due]
    assert "Everything was delivered" in haat(url, "outbox").output


def test_nor_is_one_that_was_named(url: str) -> None:
    replayed = haat(url, "outbox", "replay", "2")
    assert ["0 on their way again.", "1 held a one-time code"] == [
        line.split(",")[0] for line in replayed.output.splitlines()
    ]
    assert [] == in_store(url, lambda uow: uow.outbox.due(datetime.now(UTC), 10, [*Channel]))


def test_other_letters_go_as_ever(url: str) -> None:
    assert ["1 on their way again."] == haat(url, "outbox", "replay", "1").output.splitlines()
