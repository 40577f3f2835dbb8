"""What else comes on WhatsApp and SMS: places, contacts, reactions, carts, other ids, repeats, all at once."""

from dataclasses import replace
from functools import partial

import pytest

from bot import handoff
from bot.inbox import accept
from bot.turn import LEASE
from model.errors import Unavailable
from model.message import (
    AccountNews,
    Author,
    Channel,
    Inbound,
    Moved,
    Place,
    Preference,
    Progress,
    Sort,
    Status,
    Trouble,
)
from model.order import MAX_PACKS
from model.rows import User
from tests.kit import SPEECH, Scene, address

HOME = Place(12.9308, 77.5838, "Home", "12, 4th Cross, Jayanagar, Bengaluru 560011")
BARE = Place(12.9308, 77.5838)
BSUID = "IN.13491208655302741918"
PHONE = "919845012345"


@pytest.fixture
async def scene() -> Scene:
    return await Scene(channel=Channel.WHATSAPP).open()


async def asked(scene: Scene) -> str | None:
    """Which line of the address the bot waits for."""
    question = (await scene.talk()).memory.question
    return question.params["field"] if question else None


async def at_street(scene: Scene) -> None:
    """A customer who is asked for their street."""
    await scene.tap("add:mango-250:1")
    await scene.tap("checkout")
    for text in ("Asha Rao", "98450 12345"):
        await scene.say(text)
    assert await asked(scene) == "street"
    scene.told()


def place(scene: Scene, point: Place) -> Inbound:
    return scene.inbound(sort=Sort.PLACE, place=point)


# ---------------------------------------------------------------- places


async def test_the_street_is_asked_for_as_a_place_too(scene: Scene) -> None:
    await at_street(scene)
    await scene.say("hello?")
    assert scene.sender.sent[-1].content["ask_place"] is True


async def test_a_place_with_its_address_answers_where_to_deliver(scene: Scene) -> None:
    await at_street(scene)
    await scene.arrive(place(scene, HOME))
    talk = await scene.talk()
    assert "4th Cross, Jayanagar" in talk.memory.draft["street"]
    assert talk.memory.draft.get("pincode") == "560011"
    assert scene.told() == ["summary"]


async def test_a_bare_point_needs_a_street_to_it_and_the_question_stays(scene: Scene) -> None:
    await at_street(scene)
    await scene.arrive(place(scene, BARE))
    assert (scene.told(), await asked(scene)) == (["place_needs_street"], "street")
    await scene.say("12, 4th Cross, Jayanagar")
    assert await asked(scene) == "pincode"


async def test_a_place_answers_the_new_address_of_a_placed_order(scene: Scene) -> None:
    order = await scene.order(way="cash")
    scene.nlu.means("send it elsewhere", "change_address")
    await scene.say("send it elsewhere")
    scene.told()
    await scene.arrive(place(scene, replace(HOME, address="7, 2nd Main, Jayanagar, Bengaluru 560041")))
    (changed,) = await scene.orders()
    assert changed.number == order.number
    assert "7, 2nd Main" in changed.ship_to.street
    assert scene.told() == ["address_changed"]


async def test_a_place_nobody_asked_for_tells_whether_we_deliver_there(scene: Scene) -> None:
    await scene.arrive(place(scene, HOME))
    assert scene.told() == ["delivers"]


@pytest.mark.parametrize("point", [BARE, Place(1.0, 2.0, "Lalbagh")])
async def test_a_place_without_a_pincode_is_only_taken_note_of(scene: Scene, point: Place) -> None:
    await scene.arrive(place(scene, point))
    assert scene.told() == ["place_received"]


async def test_a_place_out_of_turn_leaves_the_question_open(scene: Scene) -> None:
    await scene.tap("add:mango-250:1")
    await scene.tap("checkout")
    assert await asked(scene) == "name"
    for point in (BARE, HOME):
        await scene.arrive(place(scene, point))
    assert await asked(scene) == "name"


async def test_the_transcript_shows_where_it_is(scene: Scene) -> None:
    await scene.arrive(place(scene, HOME))
    line, *_ = await scene.lines()
    assert line.content["text"] == f"[location 12.930800, 77.583800] Home, {HOME.address}"


# ---------------------------------------------------------------- what has no words in it


@pytest.mark.parametrize(
    ("sort", "text", "key", "shown"),
    [
        (Sort.CONTACTS, "Ravi +919800000000", "contact_unread", "[contacts] Ravi +919800000000"),
        (Sort.EDITED, "two jars, I mean", "edited_unread", "[edited] two jars, I mean"),
        (Sort.UNSUPPORTED, "", "kind_unread", "[unsupported]"),
        (Sort.REACTION, "👍", None, "[reaction] 👍"),
        (Sort.REACTION, "", None, "[reaction]"),
        (Sort.DELETED, "", None, "[deleted]"),
    ],
)
async def test_it_is_answered_for_what_it_is_and_the_question_stays(
    scene: Scene, sort: Sort, text: str, key: str | None, shown: str
) -> None:
    await at_street(scene)
    await scene.arrive(scene.inbound(text, sort=sort))
    assert (scene.told(), await asked(scene)) == ([key] if key else [], "street")
    assert [line.content["text"] for line in await scene.lines() if line.author is Author.CUSTOMER][-1] == shown


