"""A web chat's customer proves a phone number: then what belongs to that number is theirs there too, and not before."""

import asyncio
import re
from pathlib import Path

import pytest

from model.errors import Unavailable
from model.message import Channel
from model.order import CartLine, Order, OrderStatus
from shop import orders, proofs
from shop.proofs import GOOD_FOR, HOLDS_FOR, MASK, TRIES, Codes, code_in
from store.memory import MemoryStore
from store.sql import SqlStore
from tests.kit import CODES, HOME, Scene, new_database

PHONE, OTHER = "919845012345", "919845099999"
SMS, WHATSAPP, WEBCHAT = Channel.SMS, Channel.WHATSAPP, Channel.WEBCHAT


def codes(scene: Scene, number: str = PHONE) -> list[str]:
    """The codes that went to a number, in order."""
    bodies = [row.content["body"] for row in scene.sender.sent if row.address.user == number and "proof" in row.content]
    return [re.findall(r"\d{6}", body)[0] for body in bodies]


async def ask(scene: Scene, user: str = "asha", number: str = PHONE) -> None:
    """A chat asks for a code."""
    await scene.on(WEBCHAT).tap("prove", user)
    await scene.say(f"+{number}", user)


async def prove(scene: Scene, user: str = "asha", number: str = PHONE) -> None:
    """A chat proves a number; nothing is left to look at."""
    await ask(scene, user, number)
    await scene.say(codes(scene, number)[-1], user)
    assert "prove_done" in scene.told(user)
    scene.told(number)


async def by_sms(scene: Scene, number: str = PHONE) -> Order:
    """An order placed by SMS."""
    return await scene.on(SMS).order(number, way="cash")


async def sees(scene: Scene, user: str = "asha") -> set[str]:
    """The orders that are a web chat's."""
    return {order.number for order in await scene.on(WEBCHAT).orders(user)}


async def cart(scene: Scene, user: str = "asha") -> dict[str, int]:
    customer = await scene.on(WEBCHAT).customer(user)
    lines: tuple[CartLine, ...] = (await scene.do(lambda work: work.uow.customers.cart(customer.id))).lines
    return {line.sku: line.packs for line in lines}


def wrong(scene: Scene) -> str:
    """Six digits that are not the code sent last."""
    return f"{(int(codes(scene)[-1]) + 1) % 1_000_000:06d}"


# ---------------------------------------------------------------- the code


async def test_the_code_goes_to_the_number_by_the_first_way_that_reaches_it(scene: Scene) -> None:
    await ask(scene)
    (row,) = [row for row in scene.sender.sent if row.address.user == PHONE]
    assert (row.address.channel, row.address.account) == CODES.reach[0]
    assert scene.told() == ["prove_ask_number", "prove_ask_code"]


async def test_it_goes_in_the_language_of_the_chat(scene: Scene) -> None:
    await scene.tap("language:hi")
    await ask(scene)
    hindi = scene.parts.speech.phrases["hi"]["prove_code"].format(code=codes(scene)[-1])
    assert [row.content["body"] for row in scene.sender.sent if row.address.user == PHONE] == [hindi.strip()]


async def test_the_code_is_nowhere_in_what_we_keep(scene: Scene) -> None:
    await ask(scene)
    (code,) = codes(scene)
    assert isinstance(scene.store, MemoryStore)
    data = scene.store.data
    kept = {name: table for name, table in vars(data).items() if name != "journal"}
    assert code not in repr(kept)
    there, here = await scene.on(SMS).lines(PHONE), await scene.on(WEBCHAT).lines()
    assert MASK in there[-1].content["body"]
    assert MASK not in repr(here)


async def test_a_code_is_put_in_anew_each_time_it_is_tried(scene: Scene) -> None:
    scene.sender.troubles = [None, None, Unavailable("channel", 2.0), Unavailable("channel", 2.0)]
    await ask(scene)
    await scene.later(seconds=10)
    await scene.later(seconds=10)
    assert len(codes(scene)) == 1
    await scene.say(codes(scene)[-1])
    assert scene.told()[-1] == "prove_done"


