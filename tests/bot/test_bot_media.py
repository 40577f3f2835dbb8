"""Pictures, papers, recordings: fetched before the turn, kept, shown, and answered for what they are."""

from pathlib import Path

import pytest

from bot import handoff
from gateways.files import KeptFiles
from model.conversation import Holder
from model.errors import Fault, Refused, Unavailable
from model.message import Channel, Inbound, Media, MediaKind, Sort
from model.rows import User
from store.memory import MemoryStore
from tests.fakes import FakeTranscriber
from tests.kit import SPEECH, Scene

PNG, PDF, OGG, MP4 = b"\x89PNG\r\n\x1a\n....", b"%PDF-1.7 ....", b"OggS....", b"\0\0\0\x18ftypmp42...."
RECORDINGS = {
    "ogg": OGG,
    "m4a": b"\0\0\0\x20ftypM4A ....",
    "aac": b"\xff\xf1\x50\x80....",
    "mp3": b"ID3\x04....",
    "amr": b"#!AMR\n....",
}
"""All that WhatsApp takes."""
FILES = {**RECORDINGS, "png": PNG, "pdf": PDF, "mp4": MP4, "exe": b"MZ......"}


@pytest.fixture
async def scene(tmp_path: Path) -> Scene:
    """On WhatsApp, where some files lie."""
    scene = Scene(channel=Channel.WHATSAPP, files=KeptFiles(tmp_path))
    scene.media.files.update(FILES)
    return await scene.open()


def sent(scene: Scene, kind: MediaKind, ref: str, text: str = "", **more: str) -> Inbound:
    return scene.inbound(text, sort=Sort.MEDIA, media=Media(kind, ref, "", **more))


async def shown(scene: Scene) -> dict[str, object]:
    """What the transcript shows of the customer's last message."""
    lines = [line for line in await scene.lines() if line.author == "customer"]
    return dict(lines[-1].content)


def tickets(scene: Scene) -> list[str]:
    assert isinstance(scene.store, MemoryStore)
    return [ticket.details for ticket in scene.store.data.tickets.values()]


async def kept(scene: Scene, tmp_path: Path) -> Path:
    """Where the file of the customer's last message lies."""
    content = await shown(scene)
    found = KeptFiles(tmp_path).find((await scene.talk()).id, str(content["file"]))
    assert found
    return found


@pytest.mark.parametrize(
    ("kind", "ref", "as_kind", "text"),
    [
        (MediaKind.IMAGE, "png", "image", "[photo]"),
        (MediaKind.DOCUMENT, "pdf", "document", "[document]"),
        (MediaKind.VIDEO, "mp4", "document", "[video]"),
    ],
)
async def test_a_file_is_fetched_kept_and_shown(
    scene: Scene, tmp_path: Path, kind: MediaKind, ref: str, as_kind: str, text: str
) -> None:
    await scene.arrive(sent(scene, kind, ref))
    content = await shown(scene)
    assert (content["kind"], content["text"]) == (as_kind, text)
    assert (await kept(scene, tmp_path)).read_bytes() == FILES[ref]
    assert scene.told() == ["file_received"]


async def test_until_it_is_fetched_the_transcript_says_what_it_is(scene: Scene) -> None:
    scene.media.troubles = [Unavailable("media", 2.0)]
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png", "the jar"))
    assert (await shown(scene))["text"] == "[image] the jar"


async def test_a_photo_answers_what_went_wrong(scene: Scene) -> None:
    order = await scene.order(way="cash")
    await scene.tap(f"complain:{order.number}")
    scene.told()
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png", "look at this"))
    file = (await shown(scene))["file"]
    assert tickets(scene) == [f"look at this [file {file}]"]
    assert scene.told() == ["complaint_of_order"]
    assert (await scene.talk()).memory.question is None


async def test_a_caption_that_complains_is_a_complaint_with_its_photo(scene: Scene) -> None:
    scene.nlu.means("the jar came broken and it leaks everywhere", "complain")
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png", "the jar came broken and it leaks everywhere"))
    file = (await shown(scene))["file"]
    assert tickets(scene) == [f"the jar came broken and it leaks everywhere [file {file}]"]
    assert scene.told() == ["complaint"]


async def test_a_caption_that_only_announces_a_complaint_is_asked_what_happened(scene: Scene) -> None:
    scene.nlu.means("complaint", "complain")
    scene.nlu.means("it leaks", "complain")
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png", "complaint"))
    await scene.say("it leaks")
    assert scene.told() == ["ask_trouble_any", "complaint"]
    assert tickets(scene)[-1] == "it leaks"


async def test_a_caption_that_wishes_something_is_heeded(scene: Scene) -> None:
    scene.nlu.means("how can I pay?", "payment_methods")
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png", "how can I pay?"))
    assert scene.told() == ["payment_methods"]


async def test_a_photo_leaves_a_checkouts_question_open(scene: Scene) -> None:
    await scene.tap("add:mango-250:1")
    await scene.tap("checkout")
    before = (await scene.talk()).memory.question
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png"))
    assert before
    assert (await scene.talk()).memory.question == before
    assert scene.told()[-1] == "file_received"


