"""Engines: a synchronous one that writes, an asynchronous one that only reads."""

from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_SYNC = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
_DURABLE = ("journal_mode=wal", "synchronous=full", "busy_timeout=10000", "foreign_keys=on", "cache_size=-16384")
"""The cache is in KiB: with SQLite's own 2,000 a busy shop reads the same pages from the file again and again."""
_READING = ("busy_timeout=10000", "query_only=on")


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


_COMMON: dict[str, Any] = {
    "json_serializer": _dumps,
    "json_deserializer": orjson.loads,
    "hide_parameters": True,
}
"""Errors tell the statement, never its values: these are customers' words and numbers, and errors are logged."""


def sync_url(url: str) -> URL:
    """The address with the synchronous driver: pysqlite for aiosqlite, psycopg for asyncpg."""
    given = make_url(url)
    return given.set(drivername=_SYNC[given.get_backend_name()])


def writer(url: str, connections: int) -> Engine:
    """An engine with so many connections. SQLite's take the one write lock when a transaction begins."""
    engine = create_engine(sync_url(url), pool_size=connections, max_overflow=0, **_COMMON)
    if engine.dialect.name == "sqlite":
        _set_pragmas(engine, _DURABLE)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def _begin_immediate(connection: Connection) -> None:
    """Reading first and writing later would deadlock with another process that does the same."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def reader(url: str) -> AsyncEngine:
    """An engine whose connections refuse to write."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_async_engine(url, **_COMMON)
        _set_pragmas(engine.sync_engine, _READING)
        return engine
    read_only = {"server_settings": {"default_transaction_read_only": "on"}}
    return create_async_engine(url, connect_args=read_only, pool_pre_ping=True, **_COMMON)


def _set_pragmas(engine: Engine, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        # The driver's own idea of when a transaction begins is switched off: SQLAlchemy says so, or nobody.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
