"""How fast senders send: Twilio takes more than that at once and lets it wait.

Twilio: a number sends so many segments a second, a WhatsApp sender so many messages; what would wait longer than ten
hours is refused with 21611. How many API calls an account may make is another limit, answered with 429.
"""

from sandbox.twilio.addresses import Address
from sandbox.twilio.errors import Refusal, too_many


class Queue:
    """When each sender is free again. Times are seconds of one clock that never goes back."""

    def __init__(self) -> None:
        self._free_at: dict[Address, float] = {}

    def wait(self, sender: Address, units: int, rate: int, longest: float, now: float) -> float:
        """Seconds until a message of that many units goes out. Raises `Refusal` where that is longer than `longest`."""
        if not rate:
            return 0.0
        begins = max(now, self._free_at.get(sender, now))
        if begins - now > longest:
            raise Refusal(21611, f"This 'From' number {sender} has exceeded the maximum number of queued messages")
        self._free_at[sender] = begins + units / rate
        return begins - now


class Calls:
    """How many calls were answered in this second."""

    def __init__(self) -> None:
        self._second = 0
        self._count = 0

    def count(self, rate: int, now: float) -> None:
        """Raises `Refusal` where the account made `rate` calls in this second already (0: no limit)."""
        if int(now) != self._second:
            self._second, self._count = int(now), 0
        self._count += 1
        if rate and self._count > rate:
            raise too_many()
