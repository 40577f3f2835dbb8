"""Messages of the shop: how Twilio answers, what it refuses, and how it tells of them by status."""

import re
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from sandbox.telephone.exchange import WriteError
from tests.sandbox.sandbox_kit import basic
from tests.sandbox.twilio_kit import (
    ACCOUNT,
    LOGIN,
    NUMBER,
    PICTURE,
    SMS,
    SMS_FROM,
    TOKEN,
    WHATSAPP,
    WHATSAPP_FROM,
    Stand,
    twilio_stand,
)

FORM = {"To": SMS, "From": SMS_FROM, "Body": "Namaste"}
WHATSAPP_FORM = {"To": WHATSAPP, "From": f"whatsapp:{WHATSAPP_FROM}", "Body": "Namaste"}
ORDER = {"types": {"twilio/text": {"body": "Order {{1}} is {{2}}."}}, "variables": {"1": "HT-1", "2": "packed"}}
UNKNOWN = "HX" + "0" * 32


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with twilio_stand() as stand:
        yield stand


async def test_a_message_is_answered_as_twilio_answers(stand: Stand) -> None:
    status, answer = await stand.post(**FORM)

    sid = answer["sid"]
    assert status == 201
    assert re.fullmatch(r"SM[0-9a-f]{32}", sid)
    assert parsedate_to_datetime(answer["date_created"]).timestamp() == stand.clock.now
    assert answer == {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": "Namaste",
        "date_created": answer["date_created"],
        "date_sent": None,
        "date_updated": answer["date_created"],
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": SMS_FROM,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media.json"},
        "to": SMS,
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
    }


async def test_the_sdk_sends_and_reads_messages(stand: Stand) -> None:
    first = await stand.sms("one")
    second = await stand.sms("two", to="+919999900002")

    delivered = await stand.until(first.sid, "delivered")
    listed = await stand.sdk.messages.list_async()
    to_one = await stand.sdk.messages.list_async(to=SMS)

    assert ("one", "queued") == (first.body, first.status)
    assert delivered.date_sent is not None
    assert delivered.price == "-0.00750"
    assert [second.sid, first.sid] == [message.sid for message in listed]
    assert [first.sid] == [message.sid for message in to_one]


async def test_pages_of_messages_lead_to_the_next(stand: Stand) -> None:
    sent = [(await stand.sms(str(number))).sid for number in range(5)]

    listed = await stand.sdk.messages.list_async(page_size=2)

    assert sent[::-1] == [message.sid for message in listed]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("a" * 160, "1"),
        ("a" * 161, "2"),
        ("a" * 306, "2"),
        ("€" * 81, "2"),
        ("న" * 70, "1"),
        ("న" * 71, "2"),
        ("🥭" * 67, "2"),
    ],
)
async def test_segments_go_by_the_letters(stand: Stand, body: str, count: str) -> None:
    message = await stand.sms(body)

    assert count == message.num_segments


async def test_on_whatsapp_a_message_is_one_segment(stand: Stand) -> None:
    assert (await stand.whatsapp("న" * 800)).num_segments == "1"


async def test_statuses_tell_of_an_sms_but_not_of_its_first_state(stand: Stand) -> None:
    message = await stand.sms()

    told = await stand.shop.got(2)
    assert ["sent", "delivered"] == [each.fields["MessageStatus"] for each in told]
    assert {"/webhooks/twilio/status"} == {each.path for each in told}
    assert all(each.is_genuine(stand.shop.url) for each in told)
    assert message.sid == told[1].fields["MessageSid"] == told[1].fields["SmsSid"]
    assert ("+911140000001", SMS, ACCOUNT) == tuple(told[1].fields[name] for name in ("From", "To", "AccountSid"))
    assert "RawDlrDoneDate" in told[1].fields
    assert "ErrorCode" not in told[1].fields


