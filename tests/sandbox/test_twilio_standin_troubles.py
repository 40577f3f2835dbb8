"""The API going wrong on demand, the levers, and the settings."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientError
from twilio.base.exceptions import TwilioRestException

from sandbox.settings import SettingsError, read_settings
from sandbox.twilio.addresses import Address
from sandbox.twilio.book import Book
from sandbox.twilio.settings import read_twilio
from tests.sandbox.twilio_kit import ACCOUNT, NUMBER, SMS_FROM, TOKEN, WHATSAPP_FROM, Stand, twilio_stand

KEYS = {
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_SMS_FROM": SMS_FROM,
    "TWILIO_WHATSAPP_FROM": f"whatsapp:{WHATSAPP_FROM}",
}


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with twilio_stand() as stand:
        yield stand


async def bodies(stand: Stand) -> list[str]:
    return [message["body"] for message in (await stand.state())["messages"]]


async def test_too_many_requests_come_before_any_work(stand: Stand) -> None:
    await stand.control("chaos", {"fail_next": 1, "fail_with": 429})

    with pytest.raises(TwilioRestException) as refused:
        await stand.sms("one")
    await stand.sms("two")

    assert (429, 20429) == (refused.value.status, refused.value.code)
    assert ["two"] == await bodies(stand)


async def test_calls_beyond_the_rate_are_refused(stand: Stand) -> None:
    await stand.control("chaos", {"calls_rate": 2})
    await stand.sms("one")
    await stand.sms("two")

    with pytest.raises(TwilioRestException) as refused:
        await stand.sms("three")
    stand.clock.now += 1
    await stand.sms("four")

    assert (429, 20429) == (refused.value.status, refused.value.code)
    assert ["one", "two", "four"] == await bodies(stand)


@pytest.mark.parametrize("before", [True, False])
async def test_twilios_own_trouble_comes_before_or_after_the_work(stand: Stand, before: bool) -> None:
    await stand.control("chaos", {"fail_next": 1, "fail_with": 500, "fail_before": before})

    with pytest.raises(TwilioRestException) as failed:
        await stand.sms("one")

    assert (500, 20500) == (failed.value.status, failed.value.code)
    assert ([] if before else ["one"]) == await bodies(stand)


@pytest.mark.parametrize("before", [True, False])
async def test_the_connection_can_be_cut_before_or_after_the_work(stand: Stand, before: bool) -> None:
    await stand.control("chaos", {"fail_next": 1, "fail_with": "cut", "fail_before": before})

    with pytest.raises(ClientError):
        await stand.sms("one")

    assert ([] if before else ["one"]) == await bodies(stand)


async def test_only_calls_that_match_go_wrong(stand: Stand) -> None:
    await stand.control("chaos", {"fail_next": 1, "fail_match": "GET "})

    message = await stand.sms()
    with pytest.raises(TwilioRestException):
        await stand.sdk.messages(message.sid).fetch_async()

    assert message.sid == (await stand.sdk.messages(message.sid).fetch_async()).sid


async def test_knobs_are_checked_and_go_back_to_rest() -> None:
    async with twilio_stand(status_ms=7) as stand:
        unknown = await stand.control("chaos", {"explode": True})
        wrong = await stand.control("chaos", {"retry_on": ["6xx"]})
        turned = await stand.control("chaos", {"status_ms": 9, "window": "refuse"})
        async with stand.http.delete(f"{stand.url}/_sandbox/twilio/chaos") as answer:
            rested = await answer.json()

        assert unknown["error"]["description"] == "unknown knobs: explode"
        assert wrong["error"]["description"] == "retry_on takes a list of ct, rt, 4xx, 5xx, all"
        assert (9, "refuse") == (turned["status_ms"], turned["window"])
        assert (7, "later") == (rested["status_ms"], rested["window"])


@pytest.mark.parametrize(
    ("lever", "body"),
    [
        ("webhook", {"path": "https://elsewhere.example", "fields": {}}),
        ("webhook", {"path": "/", "fields": {"NumMedia": 1}}),
        ("redeliver/none", {}),
        ("contents", []),
    ],
)
async def test_levers_say_what_to_mend(stand: Stand, lever: str, body: object) -> None:
    assert (await stand.control(lever, body))["error"]["description"]


async def test_levers_cannot_be_pulled_by_a_form_of_another_site(stand: Stand) -> None:
    async with stand.http.post(f"{stand.url}/_sandbox/twilio/opt_out/919999900001", data={"out": "1"}) as answer:
        assert answer.status == 415

    assert (await stand.state())["opted_out"] == []


async def test_the_index_lists_messages_both_ways(stand: Stand) -> None:
    stand.says("sms", "<b>Hello</b>")
    await stand.sms("Namaste")
    await stand.shop.got(3)

    async with stand.http.get(stand.url) as answer:
        page = await answer.text()

    assert "Twilio" in page
    assert "&lt;b&gt;Hello&lt;/b&gt;" in page
    assert "Namaste" in page


async def test_only_the_last_messages_and_webhooks_are_kept() -> None:
    async with twilio_stand(remember=2) as stand:
        for body in ("one", "two", "three"):
            await stand.until((await stand.sms(body)).sid, "delivered")
        await stand.shop.got(6)

        assert ["two", "three"] == await bodies(stand)
        assert len((await stand.state())["webhooks"]) == 2


async def test_what_was_taken_and_refused_is_counted_and_can_be_asked_for_bit_by_bit(stand: Stand) -> None:
    await stand.sms("one")
    await stand.sms("two", to="+919999900002")
    await stand.post(To="1", From=SMS_FROM, Body="three")

    async def listed(query: str) -> list[tuple[int, str]]:
        async with stand.http.get(f"{stand.url}/_sandbox/twilio/messages{query}") as answer:
            return [(message["seq"], message["body"]) for message in await answer.json()]

    assert [(1, "one"), (2, "two")] == await listed("")
    assert [(2, "two")] == await listed("?after=1")
    assert [(1, "one")] == await listed(f"?to={NUMBER}")
    async with stand.http.get(f"{stand.url}/_sandbox/twilio/counts") as answer:
        assert {"taken": 2, "21211": 1} == await answer.json()


async def test_all_can_be_forgotten_but_templates_and_knobs(stand: Stand) -> None:
    sid = await stand.known(types={"twilio/text": {"body": "Hello"}})
    stand.says("sms", "STOP")
    await stand.shop.got(1)
    await stand.control("chaos", {"sms_rate": 3})

    await stand.control("forget", {})

    state = await stand.state()
    assert ([], [], [], [], {}) == tuple(
        state[name] for name in ("messages", "received", "webhooks", "opted_out", "counts")
    )
    assert ([sid], 3) == (list(state["contents"]), state["chaos"]["sms_rate"])
    assert (await stand.sms()).status == "queued"


async def test_customers_write_over_http(stand: Stand) -> None:
    url = f"{stand.url}/phone/sms/{NUMBER}"
    async with stand.http.post(url, json={"deed": "text", "text": "Hello", "name": "Asha"}) as answer:
        entry = await answer.json()

    assert entry["id"] == (await stand.shop.got(1))[0].fields["MessageSid"]


def test_settings_are_read_from_the_environment() -> None:
    settings = read_twilio(
        KEYS | {"SANDBOX_SHOP_URL": "https://shop.example/", "SANDBOX_TWILIO_CHAOS": '{"sms_rate": 1}'}
    )

    assert settings is not None
    assert (Address("sms", SMS_FROM), Address("whatsapp", WHATSAPP_FROM)) == (settings.sms_from, settings.whatsapp_from)
    assert "https://shop.example/webhooks/twilio/sms" == settings.webhook_url(Address("sms", SMS_FROM))
    assert settings.knobs.sms_rate == 1
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize("as_file", [True, False])
def test_templates_can_be_known_from_the_start(tmp_path: Path, as_file: bool) -> None:
    told = json.dumps([{"sid": "HX" + "a" * 32, "friendly_name": "order", "types": {"twilio/text": {"body": "Hi"}}}])
    (tmp_path / "contents.json").write_text(told)

    settings = read_twilio(KEYS | {"SANDBOX_TWILIO_CONTENTS": str(tmp_path / "contents.json") if as_file else told})

    assert settings is not None
    assert ["order"] == [content.name for content in settings.contents]
    assert ["HX" + "a" * 32] == list(Book(lambda: 0.0, 1, settings.contents).contents)


def test_it_is_off_where_nothing_is_set() -> None:
    assert read_twilio({"SANDBOX_SHOP_URL": "https://shop.example"}) is None


def test_it_is_enough_to_stand_in_for_twilio_alone() -> None:
    settings = read_settings(KEYS, "127.0.0.1", 8090)

    assert settings.twilio is not None
    assert settings.razorpay is None


def test_a_sender_of_sms_may_be_a_name_or_a_messaging_service() -> None:
    named, pooled = (read_twilio(KEYS | {"TWILIO_SMS_FROM": sender}) for sender in ("HAATSH", "MG" + "a" * 32))

    assert named is not None
    assert pooled is not None
    assert Address("sms", "HAATSH") == named.sms_from
    assert (Address("sms", "+15005550006"), "MG" + "a" * 32) == (pooled.sms_from, pooled.service_sid)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"TWILIO_ACCOUNT_SID": ""}, "missing: TWILIO_ACCOUNT_SID"),
        ({"TWILIO_AUTH_TOKEN": ""}, "missing: TWILIO_AUTH_TOKEN"),
        ({"TWILIO_SMS_FROM": "", "TWILIO_WHATSAPP_FROM": ""}, "missing: TWILIO_SMS_FROM or TWILIO_WHATSAPP_FROM"),
        ({"TWILIO_SMS_FROM": "whatsapp:+911140000001"}, "TWILIO_SMS_FROM is no sender"),
        ({"TWILIO_WHATSAPP_FROM": "HAATSH"}, "TWILIO_WHATSAPP_FROM is no sender"),
        ({"SANDBOX_TWILIO_CONTENTS": "[{}]"}, "SANDBOX_TWILIO_CONTENTS: sid is HX"),
        ({"SANDBOX_TWILIO_CONTENTS": "/nowhere.json"}, "SANDBOX_TWILIO_CONTENTS"),
        ({"SANDBOX_TWILIO_CHAOS": '{"window": "shut"}'}, "window takes one of later, refuse"),
    ],
)
def test_settings_that_make_no_sense_are_refused(change: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_twilio(KEYS | change)