async def test_by_whatsapp_it_goes_as_the_approved_template(scene: Scene) -> None:
    object.__setattr__(scene.parts, "codes", Codes(b"secret", ((WHATSAPP, "shop"),)))
    await ask(scene)
    (row,) = [row for row in scene.sender.sent if row.address.user == PHONE]
    assert row.content["template"]["name"] == "sign_in_code"
    (code,) = row.content["template"]["parameters"]
    await scene.say(code)
    assert scene.told()[-1] == "prove_done"


def test_codes_follow_from_the_shops_own_secret() -> None:
    ours, theirs = (Codes(secret, CODES.reach) for secret in (b"ours", b"theirs"))
    assert [ours.code(n) for n in range(20)] == [ours.code(n) for n in range(20)]
    assert [ours.code(n) for n in range(20)] != [theirs.code(n) for n in range(20)]
    assert ours.hashed(1, "123456") not in (theirs.hashed(1, "123456"), ours.hashed(2, "123456"))


def test_codes_have_six_digits_and_hardly_repeat() -> None:
    made = [CODES.code(n) for n in range(2_000)]
    assert all(re.fullmatch(r"\d{6}", code) for code in made)
    assert len(set(made)) > 1_980


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("123456", "123456"), ("123 456", "123456"), ("123-456", "123456"), ("the code is 123456.", "123456"),
        ("१२३४५६", "123456"), ("௧௨௩௪௫௬", "123456"), ("౧౨౩౪౫౬", "123456"),
        ("1234567", None), ("12345", None), ("123456 or 654321", None), ("+919845012345", None), ("", None),
    ],
)  # fmt: skip
def test_six_digits_in_a_message_are_the_code(text: str, code: str | None) -> None:
    assert code_in(text) == code


# ---------------------------------------------------------------- what it opens


async def test_after_it_the_orders_of_that_number_are_the_chats_too(scene: Scene) -> None:
    order = await by_sms(scene)
    await prove(scene)
    assert await sees(scene) == {order.number}
    await scene.tap(f"track:{order.number}")
    await scene.tap("order_history")
    assert scene.told() == ["order_status", "order_history"]


async def test_before_it_nobody_sees_an_order_that_is_not_theirs_even_with_its_number(scene: Scene) -> None:
    order = await by_sms(scene)
    scene.nlu.means(f"where is {order.number}?", "track")
    await ask(scene)
    scene.told()
    for verb in ("track", "cancel_order", "cancel_now", "complain", "change_address", "pay_order", "reorder"):
        await scene.on(WEBCHAT).tap(f"{verb}:{order.number}")
    await scene.say(f"where is {order.number}?")
    assert set(scene.told()) <= {"order_unknown", "prove_ask_code", "choice_gone"}
    assert (await scene.on(SMS).orders(PHONE)) == [order]


async def test_who_asks_for_an_unknown_order_is_offered_to_prove_their_number(scene: Scene) -> None:
    order = await by_sms(scene)
    await scene.on(WEBCHAT).tap(f"track:{order.number}")
    assert [choice["id"] for choice in scene.sender.sent[-1].content["choices"]] == ["prove"]


async def test_an_address_given_with_an_order_proves_nothing(scene: Scene) -> None:
    """Anybody may have things sent to somebody else's number."""
    order = await by_sms(scene)
    mine = await scene.on(WEBCHAT).order("mallory", way="cash")
    assert order.ship_to.phone == mine.ship_to.phone == HOME.phone
    assert await sees(scene, "mallory") == {mine.number}


async def test_sms_and_whatsapp_of_the_number_are_one_customer_afterwards(scene: Scene) -> None:
    both = {(await by_sms(scene)).number, (await scene.on(WHATSAPP).order(PHONE, way="cash")).number}
    await prove(scene)
    assert await sees(scene) == both
    for channel in (SMS, WHATSAPP):
        assert {order.number for order in await scene.on(channel).orders(PHONE)} == both


async def test_whatsapp_under_a_user_id_counts_where_its_number_is_known(scene: Scene) -> None:
    bsuid = "IN.13491208655302741918"
    await scene.on(WHATSAPP).say("hello", bsuid)
    await scene.arrive(scene.inbound("hello", PHONE, also=bsuid))
    order = await scene.on(WHATSAPP).order(bsuid, way="cash")
    await prove(scene)
    assert await sees(scene) == {order.number}


