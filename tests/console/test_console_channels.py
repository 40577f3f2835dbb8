"""What WhatsApp and SMS bring to the console: customers' files, how far our messages came, notes for agents."""

import re

import pytest

from console import lines
from model.message import Author, Channel, Line, Progress, Sent, Status, Trouble
from tests.console.console_kit import Agent, Stand

PNG, PDF, OGG = b"\x89PNG\r\n\x1a\n....", b"%PDF-1.7 ....", b"OggS...."
AMR, MP4 = b"#!AMR\n....", b"\0\0\0\x18ftypmp42...."
M4A, AAC, MP3 = b"\0\0\0\x20ftypM4A ....", b"\xff\xf1\x50\x80....", b"ID3\x04...."


async def page(agent: Agent, conversation_id: int) -> str:
    return await agent.page(f"/console/conversations/{conversation_id}")


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("raw", "kind", "kept"),
    [
        (PNG, "image/png", "inline"),
        (OGG, "audio/ogg", "inline"),
        (M4A, "audio/mp4", "inline"),
        (AAC, "audio/aac", "inline"),
        (MP3, "audio/mpeg", "inline"),
        (PDF, "application/pdf", "attachment"),
        (MP4, "video/mp4", "attachment"),
        (AMR, "audio/amr", "attachment"),
    ],
)
async def test_a_file_is_handed_out_as_what_it_is_and_can_do_nothing(
    stand: Stand, raw: bytes, kind: str, kept: str
) -> None:
    agent = await stand.agent("Asha")
    _, url = await stand.send("c1", raw)
    answer = await agent.client.get(url)
    assert (answer.status, await answer.read()) == (200, raw)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.get("Content-Disposition", "inline").startswith(kept)


async def test_nobody_gets_a_file_who_is_not_signed_in(stand: Stand) -> None:
    _, url = await stand.send("c1", PNG)
    answer = await stand.browser().get(url, allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/console/login")


async def test_a_file_is_its_own_conversations_alone(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    cid, url = await stand.send("c1", PNG)
    other, _ = await stand.send("c2", PDF)
    assert (await agent.client.get(url.replace(f"/{cid}/", f"/{other}/"))).status == 404


@pytest.mark.parametrize("file", ["nothing.png", "..%2f..%2fhaat.db", "a" * 64 + ".png", "a" * 64 + ".html", "%00"])
async def test_what_is_no_file_is_not_found(stand: Stand, file: str) -> None:
    agent = await stand.agent("Asha")
    cid, _ = await stand.send("c1", PNG)
    assert (await agent.client.get(f"/console/files/{cid}/{file}")).status == 404


async def test_a_picture_is_shown_small_and_late_with_words_for_who_does_not_see_it(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    cid, url = await stand.send("c1", PNG)
    shown = f'<img src="{url}" alt="Picture from Customer 1" loading="lazy" decoding="async">'
    assert shown in await page(agent, cid)


@pytest.mark.parametrize("recording", [OGG, M4A, AAC, MP3], ids=["ogg", "m4a", "aac", "mp3"])
async def test_a_recording_can_be_heard_and_a_paper_saved(stand: Stand, recording: bytes) -> None:
    agent = await stand.agent("Asha")
    cid, sound = await stand.send("c1", recording)
    _, paper = await stand.send("c1", PDF)
    html = await page(agent, cid)
    assert f'<audio controls preload="none" src="{sound}" aria-label="Recording from Customer 1">' in html
    assert f'<a href="{paper}" download>' in html
    assert "<img" not in html.partition('id="lines"')[2].partition("</ol>")[0]


@pytest.mark.parametrize("file", ["x.png", "../../x.png", '"><script>.png', "a" * 64 + ".png/..", 5, None])
def test_only_our_own_ids_become_addresses(file: object) -> None:
    content = {"kind": "image", "text": "[photo]", "file": file}
    shown = lines.shown(Line(1, 1, Author.CUSTOMER, content, Stand.now), "Asha")
    assert (shown.file, shown.body) == (None, "[photo]")


# ---------------------------------------------------------------- how far a message has come


async def replied(stand: Stand, channel: Channel = Channel.WHATSAPP, text: str = "hello") -> int:
    """A customer whom the bot answered, and the answer went out as `wamid.1`."""
    cid = await stand.say("c1", text, channel)
    await stand.lines(cid, 2)
    rows = await stand.transact(lambda work: work.uow.outbox.due(work.now, 10, [*Channel]))
    await stand.transact(lambda work: work.uow.outbox.went(rows[0], Sent("wamid.1"), work.now))
    return cid


async def told(stand: Stand, progress: Progress, trouble: Trouble | None = None) -> None:
    await stand.engine.arrive([Status(Channel.WHATSAPP, "demo", "wamid.1", progress, None, trouble)])


def ticks(html: str) -> list[tuple[str, str]]:
    """(progress, word for screen readers) of each line that has a tick."""
    found = re.findall(
        r'class="tick" data-progress="(\w*)" title="([\w ]*)"><span class="unseen">([\w ]*)</span>', html
    )
    assert all(title == unseen for _, title, unseen in found)
    return [(progress, unseen) for progress, _, unseen in found]


async def test_behind_our_lines_stands_how_far_they_came(stand: Stand) -> None:
    agent, cid = await stand.agent("Asha"), await replied(stand)
    seen = [ticks(await page(agent, cid))]
    for progress in (Progress.DELIVERED, Progress.READ):
        await told(stand, progress)
        seen.append(ticks(await page(agent, cid)))
    assert seen == [[("sent", "Sent")], [("delivered", "Delivered")], [("read", "Read")]]


async def test_what_has_not_gone_yet_has_no_tick_yet(stand: Stand) -> None:
    agent, cid = await stand.agent("Asha"), await stand.say("c1", "hello", Channel.WHATSAPP)
    await stand.lines(cid, 2)
    assert ticks(await page(agent, cid)) == [("", "")]


async def test_a_web_chat_has_no_ticks(stand: Stand) -> None:
    agent, cid = await stand.agent("Asha"), await stand.say("c1", "hello")
    await stand.lines(cid, 2)
    assert ticks(await page(agent, cid)) == []


async def test_news_tell_of_ticks_that_changed_behind_lines_already_shown(stand: Stand) -> None:
    agent, cid = await stand.agent("Asha"), await replied(stand)
    await told(stand, Progress.READ)
    answer = await (await agent.client.get(f"/console/conversations/{cid}/news?after=2")).json()
    assert (answer["html"].strip(), answer["ticks"]) == ("", {"2": ["read", "Read"]})


async def test_whoever_has_the_conversation_open_is_told_that_a_message_came_farther(stand: Stand) -> None:
    cid = await replied(stand)
    async with stand.live.subscribe(f"desk:{cid}") as events:
        await told(stand, Progress.READ)
        assert await anext(events) == {"type": "status", "conversation": cid}


async def test_a_failure_stands_behind_the_line_and_as_a_note_that_has_no_tick(stand: Stand) -> None:
    agent, cid = await stand.agent("Asha"), await replied(stand)
    await told(stand, Progress.FAILED, Trouble.UNREACHABLE)
    html = await page(agent, cid)
    assert ticks(html) == [("failed", "Not delivered")]
    note = html.partition('class="line system note"')[2]
    assert "Notice" in note
    assert "cannot be reached there" in note
