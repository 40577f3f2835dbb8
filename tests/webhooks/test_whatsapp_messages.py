"""What each type of message becomes."""

from typing import Any

import pytest

from model.message import AccountNews, Address, Channel, Inbound, Media, MediaKind, Moved, Place, Sort
from tests.webhooks.whatsapp_kit import (
    FROM_MEENA,
    MEENA,
    MEENA_ID,
    NUMBER_ID,
    OURS,
    arrivals,
    changed,
    inbound,
    only,
    parsed,
    value_of,
)

FIRST = "wamid.HBgMOTE5MDAwMDAwMTAxFQIAEhgU0001QUIA"
SECOND = "wamid.HBgMOTE5MDAwMDAwMTAxFQIAEhgU0002QUIA"
QUOTED = {"quoted": OURS}


def said(own_id: str = FIRST, **more: Any) -> Inbound:
    """A message of Meena's."""
    return Inbound(FROM_MEENA, own_id, name="Meena Iyer", phone=f"+{MEENA}", also=MEENA_ID, **more)


def media(kind: MediaKind, ref: int, mime: str, name: str = "") -> Media:
    return Media(kind, f"61000000000000{ref}", mime, name)


MESSAGES: dict[str, Inbound] = {
    "text": said(text="Do you have mango pickle?"),
    "text_hindi": said(text="आम का अचार भेज दो 🥭"),
    "text_quoted": said(text="This one please", about=QUOTED),
    "text_forwarded": said(text="Pickle sale!", about={"forwarded": "often"}),
    "text_from_ad": said(text="Tell me more", about={"referral": "Summer pickles https://fb.example/ad77"}),
    "text_about_product": said(text="Is it very hot?", about={**QUOTED, "product": "mango-500"}),
    "button_reply": said(text="Add 250 g", tap="add:mango-250:1", about=QUOTED),
    "list_reply": said(text="Pickles", tap="category:pickles:0", about=QUOTED),
    "template_button": said(text="Track my order", tap="track:HT-K7M2Q", about=QUOTED),
    "template_button_words": said(text="Stop promotions", about=QUOTED),
    "order": said(text="Leave it with the guard", tap="order_items:mango-500*2,lime_250*1"),
    "location": said(sort=Sort.PLACE, place=Place(12.9716, 77.5946, "Cubbon Park", "Kasturba Road, Bengaluru 560001")),
    "location_bare": said(sort=Sort.PLACE, place=Place(-33.0, 151.2)),
    "image": said(text="The lid is broken", sort=Sort.MEDIA, media=media(MediaKind.IMAGE, 1, "image/jpeg")),
    "document": said(sort=Sort.MEDIA, media=media(MediaKind.DOCUMENT, 2, "application/pdf", "purchase order.pdf")),
    "video": said(text="See the leak", sort=Sort.MEDIA, media=media(MediaKind.VIDEO, 3, "video/mp4")),
    "audio": said(sort=Sort.MEDIA, media=media(MediaKind.AUDIO, 4, "audio/mpeg")),
    "voice": said(sort=Sort.MEDIA, media=media(MediaKind.VOICE, 5, "audio/ogg; codecs=opus")),
    "sticker": said(sort=Sort.MEDIA, media=media(MediaKind.STICKER, 6, "image/webp")),
    "contacts": said(sort=Sort.CONTACTS, text="Ravi Kumar +91 90000 00202\nAmma +91 90000 00303 +91 90000 00304"),
    "reaction": said(sort=Sort.REACTION, text="👍", about=QUOTED),
    "reaction_taken_back": said(sort=Sort.REACTION, about=QUOTED),
    "edit": said(SECOND, sort=Sort.EDITED, text="Three jars, not two", about={"quoted": FIRST}),
    "edit_caption": said(SECOND, sort=Sort.EDITED, text="The lid was broken", about={"quoted": FIRST}),
    "revoke": said(SECOND, sort=Sort.DELETED, about={"quoted": FIRST}),
    "unsupported": said(sort=Sort.UNSUPPORTED, about={"kind": "poll_creation"}),
    "unknown_type": said(sort=Sort.UNSUPPORTED, about={"kind": "hologram"}),
    "interactive_empty": said(sort=Sort.UNSUPPORTED, about={**QUOTED, "kind": "interactive"}),
    "flow_reply": said(sort=Sort.UNSUPPORTED, text="Sent", about={**QUOTED, "kind": "nfm_reply"}),
    "request_welcome": said(tap="help"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_becomes(name: str) -> None:
    assert MESSAGES[name] == only(name)


def test_who_has_no_number_is_known_by_their_user_id() -> None:
    expected = Inbound(Address(Channel.WHATSAPP, NUMBER_ID, MEENA_ID), FIRST, "My number is my own affair", name="Zoya")
    assert expected == only("user_id_only")


@pytest.mark.parametrize(
    ("contacts", "sender", "expected"),
    [
        ([{"wa_id": MEENA, "user_id": MEENA_ID}], {"from": MEENA}, (MEENA, MEENA_ID)),
        ([{"wa_id": MEENA, "user_id": MEENA_ID}], {"from_user_id": MEENA_ID}, (MEENA, MEENA_ID)),
        ([{"wa_id": MEENA, "user_id": MEENA_ID}], {}, (MEENA, MEENA_ID)),
        ([{"wa_id": int(MEENA)}], {"from": int(MEENA)}, (MEENA, "")),
        ([{"wa_id": MEENA, "user_id": MEENA_ID}, {"wa_id": "919000000202"}], {"from": "919000000202"},
         ("919000000202", "")),
        ([{"wa_id": "919000000202", "user_id": "IN.2"}], {"from": MEENA}, (MEENA, "")),
        ([{"user_id": MEENA_ID}], {"from": MEENA_ID}, (MEENA_ID, "")),
        ([], {"from": f"+{MEENA}", "from_user_id": MEENA_ID}, (MEENA, MEENA_ID)),
        ([], {"from_user_id": MEENA_ID}, (MEENA_ID, "")),
    ],
)  # fmt: skip
def test_the_sender_is_told_by_message_and_contacts(
    contacts: list[dict[str, Any]], sender: dict[str, Any], expected: tuple[str, str]
) -> None:
    """`user` is the number, if any is told; the user id stands beside it, never another customer's."""
    body = parsed("text")
    value = value_of(body)
    value["contacts"] = contacts
    message = value["messages"][0]
    del message["from"], message["from_user_id"]
    message.update(sender)
    [found] = arrivals(body)
    assert isinstance(found, Inbound)
    assert expected == (found.address.user, found.also)
    assert ("+" + found.address.user if found.address.user.isdecimal() else "") == found.phone


def test_without_contacts_a_message_counts_and_has_no_name() -> None:
    body = parsed("text")
    del value_of(body)["contacts"]
    [found] = arrivals(body)
    assert isinstance(found, Inbound)
    assert ("", MEENA, MEENA_ID) == (found.name, found.address.user, found.also)


def test_a_user_name_stands_for_a_name() -> None:
    body = parsed("user_id_only")
    del value_of(body)["contacts"][0]["profile"]["name"]
    [found] = arrivals(body)
    assert isinstance(found, Inbound)
    assert "zoya.k" == found.name


@pytest.mark.parametrize(
    ("payload", "tap"),
    [("help", "help"), ("add:mango-250:1", "add:mango-250:1"), ("rest:9", "rest:9"), ("pay:", "pay:"), ("Help", ""),
     ("add mango", ""), ("add:mango 250", ""), ("", ""), ("help\n", ""), (7, ""), (None, ""), ("x" * 257, "")],
)  # fmt: skip
def test_a_template_button_counts_as_a_tap_if_its_payload_looks_like_ours(payload: Any, tap: str) -> None:
    [found] = arrivals(changed("template_button", button={"payload": payload, "text": "Press"}))
    assert isinstance(found, Inbound)
    assert (tap, "Press", Sort.PLAIN) == (found.tap, found.text, found.sort)


@pytest.mark.parametrize(
    ("item", "counts"),
    [({"product_retailer_id": "a-1", "quantity": 999}, True), ({"product_retailer_id": "A_1", "quantity": "3"}, True),
     ({"product_retailer_id": "a-1", "quantity": 1000}, False), ({"product_retailer_id": "a-1", "quantity": 0}, False),
     ({"product_retailer_id": "a-1", "quantity": -1}, False), ({"product_retailer_id": "a-1", "quantity": 1.5}, False),
     ({"product_retailer_id": "a-1", "quantity": True}, False), ({"product_retailer_id": "a-1"}, False),
     ({"product_retailer_id": "a,b", "quantity": 1}, False), ({"product_retailer_id": "a*9", "quantity": 1}, False),
     ({"product_retailer_id": "x" * 65, "quantity": 1}, False), ({"quantity": 1}, False), ("no object", False)],
)  # fmt: skip
def test_only_clean_things_of_a_cart_count_and_an_agent_sees_that_some_do_not(item: Any, counts: bool) -> None:
    good = {"product_retailer_id": "mango-500", "quantity": 2}
    [found] = arrivals(changed("order", order={"product_items": [item, good]}))
    assert isinstance(found, Inbound)
    first = f"{item['product_retailer_id']}*{item['quantity']}," if counts else ""
    assert f"order_items:{first}mango-500*2" == found.tap
    assert ({} if counts else {"left_out": "1"}) == found.about


def test_a_cart_of_which_nothing_can_be_read_is_unsupported() -> None:
    [found] = arrivals(changed("order", order={"text": "hello", "product_items": [{"quantity": 1}]}))
    assert isinstance(found, Inbound)
    assert (Sort.UNSUPPORTED, "") == (found.sort, found.tap)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(91, 0), (-90.1, 0), (0, 180.5), (None, 0), ("12.9", "77.5"), (True, False), (float("nan"), 0),
     (float("inf"), 0), (10**30, 0)],
)  # fmt: skip
def test_a_place_that_is_not_on_the_globe_is_unsupported(latitude: Any, longitude: Any) -> None:
    [found] = arrivals(changed("location", location={"latitude": latitude, "longitude": longitude}))
    assert isinstance(found, Inbound)
    assert (Sort.UNSUPPORTED, None, {"kind": "location"}) == (found.sort, found.place, found.about)


