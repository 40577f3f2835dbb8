"""Messages that no webhook brought: asked for, taken in once, from the right moment on, whatever happens meanwhile."""

import asyncio
from collections.abc import Collection, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.engine import Engine
from bot.missed import Missed
from model.errors import Unavailable
from model.message import Arrival, Channel, Inbound
from tests.kit import NOW, Scene

ACCOUNT = "shop"


@dataclass
class FakeArchive:
    """The `Archive` port: messages and when they were sent, oldest first. `down`: it tells nothing now."""

    kept: list[tuple[datetime, Inbound]] = field(default_factory=list)
    channel: Channel = Channel.SMS
    account: str = ACCOUNT
    down: bool = False
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def missed(self, since: datetime, until: datetime, known: Collection[str]) -> list[Inbound]:
        self.spans.append((since, until))
        self.asked.set()
        if self.down:
            raise Unavailable("twilio", 1.0)
        return [one for at, one in self.kept if since <= at <= until and one.provider_id not in known]


@dataclass
class Post:
    """A bot on SMS, and the archive that it asks."""

    scene: Scene
    archive: FakeArchive

    @property
    def missed(self) -> Missed:
        """As a server that has just been started asks."""
        return Missed(self.scene.parts, self.archive, self.scene.engine.arrive)

    async def ask(self, **later: float) -> None:
        """So much later the archive is asked, and everything that follows from it is done."""
        self.scene.clock.advance(**later)
        await self.missed.ask_for_missed()
        await self.scene.settle()

    def write(self, text: str, user: str = "asha", **before: float) -> Inbound:
        """A message that no webhook brings, sent so much before now."""
        one = self.scene.inbound(text, user)
        self.archive.kept.append((self.scene.clock() - timedelta(**before), one))
        return one

    async def texts(self, user: str = "asha") -> list[str]:
        """What a customer said, as the transcript shows it."""
        return [line.content["text"] for line in await self.scene.lines(user) if line.author == "customer"]


@pytest.fixture
async def post() -> Post:
    """A shop that was opened an hour ago and is in step with its archive."""
    post = Post(await Scene(channel=Channel.SMS).open(), FakeArchive())
    await post.ask()
    await post.ask(hours=1)
    post.archive.spans.clear()
    post.archive.asked.clear()
    return post


async def test_a_message_that_did_not_come_is_taken_and_answered_once(post: Post) -> None:
    post.write("hello?", minutes=1)
    await post.ask()
    assert post.scene.told() == ["not_understood"]
    await post.ask(minutes=1)
    assert (post.scene.told(), await post.texts()) == ([], ["hello?"])


async def test_one_that_came_by_itself_is_left_alone(post: Post) -> None:
    await post.scene.arrive(post.write("hello?", minutes=1))
    post.scene.told()
    await post.ask()
    assert (post.scene.told(), await post.texts()) == ([], ["hello?"])


async def test_one_that_may_still_come_by_itself_is_left_to_its_webhook(post: Post) -> None:
    """It would bring more than an archive keeps, such as which button was tapped."""
    post.write("hello?", seconds=20)
    await post.ask()
    assert await post.texts() == []
    await post.ask(seconds=10)
    assert await post.texts() == ["hello?"]


async def test_what_was_missed_is_taken_in_order(post: Post) -> None:
    for n in range(5):
        post.write(f"number {n}", minutes=5 - n)
    post.write("another's", "ravi", minutes=3)
    await post.ask()
    assert await post.texts() == [f"number {n}" for n in range(5)]
    assert await post.texts("ravi") == ["another's"]


async def test_stop_and_start_are_heeded_though_they_came_late(post: Post) -> None:
    await post.scene.say("hello")
    post.write("STOP", minutes=2)
    await post.ask()
    assert (await post.scene.customer()).silent
    post.write("START", minutes=1)
    await post.ask()
    assert not (await post.scene.customer()).silent


async def test_at_its_first_start_it_takes_nothing_that_is_older() -> None:
    """What customers wrote before was another's to answer."""
    post = Post(await Scene(channel=Channel.SMS).open(), FakeArchive())
    post.write("old", minutes=1)
    await post.ask()
    post.write("new")
    await post.ask(minutes=1)
    assert await post.texts() == ["new"]


