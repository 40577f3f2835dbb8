"""Codes as a nuisance: nobody has many sent to a stranger, nor runs up the shop's bill, nor keeps a customer out."""

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.message import Channel
from model.rows import CodesSent
from shop import proofs
from store import migrate
from store.memory import MemoryStore
from store.sql import SqlStore
from tests.kit import CODES, Scene, at_once, new_database

PHONE = "919845012345"
SMS, WHATSAPP, WEBCHAT = Channel.SMS, Channel.WHATSAPP, Channel.WEBCHAT
HERE, THERE = "49.205.1.7", "106.51.8.9"


async def chat(scene: Scene, user: str, client: str = HERE) -> str:
    """A web chat begun from a client's address."""
    talk = await scene.on(WEBCHAT).talk(user)
    await scene.do(lambda work: work.uow.desk.add_chat(user, talk.id, work.now, CODES.peer(client)))
    return user


async def ask(scene: Scene, user: str, number: str = PHONE) -> str:
    """A chat asks for a code; what it is told."""
    await scene.on(WEBCHAT).tap("prove", user)
    await scene.say(f"+{number}", user)
    return scene.told(user)[-1]


async def robots(scene: Scene, count: int, number: str | None = PHONE, client: str | None = None) -> list[str]:
    """So many new chats ask for a code: each for one number or another, each from one address or another."""
    told = []
    for n in range(count):
        seen = len(codes(scene))
        user = await chat(scene, f"robot {n} {seen} {number} {client} {scene.clock.now}", client or f"49.{n}.1.1")
        told.append(await ask(scene, user, number or f"91984{seen:03d}{n:04d}"))
    return told


def codes(scene: Scene, number: str | None = None) -> list[str]:
    """To whom codes went."""
    rows = [row.address.user for row in scene.sender.sent if "proof" in row.content]
    return [user for user in rows if number in (None, user)]


def tickets(scene: Scene) -> list[str]:
    assert isinstance(scene.store, MemoryStore)
    return [ticket.details for ticket in scene.store.data.tickets.values() if not ticket.closed]


# ---------------------------------------------------------------- one number


async def test_a_number_gets_three_an_hour_and_six_a_day_however_many_ask(scene: Scene) -> None:
    await robots(scene, 10)
    assert len(codes(scene, PHONE)) == 3
    for _ in range(22):
        await scene.later(hours=1, minutes=1)
        await robots(scene, 4)
    assert len(codes(scene, PHONE)) == 6


async def test_one_address_gets_two_of_the_three_so_that_the_owner_has_one_left(scene: Scene) -> None:
    await robots(scene, 10, client=HERE)
    assert len(codes(scene, PHONE)) == 2
    assert await ask(scene, await chat(scene, "owner", THERE)) == "prove_ask_code"
    assert len(codes(scene, PHONE)) == 3


async def test_nor_does_it_get_all_of_a_days(scene: Scene) -> None:
    for _ in range(6):
        await robots(scene, 4, client=HERE)
        await scene.later(hours=1, minutes=1)
    assert len(codes(scene, PHONE)) == 4
    assert await ask(scene, await chat(scene, "owner", THERE)) == "prove_ask_code"


async def test_whoever_writes_from_the_phone_itself_begins_anew(scene: Scene) -> None:
    """However many machines asked before: they cannot write from that phone."""
    await robots(scene, 10)
    owner = await chat(scene, "owner", THERE)
    assert await ask(scene, owner) == "prove_wait"
    scene.clock.advance(minutes=1)
    await scene.on(WHATSAPP).say("hello", PHONE)
    assert await ask(scene, owner) == "prove_ask_code"


async def test_a_machine_that_answers_there_brings_it_no_more_than_twice_as_many(scene: Scene) -> None:
    for _ in range(20):
        await robots(scene, 5)
        scene.clock.advance(seconds=10)
        await scene.on(SMS).say("I am driving and will answer later.", PHONE)
    assert len(codes(scene, PHONE)) == 6


async def test_while_others_are_plagued_a_number_is_served(scene: Scene) -> None:
    await robots(scene, 10)
    assert await ask(scene, await chat(scene, "ravi", THERE), "919845099999") == "prove_ask_code"


