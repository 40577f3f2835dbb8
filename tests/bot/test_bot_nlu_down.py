"""While the NLU is down: said once, nothing lost, and what needs no understanding works."""

from model.conversation import Holder
from tests.kit import Scene


async def test_one_moment_is_said_once_and_the_messages_are_answered_in_order_when_it_is_back(scene: Scene) -> None:
    scene.nlu.means("how can I pay?", "payment_methods")
    scene.nlu.means("who are you?", "store_info")
    scene.nlu.down = True
    await scene.say("how can I pay?")
    await scene.say("who are you?")
    await scene.later(seconds=2)
    assert scene.told() == ["one_moment"]
    scene.nlu.down = False
    await scene.later(seconds=2)
    assert scene.told() == ["payment_methods", "store_info"]
    await scene.later(seconds=60)
    assert scene.told() == []


async def test_a_second_outage_is_told_again(scene: Scene) -> None:
    scene.nlu.means("how can I pay?", "payment_methods")
    for _ in range(2):
        scene.nlu.down = True
        await scene.say("how can I pay?")
        scene.nlu.down = False
        await scene.later(seconds=2)
    assert scene.told() == ["one_moment", "payment_methods"] * 2


async def test_taps_and_plain_words_go_before_a_message_that_waits(scene: Scene) -> None:
    scene.nlu.down = True
    await scene.say("something hard to understand")
    await scene.tap("add:mango-250:1")
    await scene.say("STOP")
    await scene.say("help")
    assert scene.told() == ["one_moment", "added", "stopped_messages", "help"]
    talk = await scene.talk()
    assert (await scene.do(lambda work: work.uow.customers.get(talk.customer_id))).silent


async def test_a_person_can_be_had_while_it_is_down(scene: Scene) -> None:
    scene.nlu.down = True
    await scene.say("something hard to understand")
    await scene.say("talk to a person")
    assert scene.told() == ["one_moment", "queued"]
    assert (await scene.talk()).holder is Holder.QUEUE


async def test_what_needs_no_understanding_never_asks_the_nlu(scene: Scene) -> None:
    for text in ("STOP", "start", "Help!", "talk to a person", "बंद करो"):
        await scene.say(text)
    await scene.tap("categories")
    assert scene.nlu.texts == []


async def test_customers_do_not_wait_for_each_others_messages(scene: Scene) -> None:
    scene.nlu.down = True
    await scene.say("hello?", "asha")
    await scene.tap("add:mango-250:1", "ravi")
    assert (scene.told("asha"), scene.told("ravi")) == (["one_moment"], ["added"])
