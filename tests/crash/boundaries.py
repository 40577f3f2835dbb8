"""Where a bot can die on a message's way: before and after everything that another process can see.

A transaction is known by what it writes, so nothing in the bot needs a name for a test's sake.
"""

import os
import random
from collections.abc import Callable
from typing import Any

STEPS = {
    "inbox.add": "accept",
    "conversations.take": "take",
    "inbox.done": "decide",
    "outbox.sent": "sent",
    "outbox.went": "sent",
    "inbox.add_notice": "notice",
    "inbox.notice_done": "act",
    "effects.take": "claim",
    "effects.done": "result",
}
"""What a unit of work calls -> the step of the journey that its transaction is."""
CALLS = ("hear", "send", "create", "cancel", "refund")
"""What is done outside any transaction: the NLU, a channel, and what changes something at Razorpay."""
BOUNDARIES = tuple(
    f"{when} {step}" for step in (*dict.fromkeys(STEPS.values()), *CALLS) for when in ("before", "after")
)
"""Before a transaction: all its statements are done, the commit is not."""
SEED = int(os.environ.get("HAAT_CRASH_SEED") or random.SystemRandom().randrange(1_000_000))
"""Of this run's order of deaths; HAAT_CRASH_SEED repeats another run's."""

_FREQUENT = frozenset({"accept", "take", "decide", "sent", "hear", "send"})
_MAY_FIND_NOTHING = frozenset({"inbox.add", "inbox.add_notice", "conversations.take", "effects.take"})


def times(boundary: str, dice: random.Random) -> int:
    """How often a boundary is reached before the bot dies there: more where every message passes it."""
    return dice.randint(1, 12 if boundary.split()[1] in _FREQUENT else 3)


class Watched:
    """A unit of work that notes which step it is; a repeat, or a look that finds no work, is none."""

    def __init__(self, uow: Any) -> None:
        self._uow = uow
        self.steps: set[str] = set()

    def __getattr__(self, name: str) -> "_Repository":
        return _Repository(getattr(self._uow, name), name, self.steps)


class _Repository:
    def __init__(self, repository: Any, name: str, steps: set[str]) -> None:
        self._repository, self._name, self._steps = repository, name, steps

    def __getattr__(self, method: str) -> Callable[..., Any]:
        call = getattr(self._repository, method)
        known = f"{self._name}.{method}"
        return self._noting(call, known) if known in STEPS else call

    def _noting(self, call: Callable[..., Any], known: str) -> Callable[..., Any]:
        def noting(*args: Any) -> Any:
            result = call(*args)
            if result or known not in _MAY_FIND_NOTHING:
                self._steps.add(STEPS[known])
            return result

        return noting
