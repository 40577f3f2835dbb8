"""What Twilio keeps of customers' messages, listed by its SDK from a server that plays Twilio."""

import json
import traceback
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateways.rates import Rates
from gateways.twilio import Account, Timeouts, Twilio
from gateways.twilio_archive import TwilioArchive
from model.errors import Unavailable
from model.message import Address, Channel, Inbound, Media, MediaKind, Sort
from tests.gateways.twilio_play import ACCOUNT, LOGIN, TOKEN, Answer, Play, cut, error, never, plain, playing
from webhooks.twilio_form import read_message

NOW = datetime(2026, 3, 2, 6, 30, 15, 250_000, tzinfo=UTC)
SINCE, UNTIL = NOW - timedelta(hours=1), NOW - timedelta(seconds=30)
SHOP, CUSTOMER, SERVICE = "+14155238886", "+919811122233", "MG" + "5" * 32
SMS = Address(Channel.SMS, SHOP, CUSTOMER[1:])
LIST = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
SECRET = "mango" + "pickle"

Json = dict[str, Any]


def sid(number: int, kind: str = "SM") -> str:
    return f"{kind}{number:032x}"


def written(number: int, minutes: Any = 10.0, **more: Any) -> Json:
    """A message as the list tells it, sent so many minutes before now."""
    sent = format_datetime((NOW - timedelta(minutes=minutes)).replace(microsecond=0))
    usual: Json = {
        "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": f"number {number}", "date_created": sent,
        "date_sent": sent, "date_updated": sent, "direction": "inbound", "error_code": None, "error_message": None,
        "from": CUSTOMER, "messaging_service_sid": None, "num_media": "0", "num_segments": "1", "price": "-0.00750",
        "price_unit": "USD", "sid": sid(number), "status": "received", "subresource_uris": {}, "to": SHOP,
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid(number)}.json",
    }  # fmt: skip
    return usual | more


def page(*messages: Json, then: str | None = None, name: str = "messages") -> Answer:
    """One page; `then` is the query of the next."""
    body = {name: messages, "page": 0, "page_size": 200, "next_page_uri": f"{LIST}?{then}" if then else None}
    return plain(200, json.dumps(body).encode(), "application/json")


@asynccontextmanager
async def _archive(
    play: Play, channel: Channel = Channel.SMS, account: str = SHOP, within: float = 10.0
) -> AsyncIterator[TwilioArchive]:
    account_of = Account(play.url, ACCOUNT, TOKEN, "https://shop.example")
    gateway = Twilio(account_of, Rates(1, 1), Rates(1, 1), Timeouts(call=within))
    yield gateway.archive(channel, account, read_message)
    await gateway.close()


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing() as started:
        yield started


@pytest.fixture
async def archive(play: Play) -> AsyncIterator[TwilioArchive]:
    async with _archive(play) as opened:
        yield opened


async def missed(archive: TwilioArchive, known: Collection[str] = ()) -> list[Inbound]:
    return await archive.missed(SINCE, UNTIL, known)


def asked(play: Play) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(each.path).query) for each in play.asked]


async def test_it_is_asked_for_what_came_to_a_number_since_then(archive: TwilioArchive, play: Play) -> None:
    play.answers = [page(written(1))]
    assert [Inbound(SMS, sid(1), "number 1", phone=CUSTOMER)] == await missed(archive)
    (call,) = play.asked
    assert ("GET", LIST, LOGIN) == (call.method, urlsplit(call.path).path, call.login)
    assert [{"To": [SHOP], "DateSent>": ["2026-03-02T05:30:15Z"], "PageSize": ["200"]}] == asked(play)


async def test_on_whatsapp_it_is_asked_for_by_its_address_there(play: Play) -> None:
    ends = {"to": f"whatsapp:{SHOP}", "from": f"whatsapp:{CUSTOMER}"}
    play.answers = [page(written(1, **ends))]
    async with _archive(play, Channel.WHATSAPP) as archive:
        (message,) = await missed(archive)
    assert (Address(Channel.WHATSAPP, SHOP, CUSTOMER[1:]), CUSTOMER) == (message.address, message.phone)
    assert [f"whatsapp:{SHOP}"] == asked(play)[0]["To"]


