"""The exchange and its telephones over HTTP: what customers do, what shows, and who hears of it."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.telephone.entries import Ticks
from sandbox.telephone.voice import voice_note
from tests.sandbox.telephone_kit import NUMBER, OTHER_SHOP, SHOP, Stand, event, telephones

TICKS: tuple[Ticks, ...] = ("sent", "delivered", "read", "failed")


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with telephones() as stand:
        yield stand


async def test_a_text_reaches_the_carrier_and_shows_under_its_id(stand: Stand) -> None:
    status, entry = await stand.does("text", text="Namaste")

    told = stand.told[0]
    assert (200, "in.1") == (status, entry["id"])
    assert (NUMBER, "Asha", SHOP, "text", {"text": "Namaste"}) == (
        told.number,
        told.name,
        told.shop,
        told.deed,
        told.content,
    )
    assert [entry] == await stand.log()
    assert ("customer", "text", "Namaste", "sent") == (entry["from"], entry["kind"], entry["text"], entry["ticks"])


async def test_networks_and_shops_have_chats_of_their_own(stand: Stand) -> None:
    await stand.does("text", text="To the first")
    await stand.does("text", text="To the other", shop=OTHER_SHOP)
    await stand.does("text", network="sms", text="By SMS")

    assert [("To the first", SHOP), ("To the other", OTHER_SHOP)] == [
        (entry["text"], entry["shop"]) for entry in await stand.log()
    ]
    assert ["By SMS"] == [entry["text"] for entry in await stand.log("sms")]


@pytest.mark.parametrize(
    ("content", "choice", "title"),
    [
        ({"buttons": [{"id": "a", "title": "Add"}]}, "a", "Add"),
        ({"list": {"title": "Choose", "sections": [{"title": "", "rows": [{"id": "p", "title": "P"}]}]}}, "p", "P"),
        ({"cards": [{"text": "Lime"}, {"text": "Mango", "buttons": [{"id": "m", "title": "Mine"}]}]}, "m", "Mine"),
    ],
)
async def test_a_tap_means_a_choice_that_was_shown(stand: Stand, content: Any, choice: str, title: str) -> None:
    shown = stand.show(kind="button", **content)

    _, entry = await stand.does("tap", entry=shown, choice=choice)

    assert (title, shown) == (entry["text"], entry["quoted"])
    assert {"entry": shown, "kind": "button", "choice": {"id": choice, "title": title}} == stand.told[0].content


async def test_what_was_never_shown_cannot_be_tapped(stand: Stand) -> None:
    shown = stand.show(buttons=[{"id": "a", "title": "Add"}])

    refused = [await stand.does("tap", entry=shown, choice="b"), await stand.does("tap", entry="x", choice="a")]

    assert [400, 400] == [status for status, _ in refused]
    assert "no such choice in that message" == refused[0][1]["error"]["description"]
    assert [] == stand.told


async def test_opening_the_chat_reads_what_was_not_read(stand: Stand) -> None:
    first, second, failed = stand.show(), stand.show(), stand.show()
    stand.show(shop=OTHER_SHOP)
    stand.exchange.tick(first, "delivered")
    stand.exchange.tick(failed, "failed", "131026")

    await stand.does("open")
    await stand.does("open")

    assert [{"entries": [first, second]}] == [writing.content for writing in stand.told]
    assert ["read", "read", "failed", "sent"] == [entry["ticks"] for entry in await stand.log()]


async def test_ticks_never_go_back(stand: Stand) -> None:
    read, failed = stand.show(), stand.show()

    for ticks in TICKS:
        stand.exchange.tick(read, ticks)
    for ticks in TICKS[::-1]:
        stand.exchange.tick(failed, ticks)
    stand.exchange.tick("unknown", "read")

    assert ["read", "failed"] == [entry["ticks"] for entry in await stand.log()]


async def test_files_are_kept_and_shown(stand: Stand) -> None:
    data = base64.b64encode(b"picture").decode()

    _, picture = await stand.does("picture", data=data, mime="image/png", file_name="jar.png", text="Broken")
    _, voice = await stand.does("voice")

    media = stand.exchange.media[stand.told[0].content["media"]]
    assert (b"picture", "image/png", "jar.png", NUMBER) == (media.raw, media.mime, media.name, media.owner)
    async with stand.http.get(stand.url + picture["media"]["url"]) as answer:
        assert (b"picture", "image/png") == (await answer.read(), answer.headers["Content-Type"])
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    async with stand.http.get(stand.url + voice["media"]["url"]) as answer:
        assert voice_note() == await answer.read()
    async with stand.http.get(f"{stand.url}/phone/media/123") as answer:
        assert answer.status == 404


def test_a_voice_note_is_an_ogg_file_whose_pages_hold_together() -> None:
    raw = voice_note(1)

    pages = raw.split(b"OggS")[1:]
    assert 3 == len(pages)
    assert [b"\x02", b"\x00", b"\x04"] == [page[1:2] for page in pages]
    assert b"OpusHead" in pages[0]
    assert b"OpusTags" in pages[1]


async def test_a_place_and_a_reaction_show(stand: Stand) -> None:
    shown = stand.show(text="Where to?")

    _, place = await stand.does("location", latitude=17.4, longitude=78.4, name_of_place="Home", quoted=shown)
    _, reaction = await stand.does("reaction", entry=shown, emoji="👍")

    assert {"latitude": 17.4, "longitude": 78.4, "name": "Home", "quoted": shown} == place["place"]
    assert {"entry": shown, "emoji": "👍"} == reaction["reaction"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"deed": "sing"}, "deed is one of text, tap"),
        ({"deed": "text", "text": "  "}, "text is a text"),
        ({"deed": "text", "text": "a", "name": 1}, "name is a text"),
        ({"deed": "text", "text": "a", "shop": "nobody"}, "nobody is reached there on whatsapp"),
        ({"deed": "picture", "data": "?", "mime": "image/png"}, "data is base64"),
        ({"deed": "location", "latitude": 91, "longitude": 0}, "latitude is a number of degrees"),
        ({"deed": "location", "latitude": True, "longitude": 0}, "latitude is a number of degrees"),
        ({"deed": "reaction", "emoji": "👍"}, "entry is a text"),
    ],
)
async def test_what_makes_no_sense_is_refused(stand: Stand, body: dict[str, Any], said: str) -> None:
    async with stand.http.post(f"{stand.url}/phone/whatsapp/{NUMBER}", json=body) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["description"].startswith(said)
    assert [] == stand.told


async def test_no_form_of_another_site_can_write(stand: Stand) -> None:
    async with stand.http.post(f"{stand.url}/phone/whatsapp/{NUMBER}", data={"deed": "open"}) as answer:
        assert answer.status == 415


async def test_watchers_see_the_log_and_then_what_is_new(stand: Stand) -> None:
    stand.show(text="Before")
    async with stand.http.get(f"{stand.url}/phone/whatsapp/{NUMBER}/live") as stream:
        name, log = await event(stream)
        assert ("log", ["Before"]) == (name, [entry["text"] for entry in log["entries"]])

        shown = stand.show(text="After")
        stand.show("sms", OTHER_SHOP, text="Not here")
        stand.exchange.tick(shown, "delivered")
        stand.exchange.typing("whatsapp", NUMBER, SHOP)
        stand.exchange.forget()

        news = [await event(stream) for _ in range(4)]
        assert ["entry", "entry", "typing", "log"] == [name for name, _ in news]
        assert ("After", "delivered") == (news[0][1]["text"], news[1][1]["ticks"])
        assert {"shop": SHOP, "seconds": 25.0} == news[2][1]


async def test_watchers_are_let_go_when_the_sandbox_stops(stand: Stand) -> None:
    async with stand.http.get(f"{stand.url}/phone/whatsapp/{NUMBER}/live") as stream:
        await event(stream)

        stand.exchange.hang_up()

        assert b"" == await stream.content.read()


async def test_telephones_keep_the_last_entries_if_asked_and_forget_all(stand: Stand) -> None:
    assert (200, {"entries": 2}) == await stand.lever("keep", {"entries": 2})
    ids = [stand.show(text=word) for word in "abc"]
    assert ["b", "c"] == [entry["text"] for entry in await stand.log()]
    assert (None, True) == (stand.exchange.find(ids[0]), stand.exchange.find(ids[2]) is not None)
    assert 400 == (await stand.lever("keep", {"entries": 0}))[0]

    await stand.lever("forget", {})
    assert [] == await stand.log()


async def test_the_page_takes_no_script_or_style_but_its_own(stand: Stand) -> None:
    address = f"{stand.url}/phone?network=sms&number=%2B91%2098123%2045678&name=%3Cb%3EAsha"
    async with stand.http.get(address) as answer:
        policy, html = answer.headers["Content-Security-Policy"], await answer.text()

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "&lt;b&gt;Asha" in html
    assert 'data-network="sms" data-number="919812345678"' in html
    assert [] == await stand.log("sms")


async def test_without_a_customer_named_the_page_has_one_ready(stand: Stand) -> None:
    for query in ("", "?number=12&network=fax"):
        async with stand.http.get(f"{stand.url}/phone{query}") as answer:
            assert f'data-network="whatsapp" data-number="{NUMBER}"' in await answer.text()
