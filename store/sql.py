"""The store over SQLite or PostgreSQL: one unit of work is one transaction on one of the store's own threads."""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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
_NO_LONGER = 0.005
"""Seconds after which no other piece is taken along: who waits for the commit should not wait for much besides it."""
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
    one that raises undoes itself alone, and one flush to disk makes them all durable.
    """

    def __init__(self, url: str, threads: int = 4) -> None:
        threads = 1 if url.startswith("sqlite") else threads
        self._engine = writer(url, threads)
        self._statements = Statements(self._engine.dialect)
        self._threads = ThreadPoolExecutor(threads, "store")
        self._cache = CatalogueCache()
        self._first: deque[Job[Any]] = deque()
        self._then: deque[Job[Any]] = deque()
        self._together = threads == 1

    async def transact(self, work: Callable[[UnitOfWork], T], *, first: bool = False) -> T:
        """See the port. Not to be called again once closed."""
        loop = asyncio.get_running_loop()
        job: Job[T] = Job(work, loop, loop.create_future())
        (self._first if first else self._then).append(job)
        self._threads.submit(self._work_off)
        return await job.future

    def _work_off(self) -> None:
        """Commit what waits, as much together as may be; nothing, where another call took it along."""
        job = self._next()
        if job:
            jobs = [job]
            self._commit(jobs)
            tell(jobs)

    def _next(self) -> Job[Any] | None:
        for waiting in (self._first, self._then):
            with suppress(IndexError):  # another thread may have been faster
                return waiting.popleft()
        return None

    def _others(self, jobs: list[Job[Any]], since: float) -> Iterator[Job[Any]]:
        """What waits, each added to `jobs`, for a short while."""
        end = since + _NO_LONGER
        while len(jobs) < _TOGETHER and time.monotonic() < end:
            job = self._next()
            if job is None:
                return
            jobs.append(job)
            yield job

    def _commit(self, jobs: list[Job[Any]]) -> None:
        """Carry out the one given and, where others wait, some of those: they are added to `jobs`."""
        alone, since = not (self._together and (self._first or self._then)), time.monotonic()
        try:
            with _own_errors(), self._engine.begin() as connection:
                transaction = Transaction(connection, self._statements)
                self._do(jobs[0], transaction, alone=alone)
                for job in () if alone else self._others(jobs, since):
                    self._do(job, transaction, alone=False)
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