# ---------------------------------------------------------------- one address


async def test_from_one_address_ten_an_hour_go_to_numbers_that_never_wrote(scene: Scene) -> None:
    told = await robots(scene, 14, number=None, client=HERE)
    assert told == ["prove_ask_code"] * 10 + ["prove_wait"] * 4
    assert await robots(scene, 1, number=None, client=THERE) == ["prove_ask_code"]


async def test_and_thirty_a_day(scene: Scene) -> None:
    for _ in range(8):
        await robots(scene, 12, number=None, client=HERE)
        await scene.later(hours=1, minutes=1)
    assert len(codes(scene)) == 30


async def test_a_customer_who_shares_an_address_with_an_attacker_is_served(scene: Scene) -> None:
    """Thousands share one in a mobile network."""
    await scene.on(WHATSAPP).say("hello", PHONE)
    await robots(scene, 14, number=None, client=HERE)
    assert await ask(scene, await chat(scene, "owner", HERE)) == "prove_ask_code"


async def test_forgetting_a_chat_makes_no_new_address(scene: Scene) -> None:
    for n in range(14):
        user = await chat(scene, f"robot {n}", HERE)
        await ask(scene, user, f"91984500{n:04d}")
        await scene.do(lambda work, token=user: work.uow.desk.drop_chat(token))  # type: ignore[misc]
    assert len(codes(scene)) == 10


@pytest.mark.parametrize(
    "client", ["", "127.0.0.1", "::1", "10.0.0.7", "192.168.1.4", "100.64.3.2", "fe80::1%eth0", "unix:"]
)
def test_an_address_that_tells_nobody_apart_is_none(client: str) -> None:
    assert CODES.peer(client) == ""


def test_an_address_is_kept_as_nobody_can_read_it_and_of_ipv6_the_network() -> None:
    peer = CODES.peer("8.8.8.8")
    assert peer == CODES.peer("8.8.8.8") != CODES.peer("8.8.4.4")
    assert peer != proofs.Codes(b"another secret", CODES.reach).peer("8.8.8.8")
    assert len(peer) == 16
    assert "8.8" not in peer
    assert CODES.peer("2001:4860:4860::8888") == CODES.peer("2001:4860:4860::1:2:3") != CODES.peer("2001:4860:4861::1")


# ---------------------------------------------------------------- the whole shop


async def test_the_shop_pays_for_so_many_an_hour_and_a_quarter_is_set_aside_for_its_customers(scene: Scene) -> None:
    numbers = [f"91984599{n:04d}" for n in range(20)]
    for number in numbers:
        await scene.on(SMS).say("hello", number)
    await robots(scene, 70, number=None)
    assert len(codes(scene)) == 45
    told = [await ask(scene, await chat(scene, f"owner {number}", THERE), number) for number in numbers]
    assert told == ["prove_ask_code"] * 15 + ["prove_wait"] * 5


async def test_and_so_many_a_day(scene: Scene) -> None:
    object.__setattr__(scene.parts, "codes", proofs.Codes(CODES.secret, CODES.reach, a_day=40))
    for _ in range(20):
        await robots(scene, 8, number=None)
        await scene.later(hours=1, minutes=1)
    assert len(codes(scene)) == 30


async def test_when_they_are_used_up_somebody_is_told_once(scene: Scene, logs: list[MutableMapping[str, Any]]) -> None:
    await robots(scene, 45, number=None)
    assert tickets(scene) == []
    await robots(scene, 5, number=None)
    (told,) = tickets(scene)
    assert "HAAT_CODES_A_DAY is 400" in told
    assert [entry["log_level"] for entry in logs if entry["event"] == "codes_used_up"] == ["error"]
    for _ in range(3):
        await scene.later(minutes=30)
        await robots(scene, 50, number=None)
    assert len(tickets(scene)) == 1


async def test_when_they_have_seen_to_it_they_are_told_of_the_next_time(scene: Scene) -> None:
    await robots(scene, 46, number=None)
    await scene.do(lambda work: work.uow.desk.close_ticket(1))
    await robots(scene, 1, number=None)
    assert len(tickets(scene)) == 1


