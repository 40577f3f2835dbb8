"""coupons.yml, delivery_areas.yml, faq.yml: how the shop serves."""

from datetime import date
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from gateways.shop_folder.advising import advice, sentence
from gateways.shop_folder.wording import (
    Code,
    Days,
    Entry,
    Id,
    Percent,
    PincodeSpan,
    Price,
    Prose,
    Rupees,
    Short,
    SomeWords,
)
from model.catalogue import Coupon, DeliveryArea, Faq
from model.money import Money


class CouponEntry(Entry):
    """A code that takes a percentage or a fixed amount off."""

    code: Code
    percent: Percent | None = None
    amount: Annotated[Price | None, Field(validate_default=True)] = None
    min_order: Rupees
    max_discount: Price | None = None
    valid_from: date
    valid_until: date
    text: Prose

    @field_validator("amount")
    @classmethod
    def _either(cls, amount: Money | None, info: ValidationInfo) -> Money | None:
        if "percent" in info.data and (amount is None) == (info.data["percent"] is None):
            raise sentence("or percent, one of the two, is needed: write 'percent: 10' or 'amount: 50'")
        return amount

    @field_validator("valid_until")
    @classmethod
    def _in_order(cls, until: date, info: ValidationInfo) -> date:
        begin = info.data.get("valid_from", until)
        if until < begin:
            raise advice(f"write a day not before valid_from, {begin}")
        return until

    def coupon(self) -> Coupon:
        """The value."""
        return Coupon(**dict(self))


class AreaEntry(Entry):
    """Where the shop delivers."""

    name: Short
    places: SomeWords
    state: Short
    pincodes: Annotated[tuple[PincodeSpan, ...], Field(min_length=1)]
    charge: Rupees
    free_above: Rupees | None = None
    days: Days
    cash_on_delivery: bool

    def area(self) -> DeliveryArea:
        """The value."""
        return DeliveryArea(**dict(self))


class FaqEntry(Entry):
    """A question and its answer."""

    id: Id
    question: Prose
    keywords: SomeWords
    answer: Prose

    def faq(self) -> Faq:
        """The value."""
        return Faq(**dict(self))