@pytest.mark.parametrize("kind", ["image", "document", "video", "audio", "sticker"])
@pytest.mark.parametrize("told", [None, [], {}, {"id": ""}, {"id": None}, {"url": "https://evil.example/x"}])
def test_media_without_an_id_are_unsupported(kind: str, told: Any) -> None:
    [found] = arrivals(changed("image", type=kind, **{kind: told}))
    assert isinstance(found, Inbound)
    assert (Sort.UNSUPPORTED, None) == (found.sort, found.media)


def test_the_address_that_stands_beside_media_is_not_taken_over() -> None:
    assert "lookaside" not in repr(inbound("image"))


def test_forwarded_once_is_told_from_often() -> None:
    [found] = arrivals(changed("text", context={"forwarded": True}))
    assert isinstance(found, Inbound)
    assert {"forwarded": "once"} == found.about


MOVED = {
    "system_new_number": Moved(FROM_MEENA, "919000000909"),
    "system_new_number_older": Moved(FROM_MEENA, "919000000909"),
    "system_new_user_id": Moved(Address(Channel.WHATSAPP, NUMBER_ID, MEENA_ID), "IN.70010020030040059999"),
    "user_id_update": Moved(Address(Channel.WHATSAPP, NUMBER_ID, MEENA_ID), "IN.70010020030040059999"),
}


