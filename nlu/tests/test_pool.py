"""The server with several workers: real processes behind a real socket."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from conftest import ROOT
from nlu.worker import FAILED, Worker
from serving import ask, orphaned, post, refusal, start, talk

CATALOGUE = {"products": [{"id": "mango-pickle", "names": ["Mango Pickle"]}]}


@pytest.fixture(scope="module")
def server(model_file: Path) -> Iterator[str]:
    """The address of a server with two workers and the examples' model."""
    process, line = start("--workers", "2", "--model", str(model_file))
    yield f"http://127.0.0.1:{line['port']}"
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, ""), "it ends cleanly"
    assert {"nlu_worker_ended", "nlu_workers_made_anew"} >= {json.loads(each)["event"] for each in out.splitlines()}


async def workers_of(session: aiohttp.ClientSession) -> dict[int, int]:
    """How many answers each worker has given, by its pid; empty while there is none."""
    async with session.get("/health") as response:
        return {each["pid"]: each["answered"] for each in (await response.json()).get("workers", [])}


async def put(session: aiohttp.ClientSession, path: str, payload: object) -> int:
    """PUT a payload; the status."""
    async with session.put(path, json=payload) as response:
        return response.status


async def ids(session: aiohttp.ClientSession, times: int) -> list[str | None]:
    """The id of the product that each of several parses in a row finds; None for none."""
    found = []
    for _ in range(times):
        async with session.post("/model/parse", json={"text": "mngo pickl"}) as response:
            entities = (await response.json())["entities"]
            found.append(entities[0]["id"] if entities else None)
    return found


