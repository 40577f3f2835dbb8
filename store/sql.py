"""The store over SQLite or PostgreSQL: one unit of work is one transaction on one of the store's own threads."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from model.errors import Fault, Unavailable
from model.ports import UnitOfWork
from store.engines import writer
from store.repos.catalogue import CatalogueCache, SqlCatalogues
from store.repos.conversations import SqlConversations
from store.repos.customers import SqlCustomers
from store.repos.desk import SqlDesk
from store.repos.effects import SqlEffects
from store.repos.inbox import SqlInbox
from store.repos.orders import SqlOrders
from store.repos.outbox import SqlOutbox
from store.repos.payments import SqlPayments

T = TypeVar("T")
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class SqlUnitOfWork:
    """`model.ports.UnitOfWork` on one connection, in one transaction."""

    def __init__(self, connection: Connection, cache: CatalogueCache) -> None:
        self.inbox = SqlInbox(connection)
        self.conversations = SqlConversations(connection)
        self.outbox = SqlOutbox(connection)
        self.effects = SqlEffects(connection)
        self.customers = SqlCustomers(connection)
        self.catalogue = SqlCatalogues(connection, cache)
        self.orders = SqlOrders(connection)
        self.payments = SqlPayments(connection)
        self.desk = SqlDesk(connection)


class SqlStore:
    """`model.ports.Store`.

    `url` is the setting's: `sqlite+aiosqlite:///…` (one writer thread) or `postgresql+asyncpg://…` (`threads` of
    them). Work that meets a locked or absent database raises Unavailable, work that breaks one of the database's
    rules raises Fault.
    """

    def __init__(self, url: str, threads: int = 4) -> None:
        threads = 1 if url.startswith("sqlite") else threads
        self._engine = writer(url, threads)
        self._threads = ThreadPoolExecutor(threads, "store")
        self._cache = CatalogueCache()

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """See the port. Not to be called again once closed."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work)

    def _run(self, work: Callable[[UnitOfWork], T]) -> T:
        with _own_errors(), self._engine.begin() as connection:
            return work(SqlUnitOfWork(connection, self._cache))

    async def close(self) -> None:
        """Wait for what is under way, then close every connection."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Fault(f"the database refused the change: {type(error.orig).__name__}") from error
    except OperationalError as error:
        if not _may_pass(error):
            raise
        raise Unavailable("database") from error


def _may_pass(error: OperationalError) -> bool:
    """SQLite: the file is locked. PostgreSQL's driver counts only what lies outside the statement as operational."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is None or code & 0xFF in _BUSY
