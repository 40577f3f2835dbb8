"""Who asks too much on WhatsApp or SMS is told so once and not answered for a while; nothing of theirs is lost."""

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest

from bot import handoff
from bot.brake import Brake
from gateways.files import KeptFiles
from model.conversation import Holder
from model.language import CODES
from model.message import Channel, Inbound, Media, MediaKind, Sort
from model.pace import Limits
from model.rows import User
from store import migrate
from store.sql import SqlStore
from tests.kit import SPEECH, Scene

BSUID = "IN.13491208655302741918"
AWAY = "Thank you for contacting Sharma Traders. We will get back to you shortly."
PNG = b"\x89PNG\r\n\x1a\n"
CARRIED = pytest.mark.parametrize("channel", [Channel.WHATSAPP, Channel.SMS])


@pytest.fixture
async def scene(tmp_path: Path) -> Scene:
    """On WhatsApp, where files of any name lie."""
    scene = Scene(channel=Channel.WHATSAPP, files=KeptFiles(tmp_path))
    scene.media.files.update({f"f{n}": PNG + str(n).encode() for n in range(200)})
    return await scene.open()


def limit(scene: Scene, **limits: int) -> None:
    """As the settings would."""
    object.__setattr__(scene.parts, "brake", Brake(Limits(**limits)))


async def flood(scene: Scene, count: int, user: str = "asha", begin: int = 0) -> None:
    """So many messages at once, each of them another one."""
    await asyncio.gather(*(scene.receive(f"do you have teapot {begin + n}?", user) for n in range(count)))
    await scene.settle()


async def notes(scene: Scene, user: str = "asha") -> list[str]:
    return [line.content["body"] for line in await scene.lines(user) if line.content["kind"] == "note"]


async def said(scene: Scene, user: str = "asha") -> list[str]:
    """What the transcript shows of the customer."""
    return [line.content["text"] for line in await scene.lines(user) if line.author == "customer"]


def photo(scene: Scene, n: int, text: str = "") -> Inbound:
    return scene.inbound(text, sort=Sort.MEDIA, media=Media(MediaKind.IMAGE, f"f{n}"))


# ---------------------------------------------------------------- floods


@CARRIED
async def test_ten_lines_in_a_burst_are_all_answered(scene: Scene, channel: Channel) -> None:
    await flood(scene.on(channel), 10)
    assert scene.told() == ["not_understood", *["not_understood_twice"] * 9]


@CARRIED
@pytest.mark.parametrize("user", ["919845012345", BSUID])
async def test_of_a_flood_sixty_are_answered_and_then_it_is_said_once(
    scene: Scene, channel: Channel, user: str
) -> None:
    """Whether or not they have a number: it is the conversation that counts."""
    await flood(scene.on(channel), 100, user)
    told = scene.told(user)
    assert (len(told), told[-1]) == (61, "rest_minute")
    assert len(scene.nlu.texts) == 60
    assert len(await said(scene, user)) == 100
    assert await scene.do(lambda work: work.uow.inbox.conversations(10)) == []


async def test_agents_see_why_before_the_customer_is_told(scene: Scene, logs: list[MutableMapping[str, Any]]) -> None:
    limit(scene, a_minute=2)
    await flood(scene, 5)
    assert len(await notes(scene)) == 1
    kinds = [line.content.get("key", line.content["kind"]) for line in await scene.lines() if line.author != "customer"]
    assert kinds[-2:] == ["note", "rest_minute"]
    assert [entry["why"] for entry in logs if entry["event"] == "bot_rests"] == ["minute"]
    assert "teapot" not in repr(logs)


@pytest.mark.parametrize("code", CODES)
async def test_it_is_said_in_the_customers_language(scene: Scene, code: str) -> None:
    limit(scene, a_minute=1)
    await scene.tap(f"language:{code}")
    await scene.say("one more")
    assert scene.sender.sent[-1].content["body"] == SPEECH.phrases[code]["rest_minute"]


async def test_another_customer_is_answered_meanwhile(scene: Scene) -> None:
    await flood(scene, 50)
    await scene.say("hello", "ravi")
    assert scene.told("ravi") == ["not_understood"]


async def test_after_some_minutes_they_go_on_where_they_were(scene: Scene) -> None:
    """What was asked stays asked, and the choices shown last can still be picked by their numbers."""
    limit(scene, a_minute=5)
    await scene.on(Channel.SMS).order(way="cash")
    await scene.tap("add:mango-250:1")
    await scene.tap("checkout")
    await flood(scene, 10)
    assert scene.told()[-2:] == ["summary", "rest_minute"]
    await scene.later(minutes=4)
    await scene.say("1")
    assert scene.told() == []
    await scene.later(minutes=2)
    await scene.say("2")
    assert scene.told() == ["order_placed"]


