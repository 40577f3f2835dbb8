"""Messages through Twilio's SDK against a server that plays Twilio: what is sent, and how trouble is told."""

import asyncio
import json
import socket
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateways.rates import Rates
from gateways.twilio import Account, Timeouts, Twilio, sms_rates, whatsapp_rates
from model.errors import HaatError, Unavailable, Undeliverable
from model.message import Address, Channel, Sent, Trouble
from model.rows import OutboxRow
from tests.gateways.twilio_play import (
    ACCOUNT,
    LOGIN,
    SID,
    TOKEN,
    Answer,
    Play,
    created,
    cut,
    error,
    never,
    plain,
    playing,
)

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
PUBLIC = "https://shop.example"
SHOP, CUSTOMER, BSUID = "+14155238886", "919811122233", "IN.13491208655302741918"
REPORTS = [f"{PUBLIC}/webhooks/twilio/status"]
TEMPLATE_SID = "HX" + "b" * 32
TEMPLATE = {"name": "order_sent", "language": "en", "parameters": ["HT-AAAAA", "आज"], "content_sid": TEMPLATE_SID}
PATIENT, HASTY = Timeouts(turn=0.05), Timeouts(call=0.2, turn=0.05)


def _row(channel: Channel, content: dict[str, Any], user: str = CUSTOMER, **more: Any) -> OutboxRow:
    told = {"kind": "text", "text": content.get("body", "")} | content
    return OutboxRow(7, 1, Address(channel, SHOP, user), 1, "bot", told, NOW, **more)


def _text(channel: Channel = Channel.SMS, body: str = "Hello", **more: Any) -> OutboxRow:
    return _row(channel, {"body": body}, **more)


@asynccontextmanager
async def _gateway(
    url: str, sms_sender: str = "", sms: Rates | None = None, timeouts: Timeouts = PATIENT
) -> AsyncIterator[Twilio]:
    account = Account(url, ACCOUNT, TOKEN, PUBLIC, sms_sender)
    gateway = Twilio(account, sms or Rates(1000, 1000), Rates(1000, 1000), timeouts, lambda: NOW)
    yield gateway
    await gateway.close()


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing() as started:
        yield started


@pytest.fixture
async def twilio(play: Play) -> AsyncIterator[Twilio]:
    async with _gateway(play.url) as gateway:
        yield gateway


async def test_an_sms_is_posted_signed_in_and_reports_come_back_to_us(twilio: Twilio, play: Play) -> None:
    assert Sent(SID) == await twilio.send(_text())
    (asked,) = play.asked
    assert ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", LOGIN) == (asked.method, asked.path, asked.login)
    expected = {"From": [SHOP], "To": [f"+{CUSTOMER}"], "Body": ["Hello"], "StatusCallback": REPORTS}
    assert expected == asked.fields


async def test_a_whatsapp_message_goes_from_address_to_address(twilio: Twilio, play: Play) -> None:
    assert Sent(SID) == await twilio.send(_text(Channel.WHATSAPP, "नमस्ते 🥭 & more=1"))
    assert [
        {
            "From": [f"whatsapp:{SHOP}"],
            "To": [f"whatsapp:+{CUSTOMER}"],
            "Body": ["नमस्ते 🥭 & more=1"],
            "StatusCallback": REPORTS,
        }
    ] == play.fields


async def test_who_hides_their_number_is_written_to_by_their_user_id(twilio: Twilio, play: Play) -> None:
    await twilio.send(_text(Channel.WHATSAPP, user=BSUID))
    assert [f"whatsapp:{BSUID}"] == play.fields[0]["To"]


async def test_a_picture_goes_by_its_address(twilio: Twilio, play: Play) -> None:
    picture = f"{PUBLIC}/shop/mango.jpg"
    content = {"kind": "image", "url": picture, "body": "Mango", "text": f"Mango {picture}"}
    await twilio.send(_row(Channel.WHATSAPP, content))
    assert ([picture], ["Mango"]) == (play.fields[0]["MediaUrl"], play.fields[0]["Body"])