async def test_who_hides_their_number_is_known_by_their_user_id(play: Play) -> None:
    play.answers = [page(written(1, **{"to": f"whatsapp:{SHOP}", "from": "whatsapp:IN.13491208655302741918"}))]
    async with _archive(play, Channel.WHATSAPP) as archive:
        (message,) = await missed(archive)
    assert ("IN.13491208655302741918", "") == (message.address.user, message.phone)


async def test_of_a_messaging_service_all_is_asked_for_and_its_own_taken(play: Play) -> None:
    """Twilio knows no filter for it, but notes it with each message."""
    own, other = {"messaging_service_sid": SERVICE}, {"messaging_service_sid": SERVICE[:-1] + "6"}
    play.answers = [
        page(
            written(1, to="+15005550006", **own),
            written(2, **other),
            written(3),
            written(4, to=f"whatsapp:{SHOP}", **own),
        )
    ]
    async with _archive(play, account=SERVICE) as archive:
        (message,) = await missed(archive)
    assert (Address(Channel.SMS, SERVICE, CUSTOMER[1:]), sid(1)) == (message.address, message.provider_id)
    assert "To" not in asked(play)[0]


async def test_the_oldest_comes_first_over_all_pages(archive: TwilioArchive, play: Play) -> None:
    """The list is newest first; of one second's messages too."""
    token = f"To=%2B14155238886&DateSent%3E=2026-03-02T05%3A30%3A15Z&PageSize=200&Page=1&PageToken=PA{sid(4)}"
    play.answers = [page(written(5, 1), written(4, 2), then=token), page(written(3, 3), written(2, 3), written(1, 4))]
    assert [sid(n) for n in (1, 2, 3, 4, 5)] == [one.provider_id for one in await missed(archive)]
    assert [LOGIN, LOGIN] == [call.login for call in play.asked]
    assert parse_qs(token) == asked(play)[1]


async def test_what_is_too_old_or_too_young_is_left_out_and_ends_the_asking(archive: TwilioArchive, play: Play) -> None:
    """Twilio may look at times to the day alone; a young message may still come by itself."""
    play.answers = [page(written(9, 0), written(1, 0.6), written(8, 61), then="Page=1"), page(written(7, 62), then="x")]
    assert [sid(1)] == [one.provider_id for one in await missed(archive)]
    assert 2 == len(play.asked)


async def test_the_second_it_is_asked_from_counts(archive: TwilioArchive, play: Play) -> None:
    """Twilio's times are whole seconds: this one may have been sent a little later than it says."""
    play.answers = [page(written(1, 60))]
    assert [sid(1)] == [one.provider_id for one in await missed(archive)]


@pytest.mark.parametrize(
    "more",
    [
        {"direction": "outbound-api"},
        {"direction": "outbound-reply"},
        {"status": "receiving"},
        {"to": "+15005550006"},
        {"to": f"whatsapp:{SHOP}"},
        {"date_sent": None, "date_created": None},
        {"sid": None},
        {"from": None},
        {"sid": "SM\x00"},
    ],
)
async def test_what_is_no_message_of_a_customer_to_this_account_is_left_out(
    archive: TwilioArchive, play: Play, more: Json
) -> None:
    play.answers = [page(written(2), written(1, **more))]
    assert [sid(2)] == [one.provider_id for one in await missed(archive)]


async def test_known_messages_are_not_read_again(archive: TwilioArchive, play: Play) -> None:
    play.answers = [page(written(2, num_media="1"), written(1))]
    assert [sid(1)] == [one.provider_id for one in await missed(archive, {sid(2)})]
    assert 1 == len(play.asked)


async def test_stop_start_and_help_are_known_by_twilios_own_words(archive: TwilioArchive, play: Play) -> None:
    words = ("stop", "CANCEL", "Unstop", "info", "yes")
    play.answers = [page(*(written(9 - n, 1 + n, body=word) for n, word in enumerate(words)))]
    assert ["yes", "HELP", "START", "STOP", "STOP"] == [one.text for one in await missed(archive)]


def files(*mimes: str, of: str = "") -> Answer:
    """The list of a message's files."""
    made = format_datetime(NOW.replace(microsecond=0))
    told = [
        {"sid": sid(n, "ME"), "parent_sid": of, "content_type": mime, "date_created": made, "account_sid": ACCOUNT}
        for n, mime in enumerate(mimes)
    ]
    return page(*told, name="media_list")


