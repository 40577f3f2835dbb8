"""Messages of the shop over the Cloud API: what is taken, what is refused, and what telephones show."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.sandbox.meta_kit import (
    NUMBER,
    OWN,
    PHONE,
    Stand,
    buttons,
    link,
    meta_stand,
    order_update,
    place_wanted,
    rows,
    template,
)

DAY = 24 * 3600


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with meta_stand() as stand:
        yield stand


def row(choice: str, title: str = "Pickles", **more: str) -> dict[str, str]:
    return {"id": choice, "title": title, **more}


def text(body: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body}}


@pytest.mark.parametrize("path", [f"/v23.0/{PHONE}/messages", f"/v9.1/{PHONE}/messages", f"/{PHONE}/messages"])
async def test_a_text_is_answered_as_meta_answers_under_any_version(stand: Stand, path: str) -> None:
    body = {"messaging_product": "whatsapp", "to": f"+{NUMBER}", "text": {"body": "Namaste"}}

    status, answer = await stand.call("POST", path, body)

    message_id = answer["messages"][0]["id"]
    assert status == 200
    assert message_id.startswith("wamid.")
    assert {
        "messaging_product": "whatsapp",
        "contacts": [{"input": f"+{NUMBER}", "wa_id": NUMBER}],
        "messages": [{"id": message_id}],
    } == answer


async def test_the_same_message_twice_is_two_messages(stand: Stand) -> None:
    assert await stand.sent() != await stand.sent()
    assert ["Namaste", "Namaste"] == [entry["text"] for entry in await stand.telephone()]


@pytest.mark.parametrize("shown", ["", "Bearer wrong", "token-of-the-sandbox"])
async def test_without_the_token_nothing_is_taken(stand: Stand, shown: str) -> None:
    status, answer = await stand.call("POST", f"/v23.0/{PHONE}/messages", {}, Authorization=shown)

    assert (401, 190, "OAuthException") == (status, answer["error"]["code"], answer["error"]["type"])
    assert answer["error"]["fbtrace_id"]


async def test_another_number_is_no_object_of_ours(stand: Stand) -> None:
    status, answer = await stand.call("POST", "/v23.0/12345/messages", {})

    error = answer["error"]
    assert (400, 100, 33) == (status, error["code"], error["error_subcode"])
    assert error["message"].startswith("Unsupported post request. Object with ID '12345' does not exist")


async def test_telephones_show_what_was_sent(stand: Stand) -> None:
    await stand.sent(**buttons(("add:mango-250:1", "Add 250 g"), header={"type": "text", "text": "Mango pickle"}))
    await stand.sent(**rows(("Pickles", [row("p", description="Hot")]), ("Sweets", [row("s", "Laddus")])))
    await stand.sent(**link())
    await stand.sent(**place_wanted())
    await stand.sent(**order_update())

    chosen, listed, linked, asked, templated = await stand.telephone()
    assert [{"id": "add:mango-250:1", "title": "Add 250 g"}] == chosen["buttons"]
    assert {"kind": "text", "text": "Mango pickle"} == chosen["header"]
    assert ["Pickles", "Sweets"] == [section["title"] for section in listed["list"]["sections"]]
    assert [{"title": "Pay", "url": "https://shop.example/pay"}] == linked["links"]
    assert "ask_place" in asked
    assert ("order_update", "Hello Asha, your order HT-1 is on its way.", "Haat") == (
        templated["template"],
        templated["text"],
        templated["footer"],
    )
    assert [{"id": "Track it", "title": "Track it"}] == templated["buttons"]
    assert "https://shop.example/o/HT-1" == templated["links"][0]["url"]


async def test_an_answer_quotes_what_it_answers(stand: Stand) -> None:
    asked = await stand.says("Do you have mango pickle?")

    await stand.sent(context={"message_id": asked["id"]})

    assert asked["id"] == (await stand.telephone())[1]["quoted"]


async def test_the_longest_of_everything_is_taken(stand: Stand) -> None:
    long = [row(f"{at:0>200}", f"{at:0>24}", description="d" * 72) for at in range(10)]
    footer, header = {"text": "f" * 60}, {"type": "text", "text": "h" * 60}

    await stand.sent(**text("అ" * 4096))
    await stand.sent(**buttons(*((c * 256, c * 20) for c in "abc"), body="b" * 1024, footer=footer, header=header))
    await stand.sent(**rows(("s" * 24, long), button="b" * 20, body="b" * 1024))
    await stand.sent(**rows(*((f"section {at}", [row(str(at))]) for at in range(10))))
    await stand.sent(**link(title="t" * 20))

    assert len(await stand.telephone()) == 5


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (text("x" * 4097), 100, "at most 4096 characters"),
        (text("  "), 100, "text['body'] is required"),
        ({"type": "text"}, 100, "The parameter text is required"),
        ({"type": "smoke", "smoke": {}}, 100, "Param type must be one of"),
        ({"type": "text", "text": {"body": "a", "colour": "red"}}, 100, 'Unexpected key "colour"'),
        ({"type": "text", "text": {"body": "a"}, "recipient_type": "group"}, 100, "recipient_type must be one of"),
        (buttons(), 131009, "Min allowed buttons: 1, Max allowed buttons: 3"),
        (buttons(*((c, c) for c in "abcd")), 131009, "Max allowed buttons: 3"),
        (buttons(("a", "x" * 21)), 131009, "Max length: 20"),
        (buttons(("a" * 257, "x")), 131009, "Max length: 256"),
        (buttons((" a", "x")), 131009, "must not begin or end with a space"),
        (buttons(("a", "🥭" * 11)), 131009, "Max length: 20"),
        (buttons(("a", "x"), ("a", "y")), 131009, "Duplicated button id"),
        (buttons(("a", "x"), ("b", "x")), 131009, "Duplicated button title"),
        (buttons(("a", "x"), body="b" * 1025), 131009, "Max length: 1024"),
        (buttons(("a", "x"), footer={"text": "f" * 61}), 131009, "Max length: 60"),
        (buttons(("a", "x"), header={"type": "text", "text": "h" * 61}), 131009, "Max length: 60"),
        (buttons(("a", "x"), header={"type": "image", "image": {}}), 100, "exactly one of id and link"),
        (rows(), 131009, "Min allowed sections: 1"),
        (rows(("", [])), 131009, "Min allowed rows: 1"),
        (rows(("A", [row(str(at)) for at in range(6)]), ("B", [row(str(at)) for at in range(6, 11)])), 131009, "10"),
        (rows(("A", [row("a")]), ("", [row("b")])), 131008, "Section title is mandatory"),
        (rows(("A", [row("a"), row("a")])), 131009, "Duplicated row id"),
        (rows(("A", [row("a", "t" * 25)])), 131009, "Max length: 24"),
        (rows(("A", [row("a", description="d" * 73)])), 131009, "Max length: 72"),
        (rows(("A", [row("a" * 201)])), 131009, "Max length: 200"),
        (rows(("s" * 25, [row("a")])), 131009, "Max length: 24"),
        (rows(("A", [row("a")]), button="b" * 21), 131009, "Max length: 20"),
        (link(title="t" * 21), 131009, "Max length: 20"),
        (link("shop.example/pay"), 131009, "is not a valid URL"),
        ({"type": "interactive", "interactive": {"type": "product_list", "action": {}}}, 131009, "not found"),
        ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, 131009, "out of range"),
        ({"type": "image", "image": {"link": "ftp://shop.example/a.png"}}, 131009, "not a valid https URL"),
        ({"type": "image", "image": {"link": "http://shop.example/a.png"}}, 131009, "not a valid https URL"),
        ({"type": "image", "image": {"id": "123"}}, 131009, "no media with this id"),
        ({"type": "image", "image": {"id": "1", "link": "https://a.example/"}}, 100, "exactly one of id and link"),
        ({"type": "document", "document": {"link": "https://a.example/", "caption": "c" * 1025}}, 131009, "1024"),
    ],
)
async def test_what_breaks_a_rule_is_refused(stand: Stand, content: dict[str, Any], code: int, said: str) -> None:
    status, found, details = await stand.refused(**content)

    assert (400, code) == (status, found)
    assert said in details
    assert [] == await stand.telephone()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"to": NUMBER, "text": {"body": "a"}}, "The parameter messaging_product is required"),
        ({"messaging_product": "whatsapp", "text": {"body": "a"}}, "The parameter to is required"),
        ([], "must be a JSON object"),
        ({"messaging_product": "whatsapp", "recipient": "Asha", "text": {"body": "a"}}, "business-scoped user ID"),
    ],
)
async def test_every_message_says_for_whom_and_over_what(stand: Stand, body: object, said: str) -> None:
    status, answer = await stand.call("POST", f"/v23.0/{PHONE}/messages", body)

    assert (400, 100) == (status, answer["error"]["code"])
    assert said in answer["error"]["message"]


async def test_the_shop_cannot_write_to_itself_nor_to_what_is_no_number(stand: Stand) -> None:
    assert (400, 131021) == (await stand.refused(OWN))[:2]
    assert (400, 131009) == (await stand.refused("call me"))[:2]


@pytest.mark.parametrize(
    ("content", "status", "code", "said"),
    [
        (template("nothing"), 404, 132001, "(nothing) does not exist in en"),
        (template("order_update", "hi"), 404, 132001, "(order_update) does not exist in hi"),
        (template(header=["HT-1"], body=["Asha"], url=["o"]), 400, 132000, "body: number of localizable_params (1)"),
        (template(body=["Asha", "HT-1"], url=["o"]), 400, 132000, "header: number of localizable_params (0)"),
        (template(header=["HT-1"], body=["Asha", "HT-1"]), 400, 131008, "Button at index 1 of type Url requires"),
        (template(header=["HT-1"], body=["a\nb", "HT-1"], url=["o"]), 400, 132018, "new-line/tab"),
        (template(header=["HT-1"], body=["", "HT-1"], url=["o"]), 400, 131008, "missing text value"),
        (template(header=["HT-1"], body=["a" * 1024, "HT-1"], url=["o"]), 400, 132005, "longer than 1024"),
        (template("festival", "te", body=["Diwali"]), 400, 100, "Parameter name is missing or empty"),
    ],
)
async def test_templates_must_be_there_and_be_filled(
    stand: Stand, content: dict[str, Any], status: int, code: int, said: str
) -> None:
    refused = await stand.refused(**content)

    assert (status, code) == refused[:2]
    assert said in refused[2]


async def test_places_of_a_template_can_have_names(stand: Stand) -> None:
    content = template("festival", "te", body=["Diwali"])
    content["template"]["components"][0]["parameters"][0]["parameter_name"] = "festival"

    await stand.sent(**content)

    assert "Sweets for Diwali!" == (await stand.telephone())[0]["text"]


@pytest.mark.parametrize(("status", "code"), [("PAUSED", 132015), ("DISABLED", 132016), ("REJECTED", 132001)])
async def test_a_template_goes_only_while_it_is_approved(stand: Stand, status: str, code: int) -> None:
    listed = (await stand.state())["templates"][0]

    await stand.control("templates", listed | {"status": status})

    assert code == (await stand.refused(**order_update()))[1]


async def test_beyond_a_day_a_message_is_taken_and_then_reported_failed() -> None:
    async with meta_stand(window="report") as stand:
        await stand.says("Hi")
        stand.clock.now += DAY
        await stand.sent()
        stand.clock.now += 1
        late = await stand.sent()

        failed = [one for one in await stand.shop.items("statuses", 3) if one["status"] == "failed"]
        assert [(late, 131047)] == [(one["id"], one["errors"][0]["code"]) for one in failed]
        assert ["delivered", "delivered", "failed"] == [entry["ticks"] for entry in await stand.telephone()]
        await stand.sent(**order_update())
        await stand.says("Hi again")
        await stand.sent()
        assert 1 == (await stand.shop.statuses(7)).count("failed")


async def test_beyond_a_day_a_message_can_be_refused_at_once() -> None:
    async with meta_stand(window="refuse") as stand:
        assert (400, 131047) == (await stand.refused())[:2]
        await stand.sent(**order_update())
        await stand.says("Hi")
        await stand.sent()


async def test_the_number_has_a_rate_and_so_has_each_customer() -> None:
    async with meta_stand(rate=3, pair_burst=2) as stand:
        await stand.sent()
        await stand.sent()
        assert (429, 131056) == (await stand.refused())[:2]
        assert (429, 130429) == (await stand.refused("919800000001"))[:2]

        stand.clock.now += 6
        await stand.sent()
        assert (429, 131056) == (await stand.refused())[:2]


async def test_trouble_with_a_customer_is_reported_later(stand: Stand) -> None:
    absent, unwilling = "919800000001", "919800000002"
    await stand.control(f"customers/{absent}", {"absent": True})
    await stand.control(f"customers/{unwilling}", {"no_marketing": True})
    festival = template("festival", "te", body=["Diwali"])
    festival["template"]["components"][0]["parameters"][0]["parameter_name"] = "festival"

    await stand.sent(absent)
    await stand.sent(unwilling, **festival)

    statuses = await stand.shop.items("statuses", 2)
    assert {absent: 131026, unwilling: 131050} == {one["recipient_id"]: one["errors"][0]["code"] for one in statuses}


async def test_a_customer_without_a_number_is_written_to_by_user_id(stand: Stand) -> None:
    await stand.control(f"customers/{NUMBER}", {"hidden": True})
    await stand.says("Hi")
    user_id = (await stand.shop.items("messages", 1))[0]["from_user_id"]

    body = {"messaging_product": "whatsapp", "recipient": user_id, "text": {"body": "Namaste"}}
    _, answer = await stand.call("POST", f"/v23.0/{PHONE}/messages", body)

    assert [{"input": user_id, "user_id": user_id}] == answer["contacts"]
    assert "Namaste" == (await stand.telephone())[1]["text"]
    assert "recipient_id" not in (await stand.shop.items("statuses", 1))[0]


async def test_a_code_comes_in_metas_own_words_with_a_button_to_copy_it(stand: Stand) -> None:
    made = {
        "name": "code",
        "language": "te",
        "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "FOOTER", "code_expiration_minutes": 10},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ],
    }
    await stand.control("templates", made)
    content = template("code", "te", body=["123456"])
    assert (400, 131008) == (await stand.refused(**content))[:2]
    copy = {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "123456"}]}
    content["template"]["components"].append(copy)

    await stand.sent(**content)

    shown = (await stand.telephone())[0]
    assert "*123456* is your verification code. For your security, do not share this code." == shown["text"]
    assert ("This code expires in 10 minutes.", "Copy code") == (shown["footer"], shown["links"][0]["title"])


async def test_authentication_goes_to_numbers_only(stand: Stand) -> None:
    await stand.says("Hi")
    user_id = (await stand.shop.items("messages", 1))[0]["from_user_id"]
    code = {
        "name": "code",
        "language": "en",
        "category": "AUTHENTICATION",
        "components": [{"type": "BODY", "text": "7"}],
    }
    await stand.control("templates", code)

    body = {"messaging_product": "whatsapp", "recipient": user_id, **template("code")}
    _, answer = await stand.call("POST", f"/v23.0/{PHONE}/messages", body)

    assert 131062 == answer["error"]["code"]


def spoilt(node: Any) -> Iterator[Any]:
    """`node` in every version where one thing in it is of another kind."""
    yield from (None, 7, "x", [], {}, ["x"], {"x": 1}, True)
    if isinstance(node, dict):
        for key in node:
            yield from (node | {key: version} for version in spoilt(node[key]))
    if isinstance(node, list):
        for at in range(len(node)):
            yield from ([*node[:at], version, *node[at + 1 :]] for version in spoilt(node[at]))


@pytest.mark.parametrize(
    "content",
    [
        buttons(("a", "A"), header={"type": "text", "text": "h"}, footer={"text": "f"}),
        rows(("A", [row("a", description="d")])),
        link(),
        place_wanted(),
        order_update(),
        text("a") | {"context": {"message_id": "m"}},
        {"type": "image", "image": {"link": "https://shop.example/", "caption": "c"}},
        {"type": "location", "location": {"latitude": 1, "longitude": 2, "name": "n", "address": "a"}},
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "Asha"}}]},
        {"type": "reaction", "reaction": {"message_id": "m", "emoji": "e"}},
        {
            "type": "interactive",
            "interactive": {"type": "product_list", "action": {"sections": [{"product_items": [1]}]}},
        },
    ],
)
async def test_whatever_comes_is_taken_or_refused_and_breaks_nothing(stand: Stand, content: dict[str, Any]) -> None:
    await stand.control("chaos", {"rate": 0, "pair_burst": 0})
    base = {"messaging_product": "whatsapp", "to": NUMBER} | content
    path = f"/v23.0/{PHONE}/messages"

    for body in spoilt(base):
        status, _ = await stand.call("POST", path, body)
        assert status < 500, body


async def test_reading_ticks_the_customers_messages_and_shows_typing(stand: Stand) -> None:
    first, second = await stand.says("One"), await stand.says("Two")
    await stand.says("Three")
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": second["id"]}
    path = f"/v23.0/{PHONE}/messages"

    answer = await stand.call("POST", path, read | {"typing_indicator": {"type": "text"}})

    assert (200, {"success": True}) == answer
    ticks = {entry["id"]: entry["ticks"] for entry in await stand.telephone()}
    assert ("read", "read") == (ticks[first["id"]], ticks[second["id"]])
    assert "read" not in list(ticks.values())[2:]
    assert 400 == (await stand.call("POST", path, read | {"message_id": "wamid.unknown"}))[0]
    assert 400 == (await stand.call("POST", path, read | {"typing_indicator": {"type": "song"}}))[0]


async def test_the_number_tells_about_itself(stand: Stand) -> None:
    _, some = await stand.call("GET", f"/v23.0/{PHONE}?fields=display_phone_number,quality_rating")
    _, usual = await stand.call("GET", f"/v23.0/{PHONE}")
    status, refused = await stand.call("GET", f"/v23.0/{PHONE}?fields=colour")

    assert {"display_phone_number": f"+{OWN}", "quality_rating": "GREEN", "id": PHONE} == some
    assert "STANDARD" == usual["throughput"]["level"]
    assert (400, 100) == (status, refused["error"]["code"])


async def test_templates_are_listed_and_made_over_the_api(stand: Stand) -> None:
    account = "102290129340398"
    made = {"name": "hello", "language": "en", "components": [{"type": "BODY", "text": "Hello"}]}

    status, answer = await stand.call("POST", f"/v23.0/{account}/message_templates", made)
    _, listed = await stand.call("GET", f"/v23.0/{account}/message_templates?name=hello")
    wrong, _ = await stand.call("POST", f"/v23.0/{account}/message_templates", made | {"name": "No Such Name"})

    assert (200, "APPROVED", 400) == (status, answer["status"], wrong)
    assert ["hello"] == [one["name"] for one in listed["data"]]
    await stand.sent(**template("hello"))
