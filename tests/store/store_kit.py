"""Values to store."""

from datetime import UTC, date, datetime, timedelta

import pytest

from model.catalogue import Catalogue, Category, Coupon, DeliveryArea, Faq, Product, Shop, Unit, Variant
from model.conversation import Conversation
from model.message import Address, Author, Channel, Inbound, Line
from model.money import Money
from model.order import Hold, LinkStatus, Order, OrderLine, OrderStatus, PayBy, Payment, PaymentLink, ShipTo, Totals
from model.ports import UnitOfWork

SQL = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
ALL = ["memory", *SQL]
NOW = datetime(2026, 3, 1, 9, 30, 15, 250_000, UTC)
SECOND = timedelta(seconds=1)


class Undo(Exception):
    """Raised to have a unit of work undone."""


def address(user: str = "asha") -> Address:
    return Address(Channel.WHATSAPP, "shop", user)


def talk(uow: UnitOfWork, user: str = "asha", also: str = "") -> Conversation:
    return uow.conversations.open(address(user), NOW, also)


def receive(uow: UnitOfWork, *texts: str, user: str = "asha") -> int:
    """Messages whose ids are their texts; returns the conversation."""
    conversation = talk(uow, user)
    for text in texts:
        assert uow.inbox.add(Inbound(address(user), text, text), conversation.id, NOW)
    return conversation.id


def speak(uow: UnitOfWork, conversation_id: int, text: str, author: Author = Author.BOT) -> Line:
    return uow.conversations.append(conversation_id, author, {"kind": "text", "text": text}, NOW)


def order_of(customer_id: int, number: str = "HT-AAAAA", status: OrderStatus = OrderStatus.AWAITING_PAYMENT) -> Order:
    line = OrderLine("laddu-250", "laddu", "Laddu", "250 g", 250, 2, Money(12_050))
    totals = Totals(Money(24_100), Money(100), Money(4_000))
    ship_to = ShipTo("Asha", "+919800000000", "1 Mint Street", "600001", "Chennai")
    return Order(number, customer_id, status, PayBy.ONLINE, (line,), totals, ship_to, NOW, coupon="NEW10")


def placed(uow: UnitOfWork, number: str = "HT-AAAAA", user: str = "asha") -> Order:
    order = order_of(talk(uow, user).customer_id, number)
    assert uow.orders.add(order)
    return order


def hold_for(order: Order, ends_at: datetime = NOW) -> Hold:
    return Hold(order.number, order.customer_id, {"laddu": 500}, ends_at)


def link_of(order: Order, reference: str = "HT-AAAAA-1") -> PaymentLink:
    return PaymentLink(reference, order.number, order.total, LinkStatus.WANTED, NOW)


def payment_of(order: Order | None, provider_id: str = "pay_1") -> Payment:
    return Payment(provider_id, order.number if order else None, None, Money(28_000), "INR", "upi", NOW)


def catalogue(**stock: int) -> Catalogue:
    """A shop that sells the products named, with so many grams of each to begin with."""
    return Catalogue(
        shop=_SHOP,
        categories=(Category("sweets", {"en": "Sweets", "hi": "मिठाई"}, ("mithai",), "🍬"),),
        products=tuple(_product(name) for name in stock),
        variants=tuple(Variant(f"{name}-250", name, "250 g", 250, "box", Money(12_050)) for name in stock),
        coupons=(Coupon("NEW10", 10, None, Money(0), Money(5_000), _DAY, _DAY, {"en": "10% off"}),),
        areas=(_AREA,),
        faqs=(Faq("hours", {"en": "When?"}, ("open",), {"en": "Always"}),),
        stock=stock,
    )


_DAY = date(2026, 3, 1)
_AREA = DeliveryArea("Chennai", ("Adyar",), "TN", ((600001, 600099),), Money(4_000), Money(50_000), (1, 2), True)
_SHOP = Shop(
    name="Haat",
    tagline={"en": "A market that talks"},
    about={"en": "Sweets"},
    street="1 Mint Street",
    city="Chennai",
    state="Tamil Nadu",
    state_code="33",
    pincode="600001",
    gstin="33AAAAA0000A1Z5",
    phone="+914400000000",
    email="shop@example.com",
    zone="Asia/Kolkata",
    hours={"mon": "09:00-21:00"},
)


def _product(name: str) -> Product:
    return Product(
        id=name,
        category="sweets",
        name={"en": name.title()},
        aliases=(name,),
        description={"en": name},
        taste={"en": "sweet"},
        veg=True,
        ingredients=("gram flour", "ghee"),
        allergens=("milk",),
        nutrition={"energy": "480 kcal"},
        shelf_life_days=20,
        storage={"en": "Cool"},
        serving={"en": "As it is"},
        gst_percent=5,
        hsn="2106",
        unit=Unit.GRAM,
        picture=None,
    )