async def test_words_that_are_missing_are_not_sent_empty(twilio: Twilio, play: Play) -> None:
    paper = f"{PUBLIC}/invoice.pdf"
    await twilio.send(_row(Channel.WHATSAPP, {"kind": "document", "url": paper, "body": "", "text": paper}))
    assert [paper] == play.fields[0]["MediaUrl"]
    assert "Body" not in play.fields[0]


@pytest.mark.parametrize(
    ("sender", "field"),
    [
        (SHOP, "From"),
        ("TINYPK", "From"),
        ("MG Motor", "From"),
        ("+15005550006", "From"),
        ("MG" + "5" * 32, "MessagingServiceSid"),
    ],
)
async def test_sms_go_out_by_the_sender_that_is_set(play: Play, sender: str, field: str) -> None:
    async with _gateway(play.url, sms_sender=sender) as gateway:
        await gateway.send(_text())
        await gateway.send(_text(Channel.WHATSAPP))
    sms, whatsapp = play.fields
    assert [sender] == sms[field]
    assert 1 == len({"From", "MessagingServiceSid"} & sms.keys())
    assert [f"whatsapp:{SHOP}"] == whatsapp["From"]
    told = [] if sender == SHOP else [f"{REPORTS[0]}?account=%2B14155238886"]
    assert (told or REPORTS, REPORTS) == (sms["StatusCallback"], whatsapp["StatusCallback"])


async def test_reports_on_what_a_messaging_service_sends_tell_that_it_did(play: Play) -> None:
    """Twilio names the number that the service chose, which is not what the message was noted under."""
    service = "MG" + "5" * 32
    address = Address(Channel.SMS, service, CUSTOMER)
    async with _gateway(play.url, sms_sender=service) as gateway:
        await gateway.send(replace(_text(), address=address))
    assert [f"{REPORTS[0]}?account={service}"] == play.fields[0]["StatusCallback"]


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.WHATSAPP])
async def test_a_long_reply_goes_part_by_part(twilio: Twilio, play: Play, channel: Channel) -> None:
    body = " ".join(f"word{n}" for n in range(500))
    more, parts = True, 0
    while more:
        sent = await twilio.send(_text(channel, body, parts=parts))
        more, parts = sent.more, parts + 1
    assert parts > 1
    assert body.split() == [word for fields in play.fields for word in fields["Body"][0].split()]
    assert Sent("") == await twilio.send(_text(channel, body, parts=parts))
    assert parts == len(play.asked)


async def test_a_reply_that_says_nothing_is_not_sent(twilio: Twilio, play: Play) -> None:
    assert Sent("") == await twilio.send(_text(body=""))
    assert [] == play.asked


def _is_template(fields: dict[str, list[str]]) -> bool:
    told = (fields.get("ContentSid"), fields.get("ContentVariables"))
    return told == ([TEMPLATE_SID], ['{"1": "HT-AAAAA", "2": "आज"}']) and "Body" not in fields


@pytest.mark.parametrize("more", [{"kind": "template"}, {"form": "template"}, {"wrote_at": NOW - timedelta(hours=24)}])
async def test_a_template_goes_where_nothing_else_may(twilio: Twilio, play: Play, more: dict[str, Any]) -> None:
    content = {"body": "Sent!", "template": TEMPLATE} | {k: v for k, v in more.items() if k == "kind"}
    about = {k: v for k, v in more.items() if k != "kind"}
    assert Sent(SID) == await twilio.send(_row(Channel.WHATSAPP, content, **about))
    assert _is_template(play.fields[0])


@pytest.mark.parametrize("wrote_at", [None, NOW, NOW - timedelta(hours=23, minutes=59)])
async def test_while_the_window_is_open_the_words_go(twilio: Twilio, play: Play, wrote_at: datetime | None) -> None:
    await twilio.send(_row(Channel.WHATSAPP, {"body": "Sent!", "template": TEMPLATE}, wrote_at=wrote_at))
    assert ["Sent!"] == play.fields[0]["Body"]


async def test_sms_know_no_window(twilio: Twilio, play: Play) -> None:
    await twilio.send(_row(Channel.SMS, {"body": "Sent!", "template": TEMPLATE}, wrote_at=NOW - timedelta(days=9)))
    assert ["Sent!"] == play.fields[0]["Body"]


