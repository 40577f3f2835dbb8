"""How pieces of work become transactions: together on SQLite, which has one writer, and apart on PostgreSQL."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from model.errors import Fault, Unavailable
from store.transaction import Statements, Transaction

T = TypeVar("T")
Work = Callable[[Transaction], T]
_TOGETHER = 32
"""Pieces of work committed together at most."""
_CROWD = 64
"""With more pieces than that waiting, those that somebody outside waits for go first."""
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Writing(Protocol):
    """Carries out pieces of work, each whole or not at all."""

    async def run(self, work: Work[T], *, first: bool = False) -> T:
        """Its result once it is durable. What it raises undoes it. Raises Unavailable or Fault as the store does."""

    async def close(self) -> None:
        """Wait for what is under way, then close every connection."""


@dataclass(slots=True)
class Job(Generic[T]):
    """A piece of work on its way, and what became of it."""

    work: Work[T]
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


class Queue:
    """Jobs in the order in which they came, until there is a crowd: then what is to be `first` goes first."""

    def __init__(self) -> None:
        self._first: deque[Job[Any]] = deque()
        self._waiting: deque[Job[Any]] = deque()

    def add(self, work: Work[T], *, first: bool) -> Job[T]:
        """A new job."""
        loop = asyncio.get_running_loop()
        job: Job[T] = Job(work, loop, loop.create_future())
        before_all = first and len(self._waiting) > _CROWD
        (self._first if before_all else self._waiting).append(job)
        return job

    def __len__(self) -> int:
        return len(self._first) + len(self._waiting)

    def taken(self, most: int) -> list[Job[Any]]:
        """The next ones, no longer in the queue; other threads may take some of those that wait."""
        return list(islice(self._taken(), most))

    def _taken(self) -> Iterator[Job[Any]]:
        for waiting in (self._first, self._waiting):
            with suppress(IndexError):
                while True:
                    yield waiting.popleft()


class Apart:
    """Each piece is a transaction of its own, on one of some threads: the database has many writers."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine = engine
        self._statements = Statements(engine.dialect)
        self._threads = ThreadPoolExecutor(threads, "store")
        self._queue = Queue()

    async def run(self, work: Work[T], *, first: bool = False) -> T:
        """See `Writing`."""
        job = self._queue.add(work, first=first)
        self._threads.submit(self._work_off)
        return await job.future

    def _work_off(self) -> None:
        for job in self._queue.taken(1):
            try:
                with own_errors(), self._engine.begin() as connection:
                    job.result = job.work(Transaction(connection, self._statements))
            except BaseException as error:
                job.error = error
            with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits
                job.loop.call_soon_threadsafe(job.settle)

    async def close(self) -> None:
        """See `Writing`."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()


class Together:
    """Pieces that wait are carried out together: each behind a savepoint of its own, one flush for them all.

    They are carried out on the event loop's own thread. They are Python for the most part, so two threads would take
    turns at it, for each statement (docs/decisions/0018). A thread of its own has only what waits for others: for the
    file's write lock, where another process has it, and for the disk.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements = Statements(engine.dialect)
        self._thread = ThreadPoolExecutor(1, "store")
        self._queue = Queue()
        self._working: asyncio.Task[None] | None = None
        self._connection: Connection | None = None
        self._patience = 0
        """Milliseconds that the write lock is waited for, on the thread; the loop waits for none."""

    async def run(self, work: Work[T], *, first: bool = False) -> T:
        """See `Writing`. To be called on one event loop."""
        job = self._queue.add(work, first=first)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work_off())
            self._working.add_done_callback(self._broken_off)
        return await job.future

    def _broken_off(self, working: asyncio.Task[None]) -> None:
        """Whoever still waits when the event loop is ended would wait for ever."""
        if working.cancelled():
            for job in self._queue.taken(len(self._queue)):
                job.future.cancel()

    async def _work_off(self) -> None:
        while jobs := self._queue.taken(_TOGETHER):
            await self._commit(jobs)

    async def _commit(self, jobs: list[Job[Any]]) -> None:
        try:
            with own_errors():
                await self._carry_out(jobs)
        except Exception as error:
            for job in jobs:
                job.error = Unavailable("database") if isinstance(error, TransactionLost) else error
        except BaseException:
            for job in jobs:
                job.future.cancel()
            raise
        for job in jobs:
            job.settle()

    async def _carry_out(self, jobs: list[Job[Any]]) -> None:
        """Raises what undoes them all."""
        connection = await self._begun()
        try:
            transaction = Transaction(connection, self._statements)
            for job in jobs:
                _do(job, transaction, alone=len(jobs) == 1)
            await self._on_thread(connection.commit)
        except BaseException:
            await self._on_thread(partial(self._undo, connection))
            raise

    async def _begun(self) -> Connection:
        """The connection in a transaction that may write."""
        if self._connection is None:
            self._connection = await self._on_thread(self._connect)
        try:
            self._connection.begin()
        except OperationalError as error:
            if not _may_pass(error):
                raise
            await self._on_thread(partial(self._begin_in_the_end, self._connection))
        return self._connection

    def _connect(self) -> Connection:
        connection = self._engine.connect()
        self._patience = int(_driver(connection).execute("PRAGMA busy_timeout").fetchone()[0])
        _wait_for_lock(connection, 0)
        return connection

    def _begin_in_the_end(self, connection: Connection) -> None:
        _wait_for_lock(connection, self._patience)
        try:
            connection.begin()
        finally:
            _wait_for_lock(connection, 0)

    def _undo(self, connection: Connection) -> None:
        """Back to before the transaction; a connection with which that cannot be is given up."""
        try:
            connection.rollback()
        except DBAPIError:
            self._connection = None
            connection.invalidate()
            connection.close()

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def close(self) -> None:
        """See `Writing`."""
        if self._working and not self._working.done():
            await asyncio.wait({self._working})
        await asyncio.to_thread(self._thread.shutdown)
        if self._connection:
            self._connection.close()
        self._engine.dispose()


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _wait_for_lock(connection: Connection, milliseconds: int) -> None:
    _driver(connection).execute(f"PRAGMA busy_timeout={milliseconds}")


def _do(job: Job[Any], transaction: Transaction, *, alone: bool) -> None:
    """One piece of work. Alone it needs no savepoint: what it raises ends the transaction."""
    if alone:
        job.result = job.work(transaction)
        return
    try:
        with own_errors(), savepoint(transaction):
            job.result = job.work(transaction)
    except TransactionLost:
        raise
    except Exception as error:
        job.error = error


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


@contextmanager
def own_errors() -> Iterator[None]:
    """The database's errors as the store tells them: Fault for a broken rule, Unavailable for what may pass."""
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
