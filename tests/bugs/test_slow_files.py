"""A provider whose files came slowly held every turn there was, and as much memory as their files could fill."""

import asyncio

import pytest

from app.channels import FewFiles
from model.errors import Unavailable
from model.message import Address, Channel, Media, MediaKind

HERE = Address(Channel.WHATSAPP, "shop", "919811122233")
FILE = Media(MediaKind.IMAGE, "1")


class Slow:
    """A `MediaSource` whose files come when the gate is opened."""

    def __init__(self) -> None:
        self.gate, self.asked = asyncio.Event(), 0

    async def fetch(self, address: Address, media: Media) -> bytes:
        """See the port."""
        self.asked += 1
        await self.gate.wait()
        return b"file"


async def test_beyond_a_few_files_at_once_the_next_is_put_off() -> None:
    slow = Slow()
    files = FewFiles(slow, most=2)
    first = [asyncio.create_task(files.fetch(HERE, FILE)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await files.fetch(HERE, FILE)
    slow.gate.set()
    assert [b"file"] * 2 == await asyncio.gather(*first)
    assert (b"file", 3) == (await files.fetch(HERE, FILE), slow.asked)


async def test_a_fetch_that_is_given_up_makes_room() -> None:
    slow = Slow()
    files = FewFiles(slow, most=1)
    given_up = asyncio.create_task(files.fetch(HERE, FILE))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    slow.gate.set()
    assert b"file" == await files.fetch(HERE, FILE)
