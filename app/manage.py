"""Commands that change what is stored: migrate, seed, users, orders, replies that could not go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from app import wiring
from app.settings import Settings
from bot import notify
from console.users import hash_password, make_user
from model.errors import Fault
from model.order import Order, OrderStatus
from model.ports import UnitOfWork
from shop import orders
from shop.work import Work
from store import migrate as migrations
from store.queries import SqlQueries
from store.sql import SqlStore

_MOST_LETTERS = 10_000


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[SqlStore]:
    wiring.bring_up_to_date(settings)
    store = SqlStore(settings.database_url)
    try:
        yield store
    finally:
        await store.close()


async def migrate(settings: Settings) -> None:
    """Bring the database up to date."""
    await asyncio.to_thread(migrations.upgrade, settings.database_url)
    click.echo(f"The database is up to date ({migrations.head()}).")


async def seed(settings: Settings) -> None:
    """Put the shop's folder in place of the catalogue."""
    async with _store(settings) as store:
        await wiring.seed(store, settings)
        await _tell_catalogue(store)


async def seed_new(settings: Settings) -> None:
    """Load the shop's folder into a database that has no shop yet; one that has keeps its stock."""
    async with _store(settings) as store:
        await wiring.seed_if_new(store, settings)
        await _tell_catalogue(store)


async def _tell_catalogue(store: SqlStore) -> None:
    catalogue = await store.transact(lambda uow: uow.catalogue.current())
    counts = f"{len(catalogue.products)} products, {len(catalogue.variants)} packs"
    click.echo(f"{catalogue.shop.name} is loaded: {counts} (version {catalogue.version}).")


async def add_user(settings: Settings, name: str, password: str, role: str, *, demo: bool = False) -> None:
    """Make (or replace) a user of the console."""
    encoded = await asyncio.to_thread(hash_password, password)
    async with _store(settings) as store:
        now = wiring.now()
        await store.transact(lambda uow: make_user(Work(uow, now, "cli"), name, encoded, role, demo=demo))
    click.echo(f"{name} can sign in as {role}.")


async def set_order(settings: Settings, number: str, status: OrderStatus) -> None:
    """Move an order on; the bot that serves sends what its customer is told."""
    async with _store(settings) as store:
        speech = wiring.read_speech(settings)
        now = wiring.now()

        def moved(uow: object) -> Order:
            work = Work(uow, now, "cli")  # type: ignore[arg-type]
            order = orders.move(work, number, status)
            notify.tell(work, speech)
            return order

        if not await store.transact(lambda uow: uow.catalogue.version()):
            raise Fault("the shop was never seeded: run `haat seed`")
        order = await store.transact(moved)
    click.echo(f"{order.number} is {order.status.value.replace('_', ' ')} now; its customer is being told.")


async def list_outbox(settings: Settings) -> None:
    """Tell of every reply that could not be delivered: never its text, never an address."""
    async with _queries(settings) as queries:
        letters = await queries.dead_letters(_MOST_LETTERS)
    if not letters:
        click.echo("Everything was delivered or is on its way.")
        return
    table = Table("number", "conversation", "channel", "from", "tries", "why it does not go")
    for letter in letters:
        at = f"{letter.at:%Y-%m-%d %H:%M} UTC"
        table.add_row(
            str(letter.id), str(letter.conversation_id), letter.channel, at, str(letter.attempts), letter.reason
        )
    Console().print(table)
    click.echo("Once the reason is mended: haat outbox replay NUMBER…  (or --all)")


async def replay_outbox(settings: Settings, ids: list[int]) -> None:
    """Have dead letters sent again by the bot that serves; none named: all.

    A one-time code is good for ten minutes, and nobody is to receive one that opens nothing: it leaves the list unsent.
    """
    async with _queries(settings) as queries:
        wanted = ids or [letter.id for letter in await queries.dead_letters(_MOST_LETTERS)]
    async with _store(settings) as store:
        now = wiring.now()
        count, codes = await store.transact(lambda uow: _revive(uow, wanted, now))
    click.echo(f"{count} on their way again.")
    if codes:
        left = "1 held a one-time code" if codes == 1 else f"{codes} held one-time codes"
        click.echo(
            f"{left}, good no more: not sent, and off the list. The customer asks for a new one in the web chat."
        )


def _revive(uow: UnitOfWork, wanted: list[int], now: datetime) -> tuple[int, int]:
    """How many go again, and how many codes were struck off."""
    codes = uow.outbox.with_code(wanted)
    uow.outbox.sent(codes)
    return uow.outbox.revive([key for key in wanted if key not in codes], now), len(codes)


@asynccontextmanager
async def _queries(settings: Settings) -> AsyncIterator[SqlQueries]:
    wiring.bring_up_to_date(settings)
    queries = SqlQueries(settings.database_url)
    try:
        yield queries
    finally:
        await queries.close()
