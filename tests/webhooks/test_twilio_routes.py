"""Twilio's webhooks over HTTP: who is let in, what is handed on, and when the answer comes."""

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from model.errors import Unavailable
from model.message import Arrival, Channel, Inbound, Progress, Sort, Status, Trouble
from tests.webhooks.twilio_kit import (
    ACCOUNT,
    FORM,
    OTHER_ACCOUNT,
    PUBLIC,
    SERVICE,
    SHOP,
    SID,
    SMS,
    STATUS,
    TOKEN,
    WHATSAPP,
    Caller,
    Hall,
    calling,
    reported,
    said,
    signature,
    texted,
)
from webhooks.twilio import MAX_BODY, SIGNATURE

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with calling() as opened:
        yield opened


@pytest.mark.parametrize(("path", "fields"), [(WHATSAPP, said()), (SMS, texted())])
async def test_a_message_is_handed_on_and_answered_with_nothing_to_say(
    caller: Caller, path: str, fields: dict[str, str]
) -> None:
    assert (200, EMPTY) == await caller.post(path, fields)
    assert ["mango pickle"] == [arrival.text for arrival in caller.hall.came if isinstance(arrival, Inbound)]


async def test_the_answer_to_a_message_is_xml(caller: Caller) -> None:
    signed = {SIGNATURE: signature(PUBLIC + SMS, texted().items()), "Content-Type": FORM}
    async with caller.http.post(SMS, data=urlencode(texted()), headers=signed) as answer:
        assert "text/xml" == answer.content_type


async def test_a_report_is_handed_on_and_answered_without_words(caller: Caller) -> None:
    assert (204, "") == await caller.post(STATUS, reported("delivered"))
    assert [Status(Channel.WHATSAPP, SHOP, SID, Progress.DELIVERED)] == caller.hall.came


async def test_a_report_may_be_told_whose_message_it_is_on(caller: Caller) -> None:
    """An SMS that went out by a sender id, or by another number of a messaging service."""
    path, report = f"{STATUS}?account=%2B14155238886", reported("sent", From="TINYPK", To="+919811122233")
    assert (204, "") == await caller.post(path, report)
    assert [Status(Channel.SMS, SHOP, SID, Progress.SENT)] == caller.hall.came
    assert 403 == (await caller.post(path, report, **{SIGNATURE: signature(PUBLIC + STATUS, report.items())}))[0]
    assert 400 == (await caller.post(f"{STATUS}?account={'1' * 70}", report))[0]


async def test_what_tells_nothing_is_answered_all_the_same(caller: Caller) -> None:
    assert (204, "") == await caller.post(STATUS, reported("queued"))
    assert [] == caller.hall.came


@pytest.mark.parametrize("path", [WHATSAPP, SMS, STATUS])
async def test_without_a_signature_nobody_comes_in(caller: Caller, path: str) -> None:
    body = urlencode(said() | reported("sent")).encode()
    assert 401 == (await caller.raw(path, body, {"Content-Type": FORM}))[0]
    assert [] == caller.hall.came


@pytest.mark.parametrize("path", [WHATSAPP, SMS, STATUS])
@pytest.mark.parametrize("token", ["", "guessed", TOKEN.upper()])
async def test_with_a_forged_signature_nobody_comes_in(caller: Caller, path: str, token: str) -> None:
    fields = said() | reported("sent")
    forged = signature(PUBLIC + path, fields.items(), token)
    assert 403 == (await caller.post(path, fields, **{SIGNATURE: forged}))[0]
    assert [] == caller.hall.came


async def test_a_signature_of_another_path_is_worth_nothing(caller: Caller) -> None:
    signed = signature(PUBLIC + SMS, texted().items())
    assert 200 == (await caller.post(SMS, texted(), **{SIGNATURE: signed}))[0]
    assert 403 == (await caller.post(WHATSAPP, texted(), **{SIGNATURE: signed}))[0]