async def test_a_day_has_its_end_and_its_own_words(scene: Scene) -> None:
    limit(scene, a_day=5)
    for n in range(10):
        await scene.say(f"teapot {n}")
        await scene.later(minutes=10)
    told = scene.told()
    assert (len(told), told[-1]) == (6, "rest_day")
    await scene.later(hours=23)
    await scene.say("hello")
    assert scene.told() == ["not_understood_twice"]


async def test_while_the_bot_rests_no_nlu_is_asked_and_no_read_mark_sent(scene: Scene) -> None:
    limit(scene, a_minute=1)
    await scene.arrive(scene.inbound("one"))
    await scene.arrive(scene.inbound("two"))
    asked, marked = len(scene.nlu.texts), len(scene.attentive.seen)
    for n in range(5):
        await scene.arrive(scene.inbound(f"more {n}"))
    assert (len(scene.nlu.texts), len(scene.attentive.seen)) == (asked, marked)
    await scene.later(minutes=6)
    await scene.arrive(scene.inbound("hello"))
    assert scene.told()[-1] != "rest_minute"


async def test_of_the_web_chat_nothing_is_counted(scene: Scene) -> None:
    """It has limits at its door."""
    await flood(scene.on(Channel.WEBCHAT), 60)
    assert len(scene.told()) == 60
    assert (await scene.talk()).memory.pace == {}


async def test_reactions_and_deletions_are_not_counted(scene: Scene) -> None:
    limit(scene, a_minute=2)
    for sort in [Sort.REACTION, Sort.DELETED] * 10:
        await scene.arrive(scene.inbound("👍", sort=sort))
    await scene.say("hello")
    assert scene.told() == ["not_understood"]


# ---------------------------------------------------------------- what is certain


@pytest.mark.parametrize("word", ["STOP", "बंद करो"])
async def test_stop_is_heeded_at_any_time(scene: Scene, word: str) -> None:
    limit(scene, a_minute=1)
    await flood(scene, 3)
    await scene.say(word)
    assert (await scene.customer()).silent
    await scene.say("START")
    assert not (await scene.customer()).silent
    assert scene.told()[-1] == "rest_minute"


@pytest.mark.parametrize("wish", ["human", "*human*", "*इंसान*"])
async def test_the_wish_for_a_person_is_heeded_once(scene: Scene, wish: str) -> None:
    limit(scene, a_minute=1)
    await flood(scene, 3)
    scene.told()
    for _ in range(5):
        await scene.say(wish)
    assert (await scene.talk()).holder is Holder.QUEUE
    assert scene.told() == ["queued"]


async def test_a_tap_on_a_person_is_heeded_too_and_no_other_tap(scene: Scene) -> None:
    limit(scene, a_minute=1)
    await flood(scene, 3)
    await scene.tap("add:mango-250:1")
    assert (await scene.do(lambda work: work.uow.customers.cart(1))).lines == ()
    await scene.tap("human")
    assert (await scene.talk()).holder is Holder.QUEUE
    assert scene.told()[-1] == "queued"


async def test_with_an_agent_they_may_write_as_much_as_they_like(scene: Scene) -> None:
    agent = User(await scene.do(lambda work: work.uow.desk.add_user("kiran", "", "agent", False)), "kiran", "", "agent")
    await scene.say("hello")
    key = (await scene.talk()).id
    await scene.post("agent", lambda work: handoff.take(work, SPEECH, key, agent))
    await flood(scene, 60)
    assert await notes(scene) == []
    await scene.post("agent", lambda work: handoff.hand_back(work, SPEECH, key, agent))
    scene.told()
    await scene.say("hello again")
    assert scene.told() == ["not_understood"]


# ---------------------------------------------------------------- loops


@CARRIED
async def test_an_automatic_answer_ends_the_talk(scene: Scene, channel: Channel) -> None:
    """It answers each of our messages, and we each of its; for ever, were it not for the brake."""
    scene.on(channel)
    limit(scene, same=5)
    await scene.say("hello")
    rounds = 0
    while scene.told():
        rounds += 1
        assert rounds < 20
        await scene.say(AWAY)
    assert rounds == 6
    (note,) = await notes(scene)
    assert "from a machine" in note
    assert len(scene.nlu.texts) <= 6


async def test_a_person_who_says_something_else_is_answered(scene: Scene) -> None:
    limit(scene, same=5)
    for _ in range(8):
        await scene.say(AWAY)
    assert scene.told()[-1] == "rest_loop"
    await scene.say("no, I am no machine")
    assert scene.told() == ["not_understood_twice"]


@CARRIED
async def test_an_echo_ends_at_once(scene: Scene, channel: Channel) -> None:
    """Whatever we send comes back, every message of it."""
    scene.on(channel)
    await scene.tap("offers")
    rounds, seen = 0, 0
    while len(scene.sender.sent) > seen:
        rounds += 1
        assert rounds < 5
        back, seen = scene.sender.sent[seen:], len(scene.sender.sent)
        for row in back:
            await scene.say(row.content["text"])
    assert rounds == 2
    assert scene.told()[-1] == "rest_echo"
    assert len(await notes(scene)) == 1