async def test_what_the_chat_had_ordered_and_put_into_its_cart_goes_along(scene: Scene) -> None:
    there, here = await by_sms(scene), await scene.on(WEBCHAT).order(way="cash")
    await scene.on(SMS).tap("add:garlic-250:1", PHONE)
    await scene.on(WEBCHAT).tap("add:garlic-250:2")
    await scene.tap("add:mango-250:1")
    await prove(scene)
    assert await sees(scene) == {there.number, here.number}
    assert await cart(scene) == {"garlic-250": 3, "mango-250": 1}
    await scene.on(SMS).tap("show_cart", PHONE)
    assert scene.told(PHONE) == ["cart"]


async def test_an_order_waiting_for_its_payment_goes_along_and_can_be_paid(scene: Scene) -> None:
    order = await scene.on(WEBCHAT).order(way="online")
    await by_sms(scene)
    await prove(scene)
    await scene.tap(f"pay_order:{order.number}")
    assert scene.told()[-1] == "link_ready"
    await scene.later(hours=2)
    (kept,) = [found for found in await scene.orders() if found.number == order.number]
    assert kept.status == "expired"


async def test_two_unpaid_orders_meet_without_harm(scene: Scene) -> None:
    here = await scene.on(WEBCHAT).order(way="online")
    there = await scene.on(SMS).order(PHONE, way="online")
    await prove(scene)
    assert await sees(scene) == {here.number, there.number}
    await scene.later(hours=2)
    await scene.later(hours=2)
    assert {order.status for order in await scene.orders()} == {"expired"}
    assert isinstance(scene.store, MemoryStore)
    assert scene.store.data.holds.data == {}
    assert scene.store.data.stock["mango"].held == 0


async def test_what_they_told_of_themselves_is_known_on_every_channel(scene: Scene) -> None:
    await scene.on(WEBCHAT).order(way="cash")
    await prove(scene)
    customer = await scene.on(SMS).customer(PHONE)
    assert (customer.name, customer.street, customer.pincode) == (HOME.name, HOME.street, HOME.pincode)


async def test_a_number_that_never_wrote_is_the_customers_from_now_on(scene: Scene) -> None:
    await prove(scene)
    order = await by_sms(scene)
    assert await sees(scene) == {order.number}
    assert (await scene.customer()).phone == f"+{PHONE}"


async def test_notices_go_where_the_customer_wrote_last(scene: Scene) -> None:
    order = await by_sms(scene)
    scene.clock.advance(minutes=1)
    await prove(scene)
    await scene.change("agent:1", lambda work: orders.move(work, order.number, OrderStatus.PACKED))
    assert (scene.told(), scene.told(PHONE)) == (["moved_packed"], [])


async def test_a_turn_under_way_elsewhere_serves_the_customer_that_is(scene: Scene) -> None:
    """While WhatsApp's message is being understood, the number is proved; it is then put into the cart that counts."""
    scene.nlu.means("one jar", "order", product="jar")
    await scene.on(WHATSAPP).tap("add:garlic-250:1", PHONE)
    await scene.on(SMS).tap("add:mango-250:1", PHONE)
    await ask(scene)
    code = codes(scene)[-1]
    scene.nlu.gate = asyncio.Event()
    scene.nlu.asked.clear()
    await scene.on(WHATSAPP).receive("hmm", PHONE)
    await scene.nlu.asked.wait()
    talk = await scene.talk(PHONE)
    chat = await scene.on(WEBCHAT).talk()
    _, proof = await scene.do(lambda work: proofs.check(work, CODES, chat.id, code))
    assert proof
    await scene.do(lambda work: proofs.link(work, CODES, chat, proof))
    scene.nlu.gate.set()
    await scene.turns()
    await scene.on(WHATSAPP).tap("add:garlic-250:1", PHONE)
    after = await scene.talk(PHONE)
    assert talk.customer_id != after.customer_id
    assert await cart(scene) == {"garlic-250": 2, "mango-250": 1}


# ---------------------------------------------------------------- guessing


async def test_a_wrong_code_may_be_mended(scene: Scene) -> None:
    await ask(scene)
    scene.told()
    await scene.say(wrong(scene))
    await scene.say("what was it again?")
    assert scene.told() == ["prove_wrong", "not_got", "prove_ask_code"]
    await scene.say(codes(scene)[-1])
    assert scene.told() == ["prove_done"]


