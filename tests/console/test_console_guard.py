"""What stands between the console and everybody else."""

import pytest
from aiohttp import WSServerHandshakeError, web

from console.site import _ROUTES
from tests.console.console_kit import Agent, Stand, Starter

OPEN = {"/login", "/static"}
PAGES = [r for r in _ROUTES if isinstance(r, web.RouteDef) and r.method == "GET" and r.path not in OPEN | {"/socket"}]
POSTS = [r for r in _ROUTES if isinstance(r, web.RouteDef) and r.method == "POST" and r.path not in OPEN]


def address(route: web.RouteDef) -> str:
    """A route with something in its gaps."""
    return "/console" + route.path.format(id="1", conversation="1", number="HT-22222")


def paths(routes: list[web.RouteDef]) -> list[str]:
    return [address(route) for route in routes]


def test_every_route_is_among_those_tried_here() -> None:
    tried = {route.path for route in (*PAGES, *POSTS)} | OPEN | {"/socket"}
    assert tried == {route.path if isinstance(route, web.RouteDef) else "/static" for route in _ROUTES}


@pytest.mark.parametrize("path", [*paths(PAGES), "/console/nothing"])
async def test_no_page_opens_without_a_session(stand: Stand, path: str) -> None:
    for headers in ({}, {"Cookie": "haat_console=guessed"}, {"Cookie": "haat_console=\udcff"}):
        answer = await stand.browser().get(path, headers=headers, allow_redirects=False)
        assert answer.status == 303
        assert answer.headers["Location"].startswith("/console/login?next=")


@pytest.mark.parametrize("path", paths(PAGES))
async def test_a_script_without_a_session_gets_401_as_json(stand: Stand, path: str) -> None:
    answer = await stand.browser().get(path, headers={"Accept": "application/json"})
    assert answer.status == 401
    assert (await answer.json())["error"]["code"] == "signed_out"


@pytest.mark.parametrize("path", paths(POSTS))
async def test_nothing_can_be_posted_without_a_session(stand: Stand, path: str) -> None:
    answer = await stand.browser().post(path, headers={"Origin": stand.origin})
    assert answer.status == 401


async def test_no_socket_opens_without_a_session(stand: Stand) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await stand.browser().ws_connect("/console/socket", origin=stand.origin)
    assert refused.value.status == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1", "http://["])
async def test_a_socket_from_another_site_is_refused(stand: Stand, origin: str) -> None:
    agent = await stand.agent("Asha")
    with pytest.raises(WSServerHandshakeError) as refused:
        await agent.client.ws_connect("/console/socket", origin=origin)
    assert refused.value.status == 403


@pytest.mark.parametrize("path", ["/console/login", *paths(POSTS)])
async def test_a_form_from_another_site_is_refused(stand: Stand, path: str) -> None:
    agent = await stand.agent("Asha")
    for origin in ("https://evil.example", "null", stand.origin.replace("http", "ftp")):
        assert (await agent.post(path, {"Origin": origin})).status == 403


@pytest.mark.parametrize("path", paths(POSTS))
async def test_a_form_without_the_token_of_its_session_is_refused(stand: Stand, path: str) -> None:
    agent, other = await stand.agent("Asha"), await stand.agent("Ravi")
    for token in ("", other.csrf, "é"):
        answer = await agent.client.post(path, data={"csrf": token}, headers={"Origin": stand.origin})
        assert answer.status == 403


async def test_the_token_may_stand_in_a_header(stand: Stand) -> None:
    agent, cid = await stand.agent("Asha"), await stand.queued("c1")
    headers = {"Origin": stand.origin, "X-CSRF-Token": agent.csrf}
    assert (await agent.client.post(f"/console/conversations/{cid}/take", headers=headers)).status == 200


async def test_over_https_a_form_of_a_plain_http_page_is_refused(start: Starter) -> None:
    stand = await start(secure=True)
    agent = Agent(stand, stand.browser(), await stand.user("Asha"))
    assert (await agent.sign_in()).status == 403


@pytest.mark.parametrize(
    "path", ["/console", "/console/login", "/console/nothing", "/console/static/live.js", "/console/lists"]
)
async def test_whatever_is_answered_carries_the_security_headers(stand: Stand, path: str) -> None:
    agent = await stand.agent("Asha")
    headers = (await agent.client.get(path, allow_redirects=False)).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == ("no-cache" if "static" in path else "no-store")


async def test_what_is_not_there_is_said_in_plain_words(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    for path in ("nothing", "conversations/99", "conversations/x", f"conversations/{2**70}", "orders/HT-22222"):
        answer = await agent.client.get(f"/console/{path}")
        assert answer.status == 404
        assert "There is no such page." in await answer.text()


async def test_a_body_that_is_no_form_is_refused(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    headers = {"Origin": stand.origin, "Content-Type": "application/x-www-form-urlencoded; charset=nonsense"}
    assert (await agent.client.post("/console/logout", data=b"csrf=1", headers=headers)).status == 400
