"""Two processes on one database, and what a database can do to us."""

import asyncio
import contextlib
import shutil
import sqlite3
import sys
import threading
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from model.errors import Fault, Unavailable
from model.ports import Store, UnitOfWork
from store.sql import SqlStore
from tests.store.store_kit import NOW, SQL, catalogue, speak, talk

ROOT = Path(__file__).parents[2]
BUYER = """
import asyncio, sys
from datetime import UTC, datetime
from model.message import Address, Channel
from store.sql import SqlStore

async def main(url):
    store = SqlStore(url)
    await store.transact(lambda uow: uow.catalogue.version())
    print("ready", flush=True)
    sys.stdin.readline()
    def buy(uow):
        key = uow.conversations.open(Address(Channel.SMS, "shop", "asha"), datetime.now(UTC)).id
        return key, uow.catalogue.hold("laddu", 1)
    done = await asyncio.gather(*(store.transact(buy) for _ in range(50)))
    print(done[0][0], sum(got for _, got in done), flush=True)
    await store.close()

asyncio.run(main(sys.argv[1]))
"""


async def buyer(url: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", BUYER, url, stdin=pipe, stdout=pipe, cwd=ROOT)
    assert process.stdout
    assert await process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.parametrize("url", SQL, indirect=True)
async def test_two_processes_sell_the_last_ten_units_once_and_meet_one_customer(store: Store, url: str) -> None:
    await store.transact(lambda uow: uow.catalogue.replace(catalogue(laddu=10), NOW))
    processes = await asyncio.gather(buyer(url), buyer(url))
    told = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    (one, got), (other, rest) = [map(int, out.split()) for out, _ in told]
    assert got + rest == 10
    assert one == other


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_locked_file_is_worth_another_try(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.engines._DURABLE", ("busy_timeout=20",))
    store = SqlStore(url)
    file = make_url(url).database
    assert file
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            await store.transact(talk)
        other.execute("ROLLBACK")
    assert (await store.transact(talk)).version == 0
    await store.close()


async def test_a_file_that_cannot_be_opened_is_not(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite+aiosqlite:///{tmp_path}/nowhere/haat.db")
    with pytest.raises(OperationalError):
        await store.transact(talk)
    await store.close()


@pytest.mark.parametrize("url", [SQL[1]], indirect=True)
async def test_a_lost_server_is_worth_another_try(store: Store, url: str) -> None:
    await store.transact(talk)
    given = make_url(url)
    with psycopg.connect(host=str(given.query["host"]), user="haat", dbname=given.database, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with pytest.raises(Unavailable):
        await store.transact(talk)
    assert (await store.transact(talk)).version == 0


@pytest.mark.parametrize("url", [SQL[1]], indirect=True)
async def test_of_two_who_wait_for_each_other_one_is_told_to_try_again(store: Store) -> None:
    await store.transact(lambda uow: uow.catalogue.replace(catalogue(laddu=10, barfi=10), NOW))
    both = threading.Barrier(2, timeout=30)

    def hold(first: str, second: str, uow: UnitOfWork) -> None:
        uow.catalogue.hold(first, 1)
        both.wait()
        uow.catalogue.hold(second, 1)

    ways = (partial(hold, "laddu", "barfi"), partial(hold, "barfi", "laddu"))
    results = await asyncio.gather(*(store.transact(way) for way in ways), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Unavailable"]
    assert await store.transact(lambda uow: uow.catalogue.free(["laddu", "barfi"])) == {"laddu": 9, "barfi": 9}


@pytest.mark.parametrize("url", SQL, indirect=True)
async def test_a_broken_rule_of_the_database_is_a_fault_that_tells_no_values(store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        conversation = talk(uow)
        line = speak(uow, conversation.id, "secret")
        uow.outbox.add(conversation, type(line)(conversation.id, 77, line.author, line.content, line.at))

    with pytest.raises(Fault) as caught:
        await store.transact(work)
    assert "secret" not in caught.value.detail


@pytest.mark.parametrize("url", SQL, indirect=True)
async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="without a zone"):
        await store.transact(lambda uow: uow.inbox.forget(NOW.replace(tzinfo=None)))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("waiting", "place"), [(10, 10), (500, 0)])
async def test_in_a_crowd_what_somebody_outside_waits_for_goes_first(store: Store, waiting: int, place: int) -> None:
    done = list[str]()
    later = [store.transact(lambda uow: done.append("later")) for _ in range(waiting)]
    await asyncio.gather(*later, store.transact(lambda uow: done.append("first"), first=True))
    assert done.index("first") == place


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_the_loop_goes_on_while_another_process_has_the_write_lock(store: Store, url: str) -> None:
    file = make_url(url).database
    assert file
    await store.transact(talk)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waits = asyncio.create_task(store.transact(talk))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not waits.done()
        other.execute("ROLLBACK")
    assert (await waits).version == 0


async def test_whoever_waits_when_all_is_broken_off_waits_no_longer(migrated_file: Path, tmp_path: Path) -> None:
    store = SqlStore(f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'haat.db')}")
    waiting = [asyncio.create_task(store.transact(lambda uow: uow.inbox.conversations(1))) for _ in range(3)]
    await asyncio.sleep(0)
    for task in asyncio.all_tasks() - {asyncio.current_task(), *waiting}:
        task.cancel()
    async with asyncio.timeout(5):
        ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert [asyncio.CancelledError] * 3 == [type(end) for end in ends]