async def test_on_whatsapp_it_is_told_that_a_message_was_read(stand: Stand) -> None:
    stand.says("whatsapp", "Hello")
    await stand.shop.got(1)
    message = await stand.whatsapp()
    await stand.shop.got(3)

    stand.does("whatsapp", "open")

    read = (await stand.shop.got(4))[3].fields
    assert (message.sid, "read", "READ") == (read["MessageSid"], read["MessageStatus"], read["EventType"])
    assert ("whatsapp", f"+{NUMBER}") == (read["ChannelPrefix"], read["ChannelToAddress"])
    assert (await stand.sdk.messages(message.sid).fetch_async()).status == "read"


async def test_nobody_is_told_without_a_status_callback(stand: Stand) -> None:
    _, answer = await stand.post(**FORM)

    await stand.until(answer["sid"], "delivered")
    assert stand.shop.received == []


async def test_telephones_show_what_was_sent(stand: Stand) -> None:
    message = await stand.sms("Namaste 🙏")
    await stand.shop.got(2)

    entry = stand.shown(message.sid)
    assert ("Namaste 🙏", "1 SMS") == (entry.content["text"], entry.content["note"])
    assert ("shop", SMS_FROM, "delivered") == (entry.by, entry.shop, entry.ticks)


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"To": ""}, 21604, "A 'To' phone number is required."),
        ({"To": "99999"}, 21211, "The 'To' number 99999 is not a valid phone number."),
        ({"To": "919999900001"}, 21211, "The 'To' number 919999900001 is not a valid phone number."),
        ({"From": ""}, 21603, "A 'From' phone number is required."),
        ({"From": "+0"}, 21212, "is not a valid phone number, shortcode, or alphanumeric sender ID."),
        ({"From": "+911149999999"}, 21606, "is not a valid, SMS-capable inbound phone number"),
        ({"From": WHATSAPP_FROM}, 21606, "is not a valid, SMS-capable inbound phone number"),
        ({"From": f"whatsapp:{WHATSAPP_FROM}"}, 21910, "From and To should be of the same channel"),
        ({"To": SMS_FROM}, 21266, "cannot be the same"),
        ({"MessagingServiceSid": "MG1"}, 21701, "MG1"),
        ({"Body": ""}, 21602, "Message body is required."),
        ({"Body": "న" * 1601}, 21617, "The concatenated message body exceeds the 1600 character limit"),
        ({"MediaUrl": "ftp://shop.example/a.png"}, 21620, "Invalid media URL(s)"),
        ({"MediaUrl": "/a.png"}, 21620, "Invalid media URL(s)"),
        ({"StatusCallback": "shop.example/status"}, 21609, "is not a valid URL."),
        ({"StatusCallback": "https://my_shop.example/status"}, 21609, "is not a valid URL."),
        ({"ContentSid": UNKNOWN}, 21655, "The ContentSid is Invalid"),
        ({"ContentSid": "order"}, 21655, "The ContentSid is Invalid"),
        ({"ContentVariables": "{}"}, 21654, "ContentSid Required"),
        ({"To": "+15005550001"}, 21211, "is not a valid phone number"),
        ({"To": "+15005550002"}, 21612, "is not currently reachable"),
        ({"To": "+15005550003"}, 21408, "has not been enabled for the region"),
        ({"To": "+15005550004"}, 21610, "unsubscribed recipient"),
        ({"To": "+15005550009"}, 21614, "is not a valid mobile number"),
    ],
)
async def test_refusals(stand: Stand, change: dict[str, str], code: int, said: str) -> None:
    status, answer = await stand.post(**(FORM | change))

    assert (400, code, 400) == (status, answer["code"], answer["status"])
    assert said in answer["message"]
    assert f"https://www.twilio.com/docs/errors/{code}" == answer["more_info"]
    assert (await stand.state())["messages"] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": "whatsapp:99999"}, 21211),
        ({"To": SMS}, 21910),
        ({"From": "whatsapp:+911149999999"}, 63007),
        ({"From": "whatsapp:Haat"}, 21212),
        ({"To": f"whatsapp:{WHATSAPP_FROM}"}, 63031),
    ],
)
async def test_refusals_on_whatsapp(stand: Stand, change: dict[str, str], code: int) -> None:
    status, answer = await stand.post(**(WHATSAPP_FORM | change))

    assert (400, code) == (status, answer["code"])