async def test_a_body_changed_on_the_way_is_refused(caller: Caller) -> None:
    signed = {SIGNATURE: signature(PUBLIC + SMS, texted().items()), "Content-Type": FORM}
    assert 403 == (await caller.raw(SMS, urlencode(texted(Body="mango pickles")).encode(), signed))[0]
    assert 403 == (await caller.raw(SMS, urlencode(texted()).encode() + b"&More=", signed))[0]
    assert [] == caller.hall.came


async def test_the_public_address_counts_whatever_the_request_says_of_itself(caller: Caller) -> None:
    asked = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    assert 200 == (await caller.post(SMS, texted(), **asked))[0]
    forged = signature("http://evil.example" + SMS, texted().items())
    assert 403 == (await caller.post(SMS, texted(), **asked, **{SIGNATURE: forged}))[0]


async def test_an_address_with_a_query_is_signed_with_it(caller: Caller) -> None:
    path = f"{SMS}?shop=%E0%A4%86%E0%A4%AE&blank=&plus=a+b%20c"
    assert 200 == (await caller.post(path, texted()))[0]
    bare = signature(PUBLIC + SMS, texted().items())
    assert 403 == (await caller.post(path, texted(), **{SIGNATURE: bare}))[0]


async def test_twilio_may_sign_with_the_port_in_the_address(caller: Caller) -> None:
    signed = signature(f"{PUBLIC}:443{SMS}", texted().items())
    assert 200 == (await caller.post(SMS, texted(), **{SIGNATURE: signed}))[0]


async def test_blank_repeated_and_unheard_of_fields_are_no_trouble(caller: Caller) -> None:
    body = urlencode(
        [*texted(FromCity="", Novelty="yes").items(), ("Tag", "b"), ("Tag", "a"), ("Tag", "b"), ("Tag", "")]
    )
    assert 200 == (await caller.send(SMS, body))[0]
    assert 1 == len(caller.hall.came)


async def test_a_json_body_is_read_when_its_hash_is_in_the_signed_address(caller: Caller) -> None:
    body = json.dumps(texted(Body="आम") | {"NumMedia": 0, "Odd": None}).encode()
    path = f"{SMS}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signed = {SIGNATURE: signature(PUBLIC + path), "Content-Type": "application/json"}
    assert 200 == (await caller.raw(path, body, signed))[0]
    assert 403 == (await caller.raw(path, body.replace(b"+9198", b"+9199"), signed))[0]
    assert 403 == (await caller.raw(SMS, body, signed | {SIGNATURE: signature(PUBLIC + SMS)}))[0]
    assert ["आम"] == [arrival.text for arrival in caller.hall.came if isinstance(arrival, Inbound)]


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"{", b"null", b'"x"', b"[" * 60_000])
async def test_signed_json_that_is_no_object_is_a_bad_request(caller: Caller, body: bytes) -> None:
    path = f"{SMS}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signed = {SIGNATURE: signature(PUBLIC + path), "Content-Type": "application/json"}
    assert 400 == (await caller.raw(path, body, signed))[0]


@pytest.mark.parametrize(("path", "fields"), [(WHATSAPP, said()), (SMS, texted()), (STATUS, reported("sent"))])
async def test_what_concerns_another_account_is_refused(caller: Caller, path: str, fields: dict[str, str]) -> None:
    """Twilio's own signature does not help: the main account signs for its subaccounts too."""
    assert 403 == (await caller.post(path, fields | {"AccountSid": OTHER_ACCOUNT}))[0]
    assert 403 == (await caller.post(path, {k: v for k, v in fields.items() if k != "AccountSid"}))[0]
    assert [] == caller.hall.came


@pytest.mark.parametrize("to", ["+15005550006", "whatsapp:+15005550006", "", "whatsapp:", SHOP[1:], SHOP + "0"])
async def test_a_message_to_a_number_that_is_not_ours_is_refused(caller: Caller, to: str) -> None:
    assert 403 == (await caller.post(SMS, texted(To=to)))[0]
    assert [] == caller.hall.came


