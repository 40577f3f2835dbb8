"""The whole bot as `haat serve` builds it, on a database and a port of its own, with an NLU that answers as told."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from app.settings import Settings
from app.web import build_app, serving
from app.wiring import Bot, build
from tests.gateways.rasa_kit import Server, servers
from tests.kit import ROOT
from tests.webhooks.edge_kit import PNG

TINY_SHOP = ROOT / "tests" / "gateways" / "tiny_shop"


@dataclass
class Served:
    """A bot that serves. `nlu` is the server it asks."""

    bot: Bot
    nlu: Server
    url: str
    http: ClientSession

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and body."""
        async with self.http.get(self.url + path, headers=headers) as answer:
            return answer.status, await answer.text(errors="replace")


def bare(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """No setting of the machine, nor a `.env` that lies about, is seen."""
    for name in os.environ:
        if name.startswith(("HAAT_", "RAZORPAY_", "WHATSAPP_", "TWILIO_")):
            patch.delenv(name)
    patch.chdir(folder)


def tiny_shop(folder: Path) -> Path:
    """A shop's folder of one's own, with a picture and things that are none beside it."""
    made = folder / "shop"
    shutil.copytree(TINY_SHOP, made)
    (made / "pictures").mkdir()
    (made / "pictures" / "mango-pickle.png").write_bytes(PNG)
    (made / "pictures" / "notes.txt").write_text("secret", encoding="utf-8")
    (made / "secret.png").write_bytes(PNG)
    return made


@asynccontextmanager
async def served(folder: Path, **env: Any) -> AsyncIterator[Served]:
    """A bot whose files lie in `folder`; `env` holds settings by their names in the environment."""
    async with servers() as (nlu,):
        nlu.health = {"status": "ok", "catalogue": 3}
        given: dict[str, Any] = {
            "HAAT_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'haat.db'}",
            "HAAT_NLU_URL": nlu.url,
            "HAAT_FILES": folder / "files",
            "HAAT_SHOP": tiny_shop(folder),
        }
        async with (
            build(Settings(**given | env)) as bot,
            serving(build_app(bot), "127.0.0.1", 0) as port,
            ClientSession() as http,
        ):
            yield Served(bot, nlu, f"http://127.0.0.1:{port}", http)
            await bot.engine.stop()
