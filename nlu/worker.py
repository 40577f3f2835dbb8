"""Processes that parse: ``python -m nlu.worker PARENT SOCKET NUMBER SIZE MODEL``, started by `nlu.pool`.

The process so started loads the model and forks ``SIZE`` workers, which share its memory; it forks another for each
that dies, and never parses itself. A worker connects to the unix socket, says who it is, and answers one request after
the other until the connection ends.

A frame is four bytes of length, the most significant first, and as many of JSON: a request is
``{"parse": [text, message_id]}`` or ``{"catalogue": payload}``; an answer begins with `DONE`, or with `FAILED` and the
reason.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, BinaryIO

from nlu.engine import heard, index, opened
from nlu.errors import BadModel
from nlu.log import say

if TYPE_CHECKING:
    from nlu.runner import Model

DONE, FAILED = b"+", b"-"
HEAD = 4  # bytes that give a frame's length
TOO_SOON = 1.0  # seconds: a worker that dies younger is followed by a pause as long
WARM = ("where did you say that my parcel was", "आपने कहा था कि मेरा पार्सल कहाँ है")


def framed(body: bytes) -> bytes:
    """A frame."""
    return len(body).to_bytes(HEAD, "big") + body


def request(**content: object) -> bytes:
    """A request's frame."""
    return framed(json.dumps(content).encode())


class Worker:
    """Answers the requests of one connection."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def serve(self, link: socket.socket, number: int) -> None:
        """Say which generation this is and which process, then answer until the other end closes."""
        link.sendall(framed(json.dumps({"generation": number, "pid": os.getpid()}).encode()))
        with link.makefile("rb") as stream:
            while body := next_frame(stream):
                link.sendall(framed(self.answer(json.loads(body))))

    def answer(self, asked: dict[str, Any]) -> bytes:
        """One answer; a parse that fails is told and ends nothing."""
        try:
            if "catalogue" in asked:
                return self.use_catalogue(asked["catalogue"])
            return DONE + heard(self.model, *asked["parse"]).encode()
        except Exception as error:
            name = type(error).__name__
            traceback.print_tb(error.__traceback__)  # without the error's own words, which may hold the text's
            sys.stderr.write(name + "\n")
            return FAILED + name.encode()

    def use_catalogue(self, payload: object) -> bytes:
        """How many names are recognised from now on, or what is wrong with the payload."""
        try:
            names = index(payload)
        except ValueError as error:
            return FAILED + str(error).encode()
        self.model.use_catalogue(names)
        return DONE + str(names.size).encode()


def next_frame(stream: BinaryIO) -> bytes:
    """The next frame's content; nothing at the end of the stream, whether or not within a frame."""
    return stream.read(int.from_bytes(stream.read(HEAD), "big"))


class Forks:
    """Keeps a number of workers alive: every one a fork of this process, which must have no other thread."""

    def __init__(self, parent: int, place: str, number: int, model: Model) -> None:
        self.parent = parent
        self.place = place
        self.number = number
        self.model = model
        self.born: dict[int, float] = {}
        self.ending = False

    def keep(self, size: int) -> None:
        """Return when told to end, or when the parent is gone, and the last worker has ended."""
        signal.signal(signal.SIGTERM, self.end)
        for _ in range(size):
            self.fork()
        while self.born:
            pid, _ = os.wait()
            lived = time.monotonic() - self.born.pop(pid)
            if self.wanted() and lived < TOO_SOON:
                time.sleep(TOO_SOON)
            if self.wanted():
                self.fork()

    def end(self, _: int, __: FrameType | None) -> None:
        """Fork no more: the workers end as their connections do."""
        self.ending = True

    def wanted(self) -> bool:
        """Whether there is still somebody to work for."""
        return not self.ending and os.getppid() == self.parent

    def fork(self) -> None:
        """Make a worker; it hears no signal that is meant for all, so that it answers what it was asked."""
        pid = os.fork()
        if pid:
            self.born[pid] = time.monotonic()
            return
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        try:
            self.work()
        finally:
            os._exit(0)

    def work(self) -> None:
        """Connect and serve, until the connection ends."""
        try:
            with socket.socket(socket.AF_UNIX) as link:
                link.connect(self.place)
                Worker(self.model).serve(link, self.number)
        except OSError:
            return  # the other end is gone


def main(given: list[str]) -> int:
    """Load the model, say ``model_id`` (or why it ``failed``), keep the workers; the exit status: 1 without a model."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # from the terminal: the parent hears it too, and tells us
    parent, place, number, size, path = given
    try:
        model = opened(Path(path))
    except (BadModel, FileNotFoundError) as error:
        say(failed=str(error))
        return 1
    for text in WARM:
        model.parse(text)
    gc.collect()
    gc.freeze()  # or collecting garbage would write to every page, and each worker get its own
    say(model_id=model.model_id)
    Forks(int(parent), place, int(number), model).keep(int(size))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