async def test_without_a_template_nothing_goes_through_a_closed_window(twilio: Twilio, play: Play) -> None:
    for content, more, trouble in (
        ({"body": "Sent!"}, {"wrote_at": NOW - timedelta(days=2)}, Trouble.WINDOW_CLOSED),
        ({"body": "Sent!", "template": TEMPLATE | {"content_sid": ""}}, {"form": "template"}, Trouble.TEMPLATE),
    ):
        with pytest.raises(Undeliverable) as refused:
            await twilio.send(_row(Channel.WHATSAPP, content, **more))
        assert trouble is refused.value.trouble
    assert [] == play.asked


async def test_an_edge_or_region_of_the_environment_does_not_lead_elsewhere(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    async with _gateway(play.url) as gateway:
        assert Sent(SID) == await gateway.send(_text())


REFUSALS: dict[str, tuple[Answer, Trouble, str]] = {
    "they wrote STOP": (error(400, 21610), Trouble.OPTED_OUT, "21610"),
    "the window is closed": (error(400, 63016), Trouble.WINDOW_CLOSED, "63016"),
    "no phone number": (error(400, 21211), Trouble.UNREACHABLE, "21211"),
    "a wrong token": (error(401, 20003), Trouble.CHANNEL_DOWN, "20003"),
    "a wrong token, told in HTML": (plain(401, b"<html>"), Trouble.CHANNEL_DOWN, "401"),
    "a closed account": (error(403, 20005), Trouble.CHANNEL_DOWN, "20005"),
    "an unknown code": (error(400, 99999), Trouble.REFUSED, "99999"),
    "no code": (error(400, None), Trouble.REFUSED, "400"),
    "HTML": (plain(404, b"<html>"), Trouble.REFUSED, "404"),
    "nothing": (plain(400), Trouble.REFUSED, "400"),
    "a list": (plain(400, b"[]", "application/json"), Trouble.REFUSED, "400"),
    "a code that is no number": (plain(400, b'{"code":"x"}', "application/json"), Trouble.REFUSED, "400"),
    "the newer form of errors": (
        plain(400, b'{"type":"t","title":"x","status":400,"code":21610}', "application/json"),
        Trouble.OPTED_OUT,
        "21610",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_a_refusal_tells_what_to_do_next(twilio: Twilio, play: Play, case: str) -> None:
    answer, trouble, code = REFUSALS[case]
    play.answers = [answer]
    with pytest.raises(Undeliverable) as refused:
        await twilio.send(_text())
    assert (trouble, code) == (refused.value.trouble, refused.value.code)


BUSY: dict[str, tuple[Answer, float]] = {
    "429 with a time": (error(429, 20429, **{"Retry-After": "7"}), 7.0),
    "429 without": (error(429, 20429), 2.0),
    "429 with no time at all": (plain(429, b"<html>", **{"Retry-After": "soon"}), 2.0),
    "429 for ever": (error(429, 14107, **{"Retry-After": "999999"}), 3600.0),
    "too fast for the sender": (error(400, 14107), 5.0),
    "a fault at Twilio's": (error(500, 20500), 2.0),
    "503 with a time": (error(503, 20503, **{"Retry-After": "30"}), 30.0),
    "408": (plain(408), 2.0),
    "502 in HTML": (plain(502, b"<html>"), 2.0),
    "504 without words": (plain(504), 2.0),
    "a connection that was cut": (cut, 2.0),
    "no answer in time": (never, 2.0),
    "a redirect": (plain(302, Location="https://login.example/"), 2.0),
}


@pytest.mark.parametrize("case", BUSY)
async def test_trouble_that_passes_is_unavailable_and_the_next_try_works(play: Play, case: str) -> None:
    answer, seconds = BUSY[case]
    play.answers = [answer]
    async with _gateway(play.url, timeouts=HASTY if answer is never else PATIENT) as gateway:
        with pytest.raises(Unavailable) as down:
            await gateway.send(_text())
        assert ("twilio", seconds) == (down.value.what, down.value.retry_after)
    async with _gateway(play.url) as another:
        assert Sent(SID) == await another.send(_text())


async def test_a_sender_that_was_too_fast_pauses_and_the_others_do_not(twilio: Twilio, play: Play) -> None:
    play.answers = [error(429, 20429, **{"Retry-After": "30"})]
    for _ in range(2):
        with pytest.raises(Unavailable):
            await twilio.send(_text())
    assert 1 == len(play.asked)
    assert Sent(SID) == await twilio.send(_text(Channel.WHATSAPP))


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"sid": null}', b'{"sid": 7}', b'{"date_sent": [1], "num_media": "x"}', b"[]", b"7", b"<html>", b""],
)
async def test_a_yes_without_an_id_is_a_yes(twilio: Twilio, play: Play, body: bytes) -> None:
    """Made again, the message would come twice and be paid for twice, and with each further try once more."""
    play.answers = [plain(201, body, "application/json")]
    assert Sent("") == await twilio.send(_text())


async def test_an_id_is_read_though_the_rest_is_odd(twilio: Twilio, play: Play) -> None:
    body = json.dumps({"sid": SID, "date_created": 7, "price": [], "num_segments": {}}).encode()
    play.answers = [plain(200, body, "application/json")]
    assert Sent(SID) == await twilio.send(_text())


async def test_a_part_that_goes_again_goes_alone(twilio: Twilio, play: Play) -> None:
    words = " ".join(f"word{n}" for n in range(500))
    assert Sent(SID, more=True) == await twilio.send(_text(body=words))
    assert Sent(SID) == await twilio.send(_text(body=words, resends=1))
    assert play.fields[0] == play.fields[1]


async def test_where_the_window_closed_on_a_reply_half_sent_nothing_is_tried(twilio: Twilio, play: Play) -> None:
    with pytest.raises(Undeliverable) as refused:
        await twilio.send(
            _row(Channel.WHATSAPP, {"body": "Sent!", "template": TEMPLATE}, wrote_at=NOW - timedelta(days=2), parts=1)
        )
    assert Trouble.WINDOW_CLOSED is refused.value.trouble
    assert [] == play.asked


async def test_whoever_does_not_get_their_turn_is_put_back(play: Play) -> None:
    async with _gateway(play.url, sms=sms_rates()) as gateway:
        await gateway.send(_text())
        with pytest.raises(Unavailable):
            await gateway.send(_text())
        assert Sent(SID) == await gateway.send(_text(Channel.WHATSAPP))
    assert 2 == len(play.asked)


async def test_several_messages_of_a_whatsapp_number_go_at_once(play: Play) -> None:
    rates = whatsapp_rates()
    for _ in range(4):
        await rates.turn(SHOP)


async def test_nobody_listening_is_unavailable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        async with _gateway(f"http://127.0.0.1:{probe.getsockname()[1]}") as gateway:
            with pytest.raises(Unavailable):
                await gateway.send(_text())


@pytest.mark.parametrize(
    "answer", [error(400, 21211, f"The 'To' number +{CUSTOMER} is no number"), cut, never, created]
)
async def test_no_error_and_no_log_holds_a_number_a_text_or_the_token(
    play: Play, answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    play.answers = [answer]
    told, secret = "", "mango" + "pickle"
    async with _gateway(play.url, timeouts=HASTY if answer is never else PATIENT) as gateway:
        try:
            await gateway.send(_text(body=secret))
        except HaatError as trouble:
            told = "".join(traceback.format_exception(trouble))
    told += "".join(capsys.readouterr()) + repr(Account("", ACCOUNT, TOKEN, PUBLIC))
    assert [] == [word for word in (CUSTOMER, secret, TOKEN, LOGIN) if word in told]


async def test_many_messages_at_once_each_have_an_answer(twilio: Twilio, play: Play) -> None:
    sent = await asyncio.gather(*(twilio.send(_text(body=f"number {n}")) for n in range(30)))
    assert {Sent(SID)} == set(sent)
    assert 30 == len({fields["Body"][0] for fields in play.fields})
