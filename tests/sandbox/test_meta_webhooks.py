"""Webhooks of the Cloud API: what customers do and how messages fare, as the shop hears of it."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.meta_kit import (
    NUMBER,
    OWN,
    PHONE,
    PNG,
    Stand,
    buttons,
    meta_stand,
    order_update,
    place_wanted,
    rows,
)


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with meta_stand(drop=("sent", "delivered")) as stand:
        yield stand


async def told(stand: Stand, count: int = 1) -> Any:
    """The last of so many messages."""
    return (await stand.shop.items("messages", count))[-1]


async def test_a_text_comes_as_meta_tells_it(stand: Stand) -> None:
    entry = await stand.says("Does it come in another color?")

    webhook = (await stand.shop.got(1))[0]
    user_id = webhook.body["entry"][0]["changes"][0]["value"]["contacts"][0]["user_id"]
    assert user_id.startswith("IN.")
    assert {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": "102290129340398",
                "changes": [
                    {
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {"display_phone_number": OWN, "phone_number_id": PHONE},
                            "contacts": [{"profile": {"name": "Asha"}, "user_id": user_id, "wa_id": NUMBER}],
                            "messages": [
                                {
                                    "from": NUMBER,
                                    "from_user_id": user_id,
                                    "id": entry["id"],
                                    "timestamp": "1760000000",
                                    "type": "text",
                                    "text": {"body": "Does it come in another color?"},
                                }
                            ],
                        },
                        "field": "messages",
                    }
                ],
            }
        ],
    } == webhook.body


async def test_the_signature_holds_for_the_escaped_bytes_only(stand: Stand) -> None:
    await stand.says("అ/b <50% @home>")

    webhook = (await stand.shop.got(1))[0]
    assert webhook.is_genuine()
    assert b"\\u0c05\\/b \\u003C50\\u0025 \\u0040home>" in webhook.raw
    assert json.dumps(webhook.body, ensure_ascii=False).encode() != webhook.raw
    assert "అ/b <50% @home>" == webhook.items("messages")[0]["text"]["body"]


async def test_a_reply_button_and_a_row_come_back_with_what_they_answer(stand: Stand) -> None:
    chosen = await stand.sent(**buttons(("add:mango-250:1", "Add 250 g")))
    listed = await stand.sent(**rows(("A", [{"id": "p", "title": "Pickles", "description": "Hot"}])))

    await stand.does("tap", entry=chosen, choice="add:mango-250:1")
    button = await told(stand)
    await stand.does("tap", entry=listed, choice="p")
    row = await told(stand, 2)

    assert {"type": "button_reply", "button_reply": {"id": "add:mango-250:1", "title": "Add 250 g"}} == (
        button["interactive"]
    )
    assert {"from": OWN, "id": chosen} == button["context"]
    answer = {"id": "p", "title": "Pickles", "description": "Hot"}
    assert {"type": "list_reply", "list_reply": answer} == row["interactive"]
    assert ["Add 250 g", "Pickles"] == [entry["text"] for entry in (await stand.telephone())[2:]]


async def test_a_quick_reply_of_a_template_comes_as_a_button(stand: Stand) -> None:
    templated = await stand.sent(**order_update())

    await stand.does("tap", entry=templated, choice="Track it")

    message = await told(stand)
    assert ("button", {"payload": "Track it", "text": "Track it"}) == (message["type"], message["button"])
    assert templated == message["context"]["id"]


async def test_a_picture_a_paper_and_a_voice_note_come_as_media(stand: Stand) -> None:
    data = base64.b64encode(PNG).decode()
    await stand.does("picture", data=data, mime="image/png", text="Broken jar")
    picture = await told(stand)
    await stand.does("picture", data=data, mime="application/pdf", file_name="list.pdf")
    paper = await told(stand, 2)
    await stand.does("voice")
    voice = await told(stand, 3)

    digest = base64.b64encode(hashlib.sha256(PNG).digest()).decode()
    assert ("image/png", digest, "Broken jar") == (
        picture["image"]["mime_type"],
        picture["image"]["sha256"],
        picture["image"]["caption"],
    )
    assert "list.pdf" == paper["document"]["filename"]
    assert ("audio/ogg; codecs=opus", True) == (voice["audio"]["mime_type"], voice["audio"]["voice"])


async def test_a_location_answers_the_question_for_it(stand: Stand) -> None:
    asked = await stand.sent(**place_wanted())

    point: dict[str, Any] = {"latitude": 17.4126, "longitude": 78.4482}
    await stand.does("location", **point, name_of_place="Home", address="Banjara Hills", quoted=asked)

    message = await told(stand)
    assert ("location", point | {"name": "Home", "address": "Banjara Hills"}) == (message["type"], message["location"])
    assert asked == message["context"]["id"]


async def test_a_reaction_comes_and_is_taken_back(stand: Stand) -> None:
    sent = await stand.sent()

    await stand.does("reaction", entry=sent, emoji="👍")
    given = await told(stand)
    await stand.does("reaction", entry=sent, emoji="")
    taken = await told(stand, 2)

    assert {"message_id": sent, "emoji": "👍"} == given["reaction"]
    assert {"message_id": sent} == taken["reaction"]


async def test_an_answer_by_the_customer_quotes(stand: Stand) -> None:
    sent = await stand.sent()

    await stand.does("text", text="This one", quoted=sent)

    assert {"from": OWN, "id": sent} == (await told(stand))["context"]


async def test_a_message_is_sent_delivered_and_read() -> None:
    async with meta_stand() as stand:
        sent = await stand.sent(biz_opaque_callback_data="outbox-7")
        assert ["sent", "delivered"] == await stand.shop.statuses(2)

        await stand.does("open")
        await stand.does("open")

        first, _, read = await stand.shop.items("statuses", 3)
        assert (sent, NUMBER, "outbox-7", "1760000000") == (
            first["id"],
            first["recipient_id"],
            first["biz_opaque_callback_data"],
            first["timestamp"],
        )
        assert {"billable": False, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"} == (
            first["pricing"]
        )
        assert ("read", "read") == (read["status"], (await stand.state())["messages"][0]["status"])


async def test_reading_can_come_by_itself_and_an_absent_telephone_waits() -> None:
    async with meta_stand(read_ms=1) as stand:
        await stand.sent()
        assert ["sent", "delivered", "read"] == await stand.shop.statuses(3)

        await stand.control(f"customers/{NUMBER}", {"offline": True})
        await stand.sent()
        assert ["sent"] == (await stand.shop.statuses(4))[3:]
        await stand.control(f"customers/{NUMBER}", {"offline": False})
        assert ["sent", "delivered"] == (await stand.shop.statuses(5))[3:]


async def test_a_hidden_customer_has_no_number_in_webhooks(stand: Stand) -> None:
    await stand.control(f"customers/{NUMBER}", {"hidden": True})

    await stand.says("Hi")

    webhook = (await stand.shop.got(1))[0]
    assert NUMBER not in webhook.raw.decode()
    assert webhook.values[0]["contacts"][0]["user_id"] == webhook.items("messages")[0]["from_user_id"]


async def test_what_is_not_answered_with_200_comes_again_with_the_same_bytes(stand: Stand) -> None:
    stand.shop.answers = [500, 503]

    entry = await stand.says("Hi")

    webhooks = await stand.shop.got(3)
    assert 1 == len({webhook.raw for webhook in webhooks})
    assert [500, 503, 200] == await attempts(stand)
    assert (entry["id"], "delivered") == next((one["id"], one["ticks"]) for one in await stand.telephone())


async def attempts(stand: Stand) -> Any:
    """Those of the first webhook, once it was taken."""
    while True:
        delivery = (await stand.state())["webhooks"][0]
        if delivery["state"] == "delivered":
            return delivery["attempts"]


async def test_every_update_can_come_twice() -> None:
    async with meta_stand(duplicate=True) as stand:
        await stand.says("Hi")

        first, second = (await stand.shop.got(2))[:2]
        assert first.raw == second.raw


async def test_one_customers_messages_keep_their_order(stand: Stand) -> None:
    for word in "abcdefgh":
        await stand.says(word)

    assert list("abcdefgh") == [one["text"]["body"] for one in await stand.shop.items("messages", 8)]


async def test_updates_can_come_last_first() -> None:
    async with meta_stand(shuffle=True) as stand:
        for word in "abc":
            await stand.says(word)

        assert list("cba") == [one["text"]["body"] for one in await stand.shop.items("messages", 3)]


async def test_many_updates_come_in_one_webhook_in_every_shape() -> None:
    async with meta_stand(batch_ms=50) as stand:
        shapes = []
        for _ in range(3):
            before = len(stand.shop.received)
            await stand.says("Hi")
            await stand.sent()
            body = (await stand.shop.got(before + 1))[before].body
            shapes.append((len(body["entry"]), [len(entry["changes"]) for entry in body["entry"]]))
        values = stand.shop.received[-1].values

        assert [(3, [1, 1, 1]), (1, [1]), (1, [3])] == shapes
        assert {"messages", "statuses"} <= set(values[0]) or len(values) == 3
        assert all(webhook.is_genuine() for webhook in stand.shop.received)


async def test_a_webhook_holds_as_many_updates_as_it_may() -> None:
    async with meta_stand(batch_ms=50, batch=2, drop=("sent", "delivered")) as stand:
        for word in "abc":
            await stand.says(word)

        assert [2, 1] == [len(webhook.items("messages")) for webhook in await stand.shop.got(2)]


async def test_a_webhook_can_be_sent_again(stand: Stand) -> None:
    await stand.says("Hi")
    await stand.shop.got(1)

    await stand.control(f"redeliver/{(await stand.state())['webhooks'][0]['id']}")

    first, second = await stand.shop.got(2)
    assert first.raw == second.raw
    assert "no such webhook" == (await stand.control("redeliver/none"))["error"]["description"]


async def test_any_body_is_sent_signed_byte_for_byte(stand: Stand) -> None:
    raw = b'{ "object":"whatsapp_business_account",  "entry":[] }'
    async with stand.http.post(
        f"{stand.url}/_sandbox/meta/webhook", data=raw, headers={"Content-Type": "application/json"}
    ) as answer:
        assert answer.status == 202

    webhook = (await stand.shop.got(1))[0]
    assert raw == webhook.raw
    assert webhook.is_genuine()


async def test_any_change_is_wrapped_and_signed(stand: Stand) -> None:
    value = {"event": "PAUSED", "message_template_name": "order_update"}

    await stand.control("change", {"field": "message_template_status_update", "value": value})

    change = (await stand.shop.got(1))[0].body["entry"][0]["changes"][0]
    assert {"field": "message_template_status_update", "value": value} == change
    assert "error" in await stand.control("change", {"field": 1})


async def test_the_shop_proves_that_it_knows_the_verify_token(stand: Stand) -> None:
    assert {"verified": True, "status": 200} == await stand.control("subscribe")

    stand.shop.verify = "another"
    assert {"verified": False, "status": 403} == await stand.control("subscribe")
