"""A journey as its file tells it: what a customer says and does and what follows; unknown keys are refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from model.conversation import Holder
from model.message import Channel
from model.order import OrderStatus, PayBy, TicketKind

HERE = Path(__file__).parent
ACTS = ("says", "taps", "pays", "payment_fails", "shop_sets")


class Strict(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OrderFacts(Strict):
    """What holds of the customer's newest order; `total` in rupees as shown ("₹900"), `lines` packs by SKU."""

    status: OrderStatus | None = None
    paid: bool | None = None
    pay_by: PayBy | None = None
    total: str | None = None
    lines: dict[str, int] | None = None
    name: str | None = None
    phone: str | None = None
    street: str | None = None
    pincode: str | None = None
    coupon: str | None = None


class TicketFacts(Strict):
    """What holds of the newest ticket; `contains` stands in its details."""

    kind: TicketKind
    contains: str = ""
    of_order: bool = False


class Step(Strict):
    """One thing done (exactly one of ACTS), the keys of the replies it brings, in order, and facts afterwards.

    `{order}` in says, taps, offers and texts stands for the number of the customer's newest order, `{their_order}`
    for that of the customer who wrote before the last change of `by`. A tap must have been shown.
    """

    by: str = "customer"
    says: str | None = None
    taps: str | None = None
    pays: Literal["last"] | None = None
    payment_fails: Literal["last"] | None = None
    shop_sets: OrderStatus | None = None
    hears: str | None = None
    replies: list[str]
    offers: list[str] = []
    says_contains: list[str] = []
    says_not: list[str] = []
    cart: dict[str, int] | None = None
    order: OrderFacts | None = None
    orders: int | None = None
    ticket: TicketFacts | None = None
    tickets: int | None = None
    holder: Holder | None = None
    language: str | None = None

    @model_validator(mode="after")
    def _one_act(self) -> Self:
        done = [act for act in ACTS if getattr(self, act) is not None]
        if len(done) != 1:
            raise ValueError(f"a step does one of {', '.join(ACTS)}, not {done}")
        if self.hears and not self.says:
            raise ValueError("only what is said is heard")
        return self


class Journey(Strict):
    """`after` names a journey that is gone through first, by the same customer."""

    about: str
    after: str | None = None
    channel: Channel = Channel.WEBCHAT
    steps: list[Step] = Field(min_length=1)


def names() -> list[str]:
    """The journeys there are, by file name."""
    return sorted(path.stem for path in HERE.glob("*.yml"))


def read(name: str) -> Journey:
    """One journey. Raises ValidationError, naming what is wrong in it."""
    return Journey.model_validate(yaml.safe_load((HERE / f"{name}.yml").read_text(encoding="utf-8")))


def steps(journey: Journey) -> Iterator[Step]:
    """Its steps, those of the journey before it first."""
    if journey.after:
        yield from steps(read(journey.after))
    yield from journey.steps
