"""`haat doctor` looks at every part; Redis among them, where it is used."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.processes import free_port
from gateways.redis import ping
from model.errors import Unavailable


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis server of the test's own; skipped by name where none is installed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    log = (tmp_path / "redis.log").open("wb")
    server = subprocess.Popen([*command, "--logfile", ""], stdout=log, stderr=log)
    try:
        _until_logged(tmp_path / "redis.log", "Ready to accept connections", server)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()
        log.close()


def _until_logged(path: Path, words: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while words not in path.read_text():
        assert server.poll() is None, path.read_text()
        assert time.monotonic() < deadline, "Redis did not start"


def doctor(tmp_path: Path, **env: str) -> Result:
    """What `haat doctor` says with a database of the test's own."""
    database = f"sqlite+aiosqlite:///{tmp_path}/haat.db"
    runner = CliRunner(env={"HAAT_DATABASE_URL": database, "HAAT_NLU_URL": "http://127.0.0.1:9", **env})
    runner.invoke(main, ["migrate"])
    return runner.invoke(main, ["doctor"])


@pytest.mark.redis
async def test_a_redis_that_answers_is_pinged(redis_url: str) -> None:
    """No error: it answers."""
    await ping(redis_url)


async def test_a_redis_that_is_not_there_is_unavailable() -> None:
    """Told as our own error, by the kind of what went wrong and no more."""
    with pytest.raises(Unavailable, match="redis"):
        await ping("redis://127.0.0.1:9/0")


def test_the_doctor_names_what_is_wrong_and_what_is_well(tmp_path: Path) -> None:
    """An NLU that does not answer is to be mended; the database is up to date; status 1."""
    told = doctor(tmp_path)
    assert 1 == told.exit_code
    assert "ok   database: up to date" in told.output
    assert "MEND NLU: no answer from http://127.0.0.1:9: start it with `haat nlu`" in told.output
    assert "Redis: not used" in told.output
    assert "Razorpay: off" in told.output


def test_the_doctor_names_a_redis_and_a_razorpay_that_do_not_answer(tmp_path: Path) -> None:
    """Each with the setting to look at."""
    keys = {"RAZORPAY_KEY_ID": "rzp_test_x", "RAZORPAY_KEY_SECRET": "s", "RAZORPAY_WEBHOOK_SECRET": "w"}
    where = {"HAAT_REDIS_URL": "redis://127.0.0.1:9/0", "RAZORPAY_API_URL": "http://127.0.0.1:9"}
    told = doctor(tmp_path, **keys, **where)
    assert "check HAAT_REDIS_URL" in told.output
    assert "check RAZORPAY_API_URL" in told.output


def test_the_doctor_says_that_a_database_is_behind(tmp_path: Path) -> None:
    """Nothing is changed by looking."""
    database = f"sqlite+aiosqlite:///{tmp_path}/none.db"
    told = CliRunner(env={"HAAT_DATABASE_URL": database, "HAAT_NLU_URL": "http://127.0.0.1:9"}).invoke(main, ["doctor"])
    assert "run `haat migrate`" in told.output
    assert not (tmp_path / "none.db").exists()
