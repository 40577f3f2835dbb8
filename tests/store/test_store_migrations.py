"""The revisions and the tables agree."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text

from model.conversation import Memory
from model.message import Address, Channel, Inbound
from model.order import Customer
from store import migrate
from store.engines import writer
from store.sql import SqlStore
from store.tables import metadata
from tests.store.store_kit import NOW, SECOND

ASHA = Address(Channel.WEBCHAT, "web", "asha")


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


async def test_who_said_stop_before_the_channels_came_is_silent_after_and_nothing_else_changed(empty_url: str) -> None:
    _at_revision(empty_url, "0001")
    _in_transaction(empty_url, _fill)
    migrate.upgrade(empty_url)
    store = SqlStore(empty_url)
    try:
        customers = await store.transact(lambda uow: [uow.customers.get(key) for key in (1, 2)])
        assert customers == [Customer(1, "Asha", silent=True), Customer(2, "Ravi")]
        talks = await store.transact(lambda uow: [uow.conversations.get(key) for key in (1, 2)])
        assert [talk.memory for talk in talks if talk] == [Memory("hi"), Memory("en")]
        waiting = await store.transact(lambda uow: uow.inbox.waiting(1, 10))
        assert [row.inbound for row in waiting] == [Inbound(ASHA, "m1", "hello")]
        replies = await store.transact(lambda uow: uow.outbox.due(NOW, 10, [*Channel]))
        assert [(row.content["text"], row.parts, row.form) for row in replies] == [("welcome", 0, "")]
        assert await store.transact(lambda uow: uow.conversations.open(ASHA, NOW)) == talks[0]
    finally:
        await store.close()


def test_messages_of_before_are_known_by_the_parts_that_they_were(empty_url: str) -> None:
    """Three parts of one line and the template in its place, one of another line, one of which nobody knows."""
    _at_revision(empty_url, "0003")
    lines = [(1, 1, ""), (1, 1, ""), (1, 2, ""), (1, 1, ""), (1, 1, "template"), (None, None, "")]
    _in_transaction(empty_url, lambda connection: _deliver(connection, lines))
    migrate.upgrade(empty_url)
    parts: list[tuple[int, int]] = []
    query = text("SELECT part, resends FROM delivery ORDER BY id")
    _in_transaction(empty_url, lambda connection: parts.extend(tuple(row) for row in connection.execute(query)))
    assert parts == [(0, 0), (1, 0), (0, 0), (2, 0), (0, 0), (0, 0)]


def _deliver(connection: Connection, lines: Sequence[tuple[int | None, int | None, str]]) -> None:
    """Messages that Meta took, of these lines of these conversations, in these forms."""
    tables = MetaData()
    tables.reflect(connection)
    whose = {"channel": "whatsapp", "account": "shop", "at": NOW}
    rows = [
        {**whose, "provider_id": f"wamid.{place}", "conversation_id": talk, "seq": seq, "form": form}
        for place, (talk, seq, form) in enumerate(lines)
    ]
    connection.execute(tables.tables["delivery"].insert(), rows)


async def test_twilio_is_asked_from_when_its_numbers_were_last_heard_of(empty_url: str) -> None:
    """What customers wrote while the new version was installed is not lost; Meta and the web chat are not asked."""
    _at_revision(empty_url, "0002")
    accounts = [("sms", "+15005550006"), ("whatsapp", "+15005550007"), ("whatsapp", "106540352242922"), ("webchat", "")]
    _in_transaction(empty_url, lambda connection: _hear(connection, accounts))
    migrate.upgrade(empty_url)
    store = SqlStore(empty_url)
    try:
        asked = await store.transact(lambda uow: [uow.inbox.asked(Channel(name), of) for name, of in accounts])
        assert asked == [NOW + SECOND, NOW + SECOND, None, None]
    finally:
        await store.close()


def _hear(connection: Connection, accounts: Sequence[tuple[str, str]]) -> None:
    """Two messages to each account, a second apart."""
    tables = MetaData()
    tables.reflect(connection)
    for key, (channel, account) in enumerate(accounts, 1):
        said = {"conversation_id": key, "text": "hello", "tap": "", "file": "", "state": "done", "attempts": 0}
        rows: dict[str, list[dict[str, Any]]] = {
            "customer": [{"id": key, "silent": False, "no_marketing": False}],
            "identity": [{"id": key, "customer_id": key, "channel": channel, "account": account, "user": "asha"}],
            "conversation": [_talk(key, {"language": "en"})],
            "inbox": [said | {"provider_id": f"m{n}", "received_at": NOW + n * SECOND} for n in range(2)],
        }
        for name, values in rows.items():
            connection.execute(tables.tables[name].insert(), values)


def _at_revision(url: str, revision: str) -> None:
    migrate._make_folder(url)
    _in_transaction(url, lambda connection: command.upgrade(migrate._config(connection), revision))


def _in_transaction(url: str, work: Callable[[Connection], object]) -> None:
    engine = writer(url, 1)
    with engine.begin() as connection:
        work(connection)
    engine.dispose()


def _fill(connection: Connection) -> None:
    """Two customers as the version before kept them: one stopped us; a message waits, and a reply."""
    tables = MetaData()
    tables.reflect(connection)
    rows: dict[str, list[dict[str, Any]]] = {
        "customer": [{"id": 1, "name": "Asha"}, {"id": 2, "name": "Ravi"}],
        "identity": [
            {"id": key, "customer_id": key, "channel": "webchat", "account": "web", "user": user}
            for key, user in ((1, "asha"), (2, "ravi"))
        ],
        "conversation": [_talk(1, {"language": "hi", "stopped": True}), _talk(2, {"language": "en", "stopped": False})],
        "message": [
            {
                "conversation_id": 1,
                "seq": 1,
                "author": "bot",
                "at": NOW,
                "client_id": "",
                "content": {"text": "welcome"},
            }
        ],
        "outbox": [{"id": 1, "conversation_id": 1, "seq": 1, "due_at": NOW, "attempts": 0}],
        "inbox": [
            {"id": 1, "conversation_id": 1, "provider_id": "m1", "text": "hello", "tap": "", "file": ""}
            | {"state": "waiting", "attempts": 0, "received_at": NOW}
        ],
    }
    for name, values in rows.items():
        connection.execute(tables.tables[name].insert(), values)


def _talk(key: int, memory: dict[str, Any]) -> dict[str, Any]:
    times = {"last_at": NOW, "wrote_at": NOW}
    return {"id": key, "identity_id": key, "holder": "bot", "version": 0, "memory": memory, "last_seq": 1, **times}
