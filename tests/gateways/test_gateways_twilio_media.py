"""Files of customers through Twilio: from Twilio's own hosts alone, and our credentials go nowhere else."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from gateways.twilio import Account, Timeouts, Twilio, sms_rates, whatsapp_rates
from gateways.twilio_wire import further
from model.errors import Fault, Refused, Unavailable
from model.message import Address, Channel, Media, MediaKind
from tests.gateways.twilio_play import ACCOUNT, LOGIN, TOKEN, Answer, Play, cut, half, never, plain, playing

REF = f"Messages/MM{'5' * 32}/Media/ME{'7' * 32}"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/{REF}"
THEIRS = Address(Channel.WHATSAPP, "+14155238886", "919811122233")
PICTURE = Media(MediaKind.IMAGE, REF, "image/jpeg")
JPEG = b"\xff\xd8\xff\xe0" + b"\x01" * 100_000
MOST = 16 * 1024 * 1024


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with playing() as started:
        yield started


@pytest.fixture
async def store() -> AsyncIterator[Play]:
    """Where Twilio keeps files."""
    async with playing() as started:
        yield started


@asynccontextmanager
async def _gateway(url: str, timeouts: Timeouts) -> AsyncIterator[Twilio]:
    gateway = Twilio(Account(url, ACCOUNT, TOKEN, "https://shop.example"), sms_rates(), whatsapp_rates(), timeouts)
    yield gateway
    await gateway.close()


@pytest.fixture
async def twilio(play: Play) -> AsyncIterator[Twilio]:
    async with _gateway(play.url, Timeouts()) as gateway:
        yield gateway


async def test_a_file_is_asked_of_the_api_that_is_set_signed_in(twilio: Twilio, play: Play) -> None:
    play.answers = [plain(200, JPEG, "image/jpeg")]
    assert JPEG == await twilio.fetch(THEIRS, PICTURE)
    (asked,) = play.asked
    assert ("GET", PATH, LOGIN) == (asked.method, asked.path, asked.login)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_without_our_credentials(
    twilio: Twilio, play: Play, store: Play, status: int
) -> None:
    signed = "/bucket/file?X-Amz-Signature=a%2Fb%3D&name=a+b%20c"
    play.answers, store.answers = [plain(status, Location=store.url + signed)], [plain(200, JPEG, "image/jpeg")]
    assert JPEG == await twilio.fetch(THEIRS, PICTURE)
    assert [("GET", None)] == [(asked.method, asked.login) for asked in store.asked]


async def test_a_redirect_within_the_api_keeps_us_signed_in(twilio: Twilio, play: Play) -> None:
    play.answers = [plain(307, Location=PATH + ".bin"), plain(200, JPEG)]
    assert JPEG == await twilio.fetch(THEIRS, PICTURE)
    assert [LOGIN, LOGIN] == [asked.login for asked in play.asked]


async def test_redirects_without_end_are_not_followed(twilio: Twilio, play: Play) -> None:
    play.answers = [plain(307, Location=PATH)] * 10
    with pytest.raises(Fault):
        await twilio.fetch(THEIRS, PICTURE)
    assert 4 == len(play.asked)


@pytest.mark.parametrize(
    "location",
    ["", "https://evil.example/x", "https://twilio.com.evil.example/", "http://mms.twiliocdn.com/x", "file:///etc/passwd",
     "https://169.254.169.254/latest", "//evil.example/x", "https://[", "https://s3.amazonaws.com:8443/x", "ftp://127.0.0.1/x",
     "https://name:word@s3.amazonaws.com/x", "https://evil.example#.twilio.com", "https://eviltwilio.com/", "\u0b85"],
)  # fmt: skip
async def test_a_redirect_to_anywhere_else_is_not_followed(twilio: Twilio, play: Play, location: str) -> None:
    play.answers = [plain(302, Location=location)]
    with pytest.raises(Fault):
        await twilio.fetch(THEIRS, PICTURE)
    assert 1 == len(play.asked)


API = URL("https://api.twilio.com" + PATH)


@pytest.mark.parametrize(
    "location",
    ["https://mms.twiliocdn.com/a?b=c%2Fd", "https://media.twiliocdn.com/a", "https://s3-external-1.amazonaws.com/a?x=%20",
     "https://api.twilio.com/a", "https://API.Twilio.COM/a", "https://media.ie1.twilio.com:443/a"],
)  # fmt: skip
def test_a_file_may_lie_where_twilio_keeps_files(location: str) -> None:
    assert URL(location, encoded=True) == further(API, API, location)


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1/x", "https://127.0.0.1/x", "http://localhost/x", "http://[::1]/x"]
)
def test_the_real_twilio_does_not_lead_us_to_this_machine(location: str) -> None:
    with pytest.raises(Fault):
        further(API, API, location)
    assert location == str(further(URL("http://127.0.0.1:8091"), URL("http://127.0.0.1:8091"), location))


@pytest.mark.parametrize("status", [400, 403, 404, 410, 304])
async def test_a_file_that_is_gone_is_a_fault(twilio: Twilio, play: Play, status: int) -> None:
    play.answers = [plain(status)]
    with pytest.raises(Fault):
        await twilio.fetch(THEIRS, PICTURE)


BUSY: dict[str, tuple[Answer, float]] = {
    "429": (plain(429, b"", **{"Retry-After": "9"}), 9.0),
    "500": (plain(500), 2.0),
    "503": (plain(503, b"", **{"Retry-After": "9"}), 9.0),
    "a refused token": (plain(401), 60.0),
    "a connection that was cut": (cut, 2.0),
    "half a file": (half, 2.0),
}


@pytest.mark.parametrize("case", BUSY)
async def test_trouble_that_passes_is_unavailable_and_the_next_try_works(twilio: Twilio, play: Play, case: str) -> None:
    answer, seconds = BUSY[case]
    play.answers = [answer, answer]
    with pytest.raises(Unavailable) as down:
        await twilio.fetch(THEIRS, PICTURE)
    assert ("twilio", seconds) == (down.value.what, down.value.retry_after)
    play.answers = [plain(200, JPEG)]
    assert JPEG == await twilio.fetch(THEIRS, PICTURE)


async def test_no_answer_in_time_is_unavailable(play: Play) -> None:
    play.answers = [never]
    async with _gateway(play.url, Timeouts(file=aiohttp.ClientTimeout(total=0.2))) as hasty:
        with pytest.raises(Unavailable):
            await hasty.fetch(THEIRS, PICTURE)


async def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_not(twilio: Twilio, play: Play) -> None:
    play.answers = [plain(200, b"x" * MOST), plain(200, b"x" * (MOST + 1))]
    assert MOST == len(await twilio.fetch(THEIRS, PICTURE))
    with pytest.raises(Refused) as large:
        await twilio.fetch(THEIRS, PICTURE)
    assert "media_too_large" == large.value.key


async def test_a_file_without_a_length_is_read_only_so_far(twilio: Twilio, play: Play) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            await response.write(b"x" * 1024 * 1024)
        return response

    play.answers = [endless]
    with pytest.raises(Refused):
        await twilio.fetch(THEIRS, PICTURE)


@pytest.mark.parametrize(
    "ref",
    ["", "https://evil.example/x", "/etc/passwd", "../../Keys.json", REF + "/..", REF + "\n",
     REF.replace("/Media/", "/"), "Messages/MM1/Media/ME1", "1234567890"],
)  # fmt: skip
async def test_a_path_that_is_none_is_not_asked_for(twilio: Twilio, play: Play, ref: str) -> None:
    with pytest.raises(Fault):
        await twilio.fetch(THEIRS, Media(MediaKind.IMAGE, ref))
    assert [] == play.asked