async def test_none_of_them_is_given_to_the_nlu(scene: Scene) -> None:
    for sort in (Sort.CONTACTS, Sort.EDITED, Sort.UNSUPPORTED, Sort.REACTION, Sort.DELETED):
        await scene.arrive(scene.inbound("how can I pay?", sort=sort))
    assert scene.nlu.texts == []


async def test_a_reaction_that_says_stop_stops_nothing(scene: Scene) -> None:
    await scene.arrive(scene.inbound("stop", sort=Sort.REACTION))
    assert not (await scene.customer()).silent


async def test_agents_see_what_was_told_of_a_message(scene: Scene) -> None:
    about = {"quoted": "wamid.7", "referral": "Diwali https://fb.example/ad"}
    await scene.arrive(scene.inbound("hello", about=about))
    line, *_ = await scene.lines()
    assert line.content["about"] == about


# ---------------------------------------------------------------- WhatsApp's own cart


async def cart(scene: Scene) -> dict[str, int]:
    customer = await scene.customer()
    found = await scene.do(lambda work: work.uow.customers.cart(customer.id))
    return {line.sku: line.packs for line in found.lines}


async def test_a_cart_filled_in_whatsapps_catalogue_is_in_our_cart(scene: Scene) -> None:
    await scene.tap("order_items:mango-250*2,laddu-6*1")
    assert await cart(scene) == {"mango-250": 2, "laddu-6": 1}
    assert scene.told() == ["added", "added"]


async def test_what_is_not_sold_or_too_many_in_it_is_told_and_the_rest_is_taken(scene: Scene) -> None:
    await scene.tap(f"order_items:unknown-1*1,mango-250*{MAX_PACKS + 1},laddu-6*1")
    assert await cart(scene) == {"laddu-6": 1}
    assert scene.told() == ["choice_gone", "too_many", "added"]


@pytest.mark.parametrize("items", ["", "mango-250", "mango-250*", "mango-250*0", "mango-250*-1", "mango-250*x", ",,"])
async def test_a_broken_cart_puts_nothing_into_ours(scene: Scene, items: str) -> None:
    await scene.tap(f"order_items:{items}")
    assert await cart(scene) == {}
    assert set(scene.told()) == {"choice_gone"}


async def test_only_the_last_reply_to_a_cart_has_choices(scene: Scene) -> None:
    await scene.tap("order_items:mango-250*2,laddu-6*1")
    assert [bool(row.content.get("choices")) for row in scene.sender.sent] == [False, True]


# ---------------------------------------------------------------- the rest of a long list


async def remember(scene: Scene, count: int) -> None:
    """So many choices were shown last."""
    talk = await scene.talk()
    talk.memory.choices = [[f"product:{n}", f"Choice {n}"] for n in range(count)]
    await scene.do(lambda work: work.uow.conversations.save(talk))


def choices(scene: Scene) -> list[str]:
    return [choice["title"] for choice in scene.sender.sent[-1].content["choices"]]


async def test_more_shows_the_rest_of_what_was_shown_last(scene: Scene) -> None:
    await remember(scene, 25)
    await scene.tap("rest:9")
    assert choices(scene) == [f"Choice {n}" for n in range(9, 25)]
    await scene.tap("rest:9")
    assert choices(scene) == [f"Choice {n}" for n in range(18, 25)]
    assert scene.told() == ["more_choices"] * 2


@pytest.mark.parametrize("tap", ["rest:", "rest:x", "rest:-1", "rest:25", "rest:99999999999999999999"])
async def test_there_is_no_more_than_there_is(scene: Scene, tap: str) -> None:
    await remember(scene, 25)
    await scene.tap(tap)
    assert scene.told() == ["choice_gone"]


async def test_a_number_typed_means_the_choice_as_it_is_numbered_there(scene: Scene) -> None:
    await remember(scene, 25)
    await scene.tap("rest:9")
    talk = await scene.talk()
    assert talk.memory.choices[0] == ["product:9", "Choice 9"]


# ---------------------------------------------------------------- who they are


async def test_a_customer_without_a_number_is_served_like_any_other(scene: Scene) -> None:
    await scene.arrive(scene.inbound(user=BSUID, tap="add:mango-250:1"))
    assert scene.told(BSUID) == ["added"]
    customer = await scene.customer(BSUID)
    assert customer.phone is None


