"""The Cloud API going wrong on demand, the levers, and the settings."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientTimeout

from sandbox.meta.settings import read_meta
from sandbox.settings import SettingsError, read_settings
from tests.sandbox.meta_kit import BEARER, NUMBER, ORDER_UPDATE, PHONE, TOKEN, Stand, meta_stand

KEYS = {
    "WHATSAPP_PHONE_NUMBER_ID": PHONE,
    "WHATSAPP_ACCESS_TOKEN": TOKEN,
    "WHATSAPP_APP_SECRET": "s3cret-of-the-app",
    "WHATSAPP_VERIFY_TOKEN": "verify",
}
BODY = {"messaging_product": "whatsapp", "to": NUMBER, "text": {"body": "Namaste"}}


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with meta_stand() as stand:
        yield stand


async def accepted(stand: Stand) -> int:
    return len(await stand.state("messages"))


@pytest.mark.parametrize(("way", "status", "done"), [(429, 429, 0), (500, 500, 1), (503, 503, 1)])
async def test_calls_fail_as_often_as_asked(stand: Stand, way: int, status: int, done: int) -> None:
    await stand.control("chaos", {"fail_next": 1, "fail_with": way})

    async with stand.http.post(f"{stand.url}/v23.0/{PHONE}/messages", json=BODY, headers=BEARER) as answer:
        assert (status, done) == (answer.status, await accepted(stand))

    await stand.sent()


@pytest.mark.parametrize(("before", "done"), [(False, 1), (True, 0)])
async def test_a_connection_can_be_cut_after_the_work_or_before(stand: Stand, before: bool, done: int) -> None:
    await stand.control("chaos", {"fail_next": 1, "fail_with": "cut", "fail_before": before})

    with pytest.raises(ClientError):
        await stand.send()

    assert done == await accepted(stand)


async def test_an_answer_may_never_come_though_the_work_is_done(stand: Stand) -> None:
    await stand.control("chaos", {"fail_next": 1, "fail_with": "timeout"})
    url, patience = f"{stand.url}/v23.0/{PHONE}/messages", ClientTimeout(total=0.3)

    with pytest.raises(TimeoutError):
        await stand.http.post(url, json=BODY, headers=BEARER, timeout=patience)

    assert 1 == await accepted(stand)


@pytest.mark.parametrize(("share", "failed"), [(1, 8), (0, 0)])
async def test_a_share_of_all_calls_fails(stand: Stand, share: float, failed: int) -> None:
    await stand.control("chaos", {"fail_share": share})

    answers = await asyncio.gather(*[stand.send() for _ in range(8)])

    assert failed == sum(status == 500 for status, _ in answers)


@pytest.mark.parametrize(("code", "status"), [(131056, 429), (130429, 429), (368, 403), (190, 401), (131000, 500)])
async def test_any_error_is_given_on_demand(stand: Stand, code: int, status: int) -> None:
    await stand.control("chaos", {"refuse_next": 1, "refuse_code": code})

    assert (status, code) == (await stand.refused())[:2]
    await stand.sent()
    assert {"accepted": 1, f"refused:{code}": 1} == await stand.state("counts")


async def test_any_message_fails_after_it_was_taken_on_demand(stand: Stand) -> None:
    await stand.control("chaos", {"undelivered_next": 1, "undelivered_code": 131049})

    await stand.sent()
    await stand.sent()

    statuses = await stand.shop.items("statuses", 3)
    assert [131049] == [one["errors"][0]["code"] for one in statuses if one["status"] == "failed"]


async def test_what_was_accepted_is_listed_in_order_and_by_customer(stand: Stand) -> None:
    other = "919800000001"
    first = await stand.sent()
    await stand.sent(other)
    last = await stand.sent()

    everything = await stand.state("messages")
    assert [(1, NUMBER), (2, other), (3, NUMBER)] == [(one["seq"], one["to"]) for one in everything]
    assert [first, last] == [one["id"] for one in await stand.state(f"messages/{NUMBER}")]
    assert [3] == [one["seq"] for one in await stand.state("messages?after=2")]
    assert "Namaste" == everything[0]["body"]["text"]["body"]
    assert "error" in await stand.state("messages?after=x")


async def test_only_the_last_of_each_customer_are_kept_if_asked() -> None:
    async with meta_stand(keep=2) as stand:
        for word in "abc":
            await stand.sent(text={"body": word}, type="text")

        assert ["b", "c"] == [one["body"]["text"]["body"] for one in await stand.state(f"messages/{NUMBER}")]
        assert ["b", "c"] == [entry["text"] for entry in await stand.telephone()]
        assert 3 == (await stand.state("counts"))["accepted"]


async def test_everything_can_be_forgotten_but_templates_and_knobs(stand: Stand) -> None:
    await stand.control("chaos", {"rate": 7})
    await stand.sent()

    await stand.control("forget")

    state = await stand.state()
    assert ([], [], {}, []) == (state["messages"], state["customers"], state["counts"], await stand.telephone())
    assert (2, 7) == (len(state["templates"]), state["chaos"]["rate"])


async def test_levers_say_what_they_take(stand: Stand) -> None:
    said = [
        await stand.control("chaos", {"batch": 0}),
        await stand.control("chaos", {"refuse_code": 7}),
        await stand.control("customers/12", {}),
        await stand.control(f"customers/{NUMBER}", {"absent": "yes"}),
        await stand.control("templates", {"name": "No Such Name"}),
        await stand.control("templates", {"name": "a", "language": "en", "components": []}),
    ]

    described = [one["error"]["description"] for one in said]
    assert all(one.startswith(start) for one, start in zip(described, EXPECTED, strict=True)), described


EXPECTED = (
    "batch takes a whole number from 1 to 1000",
    "refuse_code takes one of 2, 4",
    "a number is 5 to 15 digits",
    "absent, hidden, offline, no_marketing take",
    "name takes small letters, digits and underscores",
    "a: a BODY has a text of 1 to 1024 characters",
)


async def test_the_index_links_to_the_telephones_that_were_written_to(stand: Stand) -> None:
    await stand.sent()

    async with stand.http.get(f"{stand.url}/") as answer:
        index = await answer.text()

    assert "WhatsApp (Meta)" in index
    assert f'href="/phone?network=whatsapp&amp;shop={PHONE}&amp;number={NUMBER}"' in index
    assert "Open a customer’s telephone" in index


def test_without_any_of_its_settings_it_is_off_and_with_some_it_says_which_are_missing() -> None:
    assert read_meta({}) is None
    with pytest.raises(SettingsError, match=r"^missing: WHATSAPP_ACCESS_TOKEN, WHATSAPP_APP_SECRET$"):
        read_meta({name: KEYS[name] for name in ("WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_VERIFY_TOKEN")})
    with pytest.raises(SettingsError, match="nothing to stand in for"):
        read_settings({}, "127.0.0.1", 8090)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"WHATSAPP_PHONE_NUMBER_ID": "+91"}, "is digits"),
        ({"SANDBOX_WHATSAPP_CHAOS": '{"window": "ajar"}'}, "SANDBOX_WHATSAPP_CHAOS: window takes one of report"),
        ({"SANDBOX_WHATSAPP_TEMPLATES": "/no/such/file"}, "SANDBOX_WHATSAPP_TEMPLATES: no templates"),
        ({"SANDBOX_WHATSAPP_TEMPLATES": '{"data": 1}'}, "templates come as a list"),
        ({"SANDBOX_WEBHOOK_URL": "shop"}, "SANDBOX_WEBHOOK_URL is no address"),
    ],
)
def test_settings_that_make_no_sense_are_refused(change: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_meta(KEYS | change)


def test_settings_are_read_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "templates.json"
    file.write_text(json.dumps({"data": [ORDER_UPDATE]}), encoding="utf-8")
    env = KEYS | {"SANDBOX_WEBHOOK_URL": "http://127.0.0.1:8081/webhooks/razorpay", "SANDBOX_KEEP": "50"}

    whole = read_settings(env | {"SANDBOX_WHATSAPP_TEMPLATES": str(file)}, "127.0.0.1", 8090)

    assert whole.meta is not None
    assert "http://127.0.0.1:8081/webhooks/whatsapp" == whole.meta.webhook_url
    assert ["order_update"] == [template.name for template in whole.meta.templates]
    assert 50 == whole.keep
    assert "s3cret" not in repr(whole)
    with pytest.raises(SettingsError, match="SANDBOX_KEEP is a number"):
        read_settings(env | {"SANDBOX_KEEP": "0"}, "127.0.0.1", 8090)
