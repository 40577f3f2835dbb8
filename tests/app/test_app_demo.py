"""What a demo says where it cannot start."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo import demo, demo_settings
from app.settings import Settings
from model.errors import Fault


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def _settings(folder: Path, port: int, sandbox_port: int) -> Settings:
    given = {"HAAT_PORT": port, "HAAT_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'haat.db'}"}
    return Settings(_env_file=None, **given, **demo_settings(sandbox_port))  # type: ignore[arg-type]


@pytest.mark.parametrize("whose", ["shop", "sandbox"])
async def test_a_port_in_use_is_named_before_anything_is_made(taken: int, tmp_path: Path, whose: str) -> None:
    ports = (taken, 1) if whose == "shop" else (1, taken)
    with pytest.raises(Fault, match=f"port {taken} is in use"):
        await demo(_settings(tmp_path, *ports))
    assert [] == os.listdir(tmp_path)


def test_each_run_has_keys_of_its_own() -> None:
    assert demo_settings(8090)["RAZORPAY_KEY_SECRET"] != demo_settings(8090)["RAZORPAY_KEY_SECRET"]
