"""Who may be written to: STOP and START, heeded at once on every channel of a customer and kept on record."""

from dataclasses import replace

import pytest

from bot import notify
from model.message import Channel, Media, MediaKind, Preference, Sort, reply
from model.order import OrderStatus
from model.rows import Consent
from shop import orders
from tests.kit import SPEECH, Scene, address

PHONE = "919845012345"


@pytest.fixture
async def scene() -> Scene:
    return await Scene(channel=Channel.WHATSAPP).open()


async def one_person(scene: Scene) -> int:
    """Who writes by SMS and by WhatsApp is one customer; nothing is left to look at."""
    await scene.on(Channel.SMS).tap("show_cart", PHONE)
    await scene.on(Channel.WHATSAPP).tap("show_cart", PHONE)
    other = (await scene.on(Channel.SMS).talk(PHONE)).customer_id
    mine = (await scene.on(Channel.WHATSAPP).talk(PHONE)).customer_id
    await scene.do(lambda work: work.uow.identities.merge(other, mine))
    scene.told(PHONE)
    return mine


async def record(scene: Scene, customer_id: int) -> list[tuple[Channel, bool, bool, str]]:
    kept = await scene.do(lambda work: work.uow.customers.consents(customer_id))
    return [(one.channel, one.wanted, one.marketing, one.source) for one in kept]


async def test_who_writes_first_has_opted_in(scene: Scene) -> None:
    await scene.say("hello")
    await scene.say("hello again")
    customer = await scene.customer()
    kept = await scene.do(lambda work: work.uow.customers.consents(customer.id))
    assert kept == [Consent(customer.id, Channel.WHATSAPP, True, False, "wrote first", scene.clock())]


async def test_a_web_chat_needs_no_opt_in(scene: Scene) -> None:
    await scene.on(Channel.WEBCHAT).say("hello")
    assert await record(scene, (await scene.customer()).id) == []


async def test_stop_on_one_channel_silences_notices_on_all_and_start_on_another_brings_them_back(scene: Scene) -> None:
    customer = await one_person(scene)
    order = await scene.on(Channel.WHATSAPP).order(PHONE, way="cash")
    await scene.on(Channel.SMS).say("STOP", PHONE)
    scene.told(PHONE)
    await scene.change("agent:1", lambda work: orders.move(work, order.number, OrderStatus.PACKED))
    assert scene.told(PHONE) == []
    await scene.on(Channel.WHATSAPP).say("START", PHONE)
    await scene.change("agent:1", lambda work: orders.move(work, order.number, OrderStatus.SHIPPED))
    assert scene.told(PHONE) == ["started_messages", "moved_shipped"]
    assert await record(scene, customer) == [
        (Channel.SMS, True, False, "wrote first"),
        (Channel.WHATSAPP, True, False, "wrote first"),
        (Channel.SMS, False, False, "said STOP"),
        (Channel.WHATSAPP, True, False, "said START"),
    ]


async def test_stop_and_start_by_sms_are_heeded_and_answered_by_the_carrier_alone(scene: Scene) -> None:
    await scene.on(Channel.SMS).say("STOP")
    assert (await scene.customer()).silent
    await scene.say("START")
    assert not (await scene.customer()).silent
    assert scene.told() == []


async def test_help_by_sms_is_answered_once_by_the_carrier(scene: Scene) -> None:
    await scene.on(Channel.SMS).say("HELP")
    assert scene.told() == []
    await scene.on(Channel.WHATSAPP).say("HELP")
    assert scene.told() == ["help"]


async def test_words_that_no_carrier_knows_are_answered_by_us_on_sms_too(scene: Scene) -> None:
    for word in ("madad", "band karo", "chalu karo"):
        await scene.on(Channel.SMS).say(word)
    assert scene.told() == ["help", "stopped_messages", "started_messages"]


async def test_on_a_short_code_the_carrier_answers_nothing_so_we_do(scene: Scene) -> None:
    """Twilio: keywords of a short code are its owner's to answer."""
    for word in ("HELP", "STOP", "START"):
        inbound = scene.on(Channel.SMS).inbound(word)
        await scene.arrive(replace(inbound, address=replace(inbound.address, account="57575")))
    assert scene.told() == ["help", "stopped_messages", "started_messages"]


async def test_stop_under_a_picture_is_heeded_even_where_the_picture_cannot_be_had(scene: Scene) -> None:
    photo = Media(MediaKind.IMAGE, "gone")
    await scene.arrive(scene.inbound("stop", sort=Sort.MEDIA, media=photo))
    assert (await scene.customer()).silent


async def test_a_message_that_is_edited_to_stop_is_heeded(scene: Scene) -> None:
    await scene.arrive(scene.inbound("STOP", sort=Sort.EDITED))
    assert (await scene.customer()).silent


async def test_one_persons_stop_is_nobody_elses(scene: Scene) -> None:
    await scene.say("STOP", "asha")
    await scene.say("hello", "ravi")
    assert not (await scene.customer("ravi")).silent


async def test_writing_again_is_no_start(scene: Scene) -> None:
    await scene.say("STOP")
    await scene.say("hello")
    assert (await scene.customer()).silent


async def test_whoever_stopped_before_their_first_message_on_another_channel_stays_silent(scene: Scene) -> None:
    await scene.on(Channel.WHATSAPP).say("STOP", PHONE)
    stopped = (await scene.talk(PHONE)).customer_id
    other = (await scene.on(Channel.SMS).talk(PHONE)).customer_id
    await scene.do(lambda work: work.uow.identities.merge(other, stopped))
    await scene.say("hello", PHONE)
    assert (await scene.customer(PHONE)).silent


@pytest.mark.parametrize("marketing", [True, False])
async def test_what_they_told_the_provider_is_heeded_too(scene: Scene, marketing: bool) -> None:
    await scene.say("hello")
    await scene.arrive(Preference(address("asha", Channel.WHATSAPP), wanted=False, marketing=marketing))
    customer = await scene.customer()
    assert (customer.silent, customer.no_marketing) == (not marketing, marketing)
    await scene.arrive(Preference(address("asha", Channel.WHATSAPP), wanted=True, marketing=marketing))
    customer = await scene.customer()
    assert (customer.silent, customer.no_marketing) == (False, False)
    assert [source for *_, source in await record(scene, customer.id)] == ["wrote first", *["told whatsapp"] * 2]


async def test_what_we_sent_before_their_first_message_takes_nothing_from_it(scene: Scene) -> None:
    """A code for a web chat began the conversation; that they opted in, and who they are, is noted when they write."""
    talk = await scene.on(Channel.SMS).talk()
    await scene.do(lambda work: notify.send(work, SPEECH, talk, reply("help", shop="Haat")))
    await scene.arrive(scene.inbound("hello", name="Asha", phone=f"+{PHONE}"))
    customer = await scene.customer()
    assert (customer.name, customer.phone) == ("Asha", f"+{PHONE}")
    assert [source for *_, source in await record(scene, customer.id)] == ["wrote first"]


async def test_what_a_provider_tells_of_a_customer_does_not_undo_what_they_told_us(scene: Scene) -> None:
    known = await scene.customer()
    await scene.do(lambda work: work.uow.customers.save(replace(known, name="Asha Rao")))
    await scene.arrive(scene.inbound("hello", name="asha :)", phone=f"+{PHONE}"))
    customer = await scene.customer()
    assert (customer.name, customer.phone) == ("Asha Rao", f"+{PHONE}")