async def test_a_message_says_something_in_one_way_or_another(stand: Stand) -> None:
    _, answer = await stand.post(To=SMS, From=SMS_FROM)

    assert (21619, "A text message body or media urls must be specified.") == (answer["code"], answer["message"])


async def test_json_is_no_form(stand: Stand) -> None:
    url = f"{stand.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    async with stand.http.post(url, json=FORM, headers=LOGIN) as answer:
        assert (await answer.json())["code"] == 21604


async def test_a_message_has_at_most_ten_files(stand: Stand) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await stand.sms(media_url=[f"{stand.shop.url}/files/{number}.png" for number in range(11)])

    assert refused.value.code == 21623


@pytest.mark.parametrize(
    ("account", "sid", "token"),
    [(ACCOUNT, ACCOUNT, "guess"), (ACCOUNT, "AC1", TOKEN), ("AC" + "9" * 32, ACCOUNT, TOKEN)],
)
async def test_only_the_account_itself_may_call(stand: Stand, account: str, sid: str, token: str) -> None:
    url = f"{stand.url}/2010-04-01/Accounts/{account}/Messages.json"
    async with stand.http.post(url, data=FORM, headers={"Authorization": basic(sid, token)}) as answer:
        said = await answer.json()

    assert (401, 20003, "Authenticate") == (answer.status, said["code"], said["message"])
    assert "WWW-Authenticate" in answer.headers


async def test_what_is_not_there_is_not_found(stand: Stand) -> None:
    with pytest.raises(TwilioRestException) as lost:
        await stand.sdk.messages("SM" + "0" * 32).fetch_async()
    with pytest.raises(TwilioRestException) as elsewhere:
        await stand.sdk.calls("CA" + "0" * 32).fetch_async()

    assert (404, 20404) == (lost.value.status, lost.value.code)
    assert (404, 20404) == (elsewhere.value.status, elsewhere.value.code)


@pytest.mark.parametrize("failed_as", ["undelivered", "failed"])
async def test_outside_the_window_a_message_is_taken_and_fails_afterwards(failed_as: str) -> None:
    async with twilio_stand(failed_as=failed_as) as stand:
        message = await stand.whatsapp()

        told = (await stand.shop.got(1))[0].fields
        assert message.status == "queued"
        assert (failed_as, "63016") == (told["MessageStatus"], told["ErrorCode"])
        failed = await stand.sdk.messages(message.sid).fetch_async()
        assert (failed_as, 63016) == (failed.status, failed.error_code)
        assert "outside the allowed window" in failed.error_message
        assert ("failed", True) == (stand.shown(message.sid).ticks, "63016" in stand.shown(message.sid).trouble)


async def test_outside_the_window_it_can_be_refused_at_once() -> None:
    async with twilio_stand(window="refuse") as stand:
        with pytest.raises(TwilioRestException) as refused:
            await stand.whatsapp()

        assert (400, 63016) == (refused.value.status, refused.value.code)
        assert (await stand.state())["messages"] == []


async def test_the_window_closes_a_day_after_the_customer_wrote(stand: Stand) -> None:
    stand.says("whatsapp", "Hello")
    await stand.shop.got(1)
    stand.clock.now += 24 * 3600 - 1
    early = await stand.whatsapp()
    await stand.until(early.sid, "delivered")

    stand.clock.now += 1
    late = await stand.whatsapp()

    assert (await stand.until(late.sid, "undelivered")).error_code == 63016


