"""The real bot as `haat serve` runs it, except that each of its lives ends with SIGKILL at a boundary of ours.

Standard input names the lives, one a line: `3 after decide` ends at the third commit of a turn, `0 -` is not ended.
Each is a process of its own, forked from this one, which has imported everything, read the texts and opened nothing.
A line read meanwhile names a signal for it. When it is over, what `Popen.returncode` would be is written.
"""

import asyncio
import os
import select
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from types import ModuleType
from typing import Any, NoReturn, TypeVar

from app import logs, serve, wiring
from app.responses import read_responses
from app.settings import ROOT, Settings
from bot import effects, engine
from gateways import whatsapp
from gateways.rasa import RasaNlu
from gateways.razorpay import Razorpay
from gateways.webchat import WebChat
from gateways.whatsapp import WhatsApp
from model.message import Heard, Sent
from model.order import PaymentLink, Refund
from model.ports import LinkState, UnitOfWork
from model.rows import OutboxRow
from store.sql import SqlStore
from tests.crash.boundaries import Watched

T = TypeVar("T")


class _Fate:
    """At which boundary this life ends, and at which time of reaching it; 0: at none."""

    def __init__(self) -> None:
        self.boundary, self.times = "", 0

    def reach(self, boundary: str) -> None:
        """Nothing of this process runs after the last time."""
        if boundary == self.boundary:
            self.times -= 1
            if self.times == 0:
                os.kill(os.getpid(), signal.SIGKILL)


fate = _Fate()


class CrashingStore(SqlStore):
    """Dies before or after the commit of a step."""

    async def transact(self, work: Callable[[UnitOfWork], T], *, first: bool = False) -> T:
        steps: set[str] = set()

        def watched(uow: UnitOfWork) -> T:
            watching: Any = Watched(uow)
            result = work(watching)
            steps.update(watching.steps)
            for step in steps:
                fate.reach(f"before {step}")
            return result

        result = await super().transact(watched, first=first)
        for step in steps:
            fate.reach(f"after {step}")
        return result


class CrashingNlu(RasaNlu):
    """Dies before asking, or with the answer in hand."""

    async def hear(self, text: str, message_id: str) -> Heard:
        fate.reach("before hear")
        heard = await super().hear(text, message_id)
        fate.reach("after hear")
        return heard


class CrashingChat(WebChat):
    """Dies before or after the sockets were told."""

    async def send(self, row: OutboxRow) -> None:
        fate.reach("before send")
        await super().send(row)
        fate.reach("after send")


class CrashingWhatsApp(WhatsApp):
    """Dies before Meta was asked, or after it took the message and before anybody noted it."""

    async def send(self, row: OutboxRow) -> Sent:
        fate.reach("before send")
        sent = await super().send(row)
        fate.reach("after send")
        return sent


class CrashingRazorpay(Razorpay):
    """Dies before Razorpay was asked, or after it did what was asked and before anybody noted it."""

    async def create(self, link: PaymentLink, customer: Mapping[str, str], description: str) -> LinkState:
        fate.reach("before create")
        made = await super().create(link, customer, description)
        fate.reach("after create")
        return made

    async def cancel(self, provider_id: str) -> LinkState | None:
        fate.reach("before cancel")
        state = await super().cancel(provider_id)
        fate.reach("after cancel")
        return state

    async def refund(self, refund: Refund) -> tuple[str, str]:
        fate.reach("before refund")
        sent = await super().refund(refund)
        fate.reach("after refund")
        return sent


def _put_in_place() -> None:
    """Our adapters in place of those they extend; claims on effects outlive the dead by a second, not by a minute."""
    _replace(wiring, SqlStore=CrashingStore, RasaNlu=CrashingNlu, WebChat=CrashingChat, Razorpay=CrashingRazorpay)
    _replace(whatsapp, WhatsApp=CrashingWhatsApp)
    _replace(effects, CLAIM=timedelta(seconds=1))
    _replace(engine, _LOOK_EVERY=0.25)
    texts = cache(read_responses)
    texts(ROOT / "data" / "responses")
    _replace(wiring, read_responses=texts)


def _replace(module: ModuleType, **parts: Any) -> None:
    """Raises AttributeError where there is no such part to be replaced."""
    for name, part in parts.items():
        getattr(module, name)
        setattr(module, name, part)


def _live(life: str) -> NoReturn:
    """One life of the bot, from opening its database to its end."""
    times, _, fate.boundary = life.strip().partition(" ")
    fate.times = int(times)
    logs.set_up(readable=False)
    asyncio.run(serve.serve(Settings()))
    os._exit(0)


def _see_out(pid: int, over: int) -> int:
    """Wait for the end of a life, or end it when we are told to, or nobody is there any more who could tell."""
    ready, _, _ = select.select([sys.stdin, over], [], [])
    if over not in ready:
        os.kill(pid, signal.Signals[sys.stdin.readline().strip() or "SIGKILL"])
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    """Live the lives that standard input names."""
    _put_in_place()
    while life := sys.stdin.readline():
        over, living = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(over)
            _live(life)
        os.close(living)
        sys.stdout.write(f"{_see_out(pid, over)}\n")
        sys.stdout.flush()
        os.close(over)


if __name__ == "__main__":
    main()
