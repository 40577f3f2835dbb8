"""Media of the Cloud API: uploads, addresses, downloads, and the links that messages bring."""

import base64
import hashlib
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
from aiohttp import FormData
from yarl import URL

from tests.sandbox.meta_kit import BEARER, PHONE, PNG, Stand, buttons, meta_stand


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with meta_stand() as stand:
        yield stand


async def uploaded(stand: Stand, raw: bytes = PNG, mime: str = "image/png", **more: str) -> tuple[int, Any]:
    form = FormData({"messaging_product": "whatsapp"} | more)
    form.add_field("file", BytesIO(raw), content_type=mime, filename="mango.png")
    async with stand.http.post(f"{stand.url}/v23.0/{PHONE}/media", data=form, headers=BEARER) as answer:
        return answer.status, await answer.json()


async def fetched(stand: Stand, address: str, **headers: str) -> tuple[int, bytes]:
    async with stand.http.get(address, headers=headers) as answer:
        return answer.status, await answer.read()


async def test_an_upload_can_be_sent_looked_up_and_deleted(stand: Stand) -> None:
    _, answer = await uploaded(stand)
    media_id = answer["id"]
    await stand.sent(type="image", image={"id": media_id, "caption": "Mango"})

    status, about = await stand.call("GET", f"/v23.0/{media_id}")

    assert 200 == status
    assert (media_id, "image/png", len(PNG), hashlib.sha256(PNG).hexdigest()) == (
        about["id"],
        about["mime_type"],
        about["file_size"],
        about["sha256"],
    )
    shown = (await stand.telephone())[0]
    assert "Mango" == shown["text"]
    assert (200, PNG) == await fetched(stand, stand.url + shown["media"]["url"])
    assert (200, {"success": True}) == await stand.call("DELETE", f"/v23.0/{media_id}")
    assert 400 == (await stand.call("GET", f"/v23.0/{media_id}"))[0]


async def test_a_customers_picture_is_fetched_with_the_token_within_five_minutes(stand: Stand) -> None:
    await stand.does("picture", data=base64.b64encode(PNG).decode(), mime="image/png")
    media_id = (await stand.shop.items("messages", 1))[0]["image"]["id"]
    _, about = await stand.call("GET", f"/{media_id}")
    address = about["url"]

    assert URL(stand.url).origin() == URL(address).origin()
    assert (200, PNG) == await fetched(stand, address, **BEARER)
    assert 401 == (await fetched(stand, address))[0]
    assert 404 == (await fetched(stand, str(URL(address).update_query(hash="wrong")), **BEARER))[0]
    stand.clock.now += 301
    assert 404 == (await fetched(stand, address, **BEARER))[0]
    stand.clock.now += 7 * 86_400
    assert 400 == (await stand.call("GET", f"/{media_id}"))[0]


@pytest.mark.parametrize(
    ("size", "mime", "code"),
    [(9, "application/x-sh", 100), (5 * 1024 * 1024 + 1, "image/png", 131053), (0, "image/png", 131053)],
)
async def test_uploads_have_types_and_sizes(stand: Stand, size: int, mime: str, code: int) -> None:
    status, answer = await uploaded(stand, bytes(size), mime)

    assert (400, code) == (status, answer["error"]["code"])


async def test_an_upload_needs_a_file_and_says_that_it_is_for_whatsapp(stand: Stand) -> None:
    url = f"{stand.url}/v23.0/{PHONE}/media"
    without = FormData({"messaging_product": "whatsapp", "type": "image/png"}, default_to_multipart=True)
    silent = FormData({"file": BytesIO(b"x")})
    for form in (without, silent, b"raw"):
        async with stand.http.post(url, data=form, headers=BEARER) as answer:
            assert (400, 100) == (answer.status, (await answer.json())["error"]["code"])


async def test_an_upload_goes_only_as_what_it_is(stand: Stand) -> None:
    _, answer = await uploaded(stand, b"%PDF-1.7", "application/pdf")

    assert (400, 131053) == (await stand.refused(type="image", image={"id": answer["id"]}))[:2]
    await stand.sent(type="document", document={"id": answer["id"], "filename": "Invoice.pdf"})


async def test_links_are_fetched_from_the_shop_once(stand: Stand) -> None:
    stand.shop.files["mango.png"] = ("image/png", PNG)
    image = {"link": f"{stand.shop.url}/files/mango.png"}

    await stand.sent(type="image", image=image)
    await stand.shop.statuses(2)
    await stand.sent(**buttons(("a", "A"), header={"type": "image", "image": image}))

    assert ["sent", "delivered"] * 2 == await stand.shop.statuses(4)
    assert ["mango.png"] == stand.shop.fetched


@pytest.mark.parametrize("name", ["missing.png", "page.html", "large.png", "empty.png"])
async def test_a_link_that_cannot_be_fetched_fails_the_message_later(stand: Stand, name: str) -> None:
    stand.shop.files = {
        "page.html": ("text/html", b"<p>Sold out</p>"),
        "large.png": ("image/png", bytes(5 * 1024 * 1024 + 1)),
        "empty.png": ("image/png", b""),
    }

    await stand.sent(type="image", image={"link": f"{stand.shop.url}/files/{name}"})

    failed = (await stand.shop.items("statuses", 1))[0]
    assert ("failed", 131053) == (failed["status"], failed["errors"][0]["code"])
    assert ("failed", "131053") == next((one["ticks"], one["trouble"]) for one in await stand.telephone())


async def test_links_to_other_machines_are_taken_on_trust(stand: Stand) -> None:
    await stand.sent(type="image", image={"link": "https://pictures.example/mango.png"})

    assert ["sent", "delivered"] == await stand.shop.statuses(2)


async def test_fetching_can_be_switched_off() -> None:
    async with meta_stand(fetch_links=False) as stand:
        await stand.sent(type="image", image={"link": f"{stand.shop.url}/files/missing.png"})

        assert ["sent", "delivered"] == await stand.shop.statuses(2)
        assert [] == stand.shop.fetched