async def test_the_window_can_be_opened_and_closed_by_hand(stand: Stand) -> None:
    await stand.control(f"window/{NUMBER}", {"open": True})
    inside = await stand.whatsapp()
    await stand.until(inside.sid, "delivered")
    await stand.control(f"window/{NUMBER}", {"open": False})
    outside = await stand.whatsapp()

    assert (await stand.until(outside.sid, "undelivered")).error_code == 63016


async def test_an_approved_template_goes_outside_the_window(stand: Stand) -> None:
    sid = await stand.known(**ORDER)

    message = await stand.template(sid, '{"1": "HT-7", "2": "on its way"}')

    assert re.fullmatch(r"MM[0-9a-f]{32}", message.sid)
    assert (await stand.until(message.sid, "delivered")).body == "Order HT-7 is on its way."
    kept = (await stand.state())["messages"][0]
    assert (sid, {"1": "HT-7", "2": "on its way"}) == (kept["content_sid"], kept["content_variables"])


@pytest.mark.parametrize(
    "content",
    [
        ORDER | {"approved": False},
        {"types": {"twilio/list-picker": {"body": "Which?", "button": "Choose", "items": [{"item": "A", "id": "a"}]}}},
    ],
)
async def test_templates_that_whatsapp_did_not_approve_need_the_window(stand: Stand, content: Any) -> None:
    message = await stand.template(await stand.known(**content))

    assert (await stand.until(message.sid, "undelivered")).error_code == 63016


@pytest.mark.parametrize(
    "variables",
    [
        "{",
        "[]",
        '"HT-7"',
        '{"1": "HT-7", "2": ""}',
        '{"1": "HT-7", "2": null}',
        '{"1": "HT-7", "2": 3}',
        '{"1": "HT-7", "2": "b", "3": "c"}',
        '{"1": "two\\nlines", "2": "b"}',
        '{"1": "a     gap", "2": "b"}',
    ],
)
async def test_broken_content_variables_are_refused(stand: Stand, variables: str) -> None:
    sid = await stand.known(**ORDER)

    with pytest.raises(TwilioRestException) as refused:
        await stand.template(sid, variables)

    assert (21656, 400) == (refused.value.code, refused.value.status)


async def test_sample_values_stand_in_for_values_and_without_samples_nothing_does(stand: Stand) -> None:
    with_samples, without = await stand.known(**ORDER), await stand.known(types=ORDER["types"])

    message = await stand.template(with_samples, '{"2": "late"}')
    with pytest.raises(TwilioRestException) as refused:
        await stand.template(without, '{"2": "late"}')

    assert "Order HT-1 is late." == message.body
    assert refused.value.code == 21656


async def test_templates_that_nobody_made_known_can_be_let_through() -> None:
    async with twilio_stand(any_content=True) as stand:
        message = await stand.template(UNKNOWN, '{"1": "HT-7", "2": "late"}')

        assert (await stand.until(message.sid, "delivered")).body == "HT-7 · late"


@pytest.mark.parametrize(
    ("types", "shown"),
    [
        (
            {"twilio/quick-reply": {"body": "Sure?", "actions": [{"title": "Yes", "id": "yes"}, {"title": "No"}]}},
            {"text": "Sure?", "buttons": [{"id": "yes", "title": "Yes"}, {"id": "No", "title": "No"}]},
        ),
        (
            {
                "twilio/text": {"body": "Reply 1"},
                "twilio/list-picker": {
                    "body": "Which?",
                    "button": "Choose",
                    "items": [{"item": "Mango", "id": "mango", "description": "250 g"}, {"item": "Lime", "id": "lime"}],
                },
            },
            {
                "text": "Which?",
                "list": {
                    "title": "Choose",
                    "sections": [
                        {
                            "title": "",
                            "rows": [
                                {"id": "mango", "title": "Mango", "description": "250 g"},
                                {"id": "lime", "title": "Lime"},
                            ],
                        }
                    ],
                },
            },
        ),
        (
            {
                "twilio/call-to-action": {
                    "body": "Pay",
                    "actions": [{"type": "URL", "title": "Pay now", "url": "https://pay.example/{{1}}"}],
                }
            },
            {"text": "Pay", "links": [{"title": "Pay now", "url": "https://pay.example/x"}]},
        ),
        (
            {
                "twilio/card": {
                    "title": "Mango",
                    "subtitle": "₹99",
                    "actions": [{"type": "QUICK_REPLY", "title": "Add"}],
                }
            },
            {"text": "Mango", "footer": "₹99", "buttons": [{"id": "Add", "title": "Add"}], "links": []},
        ),
    ],
)
async def test_telephones_show_what_a_template_offers(stand: Stand, types: Any, shown: Any) -> None:
    await stand.control(f"window/{NUMBER}", {"open": True})
    sid = await stand.known(friendly_name="offer", types=types, variables={"1": "x"})

    message = await stand.template(sid)
    await stand.shop.got(1)

    assert shown | {"template": "offer"} == stand.shown(message.sid).content


