"""Customers of the number: what WhatsApp knows of each, and how fast they may be written to."""

import hashlib
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
FLAGS = ("absent", "hidden", "offline", "no_marketing")


@dataclass(slots=True)
class Customer:
    """A person: `number` in digits, `user_id` what the shop knows them by. `wrote_at` is Unix seconds, 0 for never.

    `absent`: not on WhatsApp. `hidden`: webhooks do not tell the number. `offline`: messages are not delivered until
    that ends. `no_marketing`: they want no advertising.
    """

    number: str
    user_id: str
    name: str = ""
    wrote_at: float = 0.0
    absent: bool = False
    hidden: bool = False
    offline: bool = False
    no_marketing: bool = False

    def listed(self) -> Json:
        """As JSON."""
        known = {"number": self.number, "user_id": self.user_id, "name": self.name, "wrote_at": self.wrote_at}
        return known | {flag: getattr(self, flag) for flag in FLAGS}


class Customers:
    """Everybody who ever wrote or was written to."""

    def __init__(self) -> None:
        self._by_number: dict[str, Customer] = {}
        self._by_user_id: dict[str, Customer] = {}

    def of(self, number: str) -> Customer:
        """The customer with this number."""
        found = self._by_number.get(number)
        if found is None:
            found = self._by_number[number] = Customer(number, _user_id(number))
            self._by_user_id[found.user_id] = found
        return found

    def by_user_id(self, user_id: str) -> Customer | None:
        """The customer with this id, if anybody has it."""
        return self._by_user_id.get(user_id)

    def all(self) -> list[Customer]:
        """In the order in which they came."""
        return list(self._by_number.values())

    def forget(self) -> None:
        """As if nobody had ever written."""
        self._by_number.clear()
        self._by_user_id.clear()


class Pace:
    """So many at once, and one each `every` seconds after that, for each key by itself."""

    def __init__(self) -> None:
        self._due: dict[str, float] = {}

    def take(self, key: str, now: float, every: float, burst: int) -> bool:
        """Whether another may pass now; one that may is counted."""
        due = max(self._due.get(key, now), now)
        if due - now > every * (burst - 1) + 1e-6:
            return False
        self._due[key] = due + every
        return True

    def forget(self) -> None:
        """Everybody may burst again."""
        self._due.clear()


def _user_id(number: str) -> str:
    country = "IN" if number.startswith("91") else "US"
    return f"{country}.{int.from_bytes(hashlib.sha256(number.encode()).digest()[:8], 'big')}"