async def test_one_conversation_goes_on_whichever_id_a_message_brings(scene: Scene) -> None:
    await scene.arrive(scene.inbound(user=BSUID, tap="add:mango-250:1"))
    await scene.arrive(scene.inbound(user=PHONE, tap="add:mango-250:1", also=BSUID, phone=f"+{PHONE}"))
    await scene.arrive(scene.inbound(user=BSUID, tap="add:mango-250:1"))
    assert scene.told(BSUID) == ["added", "added_more", "added_more"], "replies go where the talk began"


async def test_the_number_told_later_is_not_lost(scene: Scene) -> None:
    await scene.arrive(scene.inbound("hello", BSUID))
    await scene.arrive(scene.inbound("hello", PHONE, also=BSUID, phone=f"+{PHONE}"))
    assert (await scene.customer(BSUID)).phone == f"+{PHONE}"


async def test_a_new_number_keeps_the_conversation_and_replies_go_there(scene: Scene) -> None:
    await scene.tap("add:mango-250:1", "919800000001")
    await scene.arrive(Moved(address("919800000001", Channel.WHATSAPP), PHONE))
    await scene.tap("add:mango-250:1", PHONE)
    assert scene.told(PHONE) == ["added_more"]


async def test_what_waits_to_be_sent_goes_to_the_new_number(scene: Scene) -> None:
    scene.sender.troubles = [Unavailable("channel", 2.0)]
    await scene.tap("add:mango-250:1", "919800000001")
    await scene.arrive(Moved(address("919800000001", Channel.WHATSAPP), PHONE))
    await scene.later(seconds=3)
    assert (scene.told("919800000001"), scene.told(PHONE)) == ([], ["added"])


# ---------------------------------------------------------------- attention


async def test_the_bot_shows_that_it_read_a_message_it_answers(scene: Scene) -> None:
    await scene.arrive(scene.inbound("hello", message_id="wamid.7"))
    assert scene.attentive.seen == ["wamid.7"]


async def test_it_shows_nothing_where_people_answer_nor_of_a_repeat(scene: Scene) -> None:
    await scene.arrive(scene.inbound("talk to a person", message_id="1"))
    await scene.arrive(scene.inbound("anybody?", message_id="2"))
    talk, agent = await scene.talk(), User(7, "Meera", "", "agent")
    await scene.post("agent:7", lambda work: handoff.take(work, SPEECH, talk.id, agent))
    await scene.arrive(scene.inbound("hello Meera", message_id="3"), scene.inbound("hello", message_id="1"))
    assert scene.attentive.seen == ["1"]


# ---------------------------------------------------------------- webhooks as they come


async def test_a_webhook_that_comes_twice_is_answered_once(scene: Scene) -> None:
    batch = [scene.inbound(tap="add:mango-250:1"), scene.inbound(tap="show_cart")]
    await scene.arrive(*batch)
    await scene.arrive(*batch)
    await scene.later(minutes=5)
    assert scene.told() == ["added", "cart"]


async def test_everything_a_webhook_brings_is_taken(scene: Scene) -> None:
    scene.sender.parts = 1
    await scene.tap("categories")
    where, ours = address("asha", Channel.WHATSAPP), scene.sender.ids[-1]
    await scene.arrive(
        scene.inbound(tap="add:mango-250:1"),
        Status(Channel.WHATSAPP, "shop", ours, Progress.READ),
        AccountNews(Channel.WHATSAPP, "shop", "phone_number_quality_update", {"event": "FLAGGED"}),
        scene.inbound("hello", "ravi"),
        Preference(where, wanted=False),
        Status(Channel.WHATSAPP, "shop", "unknown", Progress.FAILED, None, Trouble.UNREACHABLE),
        Moved(address("ravi", Channel.WHATSAPP), "ravi-2"),
        scene.inbound(tap="show_cart"),
    )
    talk = await scene.talk()
    progress = await scene.do(lambda work: work.uow.outbox.deliveries(talk.id, range(10)))
    assert progress[2] is Progress.READ
    assert (await scene.customer()).no_marketing
    assert scene.told() == ["browse_categories", "added", "cart"]
    assert len(scene.told("ravi")) == 1


async def test_an_empty_webhook_changes_nothing(scene: Scene) -> None:
    await scene.arrive()
    assert scene.sender.sent == []


async def test_messages_stored_before_a_crash_are_answered_by_the_next_process(scene: Scene) -> None:
    for inbound in (scene.inbound(tap="add:mango-250:1"), place(scene, HOME)):
        await scene.do(partial(accept, inbound=inbound, owner="dead"))
    after = Scene(scene.store, scene.clock, channel=Channel.WHATSAPP)
    await after.settle()
    assert after.told() == [], "whoever took it may still be at work"
    await after.later(seconds=LEASE.total_seconds())
    assert after.told() == ["added", "delivers"]
