"""WhatsApp against a server that plays Meta: what is sent, how trouble is told, and which files are fetched."""

import asyncio
import base64
import hashlib
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import ClientSession, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from gateways.rates import Rates
from gateways.whatsapp import Profile, Timeouts, WhatsApp, number_rates, people_rates
from model.errors import Fault, Refused, Unavailable, Undeliverable
from model.message import Address, Channel, Media, MediaKind, Sent, Trouble
from tests.gateways.hand_clock import Time
from tests.gateways.meta_kit import ASHA, NOW, NUMBER, PICTURE, RAVI, TOKEN, Meta, free, gateway, meta, row, text

BSUID = "IN.13491208655302741918"
TEMPLATE = {"name": "order_update", "language": "en", "parameters": ["HT-1", "packed"], "category": "utility"}
CHOICES = [{"id": "add:mango-250:1", "title": "250 g"}, {"id": "add:mango-500:1", "title": "500 g"}]
FILE = Media(MediaKind.IMAGE, "1037543291543636", "image/jpeg")
HERE = Address(Channel.WHATSAPP, NUMBER, ASHA)
AT_ONCE = aiohttp.ClientTimeout(total=0.05)


class Telephone(AbstractResolver):
    """Knows nobody but those in `book` (name to port on this machine); `asked` is whose address was wanted."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.book: dict[str, int] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host not in self.book:
            raise OSError("no such host")
        here: ResolveResult = {
            "hostname": host,
            "host": "127.0.0.1",
            "port": self.book[host],
            "family": socket.AF_INET,
            "proto": 0,
            "flags": 0,
        }
        return [here]

    async def close(self) -> None:
        pass


@pytest.fixture
async def server() -> AsyncIterator[Meta]:
    async with meta() as played:
        yield played


@pytest.fixture
def telephone() -> Telephone:
    return Telephone()


@pytest.fixture
async def session(telephone: Telephone) -> AsyncIterator[ClientSession]:
    async with ClientSession(connector=TCPConnector(resolver=telephone)) as http:
        yield http


@pytest.fixture
def shop(session: ClientSession, server: Meta) -> WhatsApp:
    return gateway(session, server.url)


# What is sent


async def test_words_go_to_the_messages_of_the_number_with_the_token(shop: WhatsApp, server: Meta) -> None:
    assert Sent("wamid.1") == await shop.send(row(text("Namaste! नमस्ते")))
    asked = server.asked[0]
    assert ("POST", f"/v23.0/{NUMBER}/messages") == (asked.method, asked.path)
    assert (f"Bearer {TOKEN}", "application/json") == (asked.headers["Authorization"], asked.headers["Content-Type"])
    expected = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": ASHA, "type": "text"}
    assert expected == {name: asked.body[name] for name in expected}
    assert "Namaste! नमस्ते" == asked.body["text"]["body"]


async def test_whoever_has_no_number_is_the_recipient(shop: WhatsApp, server: Meta) -> None:
    await shop.send(row(text("Hello"), user=BSUID))
    assert BSUID == server.bodies[0]["recipient"]
    assert "to" not in server.bodies[0]


async def test_choices_go_as_something_to_tap(shop: WhatsApp, server: Meta) -> None:
    await shop.send(row({"kind": "choices", "body": "Which pack?", "choices": CHOICES, "text": "Which pack?"}))
    body = server.bodies[0]
    assert "interactive" == body["type"]
    assert ["add:mango-250:1", "add:mango-500:1"] == [
        b["reply"]["id"] for b in body["interactive"]["action"]["buttons"]
    ]


async def test_a_long_reply_goes_part_by_part(shop: WhatsApp, server: Meta) -> None:
    words = " ".join(f"word{n}" for n in range(1500))
    sent = [await shop.send(row(text(words)))]
    while sent[-1].more:
        sent.append(await shop.send(row(text(words), parts=len(sent))))
    assert len(sent) > 1
    assert [f"wamid.{n}" for n in range(1, len(sent) + 1)] == [part.provider_id for part in sent]
    assert words.split() == " ".join(body["text"]["body"] for body in server.bodies).split()


async def test_a_part_that_goes_again_goes_alone(shop: WhatsApp, server: Meta) -> None:
    words = text(" ".join(f"word{n}" for n in range(1500)))
    assert Sent("wamid.1", more=True) == await shop.send(row(words))
    assert Sent("wamid.2") == await shop.send(row(words, id=8, resends=1))
    assert server.bodies[0] == server.bodies[1]


async def test_nothing_is_sent_where_every_part_has_gone(shop: WhatsApp, server: Meta) -> None:
    assert Sent("") == await shop.send(row(text("Hello"), parts=1))
    assert not server.asked


async def test_a_yes_without_an_id_is_a_yes(shop: WhatsApp, server: Meta) -> None:
    """Sent again, it would come twice."""
    bodies: list[Any] = [{"messages": []}, {"messages": [{}]}, {"messages": [{"id": ""}]}, {"success": True}]
    for body in bodies:
        server.next(200, body)
        assert Sent("") == await shop.send(row(text("Hello")))


# The window


@pytest.mark.parametrize(
    "closed", [{"wrote_at": NOW - timedelta(hours=24)}, {"form": "template"}], ids=["by the clock", "by Meta's word"]
)
async def test_in_a_closed_window_the_template_stands_for_the_reply(
    shop: WhatsApp, server: Meta, closed: dict[str, Any]
) -> None:
    assert Sent("wamid.1") == await shop.send(row(text("Packed!") | {"template": TEMPLATE}, **closed))
    body = server.bodies[0]
    assert ("template", "order_update") == (body["type"], body["template"]["name"])
    assert {"policy": "deterministic", "code": "en"} == body["template"]["language"]


async def test_where_the_window_closed_on_a_reply_half_sent_nothing_is_tried(shop: WhatsApp, server: Meta) -> None:
    """What follows its beginning is not for the gateway to say; it is not done, either."""
    with pytest.raises(Undeliverable) as refused:
        await shop.send(row(text("Packed!") | {"template": TEMPLATE}, wrote_at=NOW - timedelta(days=1), parts=1))
    assert Trouble.WINDOW_CLOSED is refused.value.trouble
    assert not server.asked


async def test_in_a_closed_window_nothing_is_tried_without_a_template(shop: WhatsApp, server: Meta) -> None:
    with pytest.raises(Undeliverable) as refused:
        await shop.send(row(text("Packed!"), wrote_at=NOW - timedelta(days=2)))
    assert Trouble.WINDOW_CLOSED is refused.value.trouble
    assert not server.asked


@pytest.mark.parametrize("wrote_at", [None, NOW - timedelta(hours=23, minutes=59)])
async def test_where_the_window_may_be_open_the_reply_goes_as_it_is(
    shop: WhatsApp, server: Meta, wrote_at: Any
) -> None:
    await shop.send(row(text("Packed!") | {"template": TEMPLATE}, wrote_at=wrote_at))
    assert "text" == server.bodies[0]["type"]


async def test_a_template_alone_is_sent_even_in_an_open_window(shop: WhatsApp, server: Meta) -> None:
    await shop.send(row({"kind": "template", "text": "Packed", "template": TEMPLATE}))
    assert "template" == server.bodies[0]["type"]


async def test_a_row_that_may_only_be_a_template_and_has_none_is_refused(shop: WhatsApp) -> None:
    with pytest.raises(Undeliverable) as refused:
        await shop.send(row(text("Packed!"), form="template"))
    assert Trouble.TEMPLATE is refused.value.trouble


# Trouble


@pytest.mark.parametrize(
    ("code", "status", "trouble"),
    [
        (131047, 400, Trouble.WINDOW_CLOSED),
        (131026, 400, Trouble.UNREACHABLE),
        (131062, 400, Trouble.UNREACHABLE),
        (131049, 400, Trouble.NO_MARKETING),
        (131050, 400, Trouble.NO_MARKETING),
        (132001, 404, Trouble.TEMPLATE),
        (132015, 400, Trouble.TEMPLATE),
        (131053, 400, Trouble.MEDIA),
        (190, 401, Trouble.CHANNEL_DOWN),
        (0, 401, Trouble.CHANNEL_DOWN),
        (131031, 403, Trouble.CHANNEL_DOWN),
        (3, 500, Trouble.CHANNEL_DOWN),
        (102, 401, Trouble.CHANNEL_DOWN),
        (100, 400, Trouble.REFUSED),
        (999999, 400, Trouble.REFUSED),
        (131009, 200, Trouble.REFUSED),
    ],
)
async def test_what_will_not_get_better_is_undeliverable(
    shop: WhatsApp, server: Meta, code: int, status: int, trouble: Trouble
) -> None:
    server.refuses(code, status)
    with pytest.raises(Undeliverable) as refused:
        await shop.send(row(text("Hello")))
    assert (trouble, str(code)) == (refused.value.trouble, refused.value.code)


@pytest.mark.parametrize("status", [400, 403, 404, 413])
async def test_a_refusal_that_says_nothing_is_told_by_its_status(shop: WhatsApp, server: Meta, status: int) -> None:
    server.next(status, b"<html>no</html>")
    with pytest.raises(Undeliverable) as refused:
        await shop.send(row(text("Hello")))
    assert (Trouble.REFUSED, str(status)) == (refused.value.trouble, refused.value.code)


@pytest.mark.parametrize(
    ("code", "status", "more"),
    [
        (1, 500, {}),
        (2, 503, {}),
        (131000, 500, {}),
        (131016, 503, {}),
        (131057, 500, {}),
        (131048, 400, {}),
        (100, 400, {"is_transient": True}),
        (999999, 500, {}),
    ],
)
async def test_what_goes_away_by_itself_is_tried_again(
    shop: WhatsApp, server: Meta, code: int, status: int, more: dict[str, Any]
) -> None:
    server.refuses(code, status, **more)
    with pytest.raises(Unavailable) as busy:
        await shop.send(row(text("Hello")))
    assert 1 <= busy.value.retry_after <= 60


@pytest.mark.parametrize("status", [302, 408, 425, 429, 500, 502, 503, 504])
async def test_a_busy_server_is_tried_again(shop: WhatsApp, server: Meta, status: int) -> None:
    server.next(status, b"<html>busy</html>", Location="https://evil.example/")
    with pytest.raises(Unavailable) as busy:
        await shop.send(row(text("Hello")))
    assert busy.value.retry_after >= 1
    assert 1 == len(server.asked)


@pytest.mark.parametrize(
    ("named", "seconds"), [("17", 17.0), ("999999", 3600.0), ("soon", 2.0), ("-5", 2.0), ("Wed, 21 Oct", 2.0)]
)
async def test_meta_may_name_the_seconds(shop: WhatsApp, server: Meta, named: str, seconds: float) -> None:
    server.next(503, {"error": {"code": 2}}, Retry_After=named)
    with pytest.raises(Unavailable) as busy:
        await shop.send(row(text("Hello")))
    assert seconds == busy.value.retry_after


@pytest.mark.parametrize("status", [200, 202, 204])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"messages": [{"id"', b"[1]", b"x" * 2_000_000])
async def test_a_yes_that_cannot_be_read_is_a_yes(shop: WhatsApp, server: Meta, status: int, body: bytes) -> None:
    """Sent again, it would come twice, and with each further try once more."""
    server.next(status, body)
    assert Sent("") == await shop.send(row(text("Hello")))


@pytest.mark.parametrize("after", [0, 10])
async def test_a_yes_that_is_cut_off_is_a_yes(shop: WhatsApp, server: Meta, after: int) -> None:
    server.breaks_off(200, after)
    assert Sent("") == await shop.send(row(text("Hello")))


async def test_a_yes_whose_rest_takes_too_long_is_a_yes(session: ClientSession, server: Meta) -> None:
    server.breaks_off(200, 10, end=asyncio.Event())
    shop = gateway(session, server.url, timeouts=Timeouts(call=aiohttp.ClientTimeout(total=0.5)))
    assert Sent("") == await shop.send(row(text("Hello")))


async def test_a_no_that_is_cut_off_is_tried_again(shop: WhatsApp, server: Meta) -> None:
    server.breaks_off(400, 10)
    with pytest.raises(Unavailable):
        await shop.send(row(text("Hello")))


async def test_after_a_part_whose_yes_cannot_be_read_the_next_goes(shop: WhatsApp, server: Meta) -> None:
    words = text(" ".join(f"word{n}" for n in range(1500)))
    server.next(200, b"<html>")
    assert Sent("", more=True) == await shop.send(row(words))
    assert "wamid.2" == (await shop.send(row(words, parts=1))).provider_id
    assert server.bodies[0] != server.bodies[1]


@pytest.mark.parametrize("error", [{"code": "190"}, {"code": None}, {}, {"code": [1], "fbtrace_id": {}}])
async def test_an_error_of_another_shape_is_told_by_its_status(shop: WhatsApp, server: Meta, error: Any) -> None:
    server.next(400, {"error": error})
    with pytest.raises(Undeliverable) as refused:
        await shop.send(row(text("Hello")))
    assert (Trouble.REFUSED, "400") == (refused.value.trouble, refused.value.code)


async def test_a_connection_that_is_cut_is_tried_again(shop: WhatsApp, server: Meta) -> None:
    server.cut = True
    with pytest.raises(Unavailable):
        await shop.send(row(text("Hello")))


async def test_an_answer_that_takes_too_long_is_tried_again(session: ClientSession, server: Meta) -> None:
    server.gate = asyncio.Event()
    shop = gateway(session, server.url, timeouts=Timeouts(call=AT_ONCE))
    with pytest.raises(Unavailable):
        await shop.send(row(text("Hello")))
    server.gate.set()


async def test_nobody_listening_is_tried_again(session: ClientSession) -> None:
    with pytest.raises(Unavailable):
        await gateway(session, "http://127.0.0.1:9").send(row(text("Hello")))


async def test_neither_token_nor_number_nor_text_is_logged(
    shop: WhatsApp, server: Meta, capsys: pytest.CaptureFixture[str]
) -> None:
    server.refuses(131026)
    with pytest.raises(Undeliverable):
        await shop.send(row(text("my secret recipe")))
    server.cut = True
    with pytest.raises(Unavailable):
        await shop.send(row(text("my secret recipe")))
    logged = "".join(capsys.readouterr())
    assert "131026" in logged
    assert "AzTrace" in logged
    assert not [secret for secret in (TOKEN, ASHA, "recipe") if secret in logged]


# Turns


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 4), (1, 4), (2, 16), (3, 64), (4, 256), (5, 300), (900, 300)])
async def test_too_much_for_a_person_makes_the_wait_four_times_as_long_each_time(
    shop: WhatsApp, server: Meta, attempts: int, seconds: int
) -> None:
    server.refuses(131056)
    with pytest.raises(Unavailable) as busy:
        await shop.send(row(text("Hello"), attempts=attempts))
    assert seconds == busy.value.retry_after


async def test_too_much_for_a_person_holds_that_person_alone(session: ClientSession, server: Meta) -> None:
    time = Time()
    shop = gateway(session, server.url, people=Rates(1000, 1000, clock=time, sleep=time.sleep))
    server.refuses(131056)
    with pytest.raises(Unavailable):
        await shop.send(row(text("Hello"), attempts=2))
    waits = asyncio.create_task(shop.send(row(text("Hello"))))
    await shop.send(row(text("Hello"), user=RAVI))
    await time.passes(15.9)
    assert [ASHA, RAVI] == [body["to"] for body in server.bodies]
    await time.passes(0.2)
    await waits
    assert [ASHA, RAVI, ASHA] == [body["to"] for body in server.bodies]


@pytest.mark.parametrize(("code", "status", "seconds"), [(130429, 429, 1), (80007, 400, 10), (4, 429, 10)])
async def test_too_much_for_the_number_holds_everybody(
    session: ClientSession, server: Meta, code: int, status: int, seconds: float
) -> None:
    time = Time()
    shop = gateway(session, server.url, numbers=Rates(1000, 1000, clock=time, sleep=time.sleep))
    server.refuses(code, status)
    with pytest.raises(Unavailable) as busy:
        await shop.send(row(text("Hello")))
    assert seconds == busy.value.retry_after
    waits = asyncio.create_task(shop.send(row(text("Hello"), user=RAVI)))
    await time.passes(seconds * 0.9)
    assert 1 == len(server.asked)
    await time.passes(seconds * 0.2)
    await waits
    assert 2 == len(server.asked)


async def test_a_reply_that_does_not_get_its_turn_is_put_back(session: ClientSession, server: Meta) -> None:
    people = free()
    await people.hold(ASHA, 1000)
    shop = gateway(session, server.url, people=people, timeouts=Timeouts(turn=0.01))
    with pytest.raises(Unavailable):
        await shop.send(row(text("Hello")))
    assert not server.asked


async def test_the_rates_are_metas() -> None:
    """45 at once for a person; for the number a small burst, so that no second sees much more than 80."""
    people, number = people_rates(), number_rates()
    async with asyncio.timeout(5):
        await asyncio.gather(*(people.turn("a") for _ in range(45)))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await people.turn("a")
    async with asyncio.timeout(5):
        await asyncio.gather(*(number.turn("n") for _ in range(12)))


# Attention


async def test_attention_marks_as_read_and_shows_typing_in_one_call(shop: WhatsApp, server: Meta) -> None:
    await shop.attend(HERE, "wamid.HBgM")
    assert [f"/v23.0/{NUMBER}/messages"] == [asked.path for asked in server.asked]
    expected = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.HBgM",
        "typing_indicator": {"type": "text"},
    }
    assert [expected] == server.bodies


async def test_attention_that_fails_harms_nothing(session: ClientSession, server: Meta) -> None:
    shop = gateway(session, server.url, timeouts=Timeouts(attend=AT_ONCE))
    server.refuses(131056)
    server.next(200, b"<html>")
    for _ in range(2):
        await shop.attend(HERE, "wamid.1")
    server.cut = True
    await shop.attend(HERE, "wamid.2")
    server.cut, server.gate = False, asyncio.Event()
    await shop.attend(HERE, "wamid.3")
    server.gate.set()
    assert 4 == len(server.asked)


async def test_attention_takes_no_turn_from_anybody(session: ClientSession, server: Meta) -> None:
    people, numbers = Rates(0.001, 1), Rates(0.001, 1)
    shop = gateway(session, server.url, people=people, numbers=numbers, timeouts=Timeouts(turn=1))
    for _ in range(3):
        await shop.attend(HERE, "wamid.1")
    await shop.send(row(text("Hello")))
    assert 4 == len(server.asked)


async def test_too_much_attention_at_once_is_dropped(session: ClientSession, server: Meta) -> None:
    server.gate = asyncio.Event()
    shop = gateway(session, server.url)
    tasks = [asyncio.create_task(shop.attend(HERE, f"wamid.{n}")) for n in range(80)]
    done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    server.gate.set()
    await asyncio.gather(*waiting)
    assert (30, 50, 50) == (len(done), len(waiting), len(server.asked))
    await shop.attend(HERE, "wamid.81")
    assert 51 == len(server.asked)


# Files


async def test_a_file_is_fetched_by_its_id_with_the_token(shop: WhatsApp, server: Meta) -> None:
    server.has()
    assert PICTURE == await shop.fetch(HERE, FILE)
    about, file = server.asked
    assert (f"/v23.0/{FILE.ref}", {"phone_number_id": NUMBER}) == (about.path, about.query)
    assert ("/files/picture", {"ext": "1", "hash": "a/b"}) == (file.path, file.query)
    assert [f"Bearer {TOKEN}"] * 2 == [asked.headers["Authorization"] for asked in server.asked]


@pytest.mark.parametrize(
    "told",
    [
        {"sha256": hashlib.sha256(PICTURE).hexdigest().upper()},
        {"sha256": base64.b64encode(hashlib.sha256(PICTURE).digest()).decode()},
        {"sha256": None},
        {"file_size": str(len(PICTURE))},
        {"file_size": "about 2 KB"},
        {"file_size": None},
    ],
)
async def test_what_meta_tells_of_a_file_comes_in_several_shapes(
    shop: WhatsApp, server: Meta, told: dict[str, Any]
) -> None:
    server.has(**told)
    assert PICTURE == await shop.fetch(HERE, FILE)


async def test_a_file_that_is_not_what_meta_said_is_a_fault(shop: WhatsApp, server: Meta) -> None:
    server.has(sha256=hashlib.sha256(b"another").hexdigest())
    with pytest.raises(Fault):
        await shop.fetch(HERE, FILE)


@pytest.mark.parametrize("size", [16 * 1024 * 1024 + 1, "99999999"])
async def test_a_file_that_is_said_to_be_too_large_is_not_fetched(shop: WhatsApp, server: Meta, size: Any) -> None:
    server.has(file_size=size)
    with pytest.raises(Refused) as refused:
        await shop.fetch(HERE, FILE)
    assert "media_too_large" == refused.value.key
    assert 1 == len(server.asked)


async def test_a_file_that_is_larger_than_said_is_refused(shop: WhatsApp, server: Meta) -> None:
    server.has(b"x" * (16 * 1024 * 1024 + 1), file_size=5)
    with pytest.raises(Refused) as refused:
        await shop.fetch(HERE, FILE)
    assert "media_too_large" == refused.value.key


async def test_a_file_of_just_the_size_is_taken(shop: WhatsApp, server: Meta) -> None:
    raw = b"x" * (16 * 1024 * 1024)
    server.has(raw)
    assert len(raw) == len(await shop.fetch(HERE, FILE))


@pytest.mark.parametrize(
    "url",
    [
        "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2&hash=3",
        "https://scontent.xx.fbcdn.net/v/t1?x=1",
        "https://mmg.whatsapp.net/d/f/1",
        "https://graph.facebook.com/v23.0/1",
        "https://LOOKASIDE.FBSBX.COM/x",
    ],
)
async def test_files_are_fetched_from_meta(shop: WhatsApp, server: Meta, telephone: Telephone, url: str) -> None:
    """Nobody is reached here: that its address was asked for is the proof."""
    server.has(url=url)
    with pytest.raises(Unavailable):
        await shop.fetch(HERE, FILE)
    assert [url.split("/")[2].casefold()] == [host.casefold() for host in telephone.asked]


ELSEWHERE = [
    "https://evil.example/x",
    "http://lookaside.fbsbx.com/x",
    "https://lookaside.fbsbx.com:8443/x",
    "https://lookaside.fbsbx.com.evil.example/x",
    "https://evilfbsbx.com/x",
    "https://fbsbx.com@evil.example/x",
    "https://token@lookaside.fbsbx.com/x",
    "https://evil.example/?x=.fbsbx.com",
    "https://evil.example#.fbsbx.com",
    "https://evil.example\\.fbsbx.com/x",
    "https://evil.example\\@lookaside.fbsbx.com/x",
    "https://lookaside.fbsbx.com:99999/x",
    "https://[::1",
    "https:///x",
    "ftp://lookaside.fbsbx.com/x",
    "file:///etc/passwd",
    "//lookaside.fbsbx.com/x",
    "https://lookaside.fbsbx.com/x y",
    "https://lookaside.fbsbx.com/x\r\nX-Evil: 1",
    "http://127.0.0.1:1/x",
    "http://169.254.169.254/latest/meta-data",
    "",
    7,
    None,
]


@pytest.mark.parametrize("url", ELSEWHERE)
async def test_no_file_is_fetched_from_elsewhere(shop: WhatsApp, server: Meta, telephone: Telephone, url: Any) -> None:
    """A payload names the place, and the token would go there."""
    server.has(url=url)
    with pytest.raises(Fault):
        await shop.fetch(HERE, FILE)
    assert (1, []) == (len(server.asked), telephone.asked)


async def test_this_machine_is_no_place_of_metas_where_the_api_is_not_here(
    session: ClientSession, server: Meta, telephone: Telephone
) -> None:
    server.has()
    telephone.book = {"api.example": urlsplit(server.url).port or 0}
    with pytest.raises(Fault):
        await gateway(session, "http://api.example").fetch(HERE, FILE)
    assert (1, ["api.example"]) == (len(server.asked), telephone.asked)


async def test_redirects_are_followed_within_meta(shop: WhatsApp, server: Meta) -> None:
    server.has()
    server.files |= {"first": f"{server.url}/files/picture"}
    server.media["url"] = f"{server.url}/files/first"
    assert PICTURE == await shop.fetch(HERE, FILE)


@pytest.mark.parametrize("place", ["https://evil.example/x", "/files/picture", "http://127.0.0.1:1/", ""])
async def test_redirects_to_elsewhere_are_not_followed(
    shop: WhatsApp, server: Meta, telephone: Telephone, place: str
) -> None:
    server.has()
    server.files["picture"] = place
    with pytest.raises(Fault):
        await shop.fetch(HERE, FILE)
    assert (2, []) == (len(server.asked), telephone.asked)


async def test_redirects_without_end_are_a_fault(shop: WhatsApp, server: Meta) -> None:
    server.has()
    server.files["picture"] = f"{server.url}/files/picture"
    with pytest.raises(Fault):
        await shop.fetch(HERE, FILE)


@pytest.mark.parametrize("ref", ["", "1/messages", "../v1/x", "1?x=1", "a b", "१२", "1" * 129, "1\n", "."])
async def test_an_id_that_is_none_is_never_put_into_an_address(shop: WhatsApp, server: Meta, ref: str) -> None:
    with pytest.raises(Fault):
        await shop.fetch(HERE, Media(MediaKind.IMAGE, ref))
    assert not server.asked


@pytest.mark.parametrize(("code", "status"), [(100, 400), (33, 404), (131052, 400)])
async def test_a_file_that_meta_does_not_have_is_a_fault(shop: WhatsApp, server: Meta, code: int, status: int) -> None:
    server.refuses(code, status)
    with pytest.raises(Fault):
        await shop.fetch(HERE, FILE)


@pytest.mark.parametrize(("code", "status"), [(190, 401), (190, 400), (10, 403), (2, 503), (4, 429)])
async def test_a_file_is_asked_for_again_while_meta_is_busy_or_the_token_refused(
    shop: WhatsApp, server: Meta, code: int, status: int
) -> None:
    server.refuses(code, status)
    with pytest.raises(Unavailable):
        await shop.fetch(HERE, FILE)


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, Fault), (410, Fault), (403, Fault), (401, Unavailable), (429, Unavailable), (503, Unavailable)],
)
async def test_where_the_file_lies_trouble_is_told_apart(
    shop: WhatsApp, server: Meta, status: int, error: type[Exception]
) -> None:
    server.has()
    server.file_status = status
    with pytest.raises(error):
        await shop.fetch(HERE, FILE)


async def test_a_download_that_is_cut_is_tried_again(shop: WhatsApp, server: Meta) -> None:
    server.has()
    server.file_status = 0
    with pytest.raises(Unavailable):
        await shop.fetch(HERE, FILE)
    assert 2 == len(server.asked)


# The number


async def test_the_profile_is_what_meta_shows(shop: WhatsApp, server: Meta) -> None:
    server.next(200, {"display_phone_number": "+91 98450 12345", "verified_name": "Haat", "quality_rating": "GREEN"})
    assert Profile("+91 98450 12345", "Haat", "GREEN") == await shop.profile()
    asked = server.asked[0]
    assert (f"/v23.0/{NUMBER}", "display_phone_number,verified_name,quality_rating") == (
        asked.path, asked.query["fields"],
    )  # fmt: skip


@pytest.mark.parametrize(("code", "status"), [(190, 401), (100, 400), (33, 404)])
async def test_a_number_that_meta_does_not_show_is_a_channel_that_is_down(
    shop: WhatsApp, server: Meta, code: int, status: int
) -> None:
    server.refuses(code, status)
    with pytest.raises(Undeliverable) as refused:
        await shop.profile()
    assert (Trouble.CHANNEL_DOWN, str(code)) == (refused.value.trouble, refused.value.code)


async def test_a_busy_meta_shows_no_profile(shop: WhatsApp, server: Meta) -> None:
    server.refuses(2, 503)
    with pytest.raises(Unavailable):
        await shop.profile()
