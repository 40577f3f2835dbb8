"""`haat chat` and `haat parse`: the same engine and NLU, from the terminal."""

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import click

from app.settings import Settings
from app.wiring import Bot, build, nlu_ready, running
from bot.engine import Engine
from model.conversation import Conversation
from model.errors import Fault
from model.message import Address, Channel, Inbound
from model.ports import UnitOfWork
from model.rows import OutboxRow

_NLU_WITHIN = 60.0
_QUIET = 0.4
"""Seconds without a further reply after which the customer is asked for the next line."""
_ANSWER_WITHIN = 30.0


class Terminal:
    """The `Sender` of the terminal: replies are put where the loop prints them."""

    def __init__(self) -> None:
        self.replies: asyncio.Queue[OutboxRow] = asyncio.Queue()

    async def send(self, row: OutboxRow) -> None:
        """Hand the reply to the loop."""
        self.replies.put_nowait(row)


@asynccontextmanager
async def _ready(settings: Settings, terminal: Terminal) -> AsyncIterator[Bot]:
    async with build(settings, (Channel.TERMINAL, terminal)) as bot, running(bot):
        if not await nlu_ready(bot, _NLU_WITHIN):
            raise Fault("the NLU did not start: see `haat doctor`")
        yield bot


async def parse(settings: Settings, text: str) -> Mapping[str, Any]:
    """Rasa's parse JSON of a text, with the catalogue's names known."""
    async with build(settings) as bot:
        if not await nlu_ready(bot, _NLU_WITHIN):
            raise Fault("the NLU did not start: see `haat doctor`")
        await bot.nlu.put_catalogue(await bot.store.transact(lambda uow: uow.catalogue.current()))
        return await bot.nlu.raw(text)


async def chat(settings: Settings, lang: str | None, as_json: bool) -> None:
    """Read lines (a tap is /tap ID, or its number), answer each; ends at the end of input."""
    terminal = Terminal()
    async with _ready(settings, terminal) as bot:
        address = Address(Channel.TERMINAL, "local", secrets.token_hex(8))
        if lang:
            await bot.store.transact(lambda uow: _begin_in(uow, address, lang, bot))
        if not as_json:
            click.echo("Talk to the shop. Ctrl-D ends. A choice is taken by its number.\n")
        await _talk(bot.engine, terminal, address, as_json)


def _begin_in(uow: UnitOfWork, address: Address, lang: str, bot: Bot) -> Conversation:
    conversation = uow.conversations.open(address, bot.engine.parts.clock())
    memory = replace(conversation.memory, language=lang, language_fixed=True)
    return uow.conversations.save(replace(conversation, memory=memory))


async def _talk(engine: Engine, terminal: Terminal, address: Address, as_json: bool) -> None:
    prompt = "" if as_json or not sys.stdin.isatty() else "you> "
    number = 0
    while (line := await asyncio.to_thread(_read, prompt)) is not None:
        if not line.strip():
            continue
        number += 1
        tap = line.removeprefix("/tap ").strip() if line.startswith("/tap ") else ""
        await engine.accept(Inbound(address, str(number), "" if tap else line, tap))
        await _print_answer(terminal, as_json)


def _read(prompt: str) -> str | None:
    try:
        return input(prompt)
    except EOFError:
        return None


async def _print_answer(terminal: Terminal, as_json: bool) -> None:
    """Print replies until none comes for a moment."""
    wait = _ANSWER_WITHIN
    while True:
        try:
            row = await asyncio.wait_for(terminal.replies.get(), wait)
        except TimeoutError:
            return
        click.echo(json.dumps({"from": row.author, **row.content}, ensure_ascii=False) if as_json else _plain(row))
        wait = _QUIET


def _plain(row: OutboxRow) -> str:
    return f"{row.author}> {row.content['text']}\n"
