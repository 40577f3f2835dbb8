"""What every table shares: the naming of constraints, and short words for columns."""

from typing import Any

from sqlalchemy import Column, ColumnElement, ForeignKey, Index, MetaData, Table

from store.columns import Id

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *parts: Any, reuse_ids: bool = True) -> Table:
    """A table; on SQLite, `reuse_ids=False` keeps the id of a deleted row from being given again."""
    return Table(name, metadata, *parts, sqlite_autoincrement=not reuse_ids)


def row_id() -> Column[int]:
    """The key that the database counts up."""
    return Column("id", Id, primary_key=True)


def needs(name: str, kind: Any, **more: Any) -> Column[Any]:
    """A column that always holds a value; `more` may hold server_default."""
    return Column(name, kind, nullable=False, **more)


def refers(name: str, target: str, *, key: bool = False, optional: bool = False, **more: Any) -> Column[Any]:
    """A foreign key; `more` may hold unique, index."""
    return Column(name, ForeignKey(target), primary_key=key, nullable=optional, **more)


def index_only(where: ColumnElement[bool], *columns: Column[Any]) -> None:
    """An index over the rows that `where` picks; queries must repeat `where` literally to be served by it."""
    Index(None, *columns, sqlite_where=where, postgresql_where=where)
