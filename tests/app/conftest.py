"""No setting of the machine reaches these tests."""

from pathlib import Path

import pytest

from tests.app.app_kit import bare


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare(monkeypatch, tmp_path)
