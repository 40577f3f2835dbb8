"""How much one address or session may do: token buckets, kept in this process."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address

from model.clients import address_of, network_of


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


def counted(client: str | None) -> str:
    """What a client's address is counted as: a network where it is one customer's, else the address as it stands."""
    address = address_of(client or "")
    if address is None or (isinstance(address, IPv6Address) and address.ipv4_mapped):
        return client or ""
    return network_of(address)


class Buckets:
    """Each key may do `burst` things at once and `per_second` in the long run; the least used keys are forgotten."""

    def __init__(
        self, burst: int, per_second: float, most: int = 20_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._rate, self._most, self._clock = float(burst), per_second, most, clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str) -> bool:
        """Whether this key may do one more thing now."""
        now = self._clock()
        bucket = self._buckets.pop(key, None) or _Bucket(self._burst, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        self._buckets[key] = bucket
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True
