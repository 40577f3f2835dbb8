"""The server: errors as JSON, health, metrics, and that its parts are wired to each other."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from app.web import errors, serving
from model.errors import Conflict, Fault, HaatError, Refused, Unavailable
from tests.app.app_kit import Served, served
from tests.webhooks.edge_kit import PNG, Tab

RAZORPAY = {"RAZORPAY_KEY_ID": "rzp_test_1", "RAZORPAY_KEY_SECRET": "key-secret", "RAZORPAY_WEBHOOK_SECRET": "hook"}


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as running:
        yield running


def code_of(body: str) -> str:
    error: dict[str, Any] = json.loads(body)["error"]
    assert {"code", "message", "details"} == error.keys()
    return str(error["code"])


async def test_what_is_not_there_is_404_as_json(shop: Served) -> None:
    status, body = await shop.get("/nowhere/at/all")
    assert (404, "not_found") == (status, code_of(body))


async def test_a_method_that_is_not_taken_is_405_as_json(shop: Served) -> None:
    async with shop.http.delete(shop.url + "/health/live") as answer:
        assert (405, "method_not_allowed") == (answer.status, code_of(await answer.text()))


async def test_strange_addresses_are_answered_as_json(shop: Served) -> None:
    for path in ("/%00", "/%ff%fe", "/..%2f..", "/" + "a" * 4000, "/?lang=" + "%ff" * 10):
        status, body = await shop.get(path)
        assert status in (200, 404), path
        assert status == 200 or code_of(body) == "not_found"


TROUBLES: dict[str, tuple[Exception, int, str]] = {
    "a defect": (ValueError("secret detail"), 500, "internal"),
    "a fault": (Fault("secret detail"), 503, "unavailable"),
    "unavailable": (Unavailable("secret detail"), 503, "unavailable"),
    "refused": (Refused("secret_detail"), 503, "unavailable"),
    "a conflict": (Conflict("secret detail"), 503, "unavailable"),
    "any other of ours": (HaatError("secret detail"), 503, "unavailable"),
}


@pytest.mark.parametrize("case", TROUBLES)
async def test_an_error_in_a_handler_is_json_and_never_a_stack_trace(case: str) -> None:
    trouble, status, code = TROUBLES[case]

    async def breaks(request: web.Request) -> web.Response:
        raise trouble

    app = web.Application(middlewares=[errors])
    app.router.add_get("/", breaks)
    async with (
        serving(app, "127.0.0.1", 0) as port,
        ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}/") as answer,
    ):
        body = await answer.text()
        assert (status, code) == (answer.status, code_of(body))
    assert "secret" not in body
    assert "Traceback" not in body


async def test_live_is_live(shop: Served) -> None:
    assert (200, {"status": "ok"}) == ((got := await shop.get("/health/live"))[0], json.loads(got[1]))


async def test_ready_names_each_part(shop: Served) -> None:
    status, body = await shop.get("/health/ready")
    assert (200, {"database": "ok", "nlu": "ok"}) == (status, json.loads(body)["parts"])


async def test_ready_is_503_while_the_nlu_is_away_and_live_stays_200(shop: Served) -> None:
    shop.nlu.health, shop.nlu.up = None, False
    status, body = await shop.get("/health/ready")
    assert (503, {"database": "ok", "nlu": "unavailable"}) == (status, json.loads(body)["parts"])
    assert 200 == (await shop.get("/health/live"))[0]
    shop.nlu.up = True
    assert 200 == (await shop.get("/health/ready"))[0]


async def test_ready_is_503_where_the_database_is_gone(shop: Served, tmp_path: Path) -> None:
    await shop.bot.queries.close()
    remove_database(tmp_path)
    status, body = await shop.get("/health/ready")
    assert (503, "unavailable") == (status, json.loads(body)["parts"]["database"])
    assert "Traceback" not in body


def remove_database(folder: Path) -> None:
    for file in folder.glob("haat.db*"):
        file.unlink()


async def test_metrics_are_open_to_this_machine_where_no_token_is_set(shop: Served) -> None:
    status, text = await shop.get("/metrics")
    assert 200 == status
    assert "# TYPE haat_step_seconds histogram" in text
    assert 'haat_waiting{what="inbox"} 0.0' in text


async def test_a_metrics_token_is_asked_of_everyone(tmp_path: Path) -> None:
    wrong = ("", "Bearer wrong", "let-me-in", "bearer let-me-in", "Bearer ü", "Basic bGV0LW1lLWlu")
    async with served(tmp_path, HAAT_METRICS_TOKEN="let-me-in") as shop:
        assert [403] * len(wrong) == [(await shop.get("/metrics", Authorization=given))[0] for given in wrong]
        assert 403 == (await shop.get("/metrics"))[0]
        assert 200 == (await shop.get("/metrics", Authorization="Bearer let-me-in"))[0]


async def test_razorpays_routes_are_there_only_where_an_account_is_set_up(tmp_path: Path, shop: Served) -> None:
    async with shop.http.post(shop.url + "/webhooks/razorpay", data=b"{}") as answer:
        assert 404 == answer.status
    assert 404 == (await shop.get("/payments/razorpay/return"))[0]
    (tmp_path / "second").mkdir()
    async with served(tmp_path / "second", **RAZORPAY) as other:
        async with other.http.post(other.url + "/webhooks/razorpay", data=b"{}") as answer:
            assert 401 == answer.status
        async with other.http.get(other.url + "/payments/razorpay/return", allow_redirects=False) as answer:
            assert (303, "/") == (answer.status, answer.headers["Location"])


async def test_a_customer_talks_to_the_whole_bot(shop: Served, tmp_path: Path) -> None:
    origin = {"Origin": "http://127.0.0.1:8080"}
    async with shop.http.ws_connect(shop.url + "/webchat/socket", headers=origin) as ws:
        tab = Tab(ws)
        token = (await tab.hello())["token"]
        assert (await tab.say("2 mango pickle", "1"))["content"]["text"]
        headers = {**origin, "X-Haat-Session": token}
        async with shop.http.post(shop.url + "/webchat/files", data=PNG, headers=headers) as answer:
            name = (await answer.json())["file"]
        await tab.send(type="message", id="2", file=name)
        await tab.upto(3)
        status, _ = await shop.get(f"/webchat/files/{name}", **{"X-Haat-Session": token})
    assert 200 == status
    assert [name] == [path.name for path in (tmp_path / "files").rglob("*.png")]


async def test_too_many_messages_at_once_are_refused_by_the_bot_as_served(shop: Served) -> None:
    async with shop.http.ws_connect(shop.url + "/webchat/socket", headers={"Origin": "http://127.0.0.1:8080"}) as ws:
        tab = Tab(ws)
        for number in range(40):
            await tab.send(type="message", id=str(number), text="quick")
        error = await tab.get("error")
    assert "rate_limited" == error["code"]
    assert int(error["id"]) >= 20
