"""The store in dicts: for tests and for talks that need no file. It keeps the same contract as `store.sql`."""

from store.memory.queries import MemoryQueries
from store.memory.store import MemoryStore

__all__ = ["MemoryQueries", "MemoryStore"]