async def test_by_sms_a_template_goes_as_its_text(stand: Stand) -> None:
    types = {
        "twilio/quick-reply": {"body": "Sure?", "actions": [{"title": "Yes", "id": "yes"}]},
        "twilio/text": {"body": "Sure? Reply YES"},
    }

    message = await stand.message(to=SMS, from_=SMS_FROM, content_sid=await stand.known(types=types))

    assert "Sure? Reply YES" == message.body


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"types": {}},
        {"types": {"twilio/text": "hello"}},
        {"types": {"twilio/quick-reply": {"body": "?"}}},
        {"types": ORDER["types"], "variables": [1]},
        {"types": ORDER["types"], "sid": "HX1"},
    ],
)
async def test_templates_that_make_no_sense_are_not_kept(stand: Stand, content: Any) -> None:
    assert "error" in await stand.control("contents", content)
    assert (await stand.state())["contents"] == {}


async def test_files_are_fetched_shown_and_kept(stand: Stand) -> None:
    stand.shop.files["mango.png"] = ("image/png", PICTURE)
    await stand.control(f"window/{NUMBER}", {"open": True})

    message = await stand.whatsapp("Mango", media_url=[f"{stand.shop.url}/files/mango.png"])
    delivered = await stand.until(message.sid, "delivered")
    kept = await stand.sdk.messages(message.sid).media.list_async()

    assert message.sid.startswith("MM")
    assert ("1", ["image/png"]) == (delivered.num_media, [media.content_type for media in kept])
    shown = stand.shown(message.sid).content
    assert ("Mango", "image") == (shown["text"], shown["media"]["kind"])
    assert PICTURE == stand.exchange.media[shown["media"]["url"].removeprefix("/phone/media/")].raw


async def test_whatsapp_shows_one_file_and_papers_without_their_words(stand: Stand) -> None:
    stand.shop.files |= {"bill.pdf": ("application/pdf", b"%PDF-1.7"), "mango.png": ("image/png", PICTURE)}
    await stand.control(f"window/{NUMBER}", {"open": True})

    files = [f"{stand.shop.url}/files/bill.pdf", f"{stand.shop.url}/files/mango.png"]
    message = await stand.whatsapp("Your bill", media_url=files)
    delivered = await stand.until(message.sid, "delivered")

    shown = stand.shown(message.sid).content
    assert delivered.num_media == "1"
    assert ("", "document") == (shown["text"], shown["media"]["kind"])


@pytest.mark.parametrize(
    ("mime", "size", "code"),
    [
        ("image/png", 0, 63019),
        ("image/png", 5 * 1024 * 1024 + 1, 63034),
        ("application/pdf", 16 * 1024 * 1024 + 1, 11751),
        ("image/svg+xml", 100, 63021),
    ],
)
async def test_files_that_whatsapp_does_not_take(stand: Stand, mime: str, size: int, code: int) -> None:
    stand.shop.files["it"] = (mime, bytes(size))
    await stand.control(f"window/{NUMBER}", {"open": True})

    message = await stand.whatsapp(media_url=[f"{stand.shop.url}/files/it"])

    assert (await stand.until(message.sid, "undelivered")).error_code == code


