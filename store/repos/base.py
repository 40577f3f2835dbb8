"""What the repositories share."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Connection, CursorResult, Executable, Row, Table, TextClause, bindparam, text

from model.errors import Fault


def once(table: Table) -> TextClause:
    """Insert unless a unique constraint forbids it; the new row's primary key comes back, or nothing.

    Written out because SQLAlchemy compiles its own ON CONFLICT anew at each use, at the price of ten other statements.
    Values not given are null.
    """
    return _insert(table, "DO NOTHING")


def upsert(table: Table, key: str, *changed: str) -> TextClause:
    """Insert, or change these columns of the row that has this key; the primary key comes back."""
    values = ", ".join(f'"{name}" = excluded."{name}"' for name in changed)
    return _insert(table, f'("{key}") DO UPDATE SET {values}')


def _insert(table: Table, on_conflict: str) -> TextClause:
    columns = [column for column in table.columns if column is not table.autoincrement_column]
    names, values = _quoted(columns), ", ".join(f":{column.name}" for column in columns)
    statement = text(
        f'INSERT INTO "{table.name}" ({names}) VALUES ({values})'  # noqa: S608 - names of our own tables
        f" ON CONFLICT {on_conflict} RETURNING {_quoted(table.primary_key)}"
    )
    return statement.bindparams(*(bindparam(column.name, None, column.type) for column in columns))


def _quoted(columns: Iterable[Column[Any]]) -> str:
    return ", ".join(f'"{column.name}"' for column in columns)


class Repository:
    """Runs statements on the connection of one unit of work.

    In an update, values named as columns are set; others fill the statement's own parameters.
    """

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _all(self, statement: Executable, **values: Any) -> CursorResult[Any]:
        return self._connection.execute(statement, values)

    def _first(self, statement: Executable, **values: Any) -> Row[Any] | None:
        return self._all(statement, **values).first()

    def _one(self, statement: Executable, what: str, **values: Any) -> Row[Any]:
        row = self._first(statement, **values)
        if row is None:
            raise Fault(f"there is no such {what}")
        return row

    def _insert(self, statement: TextClause, **values: Any) -> Any:
        """The answer of an insert made by `once` or `upsert`; None where the row was there already."""
        return self._all(statement, **values).scalar()

    def _change(self, statement: Executable, **values: Any) -> int:
        """How many rows the statement changed."""
        return self._all(statement, **values).rowcount