async def test_a_yes_to_whether_a_new_one_shall_be_sent_is_an_answer(scene: Scene) -> None:
    scene.nlu.means("yes please", "affirm")
    await ask(scene)
    await scene.later(seconds=GOOD_FOR.total_seconds())
    await scene.say(codes(scene)[-1])
    assert scene.told()[-1] == "prove_over"
    await scene.say("yes please")
    assert scene.told() == ["prove_ask_number"]
    await scene.say(f"+{PHONE}")
    await scene.say(codes(scene)[-1])
    assert scene.told() == ["prove_ask_code", "prove_done"]


async def test_so_is_the_number_at_once_in_groups_or_not(scene: Scene) -> None:
    await ask(scene)
    await scene.later(seconds=GOOD_FOR.total_seconds())
    await scene.say(codes(scene)[-1])
    await scene.say("to 984 501 2345")
    await scene.say(codes(scene)[-1])
    assert scene.told()[-3:] == ["prove_over", "prove_ask_code", "prove_done"]


async def test_the_old_code_once_more_is_told_the_same_and_a_no_ends_it(scene: Scene) -> None:
    scene.nlu.means("no", "deny")
    await ask(scene)
    await scene.later(seconds=GOOD_FOR.total_seconds())
    for _ in range(2):
        await scene.say(codes(scene)[-1])
    await scene.say("no")
    assert scene.told()[-3:] == ["prove_over", "prove_over", "stopped"]
    assert (await scene.talk()).memory.question is None


async def test_something_else_is_done_and_the_question_asked_once_more(scene: Scene) -> None:
    scene.nlu.means("my cart", "show_cart")
    await ask(scene)
    await scene.later(seconds=GOOD_FOR.total_seconds())
    await scene.say(codes(scene)[-1])
    await scene.say("my cart")
    assert scene.told()[-3:] == ["prove_over", "cart_empty", "prove_over"]


async def test_after_five_wrong_ones_the_right_one_opens_nothing(scene: Scene) -> None:
    order = await by_sms(scene)
    await ask(scene)
    scene.told()
    for _ in range(TRIES):
        await scene.on(WEBCHAT).say(wrong(scene))
    await scene.say(codes(scene)[-1])
    assert scene.told()[:TRIES] == ["prove_wrong"] * (TRIES - 1) + ["prove_over"]
    assert order.number not in await sees(scene)


async def test_tries_at_once_are_all_counted(scene: Scene) -> None:
    await ask(scene)
    guesses = [wrong(scene)] * TRIES + codes(scene)
    scene.told()
    await asyncio.gather(*(scene.receive(guess) for guess in guesses))
    await scene.settle()
    assert "prove_done" not in scene.told()


async def test_a_code_is_too_old_after_ten_minutes(scene: Scene) -> None:
    await ask(scene)
    await scene.later(seconds=GOOD_FOR.total_seconds())
    await scene.say(codes(scene)[-1])
    assert scene.told()[-1] == "prove_over"


async def test_a_code_counts_once(scene: Scene) -> None:
    await prove(scene)
    talk = await scene.talk()
    code = CODES.code(1)
    verdict, proof = await scene.do(lambda work: proofs.check(work, CODES, talk.id, code))
    assert (verdict, proof) == (proofs.Verdict.OVER, None)


async def test_a_code_that_another_chat_asked_for_opens_nothing(scene: Scene) -> None:
    await ask(scene, "asha")
    stolen = codes(scene)[-1]
    await ask(scene, "mallory")
    assert codes(scene)[-1] != stolen
    await scene.say(stolen, "mallory")
    assert scene.told("mallory")[-1] == "prove_wrong"
    await scene.say(stolen, "ravi")
    assert scene.told("ravi") == ["not_understood"]
    assert (await scene.talk("mallory")).customer_id != (await scene.on(SMS).talk(PHONE)).customer_id


async def test_a_code_for_ones_own_number_opens_no_other(scene: Scene) -> None:
    order = await by_sms(scene)
    await ask(scene, "mallory", OTHER)
    mine = codes(scene, OTHER)[-1]
    await ask(scene, "mallory", PHONE)
    await scene.say(mine, "mallory")
    assert scene.told("mallory")[-1] == "prove_wrong"
    assert order.number not in await sees(scene, "mallory")


