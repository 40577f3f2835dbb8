"""Fixtures and rules for every test."""

import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.postgres import empty_postgres_url, postgres_server, postgres_url

# How fast examples are made depends on what else the machine does: no fact about the code.
settings.register_profile("haat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("haat")

__all__ = ["empty_postgres_url", "postgres_server", "postgres_url"]


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command that a test ran in this process set up the logs for itself; the next test starts anew."""
    yield
    structlog.reset_defaults()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is installed (HAAT_NO_SKIP is set, as in CI) a skipped test is a failure."""
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    if os.environ.get("HAAT_NO_SKIP") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("a test was skipped, and HAAT_NO_SKIP forbids it", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
