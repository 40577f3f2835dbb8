"""A PostgreSQL server for tests: its own, in a temporary folder, on a Unix socket alone, gone at the end."""

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

_DEBIAN = Path("/usr/lib/postgresql")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """The folder of a running server's socket; its superuser is `haat`, trusted."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="haat-pg-"))
    _give(folder)
    try:
        _run(
            folder,
            programs / "initdb",
            "--pgdata=data",
            "--auth=trust",
            "--username=haat",
            "--no-sync",
            "--encoding=UTF8",
            "--no-locale",
        )
        options = f"-F -k {folder} -c listen_addresses= -c max_connections=50 -c shared_buffers=16MB"
        _run(folder, programs / "pg_ctl", "start", "--pgdata=data", "--wait", "--log=log", f"--options={options}")
        yield folder
        _run(folder, programs / "pg_ctl", "stop", "--pgdata=data", "--wait", "--mode=immediate")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Path) -> str:
    """A database for the whole session; who uses it empties or migrates it first."""
    return create_database(postgres_server, "haat")


@pytest.fixture
def empty_postgres_url(postgres_server: Path) -> Iterator[str]:
    """A database with nothing in it, for one test."""
    yield create_database(postgres_server, "empty")
    _superuser(postgres_server, 'DROP DATABASE "empty" WITH (FORCE)')


def create_database(server: Path, name: str) -> str:
    """The address of a new database, as the settings want it."""
    _superuser(server, f'CREATE DATABASE "{name}"')
    return f"postgresql+asyncpg://haat@/{name}?host={server}"


def _superuser(server: Path, statement: str) -> None:
    with psycopg.connect(host=str(server), user="haat", dbname="postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def _programs() -> Path:
    places = [Path(found).parent for found in [shutil.which("initdb")] if found]
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        places.append(Path(told.stdout.strip()))
    places += sorted(_DEBIAN.glob("*/bin"), reverse=True)
    found = next((place for place in places if (place / "initdb").exists()), None)
    if found is None:
        pytest.skip("PostgreSQL's server programs (initdb, pg_ctl) were not found")
    return found


def _run(folder: Path, program: Path, *arguments: str) -> None:
    """Run it, as the user it wants where we are root. Its output goes to a file: a server would keep a pipe open."""
    with (folder / "out").open("w+") as out:
        done = subprocess.run([program, *arguments], cwd=folder, stdout=out, stderr=out, check=False, **_user())
        if done.returncode:
            out.seek(0)
            pytest.fail(f"{program.name}: {out.read()}")


def _user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


def _give(folder: Path) -> None:
    shutil.chown(folder, _user().get("user", getpass.getuser()))
