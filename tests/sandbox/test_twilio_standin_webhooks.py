"""What customers write: the forms that reach the shop, their signatures, their files, and when they come again."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from twilio.base.exceptions import TwilioRestException

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
    Webhook,
    twilio_stand,
)

SERVICE = "MG" + "5" * 32
REPLIES = {"twilio/quick-reply": {"body": "Sure?", "actions": [{"title": "Yes", "id": "yes"}]}}
ROWS = {
    "twilio/list-picker": {
        "body": "Which?",
        "button": "Choose",
        "items": [{"item": "Mango", "id": "add:mango-250:1", "description": "250 g"}],
    }
}


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with twilio_stand() as stand:
        yield stand


async def one(stand: Stand) -> Webhook:
    """The one webhook that came."""
    received = await stand.shop.got(1)
    assert len(received) == 1
    return received[0]


async def told(stand: Stand) -> list[Any]:
    """What the stand-in knows of its webhooks, once none is on its way any more."""
    async with asyncio.timeout(10):
        while True:
            webhooks: list[Any] = (await stand.state())["webhooks"]
            if webhooks and all(each["state"] != "waiting" for each in webhooks):
                return webhooks
            await asyncio.sleep(0.01)


async def test_an_sms_comes_as_twilio_sends_it(stand: Stand) -> None:
    entry = stand.says("sms", "న" * 71)

    webhook = await one(stand)
    fields = webhook.fields
    assert entry is not None
    assert "/webhooks/twilio/sms" == webhook.path
    assert {entry.id} == {fields["MessageSid"], fields["SmsSid"], fields["SmsMessageSid"]}
    assert (SMS, SMS_FROM, "న" * 71, "2", "0") == tuple(
        fields[name] for name in ("From", "To", "Body", "NumSegments", "NumMedia")
    )
    assert ("received", ACCOUNT, "2010-04-01", "IN") == tuple(
        fields[name] for name in ("SmsStatus", "AccountSid", "ApiVersion", "FromCountry")
    )
    assert not {"ProfileName", "WaId", "OptOutType", "MessageType"} & fields.keys()


async def test_a_whatsapp_message_comes_as_twilio_sends_it(stand: Stand) -> None:
    stand.says("whatsapp", "నమస్తే 🙏")

    webhook = await one(stand)
    fields = webhook.fields
    assert "/webhooks/twilio/whatsapp" == webhook.path
    assert (WHATSAPP, f"whatsapp:{WHATSAPP_FROM}", "నమస్తే 🙏") == (fields["From"], fields["To"], fields["Body"])
    assert ("Asha", NUMBER, "text", "1") == tuple(
        fields[name] for name in ("ProfileName", "WaId", "MessageType", "NumSegments")
    )
    assert fields["ExternalUserId"].startswith("whatsapp:IN.")
    about = json.loads(fields["ChannelMetadata"])
    assert {"type": "whatsapp", "data": {"context": {"ProfileName": "Asha", "WaId": NUMBER}}} == about


async def test_signatures_hold_for_the_address_and_every_field_blank_and_unknown_ones_too(stand: Stand) -> None:
    stand.says("whatsapp", "Hello")

    webhook = await one(stand)
    fields, url = webhook.fields, stand.shop.url
    assert "" in fields.values()
    assert webhook.is_genuine(url)
    assert not webhook.is_genuine(url, token="another")
    assert not webhook.is_genuine("https://elsewhere.example")
    known = {name: value for name, value in fields.items() if value}
    assert not Webhook(webhook.path, known, webhook.signature, "").is_genuine(url)


async def test_webhooks_can_be_signed_wrongly() -> None:
    async with twilio_stand(bad_signature=True) as stand:
        stand.says("sms", "Hello")

        assert not (await one(stand)).is_genuine(stand.shop.url)


async def test_customers_without_a_number_go_by_whatsapps_id_for_them() -> None:
    async with twilio_stand(hide_numbers=True) as stand:
        stand.says("whatsapp", "Hello")
        stand.says("whatsapp", "again")

        fields, again = (webhook.fields for webhook in await stand.shop.got(2))
        assert fields["From"].startswith("whatsapp:IN.")
        assert fields["From"] == fields["ExternalUserId"] == again["From"]
        assert not any(NUMBER in value for value in fields.values())


async def test_a_tap_on_a_template_brings_its_payload(stand: Stand) -> None:
    message = await stand.template(await stand.known(types=REPLIES))
    await stand.shop.got(2)

    stand.does("whatsapp", "tap", entry=message.sid, choice="yes")

    fields = (await stand.shop.got(3))[2].fields
    assert ("button", "Yes", "Yes", "yes") == tuple(
        fields[name] for name in ("MessageType", "Body", "ButtonText", "ButtonPayload")
    )
    assert (message.sid, f"whatsapp:{WHATSAPP_FROM}") == (
        fields["OriginalRepliedMessageSid"],
        fields["OriginalRepliedMessageSender"],
    )


async def test_a_tap_in_an_open_window_is_interactive_and_of_a_list_it_brings_the_row(stand: Stand) -> None:
    await stand.control(f"window/{NUMBER}", {"open": True})
    asked = await stand.template(await stand.known(types=REPLIES, approved=False))
    listed = await stand.template(await stand.known(types=ROWS))
    await stand.shop.got(4)

    stand.does("whatsapp", "tap", entry=asked.sid, choice="yes")
    stand.does("whatsapp", "tap", entry=listed.sid, choice="add:mango-250:1")

    button, row = (webhook.fields for webhook in (await stand.shop.got(6))[4:])
    assert ("interactive", "yes") == (button["MessageType"], button["ButtonPayload"])
    assert ("interactive", "Mango", "add:mango-250:1", "Mango", "250 g") == tuple(
        row[name] for name in ("MessageType", "Body", "ListId", "ListTitle", "ListDescription")
    )
    assert "ButtonPayload" not in row


async def test_a_quotation_names_the_message_that_it_answers(stand: Stand) -> None:
    stand.does("whatsapp", "text", text="This one", quoted="SM1")

    assert "SM1" == (await one(stand)).fields["OriginalRepliedMessageSid"]


async def test_a_place_comes_as_a_point_and_its_names(stand: Stand) -> None:
    stand.does("whatsapp", "location", latitude=17.385, longitude=78.4867, name="Home", address="MG Road")

    fields = (await one(stand)).fields
    assert ("location", "17.385", "78.4867", "Home", "MG Road", "") == tuple(
        fields[name] for name in ("MessageType", "Latitude", "Longitude", "Label", "Address", "Body")
    )


async def test_a_place_by_sms_is_a_link(stand: Stand) -> None:
    stand.does("sms", "location", latitude=17.385, longitude=78.4867)

    assert "https://maps.google.com/maps?q=17.385,78.4867" == (await one(stand)).fields["Body"]


@pytest.mark.parametrize(
    ("mime", "name", "text", "kind", "body"),
    [
        ("image/png", "", "my mango", "image", "my mango"),
        ("application/pdf", "bill.pdf", "", "document", "bill.pdf"),
        ("video/mp4", "", "", "video", ""),
    ],
)
async def test_files_come_with_an_address(stand: Stand, mime: str, name: str, text: str, kind: str, body: str) -> None:
    stand.picture("whatsapp", mime, name, text)

    fields = (await one(stand)).fields
    sid = fields["MessageSid"]
    assert sid.startswith("MM")
    assert ("1", kind, mime, body) == tuple(
        fields[field] for field in ("NumMedia", "MessageType", "MediaContentType0", "Body")
    )
    assert f"{stand.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media/ME" in fields["MediaUrl0"]


async def test_recordings_come_as_audio(stand: Stand) -> None:
    kept = stand.exchange.keep_media("audio/ogg; codecs=opus", b"OggS", owner=NUMBER)
    stand.does("whatsapp", "voice", media=kept, mime="audio/ogg; codecs=opus")

    fields = (await one(stand)).fields
    assert ("audio", "audio/ogg", "") == (fields["MessageType"], fields["MediaContentType0"], fields["Body"])


async def test_files_are_read_with_credentials_from_an_address_that_needs_none_for_four_hours(stand: Stand) -> None:
    stand.picture("sms")
    address = (await one(stand)).fields["MediaUrl0"]

    async with stand.http.get(address, allow_redirects=False) as refused:
        assert refused.status == 401
    async with stand.http.get(address, headers=LOGIN, allow_redirects=False) as led:
        assert led.status == 307
        there = led.headers["Location"]
    async with stand.http.get(there) as answer:
        assert ("image/png", PICTURE) == (answer.content_type, await answer.read())
    stand.clock.now += 4 * 3600
    async with stand.http.get(there) as late:
        assert late.status == 403


async def test_the_sdk_knows_files_of_customers_and_no_others(stand: Stand) -> None:
    entry = stand.picture("sms")
    assert entry is not None

    media = (await stand.sdk.messages(entry.id).media.list_async())[0]
    known = await stand.sdk.messages(entry.id).media(media.sid).fetch_async()
    with pytest.raises(TwilioRestException) as lost:
        await stand.sdk.messages(entry.id).media("ME" + "0" * 32).fetch_async()

    assert (media.sid, entry.id, "image/png") == (known.sid, known.parent_sid, known.content_type)
    assert lost.value.status == 404
    received = await stand.sdk.messages(entry.id).fetch_async()
    assert ("inbound", "received", SMS) == (received.direction, received.status, received.from_)


async def test_reactions_and_looking_at_a_chat_tell_the_shop_nothing(stand: Stand) -> None:
    message = await stand.sms()
    await stand.shop.got(2)
    stand.does("whatsapp", "reaction", entry=message.sid, emoji="👍")
    stand.does("sms", "open")
    stand.says("sms", "Hello")

    assert ["SM"] == [webhook.fields["MessageSid"][:2] for webhook in (await stand.shop.got(3))[2:]]
    assert (await stand.sdk.messages(message.sid).fetch_async()).status == "delivered"


async def test_the_customer_sees_when_the_shop_has_taken_a_message(stand: Stand) -> None:
    entry = stand.says("whatsapp", "Hello")
    assert entry is not None
    assert stand.shown(entry.id).ticks == "sent"

    await told(stand)
    assert stand.shown(entry.id).ticks == "delivered"


@pytest.mark.parametrize("word", ["STOP", "stop ", "Unsubscribe", "CANCEL", "OPTOUT"])
async def test_who_stops_sms_gets_none_until_they_start_again(stand: Stand, word: str) -> None:
    stand.says("sms", word)
    stop = (await one(stand)).fields
    with pytest.raises(TwilioRestException) as refused:
        await stand.sms()
    other = await stand.sms(to="+919999900002")
    await stand.until(other.sid, "delivered")

    stand.says("sms", "START")
    start = (await stand.shop.got(4))[3].fields
    again = await stand.sms()

    assert (word, "START") == (stop["Body"], start["Body"])
    assert not {"OptOutType"} & (stop.keys() | start.keys())
    assert (400, 21610, "Attempt to send to unsubscribed recipient") == (
        refused.value.status,
        refused.value.code,
        refused.value.msg.removeprefix("Unable to create record: "),
    )
    await stand.until(again.sid, "delivered")


async def test_twilio_answers_its_keywords_by_itself(stand: Stand) -> None:
    stand.says("sms", "HELP")
    stand.says("sms", "STOP")

    assert ["HELP", "STOP"] == [webhook.fields["Body"] for webhook in await stand.shop.got(2)]
    said = [message["body"] for message in (await stand.state())["messages"]]
    assert "Reply STOP to unsubscribe. Msg&Data Rates May Apply." == said[0]
    assert said[1].startswith("You have successfully been unsubscribed.")
    assert {"outbound-reply"} == {message["direction"] for message in (await stand.state())["messages"]}


async def test_a_messaging_service_tells_what_it_took_a_word_for_and_yes_is_start_to_those_who_stopped() -> None:
    async with twilio_stand(service_sid=SERVICE) as stand:
        for word in ("YES", "Cancel", "Yes", "stop sending this", "INFO"):
            stand.says("sms", word)
            await stand.shop.got(len(stand.shop.received) + 1)

        told = [each.fields.get("OptOutType") for each in stand.shop.received]
        assert [None, "STOP", "START", None, "HELP"] == told
        assert {SERVICE} == {each.fields["MessagingServiceSid"] for each in stand.shop.received}


async def test_on_whatsapp_stop_is_a_word_like_any_other(stand: Stand) -> None:
    stand.says("whatsapp", "STOP")

    assert "OptOutType" not in (await one(stand)).fields
    message = await stand.whatsapp()
    await stand.until(message.sid, "delivered")


async def test_customers_can_be_opted_out_without_a_word(stand: Stand) -> None:
    await stand.control(f"opt_out/{NUMBER}", {"out": True})
    with pytest.raises(TwilioRestException):
        await stand.sms()
    await stand.control(f"opt_out/{NUMBER}", {"out": False})

    assert (await stand.sms()).status == "queued"
    assert stand.shop.received == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (web.Response(text="OK"), ["OK"]),
        (web.Response(status=204), []),
        (web.json_response({"ok": True}), []),
        (web.Response(text="<Response/>", content_type="text/xml"), []),
        (web.Response(text="<Response><Message>A &amp; B</Message></Response>", content_type="text/xml"), ["A & B"]),
        (
            web.Response(
                text="<Response><Message><Body>one</Body><Media>x</Media></Message><Message>two</Message></Response>",
                content_type="application/xml",
            ),
            ["one", "two"],
        ),
    ],
)
async def test_what_the_shop_answers_a_webhook_with_goes_to_the_customer(
    stand: Stand, answer: web.Response, said: list[str]
) -> None:
    stand.shop.answers = [answer]
    stand.says("whatsapp", "Hello")
    await told(stand)

    replies = (await stand.state())["messages"]
    assert said == [message["body"] for message in replies]
    assert all(message["direction"] == "outbound-reply" for message in replies)


async def test_what_the_shop_refuses_is_not_sent_again(stand: Stand) -> None:
    stand.shop.answers = [web.Response(status=500), web.Response(status=404)]
    stand.says("sms", "one")
    await stand.shop.got(1)
    stand.says("sms", "two")

    await stand.shop.got(2)
    assert [("given_up", [500]), ("given_up", [404])] == [
        (each["state"], each["attempts"]) for each in await told(stand)
    ]


@pytest.mark.parametrize(("policy", "status"), [("5xx", 503), ("4xx", 404), ("all", 302)])
async def test_it_is_sent_once_more_where_the_retry_policy_says_so(policy: str, status: int) -> None:
    async with twilio_stand(retry_on=(policy,)) as stand:
        stand.shop.answers = [web.Response(status=status) for _ in range(5)]
        stand.says("sms", "Hello")

        first, again = await stand.shop.got(2)
        known = (await told(stand))[0]
        assert ("given_up", [status, status]) == (known["state"], known["attempts"])
        assert (first.fields, first.token) == (again.fields, again.token)


async def test_a_shop_that_is_too_slow_is_asked_again_where_the_policy_says_so() -> None:
    async with twilio_stand(answer_within=2, retry_on=("rt",)) as stand:
        stand.shop.slowly = 5
        stand.says("sms", "Hello")
        await stand.shop.got(1)
        stand.shop.slowly = 0

        await stand.shop.got(2)
        assert ["no answer in time", 204] == (await told(stand))[0]["attempts"]


async def test_a_shop_that_is_away_is_asked_once_more(stand: Stand) -> None:
    await stand.message(to=SMS, from_=SMS_FROM, body="Hi", status_callback="http://127.0.0.1:1/status")

    attempts = [each["attempts"] for each in await told(stand)]
    assert ["ClientConnectorError"] * 2 == attempts[0]


async def test_every_webhook_can_come_twice() -> None:
    async with twilio_stand(duplicate=True) as stand:
        stand.says("sms", "Hello")

        first, again = await stand.shop.got(2)
        assert first == again


async def test_statuses_can_come_last_first() -> None:
    async with twilio_stand(shuffle=True) as stand:
        await stand.sms()

        assert ["delivered", "sent"] == await stand.shop.statuses(2)


async def test_webhooks_can_be_held_back() -> None:
    async with twilio_stand(delay_ms=200) as stand:
        began = stand.loop_time()
        stand.says("sms", "Hello")

        await stand.shop.got(1)
        assert stand.loop_time() - began >= 0.2


async def test_dropped_webhooks_stay_away_until_asked_for() -> None:
    async with twilio_stand(drop=("received", "sent")) as stand:
        stand.says("sms", "Hello")
        await stand.sms()
        assert ["delivered"] == await stand.shop.statuses(1)

        dropped = [each for each in (await stand.state())["webhooks"] if each["state"] == "dropped"]
        assert ["received", "sent"] == [each["event"] for each in dropped]
        await stand.control("chaos", {"drop": []})
        await stand.control(f"redeliver/{dropped[0]['id']}", {})
        assert (dropped[0]["id"], "Hello") == (
            (await stand.shop.got(2))[1].token,
            stand.shop.received[1].fields["Body"],
        )


async def test_any_form_is_sent_signed(stand: Stand) -> None:
    fields = {"AccountSid": "AC0", "MessageSid": "SM1", "Body": "a+b & c=ద", "Blank": ""}

    sent = await stand.control("webhook", {"path": "/webhooks/twilio/sms?from=test", "fields": fields})

    webhook = await one(stand)
    assert ("/webhooks/twilio/sms?from=test", fields, sent["id"]) == (webhook.path, webhook.fields, webhook.token)
    assert webhook.is_genuine(stand.shop.url)


async def test_a_fragment_is_for_twilio_and_neither_sent_nor_signed(stand: Stand) -> None:
    callback = f"{stand.shop.url}/webhooks/twilio/status?a=1#rc=2"
    await stand.message(to=SMS, from_=SMS_FROM, body="Hi", status_callback=callback)

    webhook = (await stand.shop.got(1))[0]
    assert "/webhooks/twilio/status?a=1" == webhook.path
    assert webhook.is_genuine(stand.shop.url, TOKEN)
