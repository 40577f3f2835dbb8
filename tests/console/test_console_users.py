"""People, their passwords, and how often they may fail."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from console.limits import Tries
from console.users import Passwords, hash_password, make_user
from model.rows import User
from shop.work import Work
from store.memory import MemoryStore
from tests.console.console_kit import MINUTE, PASSWORD, hashed

NOW = datetime(2025, 11, 20, tzinfo=UTC)


def asha() -> User:
    return User(1, "Asha", hashed(PASSWORD), "agent")


async def stored(name: str, role: str = "agent") -> User | None:
    """A user as the store has it after `make_user`."""
    store = MemoryStore()
    await store.transact(lambda uow: make_user(Work(uow, NOW, "cli"), name, "hash", role))
    return await store.transact(lambda uow: uow.desk.user("Asha Rao"))


@pytest.mark.parametrize("password", ["", "nine char", "x" * 1025])
def test_a_password_has_10_to_1024_characters(password: str) -> None:
    with pytest.raises(ValueError, match="at least 10 and at most 1024"):
        hash_password(password)


def test_a_hash_is_argon2id_and_never_twice_the_same() -> None:
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first.startswith("$argon2id$")
    assert first != second


async def test_a_name_is_stored_without_needless_blanks() -> None:
    user = await stored("  Asha   Rao ")
    assert user is not None
    assert user.name == "Asha Rao"


@pytest.mark.parametrize(("name", "role", "message"), [(" ", "agent", "name"), ("Asha", "owner", "agent and admin")])
async def test_a_user_needs_a_name_and_a_known_role(name: str, role: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        await stored(name, role)


async def test_only_the_right_password_of_a_user_fits() -> None:
    passwords = Passwords()
    assert await passwords.fits(asha(), PASSWORD)
    assert not await passwords.fits(asha(), PASSWORD + "!")
    assert not await passwords.fits(None, PASSWORD)


async def test_an_unreadable_hash_fits_nothing() -> None:
    assert not await Passwords().fits(User(1, "Asha", "no hash", "agent"), PASSWORD)


async def test_an_unknown_name_takes_as_long_as_a_wrong_password() -> None:
    passwords = Passwords()

    async def quickest(user: User | None) -> float:
        times = []
        for _ in range(3):
            began = time.perf_counter()
            await passwords.fits(user, "wrong password")
            times.append(time.perf_counter() - began)
        return min(times)

    known, unknown = await quickest(asha()), await quickest(None)
    assert known / 3 < unknown < known * 3


def test_a_sixth_try_within_a_minute_waits_until_the_first_is_a_minute_old() -> None:
    tries = Tries(5, MINUTE)
    for second in range(5):
        assert tries.wait("key", NOW) == timedelta()
        tries.count("key", NOW + timedelta(seconds=second))
    assert tries.wait("key", NOW + timedelta(seconds=10)) == timedelta(seconds=50)
    assert tries.wait("other", NOW) == timedelta()
    assert tries.wait("key", NOW + MINUTE) == timedelta()


def test_tries_that_are_over_are_forgotten() -> None:
    tries = Tries(5, MINUTE)
    for key in range(10_000):
        tries.count(key, NOW)
    tries.count("late", NOW + MINUTE)
    assert list(tries._tries) == ["late"]
