"""People who sign in, and their passwords (argon2id)."""

import asyncio
import secrets
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from model.rows import User
from shop.work import Work

ROLES = ("agent", "admin")
SHORTEST = 10
"""Characters of a password, at least."""
LONGEST = 1024
_SIDE_BY_SIDE = 2
"""Each check takes 64 MiB and all of a core for a while: more at a time would help nobody but an attacker."""


def tidy_name(name: str) -> str:
    """The name as it is stored: NFC, no blanks around it or doubled within it."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def hash_password(password: str) -> str:
    """The encoded hash of a password. Slow on purpose: not for an event loop, nor for a transaction.

    Raises ValueError where it has fewer than 10 or more than 1,024 characters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"a password has at least {SHORTEST} and at most {LONGEST} characters")
    return PasswordHasher().hash(password)


def make_user(work: Work, name: str, password_hash: str, role: str, demo: bool = False) -> int:
    """Make or replace a user by name, with what `hash_password` made; returns the id.

    Raises ValueError for an empty name or a role that is neither agent nor admin.
    """
    known = tidy_name(name)
    if not known:
        raise ValueError("a user has a name")
    if role not in ROLES:
        raise ValueError(f"{role!r} is no role; roles are {' and '.join(ROLES)}")
    return work.uow.desk.add_user(known, password_hash, role, demo)


class Passwords:
    """Checks passwords in threads, a few at a time. Whether a user exists cannot be told from how long it takes."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._room = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def fits(self, user: User | None, password: str) -> bool:
        """Whether the password is the user's; False where there is no such user."""
        async with self._room:
            return await asyncio.to_thread(self._verify, user, password[:LONGEST])

    @cached_property
    def _nobodys(self) -> str:
        """A hash that no password fits: made at the first check, whoever's that is."""
        return self._hasher.hash(secrets.token_urlsafe())

    def _verify(self, user: User | None, password: str) -> bool:
        nobodys = self._nobodys
        try:
            return self._hasher.verify(user.password_hash if user else nobodys, password) and user is not None
        except (VerificationError, InvalidHashError):
            return False

    async def renewed(self, user: User, password: str) -> str | None:
        """A fresh hash, where the stored one was made with other parameters than are in use now."""
        if not self._hasher.check_needs_rehash(user.password_hash):
            return None
        return await asyncio.to_thread(self._hasher.hash, password)