async def test_only_the_newest_code_counts(scene: Scene) -> None:
    await ask(scene)
    await ask(scene)
    first, second = codes(scene)
    await scene.say(first)
    await scene.say(second)
    assert scene.told()[-2:] == ["prove_wrong", "prove_done"]


async def test_a_chat_gets_so_many_codes_an_hour_and_a_day(scene: Scene) -> None:
    asked = []
    for hour in range(4):
        for n in range(4):
            await ask(scene, "asha", f"9198450{hour}{n:04d}")
            asked.append(scene.told()[-1])
        await scene.later(minutes=61)
    assert asked == ([*["prove_ask_code"] * 3, "prove_wait"] * 2) + ["prove_wait"] * 8


async def test_a_number_gets_so_many_codes_from_however_many_chats(scene: Scene) -> None:
    for n in range(10):
        await ask(scene, f"chat-{n}")
    assert len(codes(scene)) == 3
    await scene.later(hours=1, minutes=1)
    for n in range(10, 20):
        await ask(scene, f"chat-{n}")
    assert len(codes(scene)) == 6
    await scene.later(hours=22)
    await ask(scene, "chat-20")
    assert len(codes(scene)) == 6


async def test_guessing_by_asking_for_new_codes_comes_to_thirty_guesses_a_day(scene: Scene) -> None:
    for n in range(30):
        await ask(scene, f"chat-{n}")
        for _ in range(TRIES + 2):
            await scene.say("000000", f"chat-{n}")
        await scene.later(minutes=45)
    assert isinstance(scene.store, MemoryStore)
    assert sum(begun.proof.tries for begun in scene.store.data.proofs.values()) == 6 * TRIES


@pytest.mark.parametrize("text", ["12345", "98450 1234", "0000000000"])
async def test_what_is_no_phone_number_is_asked_for_again(scene: Scene, text: str) -> None:
    await scene.tap("prove")
    await scene.say(text)
    assert scene.told()[-1] == "phone_invalid"
    await scene.say(f"+{PHONE}")
    assert scene.told()[-1] == "prove_ask_code"


@pytest.mark.parametrize("channel", [SMS, WHATSAPP])
async def test_only_a_web_chat_proves_a_number(scene: Scene, channel: Channel) -> None:
    await scene.on(channel).tap("prove", PHONE)
    assert scene.told(PHONE) == ["choice_gone"]


async def test_without_a_channel_that_reaches_phones_nothing_is_offered(scene: Scene) -> None:
    object.__setattr__(scene.parts, "codes", None)
    await scene.tap("prove")
    await scene.tap("track:HT-ZZZZZ")
    assert scene.told() == ["choice_gone", "order_unknown"]


# ---------------------------------------------------------------- a device that several people use


async def test_a_second_number_on_the_same_device_takes_nothing_of_the_first_persons(scene: Scene) -> None:
    theirs, mine = await by_sms(scene, PHONE), await by_sms(scene, OTHER)
    await prove(scene, number=PHONE)
    await scene.on(WEBCHAT).tap("add:garlic-250:1")
    await prove(scene, number=OTHER)
    assert await sees(scene) == {mine.number}
    assert await cart(scene) == {}
    assert {order.number for order in await scene.on(SMS).orders(PHONE)} == {theirs.number}
    assert {order.number for order in await scene.on(SMS).orders(OTHER)} == {mine.number}
    await scene.on(SMS).tap("show_cart", PHONE)
    assert scene.told(PHONE)[-1] == "cart"


async def test_nor_the_address_that_they_had_begun_to_give(scene: Scene) -> None:
    await prove(scene, number=PHONE)
    await scene.tap("add:garlic-250:1")
    await scene.tap("checkout")
    await scene.say("Asha Rao")
    assert (await scene.talk()).memory.draft
    await prove(scene, number=OTHER)
    memory = (await scene.talk()).memory
    assert (memory.draft, memory.question) == ({}, None)


async def test_who_proves_their_number_within_a_checkout_goes_on_with_it(scene: Scene) -> None:
    await scene.tap("add:garlic-250:1")
    await scene.tap("checkout")
    await scene.say("Asha Rao")
    await prove(scene)
    memory = (await scene.talk()).memory
    assert memory.draft == {"name": "Asha Rao"}
    assert memory.question
    assert memory.question.params["field"] == "phone"


