"""The revisions and the tables agree."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from store import migrate
from store.engines import writer
from store.tables import metadata


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/var/haat.db"
    return str(request.getfixturevalue("empty_postgres_url"))


def test_upgrading_brings_an_empty_database_to_the_newest_revision(empty_url: str) -> None:
    assert migrate.current(empty_url) is None
    migrate.upgrade(empty_url)
    assert migrate.current(empty_url) == migrate.head()
    migrate.upgrade(empty_url)
    assert migrate.current(empty_url) == migrate.head()


def test_a_migrated_database_has_exactly_the_tables_of_the_code(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    engine = writer(empty_url, 1)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()
