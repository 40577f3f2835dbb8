"""The store itself: one unit of work after another, undone where it raises."""

from collections.abc import Callable
from typing import TypeVar

from model.ports import UnitOfWork
from store.memory.data import Data
from store.memory.desk import MemoryDesk
from store.memory.goods import MemoryCatalogues
from store.memory.identities import MemoryIdentities
from store.memory.talk import MemoryConversations, MemoryCustomers
from store.memory.trade import MemoryOrders, MemoryPayments
from store.memory.work import MemoryEffects, MemoryInbox, MemoryOutbox

T = TypeVar("T")


class MemoryUnitOfWork:
    """`model.ports.UnitOfWork` over dicts."""

    def __init__(self, data: Data) -> None:
        self.inbox = MemoryInbox(data)
        self.conversations = MemoryConversations(data)
        self.outbox = MemoryOutbox(data)
        self.effects = MemoryEffects(data)
        self.customers = MemoryCustomers(data)
        self.identities = MemoryIdentities(data)
        self.catalogue = MemoryCatalogues(data)
        self.orders = MemoryOrders(data)
        self.payments = MemoryPayments(data)
        self.desk = MemoryDesk(data)


class MemoryStore:
    """`model.ports.Store`. Work runs at once, on the caller's own thread."""

    def __init__(self) -> None:
        self.data = Data()

    async def transact(self, work: Callable[[UnitOfWork], T], *, first: bool = False) -> T:
        """See the port."""
        self.data.journal.clear()
        try:
            return work(MemoryUnitOfWork(self.data))
        except BaseException:
            self.data.undo()
            raise

    async def close(self) -> None:
        """Nothing is open."""
