"""The store over SQLite or PostgreSQL: one unit of work is one transaction."""

from collections.abc import Callable
from typing import TypeVar

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
from store.transaction import Transaction
from store.writing import Apart, Together, Writing

T = TypeVar("T")


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

    `url` is the setting's: `sqlite+aiosqlite:///…` (one writer) or `postgresql+asyncpg://…` (`threads` of them). Work
    that meets a locked or absent database raises Unavailable, work that breaks one of the database's rules raises
    Fault.
    """

    def __init__(self, url: str, threads: int = 4) -> None:
        self._cache = CatalogueCache()
        self._writing: Writing
        if url.startswith("sqlite"):
            self._writing = Together(writer(url, 1))
        else:
            self._writing = Apart(writer(url, threads), threads)

    async def transact(self, work: Callable[[UnitOfWork], T], *, first: bool = False) -> T:
        """See the port. Not to be called again once closed."""
        return await self._writing.run(lambda transaction: work(SqlUnitOfWork(transaction, self._cache)), first=first)

    async def close(self) -> None:
        """Wait for what is under way, then close every connection."""
        await self._writing.close()
