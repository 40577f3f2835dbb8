"""Where arrivals of every channel go in."""

from collections.abc import Sequence
from typing import Protocol

from model.message import Arrival


class Door(Protocol):
    """Takes what a channel's webhook has read."""

    async def arrive(self, arrivals: Sequence[Arrival]) -> None:
        """Keep them, in this order; repeats are forgotten. Returns only when everything is durable.

        Raises Unavailable where that cannot be done now: the provider is not told that they were taken, and sends
        them again.
        """
