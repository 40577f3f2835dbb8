"""Statements of one transaction, handed to the driver as SQLAlchemy writes them.

SQLAlchemy's own way of running a statement costs ten times what SQLite takes to carry it out (reading a conversation:
67 µs against 4), and a turn runs some fifty. So each statement is compiled once, with the conversions of its values,
and its text goes to the driver from then on. What the driver complains of is told as SQLAlchemy tells it.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Executable, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any] | None
"""What the driver does not take or give as it is must be made into something else; None: nothing needs to be done."""
_AT_EACH_USE = "[POSTCOMPILE_"
"""Where SQLAlchemy writes as many places as a list has values: such a text is another one each time."""


class Answer:
    """All rows of a statement, or how many it changed."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        """Every row."""
        return self._rows

    def first(self) -> Any:
        """The first row, None where there is none."""
        return self._rows[0] if self._rows else None

    def scalar(self) -> Any:
        """The first value of the first row, None where there is no row."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """The same where there must be a row. Raises IndexError where there is none."""
        return self._rows[0][0]


class Prepared:
    """A statement with the names of the values it is given, as the driver takes it."""

    __slots__ = ("_columns", "_converts", "_fixed", "_keys", "_named", "_names", "_row", "sql")

    def __init__(self, compiled: SQLCompiler, statement: Executable, names: tuple[str, ...]) -> None:
        self.sql = str(compiled)
        self._named = not compiled.positional
        places = list(_places(compiled, names))
        self._names = [written for written, *_ in places]
        self._keys = [key for _, key, *_ in places]
        self._fixed = {place: fixed for place, (_, key, _, fixed) in enumerate(places) if key is None}
        self._converts = [(place, convert) for place, (_, key, convert, _) in enumerate(places) if key and convert]
        columns = list(_columns(statement))
        self._row = _maker([name for name, _ in columns])
        converts = [_back(kind, compiled.dialect) for _, kind in columns]
        self._columns = [(place, convert) for place, convert in enumerate(converts) if convert]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        filled: list[Any] = [key and values[key] for key in self._keys]
        for place, convert in self._converts:
            filled[place] = convert(filled[place])
        for place, fixed in self._fixed.items():
            filled[place] = fixed
        return dict(zip(self._names, filled, strict=True)) if self._named else filled

    def row(self, raw: Any) -> Any:
        """A row as a tuple whose values are also named as its columns."""
        if self._columns:
            raw = list(raw)
            for place, convert in self._columns:
                raw[place] = convert(raw[place])
        return self._row(raw)


def _maker(names: list[str]) -> Callable[[Any], Any]:
    """Makes rows; a text's have no names."""
    if not names:
        return tuple
    named = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    return named._make


def _places(compiled: SQLCompiler, names: tuple[str, ...]) -> Iterator[tuple[str, str | None, Convert, Any]]:
    """The text's places in order: its name there, the value's name, its conversion, or else the value always there."""
    by_name = {name: bind for bind, name in compiled.bind_names.items()}
    for name in compiled.positiontup if compiled.positiontup is not None else by_name:
        bind = by_name[name]
        convert, written = _there(bind, compiled.dialect), compiled.escaped_bind_names.get(name, name)
        if bind.key in names:
            yield written, bind.key, convert, None
        elif bind.required:
            raise KeyError(f"a statement needs a value for {bind.key}")
        else:
            yield written, None, None, convert(bind.effective_value) if convert else bind.effective_value


def _there(bind: BindParameter[Any], dialect: Dialect) -> Convert:
    return bind.type.dialect_impl(dialect).bind_processor(dialect)


def _back(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _columns(statement: Executable) -> Iterator[tuple[str, TypeEngine[Any]]]:
    """Name and type of each column that comes back; of a text none is known, its values are taken as they come."""
    if isinstance(statement, Select):
        told = statement.column_descriptions
    else:
        told = statement.returning_column_descriptions if isinstance(statement, UpdateBase) else []
    for column in told:
        yield column["name"], column["type"]


class Statements:
    """Those of one database, each compiled once. They are constants of the modules that run them, and never go."""

    __slots__ = ("_dialect", "_known")

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[tuple[Executable, tuple[str, ...]], Prepared | None] = {}

    def prepared(self, statement: Executable, names: tuple[str, ...]) -> Prepared | None:
        """The statement, given values of these names; None where its text is another one at each use."""
        key = statement, names
        if key not in self._known:
            self._known[key] = self._prepare(statement, names)
        return self._known[key]

    def _prepare(self, statement: Executable, names: tuple[str, ...]) -> Prepared | None:
        compiled = statement.compile(dialect=self._dialect, column_keys=list(names))  # type: ignore[attr-defined]
        return None if _AT_EACH_USE in str(compiled) else Prepared(compiled, statement, names)

    def own_error(self, sql: str, error: BaseException) -> BaseException:
        """What SQLAlchemy would raise; values are never told."""
        base = self._dialect.loaded_dbapi.Error
        return DBAPIError.instance(sql, None, error, base, hide_parameters=True, dialect=self._dialect)


class Transaction:
    """What is under way on one connection, to be run in by one thread."""

    __slots__ = ("_driver", "_statements", "connection")

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self.connection = connection
        self._driver: Any = connection.connection.dbapi_connection
        self._statements = statements

    def run(self, statement: Executable, values: Mapping[str, Any]) -> Answer:
        """Carry out a statement. Raises SQLAlchemy's errors."""
        prepared = self._statements.prepared(statement, tuple(values))
        if prepared is None:
            result = self.connection.execute(statement, values)
            return Answer(list(result) if result.returns_rows else [], result.rowcount)
        parameters = prepared.parameters(values)
        try:
            cursor = self._driver.execute(prepared.sql, parameters)
            rows = cursor.fetchall() if cursor.description else []
        except Exception as error:
            raise self._statements.own_error(prepared.sql, error) from error
        return Answer([prepared.row(raw) for raw in rows], cursor.rowcount)

    def do(self, sql: str) -> None:
        """Carry out a text that takes and gives nothing. Raises SQLAlchemy's errors."""
        try:
            self._driver.execute(sql)
        except Exception as error:
            raise self._statements.own_error(sql, error) from error
