"""Knowing when another process has ended, so that the sandbox does not outlive who started it."""

import asyncio
import os
import sys


async def ended(pid: int) -> None:
    """Return once process `pid` has ended, at once where there is none."""
    if sys.platform == "linux":
        await _watched(pid)
    else:
        await _polled(pid)


async def _watched(pid: int) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


async def _polled(pid: int, every: float = 1.0) -> None:
    while _alive(pid):  # noqa: ASYNC110 - only Linux can wait for a process that is not its child
        await asyncio.sleep(every)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