# ---------------------------------------------------------------- as a rule

_ASKED = st.tuples(
    st.integers(0, 4), st.sampled_from([HERE, THERE, ""]), st.integers(0, 2), st.integers(0, 40), st.booleans()
)


@given(st.lists(_ASKED, max_size=60))
def test_whoever_asks_whenever_for_whom_the_limits_hold(asked: list[tuple[int, str, int, int, bool]]) -> None:
    """Chats, addresses, numbers, pauses, and owners who write meanwhile, in any order."""
    scene = at_once(Scene().open())
    codes_ = proofs.Codes(CODES.secret, CODES.reach, a_day=20)
    sent: list[tuple[int, str, int, Any]] = []
    for who, client, number, pause, writes in asked:
        scene.clock.advance(minutes=pause)
        user = f"9198450{number:05d}"
        if writes:
            at_once(scene.do(lambda work, user=user: _write(scene, work, user)))  # type: ignore[misc]
        if at_once(scene.do(lambda work, at=(who, client), user=user: _ask(scene, codes_, work, at, user))):  # type: ignore[misc]
            sent.append((who, client, number, scene.clock.now))
    for hours, each, all_ in ((1, 3, 3), (24, 6, 20)):
        for *_, at in sent:
            late = [one for one in sent if 0 <= (one[3] - at).total_seconds() < hours * 3600]
            assert len(late) <= all_
            assert all(sum(one[2] == number for one in late) <= 2 * each for number in range(3))
            assert all(sum(one[:2] == chat for one in late) <= each for chat in {one[:2] for one in late})


def _write(scene: Scene, work: Any, user: str) -> None:
    talk = work.uow.conversations.open(scene.on(SMS).inbound("", user).address, work.now)
    work.uow.conversations.append(talk.id, "customer", {"text": "hello"}, work.now)


def _ask(scene: Scene, codes_: proofs.Codes, work: Any, chat_: tuple[int, str], number: str) -> bool:
    talk = work.uow.conversations.open(scene.on(WEBCHAT).inbound("", f"{chat_}").address, work.now)
    if work.uow.desk.chat(str(chat_)) is None:
        work.uow.desk.add_chat(str(chat_), talk.id, work.now, codes_.peer(chat_[1]))
    if not proofs.may_begin(work, codes_, talk.id, number):
        return False
    proofs.begin(work, codes_, talk.id, codes_.places(number)[0])
    return True


# ---------------------------------------------------------------- several at once, several processes


@pytest.mark.postgres
async def test_chats_that_ask_at_the_same_time_in_several_processes_get_no_more(postgres_url: str) -> None:
    await asyncio.to_thread(migrate.upgrade, postgres_url)
    stores = [SqlStore(postgres_url), SqlStore(postgres_url)]
    number = "919845077777"
    try:
        scenes = [await Scene(store, owner=f"bot {n}").open() for n, store in enumerate(stores)]
        users = [
            [await chat(scene, f"robot {n} of {at}", f"49.{n}.2.{at}") for n in range(12)]
            for at, scene in enumerate(scenes)
        ]
        for scene, mine in zip(scenes, users, strict=True):
            for user in mine:
                await scene.tap("prove", user)
        asking = (scene.receive(f"+{number}", user) for scene, mine in zip(scenes, users, strict=True) for user in mine)
        await asyncio.gather(*asking)
        await asyncio.gather(*(scene.settle() for scene in scenes))
        since = scenes[0].clock.now
        found: CodesSent = await scenes[0].do(lambda work: work.uow.identities.codes_since(since, 0, number, "", since))
        assert found.number == 3
    finally:
        await asyncio.gather(*(store.close() for store in stores))


async def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    url = new_database(tmp_path)
    for life in range(4):
        store = SqlStore(url)
        scene = await Scene(store, owner="tests").open() if life == 0 else Scene(store, owner="tests")
        assert (
            await robots(scene, 1, client=f"49.205.1.{life}") == [["prove_ask_code"] * 3, ["prove_wait"]][life // 3][:1]
        )
        await store.close()
