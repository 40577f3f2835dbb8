"""Column types: values of the model go in, values of the model come out, on SQLite and PostgreSQL alike."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator

from model.conversation import Memory, Question
from model.message import Inbound, Media, MediaKind, Place, Sort
from model.money import Money

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is a plain INTEGER."""
_WITHOUT_ZONE = len("2026-01-31 23:59:59.123456")


class UtcTime(TypeDecorator[datetime]):
    """Aware times, kept in UTC. Naive ones are refused with ValueError.

    SQLite has no times: there they are texts that sort as times do, without a zone. They are written and read here
    because a turn does so some forty times, and SQLAlchemy's way costs several times as much.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """To what the driver takes."""
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Aware, in UTC."""
        return _from_text if dialect.name == "sqlite" else _to_utc


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


@lru_cache(16)
def _to_text(value: datetime | None) -> str | None:
    """A piece of work writes its one time again and again."""
    utc = _to_utc(value)
    return None if utc is None else utc.isoformat(" ", "microseconds")[:_WITHOUT_ZONE]


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class Paise(TypeDecorator[Money]):
    """Money, kept as a whole number of paise."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        """Paise."""
        return None if value is None else value.paise

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        """Money."""
        return None if value is None else Money(value)


class Word(TypeDecorator[StrEnum]):
    """One of the words of an enumeration, kept as plain text."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """To the bare word."""
        return lambda value: None if value is None else str(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], StrEnum | None]:
        """To the member of the enumeration."""
        members: dict[str | None, StrEnum | None] = {None: None}
        members.update((member.value, member) for member in self.kind)
        return members.__getitem__


class Tuples(TypeDecorator[tuple[Any, ...]]):
    """Tuples, kept as JSON lists; lists within come back as tuples too."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: list[Any] | None, dialect: Dialect) -> tuple[Any, ...] | None:
        """A tuple."""
        return None if value is None else _frozen(value)


def _frozen(value: list[Any]) -> tuple[Any, ...]:
    return tuple(_frozen(item) if isinstance(item, list) else item for item in value)


class Remembered(TypeDecorator[Memory]):
    """The bot's memory of a conversation, kept as JSON."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> Memory | None:
        """A fresh Memory, the caller's own to change."""
        return None if value is None else memory_of(value)


def memory_of(value: dict[str, Any]) -> Memory:
    """Memory from its JSON. Fields that this version does not know are dropped, those it lacks get their default."""
    known = _known(Memory, value)
    if known.get("question"):
        known["question"] = Question(**_known(Question, known["question"]))
    return Memory(**known)


def _known(kind: type[Memory | Question], value: dict[str, Any]) -> dict[str, Any]:
    return {name: value[name] for name in kind.__slots__ if name in value}


def more_of(inbound: Inbound) -> dict[str, Any] | None:
    """What a message has besides words, as JSON; None where it has nothing."""
    found = {name: getattr(inbound, name) for name in ("name", "phone", "also", "about") if getattr(inbound, name)}
    if inbound.sort is not Sort.PLAIN:
        found["sort"] = inbound.sort.value
    if inbound.media:
        found["media"] = asdict(inbound.media)
    if inbound.place:
        found["place"] = asdict(inbound.place)
    return found or None


def with_more(inbound: Inbound, more: dict[str, Any] | None) -> Inbound:
    """The message with what `more_of` wrote."""
    if not more:
        return inbound
    known = dict(more)
    if "media" in known:
        known["media"] = Media(**{**known["media"], "kind": MediaKind(known["media"]["kind"])})
    if "place" in known:
        known["place"] = Place(**known["place"])
    return replace(inbound, **known | {"sort": Sort(known.get("sort", Sort.PLAIN))})