@pytest.mark.parametrize(
    ("senders", "path", "fields"),
    [
        ([f"whatsapp:{SHOP}"], SMS, texted()),
        ([f"whatsapp:{SHOP}"], WHATSAPP, texted()),
        ([f"whatsapp:{SHOP}"], SMS, texted(MessagingServiceSid=SERVICE)),
        ([SHOP], WHATSAPP, said()),
        ([SERVICE], WHATSAPP, said(MessagingServiceSid=SERVICE)),
        (["57575"], SMS, texted()),
    ],
)
async def test_a_message_by_a_channel_that_the_number_is_not_set_up_for_is_refused(
    senders: list[str], path: str, fields: dict[str, str]
) -> None:
    """Nothing could be answered: the reply would wait for ever. Twilio's log says why nobody answers instead."""
    async with calling(senders=senders) as caller:
        assert 403 == (await caller.post(path, fields))[0]
        assert [] == caller.hall.came


async def test_a_short_code_takes_sms() -> None:
    async with calling(senders=["57575"]) as caller:
        assert 200 == (await caller.post(SMS, texted(To="57575")))[0]
        assert ["57575"] == [one.address.account for one in caller.hall.came if isinstance(one, Inbound)]


async def test_a_message_to_a_number_of_our_messaging_service_is_taken(caller: Caller) -> None:
    assert 200 == (await caller.post(SMS, texted(To="+15005550006", MessagingServiceSid=SERVICE)))[0]
    assert 403 == (await caller.post(SMS, texted(To="+15005550006", MessagingServiceSid=SERVICE[:-1] + "6")))[0]


@pytest.mark.parametrize(
    ("fields", "account"),
    [
        (texted(To="+15005550006", MessagingServiceSid=SERVICE), SERVICE),
        (texted(MessagingServiceSid=SERVICE[:-1] + "6"), SHOP),
        (said(MessagingServiceSid=SERVICE), SHOP),
    ],
)
async def test_an_sms_is_for_the_messaging_service_that_answers_it(
    caller: Caller, fields: dict[str, str], account: str
) -> None:
    """Else who writes by SMS would be another customer than the one whom a code reached at the same number."""
    assert 200 == (await caller.post(SMS, fields))[0]
    assert [account] == [one.address.account for one in caller.hall.came if isinstance(one, Inbound)]


async def test_a_report_sent_to_the_way_in_for_messages_is_no_message_of_a_customer(caller: Caller) -> None:
    assert 403 == (await caller.post(WHATSAPP, reported("delivered")))[0]


@pytest.mark.parametrize(
    "fields",
    [said(From="", WaId=""), said(From="whatsapp:", WaId=""), said(From="whatsapp:नमस्ते", WaId="x"),
     said(From="whatsapp:" + "9" * 200, WaId=""), said(MessageSid="", SmsSid=""),
     said(MessageSid="SM\x00" + "a" * 20), said(MessageSid="S" * 70)],
)  # fmt: skip
async def test_a_signed_form_that_is_no_message_is_a_bad_request(caller: Caller, fields: dict[str, str]) -> None:
    assert 400 == (await caller.post(WHATSAPP, fields))[0]
    assert [] == caller.hall.came


async def test_a_report_without_an_id_is_a_bad_request(caller: Caller) -> None:
    assert 400 == (await caller.post(STATUS, reported("sent", MessageSid="", SmsSid="")))[0]


async def test_a_form_of_very_many_fields_is_a_bad_request(caller: Caller) -> None:
    assert 400 == (await caller.send(SMS, urlencode(texted()) + "&a=" * 1001))[0]


