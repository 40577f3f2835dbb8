"""People take over and hand back; the bot is silent while they hold the talk."""

import pytest

from bot import handoff
from model.conversation import Conversation, Holder
from model.errors import Conflict, Refused
from model.rows import User
from tests.kit import SPEECH, Scene

MEERA, OTHER = User(7, "Meera", "", "agent"), User(8, "Vikram", "", "agent")


@pytest.fixture(autouse=True)
async def users(scene: Scene) -> None:
    for user in (MEERA, OTHER):
        await scene.do(lambda work, user=user: work.uow.desk.add_user(user.name, "", "agent", False))  # type: ignore[misc]


async def take(scene: Scene, agent: User = MEERA) -> Conversation:
    talk = await scene.talk()
    await scene.post(f"agent:{agent.id}", lambda work: handoff.take(work, SPEECH, talk.id, agent))
    return await scene.talk()


async def write(scene: Scene, text: str, agent: User = MEERA) -> None:
    talk = await scene.talk()
    await scene.post(f"agent:{agent.id}", lambda work: [handoff.write(work, talk.id, agent, text)])


async def hand_back(scene: Scene, agent: User = MEERA) -> None:
    talk = await scene.talk()
    await scene.post(f"agent:{agent.id}", lambda work: handoff.hand_back(work, SPEECH, talk.id, agent))


async def test_who_asks_for_a_person_waits_in_the_queue_and_hears_so(scene: Scene) -> None:
    await scene.say("talk to a person")
    talk = await scene.talk()
    assert (talk.holder, talk.queued_at, scene.told()) == (Holder.QUEUE, scene.clock(), ["queued"])


async def test_while_an_agent_holds_the_talk_the_bot_is_silent(scene: Scene) -> None:
    scene.nlu.means("how can I pay?", "payment_methods")
    await take(scene)
    await write(scene, "Hello, this is Meera")
    await scene.say("how can I pay?")
    await scene.tap("add:mango-250:1")
    await scene.say("talk to a person")
    assert scene.told() == ["agent_joined", "agent"]
    await hand_back(scene)
    await scene.say("how can I pay?")
    assert scene.told() == ["agent_left", "payment_methods"]


async def test_an_agent_who_takes_over_while_the_bot_thinks_silences_it(scene: Scene) -> None:
    await scene.say("hello there")
    scene.told()
    await scene.receive("how can I pay?")
    await take(scene)
    await scene.settle()
    assert scene.told() == ["agent_joined"]


async def test_stop_works_whoever_holds_the_talk(scene: Scene) -> None:
    await take(scene)
    await scene.say("STOP")
    assert scene.told() == ["agent_joined", "stopped_messages"]


async def test_in_the_queue_the_bot_answers_what_it_is_sure_of(scene: Scene) -> None:
    scene.nlu.means("how can I pay?", "payment_methods")
    scene.nlu.means("blah blub", "nlu_fallback", 0.2)
    await scene.say("talk to a person")
    for text in ("how can I pay?", "blah blub", "talk to a person"):
        await scene.say(text)
    await scene.tap("add:mango-250:1")
    assert scene.told() == ["queued", "payment_methods", "queued_still", "queued_still", "added"]


async def test_only_one_agent_holds_a_talk(scene: Scene) -> None:
    await take(scene)
    with pytest.raises(Conflict):
        await take(scene, OTHER)
    with pytest.raises(Conflict):
        await write(scene, "Me too!", OTHER)
    with pytest.raises(Conflict):
        await hand_back(scene, OTHER)
    assert (await take(scene)).agent_id == MEERA.id
    assert scene.told() == ["agent_joined"]


async def test_an_empty_message_of_an_agent_is_refused(scene: Scene) -> None:
    await take(scene)
    for text in ("", "  \n", "\u200b"):
        with pytest.raises(Refused, match="message_empty"):
            await write(scene, text)


async def test_after_ten_silent_minutes_the_talk_returns_to_the_queue_and_the_customer_is_told(scene: Scene) -> None:
    await take(scene)
    await scene.later(minutes=9)
    await write(scene, "One moment")
    await scene.later(minutes=9)
    assert (await scene.talk()).holder is Holder.AGENT
    await scene.later(minutes=2)
    talk = await scene.talk()
    assert (talk.holder, talk.agent_id, talk.queued_at) == (Holder.QUEUE, None, scene.clock())
    assert scene.told() == ["agent_joined", "agent", "agent_away"]
    await scene.later(minutes=30)
    assert scene.told() == []


async def test_typing_counts_as_being_there(scene: Scene) -> None:
    talk = await take(scene)
    for _ in range(3):
        await scene.later(minutes=9)
        await scene.do(lambda work: handoff.is_there(work, talk.id, MEERA))
    assert (await scene.talk()).holder is Holder.AGENT


async def test_two_messages_in_a_row_that_are_not_understood_offer_a_person(scene: Scene) -> None:
    scene.nlu.means("blah blub", "nlu_fallback", 0.2)
    await scene.say("blah blub")
    await scene.say("blah blub")
    assert scene.told()[-1] == "not_understood_twice"


async def test_clear_anger_brings_a_person_at_once(scene: Scene) -> None:
    scene.nlu.means("my order is broken!!", "complain", sentiment="angry", sentiment_confidence=0.9)
    await scene.say("my order is broken!!")
    assert scene.told() == ["complaint_angry"]
    assert (await scene.talk()).holder is Holder.QUEUE