@pytest.mark.parametrize("name", MOVED)
def test_a_customer_who_changes_their_id_has_moved(name: str) -> None:
    assert MOVED[name] == only(name)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"wa_id": None}, Moved(FROM_MEENA, "IN.70010020030040059999")),
        ({"wa_id": None, "user_id": None}, AccountNews(Channel.WHATSAPP, NUMBER_ID, "user_changed_number")),
        ({"wa_id": MEENA}, AccountNews(Channel.WHATSAPP, NUMBER_ID, "user_changed_number")),
        ({"type": "user_grew_wings"}, AccountNews(Channel.WHATSAPP, NUMBER_ID, "user_grew_wings")),
        ({"type": ["odd"]}, AccountNews(Channel.WHATSAPP, NUMBER_ID, "system")),
    ],
)
def test_a_move_without_a_from_and_a_to_is_only_news(told: dict[str, Any], expected: Any) -> None:
    body = parsed("system_new_number")
    value_of(body)["messages"][0]["system"].update(told)
    assert [expected] == arrivals(body)


def test_a_new_number_of_one_known_by_user_id_moves_that_user_id() -> None:
    body = parsed("system_new_number")
    del value_of(body)["messages"][0]["from"]
    assert [Moved(Address(Channel.WHATSAPP, NUMBER_ID, MEENA_ID), "919000000909")] == arrivals(body)


def test_another_phone_of_the_same_customer_is_news_that_names_nobody() -> None:
    assert AccountNews(Channel.WHATSAPP, NUMBER_ID, "customer_identity_changed") == only("system_identity")


def test_what_is_said_in_a_group_is_not_said_to_the_bot() -> None:
    assert AccountNews(Channel.WHATSAPP, NUMBER_ID, "group_message", {"id": FIRST}) == only("group_message")