async def test_a_shop_that_was_down_asks_for_all_the_time_it_was(post: Post) -> None:
    began = post.scene.clock()
    post.scene.clock.advance(hours=7)
    post.write("in the middle", hours=3)
    await post.ask()
    ((since, until),) = post.archive.spans
    assert (began - timedelta(minutes=5), began + timedelta(hours=7, seconds=-30)) == (since, until)
    assert await post.texts() == ["in the middle"]


async def test_nobody_is_answered_after_more_than_a_day(post: Post) -> None:
    post.scene.clock.advance(days=3)
    post.write("too old", hours=25)
    post.write("not too old", hours=23)
    await post.ask()
    assert await post.texts() == ["not too old"]


async def test_while_it_runs_the_last_minutes_are_asked_for_again_and_again(post: Post) -> None:
    """An archive may be late, and its clock is not ours."""
    for _ in range(3):
        await post.ask(minutes=1)
    late = post.write("late", minutes=4)
    await post.ask(minutes=1)
    assert await post.texts() == [late.text]
    assert {timedelta(minutes=5, seconds=30)} == {until - since for since, until in post.archive.spans[1:]}


async def test_what_could_not_be_asked_for_is_asked_for_later(post: Post) -> None:
    post.archive.down = True
    post.write("hello?", minutes=1)
    for _ in range(4):
        with pytest.raises(Unavailable):
            await post.ask(hours=1)
    post.archive.down = False
    await post.ask()
    assert await post.texts() == ["hello?"]


async def test_a_crash_on_the_way_loses_nothing_though_new_messages_come_before_it_is_over(post: Post) -> None:
    """From when on to ask stands in the store, and moves when all before it is in."""
    post.scene.clock.advance(hours=2)
    for n in range(4):
        post.write(f"number {n}", hours=1, seconds=-n)
    taken: list[Arrival] = []

    async def dying(arrivals: Sequence[Arrival]) -> None:
        if len(taken) == 2:
            raise Unavailable("database")
        taken.extend(arrivals)
        await post.scene.engine.arrive(arrivals)

    with pytest.raises(Unavailable):
        await Missed(post.scene.parts, post.archive, dying).ask_for_missed()
    await post.scene.say("a new one")
    assert await post.texts() == ["number 0", "number 1", "a new one"]
    await post.ask(hours=1)
    assert await post.texts() == ["number 0", "number 1", "a new one", "number 2", "number 3"]


async def test_one_that_fails_does_not_keep_out_the_others_and_its_words_are_not_logged(
    post: Post, logs: list[MutableMapping[str, Any]]
) -> None:
    bad = post.write("a secret", minutes=2)
    post.write("a good one", minutes=1)

    async def picky(arrivals: Sequence[Arrival]) -> None:
        if bad in arrivals:
            raise ValueError("a secret")
        await post.scene.engine.arrive(arrivals)

    await Missed(post.scene.parts, post.archive, picky).ask_for_missed()
    assert await post.texts() == ["a good one"]
    (entry,) = [each for each in logs if each["event"] == "missed_failed"]
    assert (bad.provider_id, "ValueError") == (entry["id"], entry["error"])
    assert "secret" not in str(logs)


async def test_a_clock_that_was_wrong_for_a_while_does_not_end_the_asking(post: Post) -> None:
    await post.ask(days=900)
    post.scene.clock.now = NOW + timedelta(hours=2)
    await post.ask()
    post.write("hello?")
    await post.ask(minutes=1)
    assert await post.texts() == ["hello?"]


async def test_each_account_is_asked_from_its_own_time_on(post: Post) -> None:
    """One that is new begins now, whatever is known of the others."""
    whatsapp = FakeArchive(channel=Channel.WHATSAPP)
    old = post.scene.on(Channel.WHATSAPP).inbound("old")
    whatsapp.kept.append((post.scene.clock() - timedelta(minutes=2), old))
    await Post(post.scene, whatsapp).ask()
    assert whatsapp.spans == []
    assert await post.texts() == []


async def test_a_server_asks_at_its_start(post: Post) -> None:
    post.write("hello?", minutes=1)
    engine = Engine(replace(post.scene.parts, archives=[post.archive]))
    await engine.start()
    async with asyncio.timeout(10):
        await post.archive.asked.wait()
    await engine.stop()
    assert post.archive.spans


async def test_a_tool_beside_the_server_never_asks(post: Post) -> None:
    engine = Engine(replace(post.scene.parts, archives=[post.archive]))
    await engine.start(beside=True)
    await asyncio.sleep(0)  # whatever is asked at the start is asked by now
    await engine.stop()
    assert post.archive.spans == []