async def test_proving_the_same_number_again_keeps_everything(scene: Scene) -> None:
    order = await by_sms(scene)
    await prove(scene)
    await scene.tap("add:garlic-250:1")
    await scene.later(days=20)
    await prove(scene)
    await scene.later(days=20)
    assert await sees(scene) == {order.number}
    assert await cart(scene) == {"garlic-250": 1}


async def test_two_devices_of_one_person_see_the_same(scene: Scene) -> None:
    order = await by_sms(scene)
    await prove(scene, "laptop")
    await prove(scene, "tablet")
    assert await sees(scene, "laptop") == await sees(scene, "tablet") == {order.number}


async def test_all_this_on_a_database(tmp_path: Path) -> None:
    store = SqlStore(new_database(tmp_path))
    try:
        scene = await Scene(store).open()
        theirs, mine = await by_sms(scene, PHONE), await by_sms(scene, OTHER)
        here = await scene.on(WEBCHAT).order(way="online")
        await scene.tap("add:garlic-250:1")
        await prove(scene, number=PHONE)
        assert await sees(scene) == {theirs.number, here.number}
        assert await cart(scene) == {"mango-250": 1, "garlic-250": 1}
        await prove(scene, number=OTHER)
        assert await sees(scene) == {mine.number}
        await scene.later(seconds=HOLDS_FOR.total_seconds())
        assert await sees(scene) == set()
        assert {order.number for order in await scene.on(SMS).orders(PHONE)} == {theirs.number, here.number}
    finally:
        await store.close()


# ---------------------------------------------------------------- lapse


async def test_after_thirty_days_the_orders_are_gone_from_view_and_the_language_stays(scene: Scene) -> None:
    order = await by_sms(scene)
    await scene.on(WEBCHAT).tap("language:hi")
    await prove(scene)
    await scene.tap("add:garlic-250:1")
    await scene.tap("checkout")
    await scene.say("Asha Rao")
    await scene.later(seconds=HOLDS_FOR.total_seconds() - 1)
    assert await sees(scene) == {order.number}
    await scene.later(seconds=1)
    assert await sees(scene) == set()
    assert await cart(scene) == {}
    memory = (await scene.talk()).memory
    assert (memory.language, memory.language_fixed, memory.draft, memory.question) == ("hi", True, {}, None)
    assert memory.choices == []
    scene.told()
    await scene.tap(f"track:{order.number}")
    assert scene.told() == ["order_unknown"]
    assert {found.number for found in await scene.on(SMS).orders(PHONE)} == {order.number}


async def test_a_turn_under_way_when_the_proof_lapses_sees_nothing_any_more(scene: Scene) -> None:
    order = await by_sms(scene)
    await prove(scene)
    scene.nlu.means("my orders", "order_history")
    scene.nlu.gate = asyncio.Event()
    scene.nlu.asked.clear()
    await scene.receive("my orders")
    await scene.nlu.asked.wait()
    scene.clock.now += HOLDS_FOR
    await scene.engine.watch_clock()
    scene.nlu.gate.set()
    await scene.turns()
    await scene.settle()
    assert order.number not in repr([row.content for row in scene.sender.sent if row.address.user == "asha"])


async def test_no_code_goes_to_who_said_stop_and_the_asker_is_not_told_so(scene: Scene) -> None:
    await scene.on(SMS).say("hello", PHONE)
    await scene.say("STOP", PHONE)
    await ask(scene)
    assert (codes(scene), scene.told()[-1]) == ([], "prove_ask_code")


async def test_codes_go_to_numbers_of_the_shops_own_country_alone(scene: Scene) -> None:
    await scene.on(WEBCHAT).tap("prove")
    await scene.say("+44 7400 123456")
    assert (scene.told()[-1], codes(scene, "447400123456")) == ("phone_invalid", [])


@pytest.mark.parametrize(("minutes", "sent"), [(9, 1), (10, 0)])
async def test_a_code_that_could_not_be_sent_in_time_is_not_sent_later(scene: Scene, minutes: int, sent: int) -> None:
    await scene.on(WEBCHAT).tap("prove")
    scene.sender.troubles = [Unavailable("sms", 1.0)] * 2  # the answer in the chat, and the code
    await scene.say(f"+{PHONE}")
    await scene.later(minutes=minutes)
    assert len(codes(scene)) == sent
    await scene.later(minutes=20)
    assert len(codes(scene)) == sent