async def test_a_body_too_large_is_not_read_whatever_its_signature(caller: Caller) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 1024 + 2):
            yield b"a" * 1024

    signed = {SIGNATURE: "any", "Content-Type": FORM}
    assert 413 == (await caller.raw(SMS, b"a" * (MAX_BODY + 1), signed))[0]
    assert 413 == (await caller.raw(SMS, endless(), signed))[0]
    assert 200 == (await caller.post(SMS, texted(Body="a" * (MAX_BODY - 500))))[0]


async def test_only_posts_are_answered(caller: Caller) -> None:
    for path in (WHATSAPP, SMS, STATUS):
        async with caller.http.get(path) as answer:
            assert 405 == answer.status


class SlowHall(Hall):
    """A door that opens when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.knocked, self.opened = asyncio.Event(), asyncio.Event()

    async def arrive(self, arrivals: Sequence[Arrival]) -> None:
        self.knocked.set()
        await self.opened.wait()
        await super().arrive(arrivals)


@pytest.mark.parametrize(("path", "fields"), [(SMS, texted()), (STATUS, reported("sent"))])
async def test_the_answer_comes_when_everything_is_kept_and_not_before(path: str, fields: dict[str, str]) -> None:
    hall = SlowHall()
    async with calling(hall) as caller:
        asking = asyncio.create_task(caller.post(path, fields))
        await hall.knocked.wait()
        assert not asking.done()
        hall.opened.set()
        assert (await asking)[0] in (200, 204)
        assert 1 == len(hall.came)


@pytest.mark.parametrize(("path", "fields"), [(SMS, texted()), (STATUS, reported("sent"))])
async def test_what_cannot_be_kept_is_not_answered_with_a_yes(path: str, fields: dict[str, str]) -> None:
    async with calling(Hall(trouble=Unavailable("database"))) as caller:
        assert 500 <= (await caller.post(path, fields))[0]


async def test_nothing_of_a_message_is_logged(caller: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    await caller.post(WHATSAPP, said())
    await caller.post(WHATSAPP, said(From=""))
    await caller.post(WHATSAPP, said(), **{SIGNATURE: "forged"})
    await caller.post(STATUS, reported("failed", ErrorCode="63016"))
    out = "".join(capsys.readouterr())
    assert [] == [word for word in ("98111", "mango", "Meena", TOKEN) if word in out]


def _forms() -> list[tuple[str, str]]:
    folder = os.environ.get("HAAT_PAYLOADS")
    told = json.loads((Path(folder) / "twilio" / "forms.json").read_bytes()) if folder else []
    return [(form["name"], form["body"]) for form in told]


async def _real_forms_are_taken_when_signed_and_only_then(caller: Caller) -> None:
    """What is not about our account (its field set comes from another product's tests) is refused."""
    for name, body in _forms():
        fields = dict(parse_qsl(body, keep_blank_values=True))
        path = STATUS if "MessageStatus" in fields else WHATSAPP
        taken = fields.get("AccountSid") == ACCOUNT
        assert taken == ((await caller.send(path, body))[0] < 300), name
        assert 403 == (await caller.send(path, body, **{SIGNATURE: signature(PUBLIC, parse_qsl(body))}))[0], name
    came = [arrival for arrival in caller.hall.came if isinstance(arrival, Inbound)]
    statuses = [arrival for arrival in caller.hall.came if isinstance(arrival, Status)]
    assert {Sort.PLAIN, Sort.PLACE, Sort.MEDIA, Sort.UNSUPPORTED} == {arrival.sort for arrival in came}
    assert {"491511234567"} == {arrival.address.user for arrival in came}
    assert [] == [arrival.media.ref for arrival in came if arrival.media and arrival.media.ref.count("/") != 3]
    assert [("30008", Trouble.REFUSED)] == [(status.code, status.trouble) for status in statuses]


if _forms():  # a test where there are such forms; nothing that could be skipped where there are none
    test_real_forms_are_taken_when_signed_and_only_then = _real_forms_are_taken_when_signed_and_only_then