async def test_a_file_that_cannot_be_fetched_fails_the_message(stand: Stand) -> None:
    by_sms = await stand.sms(media_url=[f"{stand.shop.url}/nowhere"])
    await stand.control(f"window/{NUMBER}", {"open": True})
    by_whatsapp = await stand.whatsapp(media_url=["http://127.0.0.1:1/"])

    assert (await stand.until(by_sms.sid, "undelivered")).error_code == 11200
    assert (await stand.until(by_whatsapp.sid, "undelivered")).error_code == 63019


async def test_messages_can_be_taken_and_not_arrive() -> None:
    async with twilio_stand(fail_messages=1, error_code=30003) as stand:
        lost, next_one = await stand.sms(), await stand.sms()

        failed = await stand.until(lost.sid, "undelivered")
        assert (30003, "Unreachable destination handset") == (failed.error_code, failed.error_message)
        await stand.until(next_one.sid, "delivered")


async def test_who_has_no_number_is_reached_by_whatsapps_id_for_them() -> None:
    async with twilio_stand(hide_numbers=True) as stand:
        stand.says("whatsapp", "Hello")
        heard = (await stand.shop.got(1))[0].fields

        message = await stand.whatsapp("Hi", to=heard["From"])
        stranger = await stand.whatsapp("Hi", to="whatsapp:IN.1")

        await stand.until(message.sid, "delivered")
        assert "Hi" == stand.shown(message.sid).content["text"]
        assert (await stand.until(stranger.sid, "undelivered")).error_code == 63024


async def test_a_sender_sends_no_faster_than_its_rate() -> None:
    async with twilio_stand(sms_rate=10) as stand:
        began = stand.loop_time()
        sent = [await stand.sms("న" * 71) for _ in range(2)]
        await stand.until(sent[1].sid, "delivered")

        assert stand.loop_time() - began >= 0.2
        assert [message.sid for message in sent] == [kept["sid"] for kept in (await stand.state())["messages"]]


async def test_what_would_wait_too_long_is_refused() -> None:
    async with twilio_stand(sms_rate=1, queue_ms=1500) as stand:
        for _ in range(2):
            await stand.sms()
        with pytest.raises(TwilioRestException) as refused:
            await stand.sms()

        assert (21611, 400) == (refused.value.code, refused.value.status)
        assert len((await stand.state())["messages"]) == 2


async def test_a_messaging_service_takes_a_message_before_it_has_a_sender() -> None:
    service = "MG" + "0" * 32
    async with twilio_stand(sms_from="+15005550006", service_sid=service) as stand:
        message = await stand.message(to=SMS, messaging_service_sid=service, body="Namaste")

        told = await stand.shop.got(3)
        assert ("accepted", None, "0") == (message.status, message.from_, message.num_segments)
        assert ["queued", "sent", "delivered"] == [each.fields["MessageStatus"] for each in told]
        assert {service} == {each.fields["MessagingServiceSid"] for each in told}
        delivered = await stand.sdk.messages(message.sid).fetch_async()
        assert ("+15005550006", service, "1") == (
            delivered.from_,
            delivered.messaging_service_sid,
            delivered.num_segments,
        )
        stand.says("sms", "Hello")
        assert service == (await stand.shop.got(4))[3].fields["MessagingServiceSid"]


async def test_nobody_answers_a_sender_that_is_a_name() -> None:
    async with twilio_stand(sms_from="HAATSH") as stand:
        message = await stand.message(to=SMS, from_="HAATSH", body="Namaste")
        await stand.until(message.sid, "delivered")

        with pytest.raises(WriteError):
            stand.says("sms", "Hello")