async def test_two_bots_that_never_repeat_themselves_end_by_the_day(scene: Scene) -> None:
    limit(scene, a_day=40)
    for n in range(200):
        await scene.say(f"Interesting! Let us talk about subject {n % 17} and {n % 23} of {n % 29}.")
        scene.clock.advance(seconds=20)
    assert len(scene.told()) == 41


# ---------------------------------------------------------------- files


async def test_so_many_files_are_fetched_a_day_and_the_next_is_refused_kindly_once(scene: Scene) -> None:
    limit(scene, files_a_day=3, a_minute=100)
    for n in range(8):
        await scene.arrive(photo(scene, n))
    assert scene.media.fetched == ["f0", "f1", "f2"]
    assert scene.told() == [*["file_received"] * 3, "files_enough"]
    assert (await said(scene))[-2:] == ["[image] (not fetched: too many files today)"] * 2
    await scene.later(hours=24)
    await scene.arrive(photo(scene, 9))
    assert scene.told() == ["file_received"]


async def test_and_so_many_bytes(scene: Scene) -> None:
    limit(scene, bytes_a_day=20)
    for n in range(8):
        await scene.arrive(photo(scene, n))
    assert len(scene.media.fetched) == 3


async def test_what_stands_under_a_file_that_is_too_much_is_answered(scene: Scene) -> None:
    limit(scene, files_a_day=0)
    scene.nlu.means("how can I pay?", "payment_methods")
    await scene.arrive(photo(scene, 1, "how can I pay?"))
    await scene.arrive(photo(scene, 2, "how can I pay?"))
    assert scene.told() == ["files_enough", "payment_methods", "payment_methods"]
    assert scene.media.fetched == []


async def test_a_sticker_is_no_file(scene: Scene) -> None:
    limit(scene, files_a_day=0, a_minute=1)
    for n in range(3):
        await scene.arrive(scene.inbound(sort=Sort.MEDIA, media=Media(MediaKind.STICKER, f"f{n}")))
    assert (scene.told(), (await said(scene))[-1]) == ([], "[sticker]")


async def test_an_album_is_fetched_though_the_bot_rests(scene: Scene) -> None:
    """A real customer sends forty photos of a broken parcel: agents see them all."""
    limit(scene, a_minute=30)
    await scene.arrive(*(photo(scene, n) for n in range(40)))
    assert len(scene.media.fetched) == 40
    told = scene.told()
    assert (len(told), told[-1]) == (31, "rest_minute")
    assert (await said(scene))[-1] == "[photo]"


async def test_files_that_cannot_be_had_are_counted_too(scene: Scene) -> None:
    limit(scene, files_a_day=3, a_minute=100)
    for n in range(8):
        await scene.arrive(photo(scene, 1000 + n))
    assert len(scene.media.fetched) == 3


async def test_a_file_is_too_much_for_an_agent_as_well(scene: Scene) -> None:
    limit(scene, files_a_day=1)
    agent = User(await scene.do(lambda work: work.uow.desk.add_user("kiran", "", "agent", False)), "kiran", "", "agent")
    await scene.say("hello")
    key = (await scene.talk()).id
    await scene.post("agent", lambda work: handoff.take(work, SPEECH, key, agent))
    scene.told()
    for n in range(3):
        await scene.arrive(photo(scene, n))
    assert (scene.media.fetched, scene.told()) == (["f0"], [])
    assert (await said(scene))[-1] == "[image] (not fetched: too many files today)"


# ---------------------------------------------------------------- restarts and several processes


async def test_a_restart_changes_nothing(scene: Scene) -> None:
    await flood(scene, 70)
    scene.told()
    again = Scene(scene.store, scene.clock, channel=Channel.WHATSAPP)
    again._said = scene._said
    await flood(again, 5, begin=100)
    assert again.told() == []
    again.clock.advance(minutes=6)
    await again.say("hello")
    assert again.told() == ["not_understood_twice"]


@pytest.mark.postgres
async def test_two_bots_on_one_database_have_one_count(postgres_url: str) -> None:
    await asyncio.to_thread(migrate.upgrade, postgres_url)
    stores = [SqlStore(postgres_url), SqlStore(postgres_url)]
    user = "919845066666"
    try:
        scenes = [Scene(store, owner=f"bot {n}", channel=Channel.SMS) for n, store in enumerate(stores)]
        await scenes[0].open()
        for n in range(40):
            for at, scene in enumerate(scenes):
                await scene.engine.accept(scene.inbound(f"do you have teapot {n}?", user, message_id=f"{at} {n}"))
                await scene.turns()
        told = [key for scene in scenes for key in scene.told(user)]
        assert (len(told), told.count("rest_minute")) == (61, 1)
    finally:
        await asyncio.gather(*(store.close() for store in stores))
