"""Processes that `haat` starts beside the bot: the NLU in its own Python, the sandbox. They end with their parent."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from app.settings import ROOT
from model.errors import Fault

log = structlog.get_logger()

_NLU_PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
_MODELS = ROOT / "models"
_RESTART_AFTER = 2.0
_END_WITHIN = 10.0


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def nlu_command(port: int, host: str = "127.0.0.1", workers: int = 1) -> list[str]:
    """How the NLU is started, and with how many processes that parse.

    Raises Fault, saying what to do, where its environment or model is missing.
    """
    if not _NLU_PYTHON.exists():
        raise Fault("the NLU's environment is not there: run `make setup`")
    if not any(_MODELS.glob("*.tar.gz")):
        raise Fault("no trained model: run `make train`")
    where = ["--host", host, "--port", str(port), "--workers", str(workers)]
    return [str(_NLU_PYTHON), "-m", "nlu.server", *where]


def sandbox_command(port: int, host: str = "127.0.0.1") -> list[str]:
    """How the providers' stand-in is started."""
    return [sys.executable, "-m", "sandbox", "--host", host, "--port", str(port)]


class Kept:
    """A process that is started again when it ends by itself, until it is closed."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self._name = name
        self._command = [*command, "--parent", str(os.getpid())]
        self._env = {**os.environ, **(env or {})}
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it and keep it running."""
        self._task = asyncio.create_task(self._keep(), name=f"keep-{self._name}")

    async def _keep(self) -> None:
        while True:
            self._process = await asyncio.create_subprocess_exec(*self._command, env=self._env, cwd=Path(ROOT))
            status = await self._process.wait()
            log.warning("process_ended", name=self._name, status=status)
            await asyncio.sleep(_RESTART_AFTER)

    async def close(self) -> None:
        """End it."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._process and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), _END_WITHIN)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
