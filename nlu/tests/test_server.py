"""The server over a real socket."""

import asyncio
import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from serving import ask, orphaned, post, refusal, start, talk, until_ready

CATALOGUE = {"products": [{"id": "mango-pickle", "names": ["Mango Pickle"]}]}


@pytest.fixture(scope="module")
def server(model_file: Path) -> Iterator[str]:
    """The address of a server with the examples' model."""
    process, line = start("--model", str(model_file))
    yield f"http://127.0.0.1:{line['port']}"
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", ""), "it ends cleanly and has said nothing more"


def test_it_says_that_it_is_loading_and_then_that_it_is_ready(model_file: Path) -> None:
    process, line = start("--model", str(model_file))

    async def both() -> list[int]:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{line['port']}") as session:
            return await until_ready(session)

    statuses = asyncio.run(both())
    process.terminate()
    process.communicate(timeout=10)
    assert {503, 200} == set(statuses)
    assert line["event"] == "nlu_listening"


def test_an_answer_has_all_parts(server: str) -> None:
    status, answer = post(server, {"text": "i want to borrow Godan", "message_id": "m1"})
    assert status == 200
    assert (answer["text"], answer["message_id"]) == ("i want to borrow Godan", "m1")
    assert "borrow" == answer["intent"]["name"] == answer["intent_ranking"][0]["name"]
    assert (answer["language"]["code"], answer["sentiment"]["label"]) == ("en", "calm")
    (title,) = answer["entities"]
    assert tuple(title[key] for key in ("entity", "value", "start", "end")) == ("title", "Godan", 17, 22)


def test_a_rejection_stays_out_of_the_ranking(server: str) -> None:
    _, answer = post(server, {"text": "zzzz qqqq"})
    assert "nlu_fallback" not in {entry["name"] for entry in answer["intent_ranking"]}
    assert sum(entry["confidence"] for entry in answer["intent_ranking"]) < 1  # the rest is doubt


def test_a_batch_is_answered_in_order(server: str) -> None:
    texts = [f"lend me {number}" for number in range(64)]
    status, answers = post(server, [{"text": text} for text in texts], "/model/parse/batch")
    assert (200, texts) == (status, [answer["text"] for answer in answers])


@pytest.mark.parametrize(
    "payload",
    [{}, {"text": ""}, {"text": "  "}, {"text": 5}, {"text": None}, [], "text", {"text": "a", "message_id": 1}],
)
def test_what_is_no_text_is_refused(server: str, payload: Any) -> None:
    status, answer = post(server, payload)
    assert status == 400
    assert {"code", "message"} == set(answer["error"])


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 8000])
def test_broken_json_is_refused(server: str, body: bytes) -> None:
    assert ask(server, "POST", "/model/parse", body)[1]["error"]["code"] == "bad_json"


@pytest.mark.parametrize("payload", [{}, [{"text": "a"}] * 65, [{}]])
def test_a_wrong_batch_is_refused(server: str, payload: Any) -> None:
    assert post(server, payload, "/model/parse/batch")[0] == 400


def test_long_bodies_are_refused_and_long_texts_answered(server: str) -> None:
    assert post(server, {"text": "a" * 8192})[0] == 413
    assert post(server, {"text": "where is it " * 500})[0] == 200
    assert post(server, [{"text": "a" * 8192}] * 33, "/model/parse/batch")[0] == 413


def test_odd_texts_are_answered(server: str) -> None:
    for text in ("\ud800", "\x00", "👍🏽", "ठ" * 900, "/borrow", '/borrow{"title": "x"}', "‮abc"):
        assert post(server, {"text": text})[0] == 200


def test_other_routes_are_refused_as_json(server: str) -> None:
    assert refusal(ask(server, "GET", "/x", b"")) == (404, "not_found")
    assert ask(server, "DELETE", "/model/parse", b"")[0] == 405


def test_status_is_rasas(server: str, model_file: Path) -> None:
    status, answer = ask(server, "GET", "/status", b"")
    assert (200, str(model_file), 0) == (status, answer["model_file"], answer["num_active_training_jobs"])
    assert len(answer["model_id"]) == 32


def test_a_catalogue_is_recognised_from_then_on_and_outlives_a_swap(server: str, model_file: Path) -> None:
    assert post(server, {"text": "mngo pickl"})[1]["entities"] == []
    assert ask(server, "PUT", "/catalogue", json.dumps(CATALOGUE).encode()) == (200, {"catalogue": 1})
    for _ in range(2):
        (found,) = post(server, {"text": "mngo pickl"})[1]["entities"]
        assert (found["entity"], found["value"], found["id"]) == ("product", "mngo pickl", "mango-pickle")
        assert ask(server, "PUT", "/model", json.dumps({"model_file": str(model_file)}).encode())[0] == 204
    assert ask(server, "GET", "/health", b"")[1]["catalogue"] == 1
    assert ask(server, "PUT", "/catalogue", b"{}") == (200, {"catalogue": 0})
    assert refusal(ask(server, "PUT", "/catalogue", b"[]")) == (400, "bad_catalogue")


def test_a_model_that_cannot_be_loaded_changes_nothing(server: str, model_file: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.tar.gz").write_text("no model")
    for path in ("absent.tar.gz", "bad.tar.gz"):
        body = json.dumps({"model_file": str(tmp_path / path)}).encode()
        assert ask(server, "PUT", "/model", body)[0] == 400
    assert model_file.name == ask(server, "GET", "/health", b"")[1]["model"]


def test_no_parse_fails_while_models_are_swapped(server: str, model_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.tar.gz"
    shutil.copy(model_file, other)

    async def swapping(session: aiohttp.ClientSession) -> list[int]:
        done = asyncio.Event()
        statuses: list[int] = []

        async def parsing() -> None:
            while not done.is_set():
                async with session.post("/model/parse", json={"text": "lend me Godan"}) as response:
                    statuses.append(response.status)
                    assert (await response.json())["intent"]["name"] == "borrow"

        workers = [asyncio.ensure_future(parsing()) for _ in range(4)]
        for path in (other, model_file, other, model_file):
            async with session.put("/model", json={"model_file": str(path)}) as response:
                assert response.status == 204
        done.set()
        await asyncio.gather(*workers)
        return statuses

    statuses = talk(server, swapping)
    assert {200} == set(statuses)
    assert len(statuses) > 20


def test_it_ends_with_its_parent(model_file: Path) -> None:
    assert orphaned("--model", str(model_file)) == ""


def test_without_a_model_it_says_so_and_ends(tmp_path: Path) -> None:
    process, line = start("--model", str(tmp_path / "absent.tar.gz"))
    process.communicate(timeout=10)
    assert (line["event"], process.returncode) == ("nlu_failed", 1)


def test_a_broken_model_at_the_start_ends_it(tmp_path: Path) -> None:
    (tmp_path / "bad.tar.gz").write_text("no model")
    process, _ = start("--model", str(tmp_path / "bad.tar.gz"))
    out, _ = process.communicate(timeout=20)
    assert json.loads(out)["reason"] == "BadModel"
    assert process.returncode == 1


def test_texts_are_never_written_anywhere(model_file: Path) -> None:
    process, line = start("--model", str(model_file))
    address = f"http://127.0.0.1:{line['port']}"
    post(address, {"text": "a secret of mine"})
    ask(address, "POST", "/model/parse", b'{"text": "a secret of mine"')
    os.kill(process.pid, signal.SIGTERM)
    assert process.communicate(timeout=10) == ("", "")
