"""Effects: what a vendor must do, decided in a transaction, carried out after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class EffectKind(StrEnum):
    """The things a vendor can be asked to do."""

    CREATE_LINK = "create_link"
    CLOSE_LINK = "close_link"
    CHECK_LINK = "check_link"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Effect:
    """`lane` keeps order: within one lane an effect waits for the earlier ones. `body` holds plain JSON values.

    `id` is 0 and `attempts` 0 until stored.
    """

    kind: EffectKind
    lane: str
    body: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0
    attempts: int = 0
