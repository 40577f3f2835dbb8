"""Turns: in order within a conversation, side by side across them, each message once, none lost."""

import asyncio
from dataclasses import replace

import pytest

from bot.turn import LEASE, TRIES, turn
from model.conversation import Holder
from model.errors import Conflict
from model.message import Channel, Heard, Inbound
from model.ports import UnitOfWork
from shop.work import Work
from tests.kit import MovableClock, Scene, ScriptedNlu, address


async def test_messages_of_a_conversation_are_answered_in_the_order_they_came(scene: Scene) -> None:
    scene.nlu.gate = asyncio.Event()
    scene.nlu.means("hello", "greet")
    for text in ("hello", "1", "2", "3", "4"):
        await scene.receive(text)
    await scene.nlu.asked.wait()
    assert scene.nlu.texts == ["hello"]
    scene.nlu.gate.set()
    await scene.turns()
    assert scene.nlu.texts == ["hello", "1", "2", "3", "4"]
    assert scene.told()[0] == "greet"


async def test_conversations_go_side_by_side(scene: Scene) -> None:
    scene.nlu.gate = asyncio.Event()
    for user in ("asha", "ravi", "meena"):
        await scene.receive(f"I am {user}", user)
    async with asyncio.timeout(5):
        while len(scene.nlu.texts) < 3:
            scene.nlu.asked.clear()
            await scene.nlu.asked.wait()
    assert set(scene.nlu.texts) == {"I am asha", "I am ravi", "I am meena"}
    scene.nlu.gate.set()
    await scene.turns()
    assert all(scene.told(user) for user in ("asha", "ravi", "meena"))


async def test_a_message_repeated_counts_once(scene: Scene) -> None:
    for _ in range(3):
        await scene.receive(tap="add:mango-250:1", message_id="m-1")
    await scene.settle()
    await scene.receive(tap="add:mango-250:1", message_id="m-1")
    await scene.settle()
    assert scene.told() == ["added"]
    talk = await scene.talk()
    cart = await scene.do(lambda work: work.uow.customers.cart(talk.customer_id))
    assert cart.packs_of("mango-250") == 1


async def test_the_same_id_from_two_customers_is_two_messages(scene: Scene) -> None:
    for user in ("asha", "ravi"):
        await scene.receive(user=user, tap="add:mango-250:1", message_id="m-1")
    await scene.settle()
    assert (scene.told("asha"), scene.told("ravi")) == (["added"], ["added"])


async def test_two_quick_messages_do_not_break_the_state(scene: Scene) -> None:
    await asyncio.gather(*(scene.receive(tap="add:mango-250:1") for _ in range(10)))
    await scene.settle()
    talk = await scene.talk()
    cart = await scene.do(lambda work: work.uow.customers.cart(talk.customer_id))
    assert cart.packs_of("mango-250") == 10


class ChangingNlu(ScriptedNlu):
    """Somebody else changes the conversation while the NLU thinks, so often."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times
        self.scene: Scene | None = None

    async def hear(self, text: str, message_id: str) -> Heard:
        if self.scene and self.times:
            self.times -= 1
            await self.scene.do(_change)
        return await super().hear(text, message_id)


def _change(work: Work) -> None:
    conversation = work.uow.conversations.open(address(), work.now)
    work.uow.conversations.save(conversation)


async def test_a_turn_whose_conversation_was_changed_meanwhile_starts_again() -> None:
    nlu = ChangingNlu(times=3)
    nlu.means("hello", "greet")
    nlu.scene = await Scene(nlu=nlu).open()
    await nlu.scene.say("hello")
    assert (nlu.scene.told(), len(nlu.texts)) == (["greet"], 4)


async def test_a_stale_conversation_cannot_be_stored(scene: Scene) -> None:
    stale = await scene.talk()
    await scene.do(_change)
    with pytest.raises(Conflict):
        await scene.do(lambda work: work.uow.conversations.save(stale))


async def test_while_another_process_has_the_conversation_it_is_left_alone(scene: Scene) -> None:
    await scene.receive("hello")
    await scene.turns()
    talk = await scene.talk()

    def lease(work: Work) -> None:
        assert work.uow.conversations.take(talk.id, "elsewhere", work.now, work.now + LEASE)

    await scene.do(lease)
    scene.nlu.texts.clear()
    await scene.receive("are you there?")
    await scene.turns()
    assert scene.nlu.texts == []
    scene.clock.advance(seconds=LEASE.total_seconds())
    await scene.settle()
    assert scene.nlu.texts == ["are you there?"]


async def test_what_was_accepted_before_a_crash_is_answered_after_it(scene: Scene) -> None:
    scene.nlu.means("hello", "greet")
    await scene.do(
        lambda work: work.uow.inbox.add(
            Inbound(address(), "m-1", "hello"), work.uow.conversations.open(address(), work.now).id, work.now
        )
    )
    await scene.settle()
    assert scene.told() == ["greet"]


class Breaking(Exception):
    """A defect."""


class BreakingNlu(ScriptedNlu):
    """Breaks on the word "break"."""

    async def hear(self, text: str, message_id: str) -> Heard:
        heard = await super().hear(text, message_id)
        if "break" in text:
            raise Breaking
        return heard


async def test_a_message_that_fails_five_times_goes_to_a_person_and_the_next_proceeds() -> None:
    scene = await Scene(nlu=BreakingNlu()).open()
    scene.nlu.means("how can I pay?", "payment_methods")
    await scene.receive("break")
    await scene.receive("how can I pay?")
    await scene.settle()
    assert scene.nlu.texts == ["break"] * TRIES + ["how can I pay?"]
    assert scene.told() == ["something_wrong", "payment_methods"]
    assert (await scene.talk()).holder is Holder.QUEUE


async def test_a_turn_that_fails_changes_nothing() -> None:
    scene = await Scene(nlu=BreakingNlu()).open()
    await scene.receive("break")
    talk = await scene.talk()
    for _ in range(TRIES - 1):
        assert await turn(scene.parts, talk.id) is not None
    assert await scene.talk() == talk
    assert scene.sender.sent == []


async def test_a_refusal_is_told_and_changes_nothing_else(scene: Scene) -> None:
    await scene.tap("add:mango-250:50")
    await scene.tap("add:nothing:1")
    assert scene.told() == ["only_left", "choice_gone"]


async def test_an_empty_message_is_answered(scene: Scene) -> None:
    await scene.say("  \n ")
    assert (scene.told(), scene.nlu.texts) == (["not_understood"], [])


async def test_a_long_message_is_heard_in_part_and_kept_whole(scene: Scene) -> None:
    await scene.say("long " * 2000)
    assert [len(text) for text in scene.nlu.texts] == [1000]
    talk = await scene.talk()
    assert talk.version > 0


async def test_each_turn_is_timed_step_by_step() -> None:
    seen: list[str] = []
    scene = await Scene().open()
    scene.parts = replace(scene.parts, observe=lambda step, seconds: seen.append(step))
    await scene.receive("hello")
    await scene.turns()
    seen.clear()
    await scene.do(lambda work: _again(work.uow, scene.clock))
    talk = await scene.talk()
    await turn(scene.parts, talk.id)
    assert seen == ["take", "hear", "decide", "turn"]


def _again(uow: UnitOfWork, clock: MovableClock) -> None:
    inbound = Inbound(address(channel=Channel.WEBCHAT), "m-again", "hello")
    uow.inbox.add(inbound, uow.conversations.open(inbound.address, clock()).id, clock())
