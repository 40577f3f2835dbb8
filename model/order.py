"""Carts, orders and the money around them: values and their rules."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from model.money import Money

MAX_PACKS = 50
"""Packs of one SKU in a cart; more is a bulk order, which a person handles."""
MAX_LINES = 30
HOLD_FOR = timedelta(minutes=25)
"""Stock is held this long; it outlasts the link."""
LINK_FOR = timedelta(minutes=20)
"""A link ends so long after it was wished for; Razorpay wants 15 minutes left even when it is made at a later try."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Order numbers use no look-alikes: no 0 O, 1 I L, U."""


def new_order_number() -> str:
    """HT-XXXXX, unguessable enough not to be counted through; uniqueness is the store's to keep."""
    return "HT-" + "".join(secrets.choice(ALPHABET) for _ in range(5))


@dataclass(frozen=True, slots=True)
class CartLine:
    """So many packs of one SKU."""

    sku: str
    packs: int


@dataclass(frozen=True, slots=True)
class Cart:
    """What a customer has picked, in the order of picking, and the coupon they gave."""

    customer_id: int
    lines: tuple[CartLine, ...] = ()
    coupon: str | None = None

    def packs_of(self, sku: str) -> int:
        """How many packs of a SKU are in it."""
        return next((line.packs for line in self.lines if line.sku == sku), 0)

    def with_packs(self, sku: str, packs: int) -> "Cart":
        """The cart with exactly this many packs of a SKU; zero takes the line out."""
        kept = [CartLine(sku, packs) if line.sku == sku else line for line in self.lines]
        if self.packs_of(sku) == 0:
            kept.append(CartLine(sku, packs))
        return replace(self, lines=tuple(line for line in kept if line.packs > 0))


class OrderStatus(StrEnum):
    """Where an order stands. Only a confirmed order is packed and sent."""

    AWAITING_PAYMENT = "awaiting_payment"
    EXPIRED = "expired"
    REPLACED = "replaced"
    CONFIRMED = "confirmed"
    PACKED = "packed"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


_ROAD = (
    OrderStatus.CONFIRMED,
    OrderStatus.PACKED,
    OrderStatus.SHIPPED,
    OrderStatus.OUT_FOR_DELIVERY,
    OrderStatus.DELIVERED,
)
CANCELLABLE = frozenset({OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED, OrderStatus.CONFIRMED, OrderStatus.PACKED})
UNPAID = frozenset({OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED, OrderStatus.REPLACED})


def may_become(now: OrderStatus, then: OrderStatus) -> bool:
    """Whether a person may move an order from one status to another: forward on the road, or cancelled."""
    if then is OrderStatus.CANCELLED:
        return now in CANCELLABLE
    return now in _ROAD and then in _ROAD and _ROAD.index(then) > _ROAD.index(now)


class PayBy(StrEnum):
    """How an order is paid."""

    ONLINE = "online"
    CASH = "cash"


@dataclass(frozen=True, slots=True)
class ShipTo:
    """Where an order goes. `phone` is E.164, `pincode` six digits."""

    name: str
    phone: str
    street: str
    pincode: str
    area: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A cart line with what it was called, weighed and cost when ordered. `size` is in base units a pack."""

    sku: str
    product_id: str
    title: str
    pack: str
    size: int
    packs: int
    price: Money

    @property
    def total(self) -> Money:
        """Price of all packs."""
        return self.price * self.packs


@dataclass(frozen=True, slots=True)
class Totals:
    """What an order costs: goods − discount + delivery = total. Prices include GST."""

    goods: Money
    discount: Money
    delivery: Money

    @property
    def total(self) -> Money:
        """What the customer pays."""
        return self.goods - self.discount + self.delivery


@dataclass(frozen=True, slots=True)
class Order:
    """An order as placed. `number` is HT-XXXXX; `replaced_by` names the order that took its place."""

    number: str
    customer_id: int
    status: OrderStatus
    pay_by: PayBy
    lines: tuple[OrderLine, ...]
    totals: Totals
    ship_to: ShipTo
    placed_at: datetime
    coupon: str | None = None
    replaced_by: str | None = None
    paid_at: datetime | None = None

    @property
    def total(self) -> Money:
        """What the customer pays for it, in all."""
        return self.totals.total

    @property
    def paid(self) -> bool:
        """Whether its money has arrived (and counted once)."""
        return self.paid_at is not None


def needs(lines: tuple[OrderLine, ...]) -> Mapping[str, int]:
    """Base units wanted, by product id: variants of a product draw from one pool."""
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line.product_id] = wanted.get(line.product_id, 0) + line.size * line.packs
    return wanted


@dataclass(frozen=True, slots=True)
class Hold:
    """Stock reserved for one order until `ends_at`; `needs` maps product id to base units."""

    order_number: str
    customer_id: int
    needs: Mapping[str, int]
    ends_at: datetime


class LinkStatus(StrEnum):
    """Where a payment link stands with us."""

    WANTED = "wanted"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PaymentLink:
    """A link of an order. `reference` is ours and unique; `provider_id` and `url` come from Razorpay."""

    reference: str
    order_number: str
    amount: Money
    status: LinkStatus
    expires_at: datetime
    provider_id: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Captured money. `order_number` is None while nobody knows what it is for (unmatched)."""

    provider_id: str
    order_number: str | None
    reference: str | None
    amount: Money
    currency: str
    method: str
    at: datetime
    applied: bool = False
    """Whether this payment is the one that paid its order."""


class RefundStatus(StrEnum):
    """Where a refund stands."""

    WANTED = "wanted"
    SENT = "sent"
    PROCESSED = "processed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Refund:
    """Money going back. `key` is the idempotency key; one refund a payment and reason."""

    key: str
    payment_id: str
    order_number: str | None
    amount: Money
    reason: str
    status: RefundStatus
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """A person. `phone` is E.164 where they gave one; `ship_to` fields are remembered from the last order."""

    id: int
    name: str | None = None
    phone: str | None = None
    street: str | None = None
    pincode: str | None = None
    silent: bool = False
    """They said STOP, anywhere: they hear only what they ask for."""
    no_marketing: bool = False


class TicketKind(StrEnum):
    """What a person has to look at."""

    COMPLAINT = "complaint"
    RETURN = "return"
    INVOICE = "invoice"
    LOYALTY = "loyalty"
    GIFT = "gift"
    BULK = "bulk"
    SUBSCRIPTION = "subscription"
    PAYMENT = "payment"
    REFUND = "refund"
    FEEDBACK = "feedback"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A wish or trouble that a person sees in the console. `id` is 0 until stored."""

    id: int
    kind: TicketKind
    customer_id: int | None
    conversation_id: int | None
    order_number: str | None
    details: str
    at: datetime
    closed: bool = False
