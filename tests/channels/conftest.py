"""A shop for each file of tests; no setting of the machine reaches it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.app.app_kit import bare
from tests.channels.channel_kit import Shop, open_shop


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """A shop on WhatsApp (by Meta and by Twilio), on SMS and on its page."""
    folder = tmp_path_factory.mktemp("shop")
    with pytest.MonkeyPatch.context() as patch:
        bare(patch, folder)
        async with open_shop(folder) as opened:
            yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def shop(street: Shop) -> AsyncIterator[Shop]:
    """The same, with nothing going wrong at the providers unless the test has it so."""
    yield street
    await street.calm()
    await street.quiet()
