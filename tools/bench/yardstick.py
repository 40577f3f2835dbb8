"""How fast this machine is, by the measure that the targets were set with.

Three small transactions on SQLite (a message in, its turn, its answer gone) through SQLAlchemy on a thread of their
own, sixteen customers at once: 0.84 ms of CPU on the machine for which the targets were written down. Where they take
twice that, everything else takes about twice its time as well.
"""

import asyncio
import resource
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    update,
)

WHERE_TARGETS_WERE_SET = 0.84
"""Milliseconds of CPU."""
_CUSTOMERS, _TURNS = 16, 60
_BODY = {"text": "where is my order"}
_DATA = MetaData()


def _table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, _DATA, Column("id", Integer, primary_key=True), *columns)


def _talk() -> Column[str]:
    return Column("conv", String, index=True)


_inbox = _table("inbox", Column("pid", String, unique=True), _talk(), Column("body", JSON), Column("done", Boolean))
_talks = Table("conversation", _DATA, Column("id", String, primary_key=True), Column("state", JSON))
_message = _table("message", _talk(), Column("body", JSON))
_outbox = _table("outbox", _talk(), Column("body", JSON), Column("status", String))

_NEXT = select(_inbox.c.id).where(_inbox.c.conv == bindparam("k"), ~_inbox.c.done).order_by(_inbox.c.id).limit(1)
_STATE = select(_talks.c.state).where(_talks.c.id == bindparam("k"))
_SAVE = update(_talks).where(_talks.c.id == bindparam("k")).values(state=bindparam("s"))
_DONE = update(_inbox).where(_inbox.c.id == bindparam("i")).values(done=True)
_SENT = update(_outbox).where(_outbox.c.id == bindparam("i")).values(status="sent")


def _accept(connection: Connection, talk: str, turn: int) -> None:
    connection.execute(insert(_inbox), {"pid": f"{talk}-{turn}", "conv": talk, "body": _BODY, "done": False})


def _decide(connection: Connection, talk: str) -> int:
    row = connection.execute(_NEXT, {"k": talk}).scalar_one()
    state = connection.execute(_STATE, {"k": talk}).scalar()
    if state is None:
        connection.execute(insert(_talks), {"id": talk, "state": {"n": 1}})
    else:
        connection.execute(_SAVE, {"k": talk, "s": {"n": state["n"] + 1}})
    connection.execute(_DONE, {"i": row})
    connection.execute(insert(_message), [{"conv": talk, "body": {said: "x"}} for said in ("in", "out")])
    added = connection.execute(insert(_outbox), {"conv": talk, "body": _BODY, "status": "due"})
    return int(added.inserted_primary_key[0])  # type: ignore[index]


def _sent(connection: Connection, row: int) -> None:
    connection.execute(_SENT, {"i": row})


def _durable(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


async def cpu_a_turn() -> float:
    """Milliseconds of CPU for the three transactions."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:
        engine = create_engine(f"sqlite:///{folder}/yardstick.db")
        event.listen(engine, "connect", _durable)
        _DATA.create_all(engine)
        before = _cpu()
        await asyncio.gather(*(_customer(engine, thread, f"talk-{number}") for number in range(_CUSTOMERS)))
        spent = _cpu() - before
        engine.dispose()
    return spent * 1e3 / (_CUSTOMERS * _TURNS)


async def _customer(engine: Engine, thread: ThreadPoolExecutor, talk: str) -> None:
    async def transact(work: Callable[..., Any], *given: Any) -> Any:
        def whole() -> Any:
            with engine.begin() as connection:
                return work(connection, *given)

        return await asyncio.get_running_loop().run_in_executor(thread, whole)

    for turn in range(_TURNS):
        await transact(_accept, talk, turn)
        await transact(_sent, await transact(_decide, talk))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
