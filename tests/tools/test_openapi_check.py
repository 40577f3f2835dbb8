"""Requests held against a small description of our own; what the gateways send is really sent."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from tools.openapi_check.amended import META_MESSAGES, TWILIO_MEDIA, TWILIO_MESSAGES, Amendment, amended
from tools.openapi_check.contents import contents
from tools.openapi_check.description import Description, Request
from tools.openapi_check.judge import Judge
from tools.openapi_check.sending import to_meta, to_twilio

JSON, FORM = {"content-type": "application/json; charset=utf-8"}, {"content-type": "application/x-www-form-urlencoded"}
NAMES = {"shop": "1"}
SOME = list(contents())[::12]


def _described(version: str, **path: Any) -> Description:
    schemas = {
        "Jar": {
            "type": "object",
            "additionalProperties": False,
            "required": ["grams"],
            "properties": {
                "grams": {"$ref": "#/components/schemas/Grams"},
                "words": {"type": "string", "maxLength": 5},
            },
        },
        "Grams": {"type": "integer", "minimum": 1},
        "Order": {
            "type": "object",
            "properties": {"Jar": {"type": "array", "items": {"type": "string"}}, "To": {"type": "string"}},
        },
    }
    operation = {
        "parameters": [
            {"$ref": "#/components/parameters/Who"},
            {"name": "shop", "in": "path", "required": True, "schema": {"type": "string", "pattern": r"^\d+$"}},
            {"name": "fields", "in": "query", "schema": {"type": "string", "maxLength": 5}},
        ],
        "requestBody": {
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Jar"}},
                "application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/Order"}},
            }
        },
    }
    who = {
        "name": "Authorization",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "pattern": "^Bearer "},
    }
    paths = {"/{shop}/jars": {"post": operation, "get": {"parameters": operation["parameters"]}}, **path}
    return Description(
        {
            "openapi": version,
            "info": {"version": "7"},
            "paths": paths,
            "components": {"schemas": schemas, "parameters": {"Who": who}},
        }
    )


@pytest.fixture(params=["3.0.1", "3.1.0"])
def description(request: pytest.FixtureRequest) -> Description:
    return _described(request.param)


def _post(body: Any, **other: Any) -> Request:
    values: dict[str, Any] = {"query": {}, "headers": JSON | {"authorization": "Bearer x"}, "names": NAMES}
    return Request("POST", raw=orjson.dumps(body), **(values | other))


def test_a_request_as_described_has_no_problem(description: Description) -> None:
    assert [] == description.problems("/{shop}/jars", _post({"grams": 250, "words": "mango"}, query={"fields": "a,b"}))


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        (_post({}), "grams"),
        (_post({"grams": 0}), "minimum"),
        (_post({"grams": "250"}), "integer"),
        (_post({"grams": 1, "words": "mangoes"}), "too long"),
        (_post({"grams": 1, "gram": 1}), "gram"),
        (_post({"grams": 1}, names={"shop": "x"}), "path shop"),
        (_post({"grams": 1}, headers=JSON), "header Authorization is missing"),
        (_post({"grams": 1}, headers=JSON | {"authorization": "Basic x"}), "header Authorization"),
        (_post({"grams": 1}, query={"field": "a"}), "query field is unknown"),
        (_post({"grams": 1}, query={"fields": "abcdef"}), "query fields"),
        (_post({"grams": 1}, headers={"content-type": "text/plain", "authorization": "Bearer x"}), "text/plain"),
    ],
)
def test_what_is_not_as_described_is_a_problem(description: Description, request_: Request, word: str) -> None:
    problems = description.problems("/{shop}/jars", request_)
    assert 1 == len(problems)
    assert word in problems[0]


def test_what_is_not_described_is_a_problem(description: Description) -> None:
    assert ["there is no POST /{shop}"] == description.problems("/{shop}", _post({}))
    body = Request("GET", NAMES, {}, {"authorization": "Bearer x"}, b"{}")
    assert ["there is a body where none is known"] == description.problems("/{shop}/jars", body)


@pytest.mark.parametrize(
    ("form", "right"),
    [
        ({"To": "+91", "Jar": ["a", "b"]}, True),
        ({"To": "+91", "Jar": ["a"]}, True),
        ({"To": ""}, True),
        ({"To": ["+91", "+92"]}, False),
    ],
)
def test_a_form_repeats_what_is_a_list_and_nothing_else(description: Description, form: Any, right: bool) -> None:
    raw = urlencode(form, doseq=True).encode()
    sent = Request("POST", NAMES, {}, FORM | {"authorization": "Bearer x"}, raw)
    assert right is (description.problems("/{shop}/jars", sent) == [])


def test_an_amendment_leaves_the_description_as_it_was() -> None:
    document = {"openapi": "3.1.0", "x": [1]}
    changed = amended(document, (Amendment("too short", lambda copied: copied["x"].append(2)),))
    assert ([1], [1, 2]) == (document["x"], changed["x"])


def test_an_amendment_of_what_is_gone_is_noticed() -> None:
    with pytest.raises(KeyError):
        amended({"openapi": "3.1.0"}, (Amendment("gone", lambda copied: copied["x"].append(2)),))


async def test_every_reply_is_sent_to_meta_and_judged() -> None:
    body = {"requestBody": {"content": {"application/json": {"schema": {"not": {"required": ["recipient"]}}}}}}
    number = "/{Version}/{Phone-Number-ID}"
    paths = {META_MESSAGES: {"post": body}, number: {"get": {}}, "/{Version}/{Media-ID}": {"get": {}}}
    judge = Judge(_described("3.1.0", **paths))
    await to_meta(judge, SOME)
    assert judge.accepted[f"POST {META_MESSAGES}"] > len(SOME)
    wrong = Counter(about.partition(",")[0] for about, _ in judge.refused)
    assert wrong.pop(f"POST {META_MESSAGES}") > len(SOME)
    assert {"GET /{Version}/{Media-ID}": 1, f"GET {number}": 1} == wrong


async def test_every_reply_is_sent_to_twilio_and_judged() -> None:
    schema = {"type": "object", "properties": {"MediaUrl": {"type": "array"}}}
    body = {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}}
    judge = Judge(_described("3.0.1", **{TWILIO_MESSAGES: {"post": body}, TWILIO_MEDIA: {"get": {}}}))
    await to_twilio(judge, SOME)
    assert [] == judge.refused
    assert judge.accepted[f"POST {TWILIO_MESSAGES}"] > 6 * len(SOME)
    assert 2 == judge.accepted[f"GET {TWILIO_MEDIA}"]