async def test_files_are_asked_for_and_come_as_by_the_webhook(archive: TwilioArchive, play: Play) -> None:
    own = sid(1, "MM")
    play.answers = [page(written(1, sid=own, num_media="2", body="both")), files("image/png", "audio/ogg", of=own)]
    picture, voice = await missed(archive)
    ref = f"Messages/{own}/Media/"
    assert (Sort.MEDIA, own, "both", Media(MediaKind.IMAGE, ref + sid(0, "ME"), "image/png")) == (
        picture.sort, picture.provider_id, picture.text, picture.media,
    )  # fmt: skip
    assert (f"{own}:1", "", Media(MediaKind.VOICE, ref + sid(1, "ME"), "audio/ogg")) == (
        voice.provider_id, voice.text, voice.media,
    )  # fmt: skip
    assert f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{own}/Media.json" == urlsplit(play.asked[1].path).path


async def test_a_second_file_that_is_missing_is_asked_for(archive: TwilioArchive, play: Play) -> None:
    """The shop was killed between the two."""
    play.answers = [page(written(1, num_media="2")), files("image/png", "image/jpeg", of=sid(1))]
    assert [f"{sid(1)}:1"] == [one.provider_id for one in await missed(archive, {sid(1)})]


@pytest.mark.parametrize("answer", [error(404, 20404), plain(200, b"<html>"), plain(200, b"[]"), files()])
async def test_a_message_whose_files_are_gone_is_there_nonetheless(
    archive: TwilioArchive, play: Play, answer: Answer
) -> None:
    play.answers = [page(written(2), written(1, num_media="1", body="")), answer]
    assert [(sid(1), Sort.UNSUPPORTED), (sid(2), Sort.PLAIN)] == [
        (one.provider_id, one.sort) for one in await missed(archive)
    ]


async def test_files_that_cannot_be_told_of_now_are_asked_for_another_time(archive: TwilioArchive, play: Play) -> None:
    play.answers = [page(written(1, num_media="1")), error(503, 20503)]
    with pytest.raises(Unavailable):
        await missed(archive)


async def test_a_list_without_end_is_not_read_for_ever(archive: TwilioArchive, play: Play) -> None:
    play.answers = [page(written(n), then="Page=1") for n in range(200)]
    assert 50 == len(await missed(archive))
    assert 51 == len(play.asked)


async def test_where_twilio_leads_to_is_always_the_api_that_is_set(archive: TwilioArchive, play: Play) -> None:
    first = {"messages": [written(1)], "next_page_uri": "//evil.example/2010?a=b"}
    play.answers = [plain(200, json.dumps(first).encode(), "application/json"), page()]
    assert [sid(1)] == [one.provider_id for one in await missed(archive)]
    assert 2 == len(play.asked)


TROUBLE: dict[str, Answer] = {
    "too fast": error(429, 20429, CUSTOMER),
    "a fault": error(500, 20500, CUSTOMER),
    "a wrong token": error(401, 20003, CUSTOMER),
    "a closed account": error(403, 20005, CUSTOMER),
    "no such time": error(400, 20001, CUSTOMER),
    "HTML": plain(200, f"<html>{CUSTOMER}".encode()),
    "a list": plain(200, b"[]", "application/json"),
    "nothing": plain(200, b"{}", "application/json"),
    "a message that is none": page("x"),  # type: ignore[arg-type]
    "a connection that was cut": cut,
    "no answer in time": never,
}


@pytest.mark.parametrize("case", TROUBLE)
@pytest.mark.parametrize("later", [False, True])
async def test_trouble_is_unavailable_and_told_without_numbers_and_texts(
    play: Play, case: str, later: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the first page as on the next; what was read until then is read again another time."""
    play.answers = [*([page(written(1, body=SECRET), then="Page=1")] if later else []), TROUBLE[case]]
    async with _archive(play, within=0.2 if case == "no answer in time" else 10.0) as archive:
        with pytest.raises(Unavailable) as down:
            await missed(archive)
    told = "".join(traceback.format_exception(down.value)) + "".join(capsys.readouterr())
    assert [] == [word for word in (CUSTOMER, CUSTOMER[1:], SECRET, TOKEN) if word in told]


async def test_what_cannot_be_read_is_told_by_its_id_alone(
    archive: TwilioArchive, play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    play.answers = [page(written(1, **{"from": "whatsapp:नमस्ते", "body": SECRET}))]
    assert [] == await missed(archive)
    told = "".join(capsys.readouterr())
    assert sid(1) in told
    assert SECRET not in told
