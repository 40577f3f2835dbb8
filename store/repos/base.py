"""What the repositories share."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Executable, Table, TextClause, bindparam, text

from model.errors import Fault
from store.transaction import Answer, Transaction

Row = Any
"""A row: a tuple whose values are also named as its columns."""


def once(table: Table) -> TextClause:
    """Insert unless a unique constraint forbids it; the new row's primary key comes back, or nothing.

    Written out because SQLAlchemy has an ON CONFLICT for each database of its own. Values not given are null.
    """
    return _insert(table, "DO NOTHING", _quoted(table.primary_key))


def upsert(table: Table, key: str, *changed: str) -> TextClause:
    """Insert, or change these columns of the row that has this key; the primary key comes back."""
    return _insert(table, _update((key,), changed), _quoted(table.primary_key))


def merge(table: Table, keys: Sequence[str], changed: Sequence[str], back: Sequence[str], only: str = "") -> TextClause:
    """Insert, or change these columns of the row that has these keys, `only` where that holds of it.

    The columns `back` of the row as it is then come back, as the driver gives them; nothing where nothing was done.
    """
    where = f" WHERE {only}" if only else ""
    return _insert(table, _update(keys, changed) + where, _names(back))


def _update(keys: Sequence[str], changed: Sequence[str]) -> str:
    values = ", ".join(f'"{name}" = excluded."{name}"' for name in changed)
    return f"({_names(keys)}) DO UPDATE SET {values}"


def _insert(table: Table, on_conflict: str, back: str) -> TextClause:
    columns = [column for column in table.columns if column is not table.autoincrement_column]
    names, values = _quoted(columns), ", ".join(f":{column.name}" for column in columns)
    statement = text(
        f'INSERT INTO "{table.name}" ({names}) VALUES ({values})'  # noqa: S608 - names of our own tables
        f" ON CONFLICT {on_conflict} RETURNING {back}"
    )
    return statement.bindparams(*(bindparam(column.name, None, column.type) for column in columns))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _quoted(columns: Iterable[Column[Any]]) -> str:
    return _names(column.name for column in columns)


class Repository:
    """Runs statements in the transaction of one unit of work.

    In an update, values named as columns are set; others fill the statement's own parameters.
    """

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def _all(self, statement: Executable, **values: Any) -> Answer:
        return self._transaction.run(statement, values)

    def _first(self, statement: Executable, **values: Any) -> Row | None:
        return self._transaction.run(statement, values).first()

    def _one(self, statement: Executable, what: str, **values: Any) -> Row:
        row = self._transaction.run(statement, values).first()
        if row is None:
            raise Fault(f"there is no such {what}")
        return row

    def _insert(self, statement: TextClause, **values: Any) -> Any:
        """The answer of an insert made by `once` or `upsert`; None where the row was there already."""
        return self._transaction.run(statement, values).scalar()

    def _change(self, statement: Executable, **values: Any) -> int:
        """How many rows the statement changed."""
        return self._transaction.run(statement, values).rowcount
