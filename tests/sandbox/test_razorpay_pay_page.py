"""The pay page over plain HTTP: what it shows, what it takes, where it leads."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
import razorpay
from aiohttp import ClientResponse

from tests.sandbox.sandbox_kit import Shop, Stand

BACK = {"callback_url": "http://127.0.0.1:8080/payments/razorpay/return?lang=te", "callback_method": "get"}


async def shown(stand: Stand, link_id: str) -> str:
    async with stand.http.get(f"{stand.url}/pay/{link_id}") as answer:
        return await answer.text()


async def choose(stand: Stand, link_id: str, choice: str, token: str | None = None) -> ClientResponse:
    """Submit the page's form, by default with the token that the page carries."""
    found = re.search(r'name="token" value="([^"]+)"', await shown(stand, link_id))
    form = {"choice": choice, "token": token or (found[1] if found else "")}
    async with stand.http.post(f"{stand.url}/pay/{link_id}", data=form, allow_redirects=False) as answer:
        await answer.read()
        return answer


async def test_the_page_says_who_is_paid_what_for_and_that_no_money_moves(stand: Stand) -> None:
    link = await stand.link(
        amount=12345650, reference_id="HT-10023", description="<b>Pickles</b>", notes={"shop_name": "Haat & Co"}
    )

    html = await shown(stand, link["id"])

    for text in ("₹1,23,456.50", "HT-10023", "Haat &amp; Co", "&lt;b&gt;Pickles", "no real money moves"):
        assert text in html


async def test_paying_leads_back_to_the_shop_with_a_signature_the_sdk_accepts(
    stand: Stand, sdk: razorpay.Client, shop: Shop
) -> None:
    link = await stand.link(reference_id="HT-10023", **BACK)

    answer = await choose(stand, link["id"], "upi")

    assert answer.status == 303
    back = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert back.pop("lang") == "te"
    assert back["razorpay_payment_link_status"] == "paid"
    assert back["razorpay_payment_link_reference_id"] == "HT-10023"
    named = {name.removeprefix("razorpay_") if "_link_" in name else name: value for name, value in back.items()}
    assert sdk.utility.verify_payment_link_signature(named)
    assert "payment_link.paid" in await shop.events(4)


async def test_without_a_callback_the_customer_gets_a_receipt(stand: Stand) -> None:
    link = await stand.link()

    answer = await choose(stand, link["id"], "card")

    assert answer.headers["Location"] == f"/pay/{link['id']}"
    html = await shown(stand, link["id"])
    assert "Payment received" in html
    assert (await stand.state())["payments"][0]["id"] in html


async def test_a_second_submission_does_not_pay_again(stand: Stand) -> None:
    link = await stand.link(**BACK)
    token = re.search(r'name="token" value="([^"]+)"', await shown(stand, link["id"]))
    assert token

    answers = [await choose(stand, link["id"], method, token[1]) for method in ("upi", "upi", "card", "fail")]

    assert [answer.status for answer in answers] == [303] * 4
    assert len((await stand.state())["payments"]) == 1


async def test_a_declined_payment_leaves_the_link_open_to_try_again(stand: Stand, shop: Shop) -> None:
    link = await stand.link()

    await choose(stand, link["id"], "fail")

    assert await shop.events(1) == ["payment.failed"]
    html = await shown(stand, link["id"])
    assert "Nothing was taken. Please try again." in html
    await choose(stand, link["id"], "upi")
    assert (await stand.state())["links"][0]["status"] == "paid"


async def test_leaving_changes_nothing_and_shows_the_way_back(stand: Stand) -> None:
    link = await stand.link(**BACK)

    answer = await choose(stand, link["id"], "leave")

    async with stand.http.get(stand.url + answer.headers["Location"]) as page:
        html = await page.text()
    assert "You left without paying" in html
    assert 'href="http://127.0.0.1:8080/"' in html
    state = await stand.state()
    assert (state["links"][0]["status"], state["payments"]) == ("created", [])


@pytest.mark.parametrize("token", ["guess", "plink_", "ఊహ"])
async def test_a_form_from_elsewhere_is_refused(stand: Stand, token: str) -> None:
    link = await stand.link()

    answer = await choose(stand, link["id"], "upi", token)

    assert answer.status == 403
    assert (await stand.state())["payments"] == []


@pytest.mark.parametrize(("how", "said"), [("cancel", "This link was cancelled"), ("expire", "This link has expired")])
async def test_a_closed_link_says_so_and_cannot_be_paid(stand: Stand, how: str, said: str) -> None:
    link = await stand.link()
    token = re.search(r'name="token" value="([^"]+)"', await shown(stand, link["id"]))
    assert token
    if how == "cancel":
        await stand.call("POST", f"/v1/payment_links/{link['id']}/cancel", {})
    else:
        await stand.control(f"expire/{link['id']}", {})

    await choose(stand, link["id"], "upi", token[1])

    html = await shown(stand, link["id"])
    assert said in html
    assert "<form" not in html
    assert (await stand.state())["payments"] == []


async def test_an_unknown_link_is_a_page_that_says_so(stand: Stand) -> None:
    async with stand.http.get(f"{stand.url}/pay/plink_Nothing0000000") as answer:
        assert answer.status == 404
        assert "No such payment link" in await answer.text()


async def test_the_index_lists_links_newest_first_with_their_state(stand: Stand) -> None:
    await stand.link(reference_id="HT-1")
    second = await stand.link(reference_id="HT-2")
    await stand.control(f"pay/{second['id']}", {})

    async with stand.http.get(stand.url) as answer:
        html = await answer.text()

    assert html.index("HT-2") < html.index("HT-1")
    assert re.findall(r'class="state (\w+)"', html) == ["paid", "created"]
    assert "₹499.00" in html
