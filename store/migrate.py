"""Brings a database up to date. The revisions travel inside the package: no alembic.ini is needed."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from store.engines import sync_url, writer

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 0x68616174
"""Two processes that start together upgrade one after the other (PostgreSQL; SQLite has one writer anyway)."""


def upgrade(url: str) -> None:
    """Create or alter every table up to the newest revision, in one transaction; makes SQLite's folder."""
    _make_folder(url)
    engine = writer(url, 1)
    try:
        with engine.begin() as connection:
            _wait_for_others(connection)
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """The revision of the database; None where it was never migrated, or a SQLite file is not there yet."""
    if not _exists(url):
        return None
    engine = writer(url, 1)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def head() -> str:
    """The newest revision this code knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise LookupError("no revisions were installed with the package")
    return revision


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


def _wait_for_others(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _file(url: str) -> Path | None:
    given = sync_url(url)
    return Path(given.database) if given.get_backend_name() == "sqlite" and given.database else None


def _exists(url: str) -> bool:
    file = _file(url)
    return file is None or file.exists()


def _make_folder(url: str) -> None:
    file = _file(url)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
