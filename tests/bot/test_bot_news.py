"""News of providers: what waits is stored together, of each message what tells most, and nobody loses another's."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import deliveries, news
from model.delivery import moves
from model.errors import Unavailable
from model.message import Arrival, Channel, Preference, Progress, Status
from shop.work import Work
from tests.kit import RecordingSender, Scene, address

STATUSES = st.builds(
    Status,
    st.sampled_from([Channel.WHATSAPP, Channel.SMS]),
    st.just("shop"),
    st.sampled_from(["one", "two"]),
    st.sampled_from(Progress),
)


@pytest.fixture
async def scene() -> Scene:
    return await Scene(channel=Channel.WHATSAPP, sender=RecordingSender(parts=1)).open()


def status(provider_id: str, progress: Progress = Progress.DELIVERED) -> Status:
    return Status(Channel.WHATSAPP, "shop", provider_id, progress)


class Books:
    """What was stored in which transaction; each waits until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, scene: Scene) -> None:
        self.together: list[list[Arrival]] = []
        self._gate, self.trouble = asyncio.Semaphore(0), dict[int, Exception]()
        self._take, self._transact = deliveries.take, scene.parts.store.transact
        monkeypatch.setattr(deliveries, "take", self.take)
        monkeypatch.setattr(scene.parts.store, "transact", self.transact)

    def let_go(self, transactions: int = 9) -> None:
        for _ in range(transactions):
            self._gate.release()

    async def transact(self, work: object, *, first: bool = False) -> object:
        await self._gate.acquire()
        return await self._transact(work, first=first)  # type: ignore[arg-type]

    def take(self, work: Work, told: Sequence[Arrival]) -> deliveries.Heeded:
        self.together.append(list(told))
        if error := self.trouble.get(len(self.together)):
            raise error
        return self._take(work, told)


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch, scene: Scene) -> Books:
    return Books(monkeypatch, scene)


async def hand_in(scene: Scene, *told: Status) -> list[asyncio.Task[None]]:
    """A webhook each, one after the other."""
    tasks = []
    for one in told:
        tasks.append(asyncio.create_task(scene.engine.arrive([one])))
        await asyncio.sleep(0)
    return tasks


async def test_what_comes_while_some_is_stored_is_stored_together(scene: Scene, books: Books) -> None:
    webhooks = await hand_in(scene, *map(status, "abcd"))
    books.let_go()
    await asyncio.gather(*webhooks)
    assert [[status("a")], [*map(status, "bcd")]] == books.together


async def test_a_webhook_waits_until_its_own_news_is_stored(scene: Scene, books: Books) -> None:
    first, second = await hand_in(scene, status("a"), status("b"))
    assert not first.done()
    books.let_go(1)
    await first
    assert [[status("a")]] == books.together
    assert not second.done()
    books.let_go()
    await second


async def test_whose_news_could_not_be_stored_is_told_so_and_the_next_are_stored(scene: Scene, books: Books) -> None:
    books.trouble = {1: Unavailable("database")}
    webhooks = await hand_in(scene, *map(status, "abc"))
    books.let_go()
    ends = await asyncio.gather(*webhooks, return_exceptions=True)
    assert [Unavailable, type(None), type(None)] == [type(end) for end in ends]


async def test_news_that_cannot_be_heeded_keeps_none_that_came_with_it(scene: Scene, books: Books) -> None:
    books.trouble = {2: ZeroDivisionError(), 3: ZeroDivisionError()}
    webhooks = await hand_in(scene, *map(status, "abc"))
    books.let_go()
    await asyncio.gather(*webhooks)
    assert [[*map(status, "bc")], [status("b")], [status("c")]] == books.together[1:]


async def test_who_hangs_up_loses_nothing(scene: Scene, books: Books) -> None:
    webhooks = await hand_in(scene, *map(status, "ab"))
    for webhook in webhooks:
        webhook.cancel()
    books.let_go()
    await asyncio.gather(*webhooks, return_exceptions=True)
    await scene.engine.stop()
    assert [[status("a")], [status("b")]] == books.together


async def test_that_a_message_was_sent_is_no_news(scene: Scene, books: Books) -> None:
    await scene.engine.arrive([status("a", Progress.SENT)])
    assert [] == books.together


@given(st.lists(STATUSES, max_size=12))
def test_folded_news_tells_as_much_as_all_of_it(told: list[Status]) -> None:
    assert _known(told) == _known(news.folded(told))


@given(st.lists(STATUSES, max_size=12))
def test_each_message_is_told_of_once(told: list[Status]) -> None:
    keys = [(one.channel, one.provider_id) for one in news.folded(told) if isinstance(one, Status)]
    assert list(dict.fromkeys((one.channel, one.provider_id) for one in told)) == keys


def test_wishes_are_never_folded() -> None:
    wishes = [Preference(address("asha", Channel.WHATSAPP), wanted) for wanted in (False, True, False)]
    assert wishes == news.folded(wishes)


def _known(told: Sequence[Arrival]) -> dict[tuple[Channel, str], Progress]:
    """How far each message has come by these reports."""
    known: dict[tuple[Channel, str], Progress] = {}
    for one in told:
        assert isinstance(one, Status)
        key = (one.channel, one.provider_id)
        if moves(known.get(key), one.progress):
            known[key] = one.progress
    return known