@pytest.mark.parametrize(
    "trouble", [Fault("it is gone"), Refused("media_too_large")], ids=lambda trouble: type(trouble).__name__
)
async def test_what_cannot_be_had_is_answered_with_kind_words_and_is_not_asked_for_again(
    scene: Scene, trouble: Exception
) -> None:
    scene.media.troubles = [trouble]
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png"))
    await scene.later(minutes=1)
    assert (scene.told(), scene.media.fetched) == (["file_unread"], ["png"])
    assert (await shown(scene))["text"] == "[image]"


async def test_a_file_of_a_kind_that_we_do_not_keep_is_answered_alike(scene: Scene) -> None:
    await scene.arrive(sent(scene, MediaKind.DOCUMENT, "exe"))
    assert scene.told() == ["file_unread"]
    assert "file" not in await shown(scene)


async def test_a_file_that_is_not_there_just_now_is_waited_for(scene: Scene) -> None:
    scene.media.troubles = [Unavailable("media", 2.0)] * 2
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png"))
    assert scene.told() == ["one_moment"]
    await scene.later(seconds=2.5)
    await scene.later(seconds=2.5)
    assert scene.told() == ["file_received"]
    assert (await shown(scene))["kind"] == "image"


async def test_taps_go_before_a_file_that_is_waited_for(scene: Scene) -> None:
    scene.media.troubles = [Unavailable("media", 60.0)]
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png"))
    await scene.tap("show_cart")
    assert scene.told() == ["one_moment", "cart_empty"]


@pytest.mark.parametrize("caption", ["", "help", "how can I pay?"])
async def test_nobody_waits_for_a_file_for_ever_nor_is_it_asked_for_all_the_time(scene: Scene, caption: str) -> None:
    scene.media.troubles = [Unavailable("media", 5.0)] * 1000
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png", caption))
    await scene.say("and how do I pay?")
    for _ in range(11):
        await scene.later(minutes=1)
    assert len(scene.media.fetched) <= 12
    assert len(scene.told()) == 3
    assert (await scene.talk()).memory.question is None


async def test_a_sticker_is_not_fetched_and_asks_for_no_answer(scene: Scene) -> None:
    await scene.arrive(sent(scene, MediaKind.STICKER, "png"))
    assert (scene.media.fetched, scene.told()) == ([], [])


async def test_an_agents_customers_file_is_kept_and_the_bot_is_silent(scene: Scene) -> None:
    await scene.say("talk to a person")
    talk, agent = await scene.talk(), User(7, "Meera", "", "agent")
    await scene.post("agent:7", lambda work: handoff.take(work, SPEECH, talk.id, agent))
    scene.told()
    scene.media.troubles = [Unavailable("media", 2.0)]
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png"))
    await scene.later(seconds=2.5)
    assert (await scene.talk()).holder is Holder.AGENT
    assert scene.told() == []
    assert (await shown(scene))["kind"] == "image"


async def test_without_a_place_to_keep_files_none_are_fetched() -> None:
    scene = await Scene(channel=Channel.WHATSAPP).open()
    await scene.arrive(sent(scene, MediaKind.IMAGE, "png"))
    assert (scene.media.fetched, scene.told()) == ([], ["file_unread"])


# ---------------------------------------------------------------- recordings


@pytest.mark.parametrize("ref", RECORDINGS)
@pytest.mark.parametrize("kind", [MediaKind.VOICE, MediaKind.AUDIO])
async def test_a_recording_is_kept_for_people_and_answered_with_kind_words(
    scene: Scene, kind: MediaKind, ref: str
) -> None:
    await scene.arrive(sent(scene, kind, ref))
    content = await shown(scene)
    assert (content["kind"], content["text"]) == ("document", "[recording]")
    assert scene.told() == ["voice_unread"]


async def test_where_somebody_writes_it_down_a_recording_is_what_the_customer_says(tmp_path: Path) -> None:
    scene = await heard(tmp_path, FakeTranscriber({OGG: "how can I pay?"}))
    await scene.arrive(sent(scene, MediaKind.VOICE, "ogg"))
    assert scene.told() == ["payment_methods"]
    assert (await shown(scene))["text"] == "[recording] how can I pay?"


async def test_where_nothing_is_understood_it_is_as_if_nobody_wrote_it_down(tmp_path: Path) -> None:
    scene = await heard(tmp_path, FakeTranscriber())
    await scene.arrive(sent(scene, MediaKind.VOICE, "ogg"))
    assert scene.told() == ["voice_unread"]


async def test_a_transcriber_that_does_not_answer_is_waited_for_but_not_for_ever(tmp_path: Path) -> None:
    scene = await heard(tmp_path, FakeTranscriber(down=True))
    await scene.arrive(sent(scene, MediaKind.VOICE, "ogg"))
    assert scene.told() == ["one_moment"]
    await scene.later(minutes=11)
    assert scene.told() == ["voice_unread"]
    assert (await shown(scene))["text"] == "[recording]"


async def heard(tmp_path: Path, transcriber: FakeTranscriber) -> Scene:
    scene = Scene(channel=Channel.WHATSAPP, files=KeptFiles(tmp_path), transcriber=transcriber)
    scene.media.files.update(FILES)
    scene.nlu.means("how can I pay?", "payment_methods")
    return await scene.open()
