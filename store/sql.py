"""The store over SQLite or PostgreSQL: one unit of work is one transaction on one of the store's own threads."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from model.errors import Fault, Unavailable
from model.ports import UnitOfWork
from store.engines import writer
from store.repos.catalogue import CatalogueCache, SqlCatalogues
from store.repos.conversations import SqlConversations
from store.repos.customers import SqlCustomers
from store.repos.desk import SqlDesk
from store.repos.effects import SqlEffects
from store.repos.identities import SqlIdentities
from store.repos.inbox import SqlInbox
from store.repos.orders import SqlOrders
from store.repos.outbox import SqlOutbox
from store.repos.payments import SqlPayments
from store.transaction import Statements, Transaction

T = TypeVar("T")
_TOGETHER = 32
"""Pieces of work committed together at most."""
_CROWD = 64
"""With more pieces than that waiting, those that somebody outside waits for go first."""
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@dataclass(slots=True)
class Job(Generic[T]):
    """A piece of work on its way, and what became of it."""

    work: Callable[[UnitOfWork], T]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[T]
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Tell who waits; somebody who was cancelled waits no more."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def tell(jobs: list[Job[Any]]) -> None:
    """Wake each loop once for all of its jobs."""
    for loop in {job.loop for job in jobs}:
        mine = [job for job in jobs if job.loop is loop]
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits
            loop.call_soon_threadsafe(_settle_all, mine)


def _settle_all(jobs: list[Job[Any]]) -> None:
    for job in jobs:
        job.settle()


class TransactionLost(Exception):
    """The database gave the whole transaction up (a full disk, say): nothing of its pieces was kept."""


@contextmanager
def savepoint(transaction: Transaction) -> Iterator[None]:
    """What raises in it is undone to here. Raises TransactionLost where there is nothing left to go back to."""
    transaction.do("SAVEPOINT piece")
    try:
        yield
    except BaseException as error:
        _undo_piece(transaction, error)
        raise
    transaction.do("RELEASE piece")


def _undo_piece(transaction: Transaction, error: BaseException) -> None:
    try:
        transaction.do("ROLLBACK TO piece")
        transaction.do("RELEASE piece")
    except DBAPIError as lost:
        raise TransactionLost from (error if isinstance(error, Exception) else lost)


class SqlUnitOfWork:
    """`model.ports.UnitOfWork` on one connection, in one transaction."""

    def __init__(self, transaction: Transaction, cache: CatalogueCache) -> None:
        self.inbox = SqlInbox(transaction)
        self.conversations = SqlConversations(transaction)
        self.outbox = SqlOutbox(transaction)
        self.effects = SqlEffects(transaction)
        self.customers = SqlCustomers(transaction)
        self.identities = SqlIdentities(transaction)
        self.catalogue = SqlCatalogues(transaction, cache)
        self.orders = SqlOrders(transaction)
        self.payments = SqlPayments(transaction)
        self.desk = SqlDesk(transaction)


class SqlStore:
    """`model.ports.Store`.

    `url` is the setting's: `sqlite+aiosqlite:///…` (one writer thread) or `postgresql+asyncpg://…` (`threads` of
    them). Work that meets a locked or absent database raises Unavailable, work that breaks one of the database's
    rules raises Fault.

    Work that waits while a thread is busy is committed together: each piece behind a savepoint of its own, so that
    one that raises undoes itself alone, and one flush to disk makes them all durable. It goes in the order in which it
    came, until there is a crowd: then what is to be `first` goes first.
    """

    def __init__(self, url: str, threads: int = 4) -> None:
        threads = 1 if url.startswith("sqlite") else threads
        self._engine = writer(url, threads)
        self._statements = Statements(self._engine.dialect)
        self._threads = ThreadPoolExecutor(threads, "store")
        self._cache = CatalogueCache()
        self._first: deque[Job[Any]] = deque()
        self._waiting: deque[Job[Any]] = deque()
        self._together = _TOGETHER if threads == 1 else 1

    async def transact(self, work: Callable[[UnitOfWork], T], *, first: bool = False) -> T:
        """See the port. Not to be called again once closed."""
        loop = asyncio.get_running_loop()
        job: Job[T] = Job(work, loop, loop.create_future())
        before_all = first and len(self._waiting) > _CROWD
        (self._first if before_all else self._waiting).append(job)
        self._threads.submit(self._work_off)
        return await job.future

    def _work_off(self) -> None:
        """Commit what waits, as much together as may be; nothing, where another call took it along."""
        jobs = list(islice(self._taken(), self._together))
        if jobs:
            self._commit(jobs)
            tell(jobs)

    def _taken(self) -> Iterator[Job[Any]]:
        """What waits, each taken as it is asked for; other threads may take some of it."""
        for waiting in (self._first, self._waiting):
            with suppress(IndexError):
                while True:
                    yield waiting.popleft()

    def _commit(self, jobs: list[Job[Any]]) -> None:
        try:
            with _own_errors(), self._engine.begin() as connection:
                transaction = Transaction(connection, self._statements)
                for job in jobs:
                    self._do(job, transaction, alone=len(jobs) == 1)
        except BaseException as error:
            for job in jobs:
                job.error = Unavailable("database") if isinstance(error, TransactionLost) else error

    def _do(self, job: Job[Any], transaction: Transaction, *, alone: bool) -> None:
        """One piece of work. Alone it needs no savepoint: what it raises ends the transaction."""
        unit = SqlUnitOfWork(transaction, self._cache)
        if alone:
            job.result = job.work(unit)
            return
        try:
            with _own_errors(), savepoint(transaction):
                job.result = job.work(unit)
        except TransactionLost:
            raise
        except Exception as error:
            job.error = error

    async def close(self) -> None:
        """Wait for what is under way, then close every connection."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        # Not chained: PostgreSQL's own words hold the row's values.
        raise Fault(f"the database refused the change: {type(error.orig).__name__}") from None
    except OperationalError as error:
        if not _may_pass(error):
            raise
        raise Unavailable("database") from error


def _may_pass(error: OperationalError) -> bool:
    """SQLite: the file is locked. PostgreSQL's driver counts only what lies outside the statement as operational."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is None or code & 0xFF in _BUSY