async def ended(pid: int) -> None:
    """Wait for the end of any process."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(watched, gone.set)
    await gone.wait()
    asyncio.get_running_loop().remove_reader(watched)
    os.close(watched)


async def until_others(session: aiohttp.ClientSession, old: set[int]) -> set[int]:
    """Ask until there are two workers, none of them among ``old``."""
    now: set[int] = set()
    while len(now) < 2 or now & old:
        now = set(await workers_of(session))
        await asyncio.sleep(0.02)
    return now


def forker(worker: int) -> int:
    """The process that forked a worker."""
    return int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])


async def while_parsing(
    session: aiohttp.ClientSession, happens: Callable[[aiohttp.ClientSession], Awaitable[object]]
) -> list[int]:
    """The statuses of parses on two connections from before something happens until after it."""
    done = asyncio.Event()
    statuses: list[int] = []

    async def parsing() -> None:
        while not done.is_set():
            async with session.post("/model/parse", json={"text": "lend me Godan"}) as response:
                statuses.append(response.status)
                assert (await response.json())["intent"]["name"] == "borrow"

    callers = [asyncio.ensure_future(parsing()) for _ in range(2)]
    await happens(session)
    done.set()
    await asyncio.gather(*callers)
    return statuses


def test_each_worker_takes_its_share_of_one_connection(server: str) -> None:
    async def hundred(session: aiohttp.ClientSession) -> list[int]:
        before = await workers_of(session)
        await ids(session, 100)
        after = await workers_of(session)
        return [after[pid] - before[pid] for pid in after]

    assert talk(server, hundred) == [50, 50]


def test_what_is_forked_has_one_thread(server: str) -> None:
    """Of a process with more of them a fork has only one, and whatever locks the others held."""

    async def threads(session: aiohttp.ClientSession) -> list[int]:
        pid = max(await workers_of(session))
        return [len(os.listdir(f"/proc/{each}/task")) for each in (pid, forker(pid))]

    assert talk(server, threads) == [1, 1]


def test_a_batch_is_answered_in_order_by_all(server: str) -> None:
    texts = [f"lend me {number}" for number in range(64)]
    status, answers = post(server, [{"text": text} for text in texts], "/model/parse/batch")
    assert (200, texts) == (status, [answer["text"] for answer in answers])


def test_an_answer_is_that_of_one_process(server: str, model_file: Path) -> None:
    process, line = start("--model", str(model_file))
    asked = {"text": "ठीक \ud800 lend me Godan 👍", "message_id": "m1"}
    alone = post(f"http://127.0.0.1:{line['port']}", asked)
    process.terminate()
    process.communicate(timeout=10)
    assert alone == post(server, asked)


def test_a_catalogue_is_known_to_all_workers(server: str) -> None:
    async def pushes(session: aiohttp.ClientSession) -> list[list[str | None]]:
        assert await put(session, "/catalogue", CATALOGUE) == 200
        known = await ids(session, 10)
        assert await put(session, "/catalogue", {}) == 200
        return [known, await ids(session, 10)]

    assert talk(server, pushes) == [["mango-pickle"] * 10, [None] * 10]


def test_a_wrong_catalogue_changes_nothing(server: str) -> None:
    assert ask(server, "PUT", "/catalogue", json.dumps(CATALOGUE).encode()) == (200, {"catalogue": 1})
    assert refusal(ask(server, "PUT", "/catalogue", b"[]")) == (400, "bad_catalogue")
    assert talk(server, lambda session: ids(session, 4)) == ["mango-pickle"] * 4


def test_a_killed_worker_comes_back_and_knows_the_catalogue(server: str) -> None:
    async def killing(session: aiohttp.ClientSession) -> list[str | None]:
        await put(session, "/catalogue", CATALOGUE)
        old = set(await workers_of(session))
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        await until_others(session, old)
        return await ids(session, 10)

    assert talk(server, killing) == ["mango-pickle"] * 10


def test_no_parse_fails_while_a_worker_is_killed(server: str) -> None:
    async def killed(session: aiohttp.ClientSession) -> None:
        victim = max(await workers_of(session))
        os.kill(victim, signal.SIGKILL)
        await until_others(session, {victim})

    async def killing(session: aiohttp.ClientSession) -> list[int]:
        return await while_parsing(session, killed)

    assert {200} == set(talk(server, killing))


def test_a_model_is_swapped_for_all_workers_and_no_parse_fails(server: str, model_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.tar.gz"
    shutil.copy(model_file, other)

    async def swap(session: aiohttp.ClientSession) -> None:
        await put(session, "/catalogue", CATALOGUE)
        old = set(await workers_of(session))
        parent = forker(max(old))
        assert await put(session, "/model", {"model_file": str(other)}) == 204
        async with session.get("/health") as response:
            now = await response.json()
        assert (now["model"], now["catalogue"]) == (other.name, 1)
        assert not old & {each["pid"] for each in now["workers"]}
        assert await ids(session, 4) == ["mango-pickle"] * 4
        await asyncio.gather(*map(ended, [*old, parent]))

    async def swapping(session: aiohttp.ClientSession) -> list[int]:
        return await while_parsing(session, swap)

    statuses = talk(server, swapping)
    assert {200} == set(statuses)
    assert len(statuses) > 20


def test_a_model_that_cannot_be_loaded_changes_nothing(server: str, tmp_path: Path) -> None:
    (tmp_path / "bad.tar.gz").write_text("no model")

    async def wrong(session: aiohttp.ClientSession) -> list[int]:
        before = set(await workers_of(session))
        files = [str(tmp_path / name) for name in ("absent.tar.gz", "bad.tar.gz")]
        statuses = [await put(session, "/model", {"model_file": file}) for file in files]
        assert before == set(await workers_of(session))
        return statuses

    assert talk(server, wrong) == [400, 400]


def test_without_their_forker_the_workers_are_replaced(server: str) -> None:
    async def orphaned(session: aiohttp.ClientSession) -> None:
        old = set(await workers_of(session))
        os.kill(forker(max(old)), signal.SIGKILL)
        await until_others(session, old)
        await asyncio.gather(*map(ended, old))

    async def orphaning(session: aiohttp.ClientSession) -> list[int]:
        return await while_parsing(session, orphaned)

    assert {200} == set(talk(server, orphaning))


def test_it_ends_with_its_parent(model_file: Path) -> None:
    assert orphaned("--workers", "2", "--model", str(model_file)) == ""


def test_workers_end_when_the_server_is_killed(model_file: Path) -> None:
    process, line = start("--workers", "2", "--model", str(model_file))

    async def killed(session: aiohttp.ClientSession) -> None:
        workers = await workers_of(session)
        parent = forker(max(workers))
        process.kill()
        await asyncio.gather(*map(ended, [*workers, parent]))

    talk(f"http://127.0.0.1:{line['port']}", killed)
    process.communicate(timeout=10)


def test_a_signal_while_loading_ends_it_cleanly(model_file: Path) -> None:
    process, _ = start("--workers", "2", "--model", str(model_file))
    process.terminate()
    assert (process.communicate(timeout=10), process.returncode) == (("", ""), 0)


def test_a_broken_model_at_the_start_ends_it(tmp_path: Path) -> None:
    (tmp_path / "bad.tar.gz").write_text("no model")
    process, _ = start("--workers", "2", "--model", str(tmp_path / "bad.tar.gz"))
    out, _ = process.communicate(timeout=20)
    assert (json.loads(out)["reason"], process.returncode) == ("BadModel", 1)


@pytest.mark.parametrize("number", ["0", "-1", "two"])
def test_a_wrong_number_of_workers_is_refused(number: str) -> None:
    command = [sys.executable, "-m", "nlu.server", "--workers", number]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--workers" in done.stderr


class Broken:
    """A model that fails."""

    def parse(self, text: str, message_id: str | None) -> dict[str, Any]:
        """Never answers."""
        raise KeyError(text)


def test_a_parse_that_fails_is_told_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    worker = Worker(Broken())  # type: ignore[arg-type]
    assert worker.answer({"parse": ["a secret", None]}) == FAILED + b"KeyError"
    said = capsys.readouterr()
    assert "KeyError" in said.err
    assert "a secret" not in said.out + said.err
