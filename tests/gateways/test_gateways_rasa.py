"""The NLU's HTTP API: what is answered is tamed, who does not answer is passed over."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways import rasa
from gateways.rasa import RasaNlu, names, read_parse
from model.errors import Fault, Unavailable
from model.message import Entity
from tests.gateways.rasa_kit import PARSE, Server, servers
from tests.kit import catalogue


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with servers() as (one,):
        yield one


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def nlu(server: Server, session: aiohttp.ClientSession) -> RasaNlu:
    return RasaNlu(session, [server.url + "/"])


def closed_port() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


async def test_an_answer_becomes_what_was_heard(nlu: RasaNlu, server: Server) -> None:
    heard = await nlu.hear("2 mango pickle", "7-1")
    assert [{"text": "2 mango pickle", "message_id": "7-1"}] == server.asked
    assert ("order", 0.91, "en", "calm") == (heard.intent, heard.confidence, heard.language, heard.sentiment)
    assert (("order", 0.91), ("price", 0.06)) == heard.ranking
    assert (Entity("quantity", "2", 0, 1), Entity("product", "mango pickle", 2, 14, "mango")) == heard.entities


async def test_a_plain_rasa_server_works_with_defaults(nlu: RasaNlu, server: Server) -> None:
    server.body = {"text": "hi", "intent": {"id": 5, "name": "greet", "confidence": 0.9}, "entities": []}
    heard = await nlu.hear("hi", "1")
    assert ("greet", None, 0.0, "calm", 0.0) == (
        heard.intent, heard.language, heard.language_confidence, heard.sentiment, heard.sentiment_confidence,
    )  # fmt: skip


@pytest.mark.parametrize("intent", [None, {}, {"name": None, "confidence": 0.0}, {"name": "", "confidence": None}])
async def test_an_answer_without_an_intent_is_not_understood(nlu: RasaNlu, server: Server, intent: Any) -> None:
    server.body = {"text": "?", "intent": intent}
    assert ("nlu_fallback", 0.0) == ((heard := await nlu.hear("?", "1")).intent, heard.confidence)


async def test_the_ranking_is_kept_where_the_intent_was_rejected(nlu: RasaNlu, server: Server) -> None:
    server.body = PARSE | {"intent": {"name": "nlu_fallback", "confidence": 0.7}}
    heard = await nlu.hear("2 mango pickle", "1")
    assert ("nlu_fallback", "order") == (heard.intent, heard.ranking[0][0])


GARBAGE: dict[str, Any] = {
    "no JSON": b"<html>oops</html>",
    "nothing": b"",
    "a list": [],
    "null": None,
    "bytes": b"\xff\xfe",
    "an intent that is a text": PARSE | {"intent": "order"},
    "a confidence that is a word": PARSE | {"intent": {"name": "order", "confidence": "sure"}},
    "a ranking without names": PARSE | {"intent_ranking": [{"confidence": 1}]},
    "a ranking of texts": PARSE | {"intent_ranking": ["order"]},
    "an entity without a kind": PARSE | {"entities": [{"value": "2"}]},
    "entities that are a number": PARSE | {"entities": 7},
    "an entity at no place": PARSE | {"entities": [{"entity": "x", "value": "2", "start": "a", "end": None}]},
    "a language that is a text": PARSE | {"language": "en"},
    "a sentiment that is a list": PARSE | {"sentiment": ["calm"]},
}


@pytest.mark.parametrize("case", GARBAGE)
async def test_garbage_is_a_fault_that_waiting_does_not_mend(nlu: RasaNlu, server: Server, case: str) -> None:
    server.body = GARBAGE[case]
    with pytest.raises(Fault):
        await nlu.hear("hi", "1")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_busy_or_loading_server_is_waited_for(nlu: RasaNlu, server: Server, status: int) -> None:
    server.status = status
    with pytest.raises(Unavailable):
        await nlu.hear("hi", "1")


@pytest.mark.parametrize("status", [400, 404, 409, 413, 500])
async def test_a_server_that_refuses_a_text_is_a_fault(nlu: RasaNlu, server: Server, status: int) -> None:
    """The turn counts it: after the fifth time the message goes to a person, and the next one proceeds."""
    server.status = status
    with pytest.raises(Fault):
        await nlu.hear("hi", "1")


async def test_a_connection_that_is_cut_is_no_answer(nlu: RasaNlu, server: Server) -> None:
    server.cut = True
    with pytest.raises(Unavailable):
        await nlu.hear("hi", "1")


async def test_a_server_that_takes_too_long_is_no_answer(
    nlu: RasaNlu, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rasa, "_TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    server.gate = asyncio.Event()
    with pytest.raises(Unavailable):
        await nlu.hear("hi", "1")
    server.gate.set()


async def test_nobody_listening_is_no_answer(session: aiohttp.ClientSession) -> None:
    nlu = RasaNlu(session, [closed_port()])
    with pytest.raises(Unavailable) as down:
        await nlu.hear("hi", "1")
    assert down.value.retry_after > 0
    assert not await nlu.healthy()


@pytest.mark.parametrize("trouble", [{"status": 500}, {"cut": True}, {"body": b"<html>"}, {"body": {"intent": "x"}}])
async def test_where_one_server_fails_the_other_is_asked(
    session: aiohttp.ClientSession, trouble: dict[str, Any]
) -> None:
    async with servers(2) as (ill, well):
        for name, value in trouble.items():
            setattr(ill, name, value)
        nlu = RasaNlu(session, [ill.url, well.url])
        assert ["order"] * 6 == [(await nlu.hear("hi", str(n))).intent for n in range(6)]
        assert 6 == len(well.asked)


async def test_where_one_server_is_gone_the_other_is_asked(session: aiohttp.ClientSession, server: Server) -> None:
    nlu = RasaNlu(session, [closed_port(), server.url])
    assert ["order"] * 4 == [(await nlu.hear("hi", str(n))).intent for n in range(4)]
    assert await nlu.healthy()


async def test_servers_side_by_side_share_the_work(session: aiohttp.ClientSession) -> None:
    async with servers(2) as (first, second):
        nlu = RasaNlu(session, [first.url, second.url])
        await asyncio.gather(*(nlu.hear("hi", str(number)) for number in range(10)))
        assert (5, 5) == (len(first.asked), len(second.asked))


async def test_every_server_is_given_the_catalogue(session: aiohttp.ClientSession) -> None:
    async with servers(2) as (first, second):
        await RasaNlu(session, [first.url, second.url]).put_catalogue(catalogue())
        assert first.catalogues == second.catalogues == [names(catalogue())]


def test_the_names_are_all_that_a_product_or_category_is_called() -> None:
    told = names(catalogue())
    mango = next(product for product in told["products"] if product["id"] == "mango")
    assert {"Mango Pickle", "aam ka achar", "mango"} == set(mango["names"])
    assert {"Pickles", "achar"} == set(told["categories"][0]["names"])


@pytest.mark.parametrize("status", [404, 405])
async def test_a_plain_rasa_server_takes_no_catalogue_and_that_is_fine(
    nlu: RasaNlu, server: Server, status: int
) -> None:
    server.catalogue_status = status
    await nlu.put_catalogue(catalogue())


async def test_a_server_that_fails_at_the_catalogue_is_unavailable(nlu: RasaNlu, server: Server) -> None:
    server.catalogue_status = 500
    with pytest.raises(Unavailable):
        await nlu.put_catalogue(catalogue())


async def test_a_server_that_is_down_does_not_keep_the_catalogue_from_the_other(
    session: aiohttp.ClientSession, server: Server
) -> None:
    with pytest.raises(Unavailable):
        await RasaNlu(session, [closed_port(), server.url]).put_catalogue(catalogue())
    assert 1 == len(server.catalogues)


@pytest.mark.parametrize(
    ("health", "up", "well"), [(None, True, True), (None, False, False), ({"status": "ok"}, False, True)]
)
async def test_health_is_ours_or_rasas_own_status(
    nlu: RasaNlu, server: Server, health: dict[str, Any] | None, up: bool, well: bool
) -> None:
    server.health, server.up = health, up
    assert well is await nlu.healthy()


@pytest.mark.parametrize(
    ("health", "lacks"), [(None, False), ({"catalogue": 0}, True), ({"catalogue": 3}, False), ({}, False)]
)
async def test_a_server_that_lost_the_catalogue_is_noticed(
    nlu: RasaNlu, server: Server, health: dict[str, Any] | None, lacks: bool
) -> None:
    server.health = health
    assert lacks is await nlu.lacks_catalogue()


async def test_the_raw_answer_is_as_it_came(nlu: RasaNlu, server: Server) -> None:
    assert PARSE == await nlu.raw("2 mango pickle")
    server.status = 500
    with pytest.raises(Fault):
        await nlu.raw("hi")


async def test_nothing_of_the_text_is_logged(nlu: RasaNlu, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.body = b"<html>my number is 9845012345</html>"
    with pytest.raises(Fault):
        await nlu.hear("my number is 9845012345", "1")
    assert "9845012345" not in "".join(capsys.readouterr())


_WORDS = st.sampled_from([*PARSE, "name"])
_ANY = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(PARSE, _ANY)))
def test_any_json_object_is_heard_or_a_fault(answer: dict[str, Any]) -> None:
    try:
        heard = read_parse(answer)
    except Fault:
        return
    assert heard.intent
    assert 0 <= heard.confidence <= 1
